"""Moments as sentences say them."""

from datetime import date, datetime

from law.rules.dates import day_long, day_short, hour


def short_moment(local: datetime, *, year: int) -> str:
    """Return ``jue 9 nov, 10:12``, with the year when it is another than this one."""
    return f"{day_short(local.date(), today=date(year, 1, 1))}, {hour(local)}"


def long_moment(local: datetime) -> str:
    """Return ``jueves 9 de noviembre de 2023, 10:12``."""
    return f"{day_long(local.date())}, {hour(local)}"
