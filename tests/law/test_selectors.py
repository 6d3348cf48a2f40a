"""Calendars as a process keeps them."""

from datetime import date

import pytest

from law.models import CalendarSpan
from law.selectors import calendar_of


@pytest.mark.django_db
def test_a_span_that_grows_is_seen_by_a_process_that_already_counted() -> None:
    span = CalendarSpan.objects.create(place="PE-TUM", first=date(2026, 1, 1), last=date(2026, 12, 31))
    assert calendar_of("PE-TUM").last.year == 2026

    span.last = date(2027, 12, 31)
    span.save()

    assert calendar_of("PE-TUM").last.year == 2027
