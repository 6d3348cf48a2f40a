"""The country's own calendar, as the rules take it."""

import csv
from datetime import date
from pathlib import Path

import pytest

from law.rules.business_days import Calendar, DayMark

NATIONAL = Path(__file__).resolve().parents[2] / "law" / "data" / "national"
FIRST, LAST = date(2005, 1, 1), date(2030, 12, 31)


@pytest.fixture(scope="session")
def national() -> Calendar:
    with (NATIONAL / "days.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(line for line in file if line[0] != "#"))
    days = {date.fromisoformat(row["date"]): row for row in rows}
    return Calendar(
        FIRST,
        LAST,
        frozenset(day for day, row in days.items() if row["suspends_terms"] == "1"),
        frozenset(day for day, row in days.items() if row["suspends_terms"] == "0"),
        {day: DayMark(row["name"], row["norm"]) for day, row in days.items()},
    )


def calendar(*non_working: str) -> Calendar:
    """Return a calendar of these non-working days alone: with Saturdays and Sundays they are all of it."""
    return Calendar(FIRST, LAST, frozenset(date.fromisoformat(day) for day in non_working))
