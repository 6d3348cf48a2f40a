"""How log lines look: the constant message, then what it is about."""

import logging

STANDARD = set(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName", "request"}


class PlainFormatter(logging.Formatter):
    """Appends what ``extra`` gave as ``name=value``."""

    def format(self, record: logging.LogRecord) -> str:
        extra = [
            f"{name}={value}" for name, value in vars(record).items() if name not in STANDARD and name != "request"
        ]
        return " ".join([super().format(record), *extra])
