import logging

from config.logs import PlainFormatter


def test_a_line_says_what_it_is_about() -> None:
    record = logging.makeLogRecord({"msg": "delivery failed", "event": 7, "error": "ValueError"})

    assert PlainFormatter("%(message)s").format(record) == "delivery failed event=7 error=ValueError"
