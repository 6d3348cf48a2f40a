"""What may be told of a failure: where it was raised. Its message may hold anybody's data, and stays out of logs."""

import traceback


def place_of(error: BaseException) -> str:
    """Return the file and line that raised the error, as ``/path/to/module.py:41``."""
    frame = traceback.extract_tb(error.__traceback__)[-1]
    return f"{frame.filename}:{frame.lineno}"
