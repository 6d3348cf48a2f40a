"""How long a failed delivery waits."""

from datetime import timedelta

LONGEST_WAIT = timedelta(hours=1)


def retry_delay(*, attempts: int) -> timedelta:
    """Return the wait before the next attempt: 1, 2, 4… seconds, never more than an hour.

    :param attempts: attempts made so far, at least 1.
    """
    doublings = min(attempts - 1, 12)
    return min(timedelta(seconds=2**doublings), LONGEST_WAIT)
