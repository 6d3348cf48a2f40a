"""Who holds a post on a day."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Tenure:
    """One appointment as dates: the post, the person, first and last day (none: open)."""

    post_id: int
    person_id: int
    from_on: date
    to_on: date | None


def is_held(tenure: Tenure, on: date) -> bool:
    """Return whether the appointment covers the day; both its first and its last day count."""
    return tenure.from_on <= on and (tenure.to_on is None or on <= tenure.to_on)


def holder_on(tenures: Iterable[Tenure], on: date) -> int | None:
    """Return the id of the person who holds the post that day: the newest appointment that covers it, or nobody."""
    standing = [tenure for tenure in tenures if is_held(tenure, on)]
    return max(standing, key=lambda tenure: tenure.from_on).person_id if standing else None
