"""What the law gives, read from its rows."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Max, Min, Q, QuerySet, Subquery, Value
from django.utils.translation import gettext as _

from law.enums import Regime, TermUnit
from law.errors import UnknownTerm, day_plain
from law.models import (
    Article,
    ArticleAlias,
    CalendarSpan,
    Dated,
    Day,
    DistanceRow,
    FilingHours,
    Norm,
    RuleSource,
    Silence,
    Term,
)
from law.rules.business_days import ONE_DAY, Calendar
from law.rules.calendars import DayRow, Span, build_calendar, ends_soon, span_of
from law.rules.citations import Alias, citation
from law.rules.citing import Cited, citations_in, key_of
from law.rules.deadlines import Distance
from law.rules.law_book import PUBLIC_SECTOR_DAYS, LawBook, RegimeRow, RuleRow, in_force
from law.rules.places import places_of
from law.rules.procedure import GivenTerm

Fingerprint = tuple[Any, ...]
CALENDARS_KEPT = 200
_calendars: dict[tuple[str, date | None], tuple[Fingerprint, Calendar, LawBook]] = {}


def calendar_of(place: str, as_of: date | None = None) -> Calendar:
    """Return the calendar of a place: the country's days, the region's and its own.

    It is built once per process and place; one small query tells whether rows came or went since.

    :param as_of: how the calendar stood on that day, without the rows that became known later.
    :raises CalendarMissing: neither the place nor its country has a calendar loaded.
    """
    fingerprint, key = _fingerprint(places_of(place)), (place, as_of)
    known = _calendars.get(key)
    if known is None or known[0] != fingerprint:
        if len(_calendars) >= CALENDARS_KEPT:
            _calendars.clear()
        book = law_book()
        known = _calendars[key] = (fingerprint, _build_calendar(place, as_of, book), book)
    return known[1]


def last_day_of(place: str) -> date:
    """Return the last day that the calendar of a place covers.

    :raises CalendarMissing: neither the place nor its country has a calendar loaded.
    """
    return span_of(places_of(place), _spans(place)).last


def ending(last: date, today: date) -> str:
    """Return that a calendar with that last day ends soon, or has ended, and what to load; empty where it does not."""
    if not ends_soon(last, today):
        return ""
    told = {"day": day_plain(last), "year": (last + ONE_DAY).year}
    if today > last:
        return _("El calendario cargado terminó el %(day)s; cargue el de %(year)s.") % told
    return _("El calendario cargado termina el %(day)s; cargue el de %(year)s.") % told


def book_of(place: str) -> LawBook:
    """Return the rules and regimes as they were when the calendar of the place was last asked for."""
    if (place, None) not in _calendars:
        calendar_of(place)
    return _calendars[place, None][2]


def forget_calendars() -> None:
    """Let this process read its calendars anew: a row was changed in place."""
    _calendars.clear()


def term(slug: str, on: date | None = None) -> Term:
    """Return a term with its norm: the row in force on the day, or the newest one.

    :raises UnknownTerm: none of that code is loaded, or none holds on that day.
    """
    rows = list(Term.objects.select_related("norm").filter(slug=slug).order_by("valid_from"))
    found = in_force(rows, on) if on else next(reversed(rows), None)
    if found is None:
        raise UnknownTerm(slug)
    return found


def reaching_term(slug: str, *, after: date, until: date) -> Term | None:
    """Return the newest row of a term that took hold after a day, until another, and reaches cases under way."""
    rows = Term.objects.select_related("norm").filter(slug=slug, reaches_open=True)
    return rows.filter(valid_from__gt=after, valid_from__lte=until).order_by("valid_from").last()


def silence_window(kind: str, on: date) -> GivenTerm | None:
    """Return the business days that a kind of silence leaves to notify after the term, by the row of that day."""
    row = in_force(Silence.objects.select_related("norm").filter(kind=kind), on)
    return GivenTerm(row.window, norm=article_label(row.norm, row.article, on=on)) if row else None


def distances(acts_in: str | Subquery, on: date) -> QuerySet[DistanceRow]:
    """Return the rows in force on a day of all tables for who must act in that place, the entity's own first."""
    held = DistanceRow.objects.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=on), valid_from__lte=on)
    return held.filter(acts_in=acts_in).order_by("is_general", "-valid_from", "table")


def distance(*, lives_in: str, acts_in: str, on: date) -> Distance | None:
    """Return what a table in force on the day adds for who lives in one place and must act in another (PL-04).

    The entity's own table comes before the country's, which gives the places that the own one leaves out.

    :param lives_in: code of the place as the table has it; so is ``acts_in``, the entity's.
    """
    row = distances(acts_in, on).filter(lives_in=lives_in).select_related("norm").first()
    if row is None:
        return None
    told = {
        "table": row.table,
        "home": f"{row.lives_in_name} ({row.lives_in})" if row.lives_in_name else row.lives_in,
        "seat": row.acts_in,
        "first": day_plain(row.valid_from),
    }
    said = _("%(table)s: de %(home)s a %(seat)s, fila vigente desde el %(first)s") % told
    return Distance(row.days, TermUnit(row.unit), article_label(row.norm, row.article, on=on), said)


def standings(labels: Iterable[str], today: date) -> dict[str, str]:
    """Return for each norm, as it was shown, whether it is in force today: ``vigente`` or until when it was."""
    norms = list(Norm.objects.filter(is_verified=True))
    found = {}
    for label in set(labels):
        named = [
            norm for norm in norms if label == norm.title or label.startswith((f"{norm.title},", f"{norm.title} ("))
        ]
        if named:
            found[label] = _standing(named[0], today)
    return found


def _standing(norm: Norm, today: date) -> str:
    if norm.valid_to is None or today <= norm.valid_to:
        return _("vigente")
    return _("rigió hasta el %(day)s") % {"day": day_plain(norm.valid_to)}


def norm_label(norm: Norm) -> str:
    """Return how a norm may be shown: its title where its text was read, else that it must be verified."""
    return citation(norm.title, is_norm_verified=norm.is_verified)


def article_label(norm: Norm, article: str, *, on: date) -> str:
    """Return how an article may be shown on a day, with its numbers in the consolidated texts of that day."""
    return _label(norm, article, _articles(norm.pk), on)


def law_book() -> LawBook:
    """Return the rules and regimes that are loaded."""
    rules, hours = RuleSource.objects.select_related("norm"), FilingHours.objects.select_related("norm")
    articles = _articles()
    return LawBook(
        [
            RuleRow(row.rule, row.choice, _label(row.norm, row.article, articles, row.valid_from), *_validity(row))
            for row in rules
        ],
        [
            RegimeRow(
                Regime(row.regime),
                row.closes,
                _label(row.norm, row.article, articles, row.valid_from),
                *_validity(row),
            )
            for row in hours
        ],
    )


@dataclass(frozen=True)
class CitationFinding:
    """What is wrong with a norm that a text cites: the words of the citation, and a sentence that says what to do."""

    words: str
    sentence: str


def citation_findings(text: str, on: date) -> list[CitationFinding]:
    """Return what is wrong with the norms that a text cites, by the law of the day of the act.

    A norm that is not loaded, was not read, was not in force that day, or whose article nobody read, is a finding.
    """
    cited = list(dict.fromkeys(citations_in(text)))
    if not cited:
        return []
    norms: dict[str, list[Norm]] = {}
    for norm in Norm.objects.all():
        norms.setdefault(key_of(norm.title), []).append(norm)
    articles = {(row.norm_id, row.number): row for row in Article.objects.filter(is_verified=True)}
    aliases = set(ArticleAlias.objects.values_list("in_norm_id", "number"))
    found = ((each, _fault(each, norms.get(each.key, ()), articles, aliases, on)) for each in cited)
    return [CitationFinding(each.words, sentence) for each, sentence in found if sentence]


def _fault(
    cited: Cited,
    norms: Sequence[Norm],
    articles: Mapping[tuple[int, str], Article],
    aliases: Collection[tuple[int, str]],
    on: date,
) -> str:
    """Return what is wrong with one citation, or nothing."""
    if not norms:
        return _("No está entre las normas cargadas: verifíquela en su texto y pida que se cargue con su fuente.")
    norm = in_force(norms, on)
    if norm is None:
        return _not_in_force(norms[0], on)
    if not norm.is_verified:
        return _("Norma por verificar: nadie ha leído su texto (%(source)s). Léalo antes de citarla.") % {
            "source": norm.source
        }
    number = cited.article.partition(".")[0]
    article = articles.get((norm.pk, number))
    if not number or (norm.pk, number) in aliases:
        return ""
    if article is None or not article.valid_from <= on <= (article.valid_to or date.max):
        return _("El artículo %(number)s no consta como leído y vigente ese día. Verifíquelo en el texto.") % {
            "number": number
        }
    return ""


def _not_in_force(norm: Norm, on: date) -> str:
    told = {"day": day_plain(on), "first": day_plain(norm.valid_from)}
    if norm.valid_to is None:
        return _("No estaba vigente el %(day)s: rige desde el %(first)s. Cite la que regía ese día.") % told
    said = _("No estaba vigente el %(day)s: rigió del %(first)s al %(last)s. Cite la que regía ese día.")
    return said % {**told, "last": day_plain(norm.valid_to)}


def _validity(row: Dated) -> tuple[date, date | None]:
    return row.valid_from, row.valid_to


def _articles(norm_id: int | None = None) -> dict[tuple[int, str], Article]:
    rows = Article.objects.filter(is_verified=True).prefetch_related("aliases__in_norm")
    if norm_id is not None:
        rows = rows.filter(norm=norm_id)
    return {(row.norm_id, row.number): row for row in rows}


def _label(norm: Norm, number: str, articles: Mapping[tuple[int, str], Article], on: date) -> str:
    article = articles.get((norm.pk, number))
    aliases = article.aliases.all() if article else ()
    return citation(
        norm.title,
        number,
        is_norm_verified=norm.is_verified,
        is_article_verified=article is not None,
        aliases=[Alias(a.in_norm.title, a.number, a.in_norm.valid_from, a.in_norm.valid_to) for a in aliases],
        on=on,
    )


def _fingerprint(places: Iterable[str]) -> Fingerprint:
    """Return, in one query, what changes when a day or a span of these places comes or goes."""
    days = Day.objects.filter(place__in=places).order_by().values(together=Value(1))
    seen = days.annotate(
        rows=Count("pk"),
        newest=Max("pk"),
        earliest=Min("date"),
        latest=Max("date"),
        suspending=Count("pk", filter=Q(suspends_terms=True)),
    )
    told = {
        f"day_{name}": Subquery(seen.values(name)) for name in ("rows", "newest", "earliest", "latest", "suspending")
    }
    rules = RuleSource.objects.order_by().values(together=Value(1))
    told["rules"] = Subquery(rules.annotate(newest=Max("pk")).values("newest"))
    spans = CalendarSpan.objects.filter(place__in=places).order_by("place").annotate(**told)
    return tuple(spans.values_list("place", "first", "last", *told))


def _build_calendar(place: str, as_of: date | None, book: LawBook) -> Calendar:
    days = Day.objects.filter(place__in=places_of(place)).select_related("norm")
    return build_calendar(
        place,
        [
            DayRow(
                day.date,
                day.place,
                day.name,
                norm_label(day.norm),
                day.suspends_terms,
                day.norm.published_on or day.norm.valid_from,
            )
            for day in days
        ],
        _spans(place),
        as_of=as_of,
        does_disputed_count=lambda day: book.choice_on(PUBLIC_SECTOR_DAYS, day) == "count",
    )


def _spans(place: str) -> list[Span]:
    rows = CalendarSpan.objects.filter(place__in=places_of(place))
    return [Span(span.place, span.first, span.last) for span in rows]
