"""The law as the files of a profile give it, before or without any database: for counting on an empty installation."""

from datetime import date

from law.enums import Regime
from law.ports import GivenLine, LawProfile
from law.rules.business_days import Calendar
from law.rules.calendars import DayRow, Span, build_calendar
from law.rules.citations import citation
from law.rules.law_book import PUBLIC_SECTOR_DAYS, LawBook, RegimeRow, RuleRow


class LawInFiles:
    """Calendars and rules of a profile that was read without a fault."""

    def __init__(self, profile: LawProfile) -> None:
        self._norms = {norm.slug: norm for norm in profile.norms}
        self._read = {(each.norm, each.number) for each in profile.articles if each.is_verified}
        self._days = [
            DayRow(
                day.date,
                day.place,
                day.name,
                citation(self._norms[day.norm].title, is_norm_verified=self._norms[day.norm].is_verified),
                day.suspends_terms,
                self._norms[day.norm].published_on or self._norms[day.norm].valid_from,
            )
            for day in profile.days
        ]
        self._spans = [Span(span.place, span.first, span.last) for span in profile.spans]
        self.book = LawBook(
            [RuleRow(r.rule, r.choice, self._shown(r), r.valid_from, r.valid_to) for r in profile.rules],
            [RegimeRow(Regime(r.regime), r.closes, self._shown(r), r.valid_from, r.valid_to) for r in profile.regimes],
        )

    def calendar_of(self, place: str, as_of: date | None = None) -> Calendar:
        """Return the calendar of a place, as it stood on a day.

        :raises CalendarMissing: neither the place nor its country has a calendar.
        """
        return build_calendar(place, self._days, self._spans, as_of=as_of, does_disputed_count=self._does_count)

    def _does_count(self, day: date) -> bool:
        return self.book.choice_on(PUBLIC_SECTOR_DAYS, day) == "count"

    def _shown(self, line: GivenLine) -> str:
        norm, key = self._norms[line.norm], (line.norm, line.article)
        return citation(
            norm.title, line.article, is_norm_verified=norm.is_verified, is_article_verified=key in self._read
        )
