"""The law's part of an entity profile: its files after the country's own set, brought into rows.

A calendar row never stands without its norm (PL-03): an entity cannot declare days non-working by itself. A change of
law is a new row with a date; loading the same files again changes nothing.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

from law import selectors
from law.models import (
    Article,
    ArticleAlias,
    CalendarSpan,
    Day,
    DistanceRow,
    FilingHours,
    Norm,
    RuleSource,
    Silence,
    Term,
)
from law.ports import (
    AliasLine,
    ArticleLine,
    DayLine,
    DistanceLine,
    GivenLine,
    LawProfile,
    NormLine,
    ProfileFault,
    SpanLine,
)
from law.rules.places import COUNTRY
from law.services.law_files import Known, LawSet
from law.services.profile_files import ProfileFile, Table, TomlFile
from law.services.profile_rows import ACTOR, bring_up_to_date
from ledger import services as ledger

CALENDAR_CHANGED = "law.calendar_changed"
TERM_REACHES_OPEN = "law.term_reaches_open"
NATIONAL = Path(__file__).resolve().parent.parent / "data" / "national"
PROFILES = settings.BASE_DIR / "entities"
SPAN_COLUMNS = ("place", "first", "last")
DISTANCE_KEY = ("table", "lives_in", "acts_in", "valid_from")


def folder_of(entity: str) -> Path | None:
    """Return the folder of an entity's profile, or nothing where there is none of that name."""
    folder = PROFILES / entity
    return folder if (folder / "entity.toml").exists() and folder.parent == PROFILES else None


def place_of(folder: Path) -> str:
    """Return the place of the entity whose folder that is."""
    return str(TomlFile(folder / "entity.toml").values.get("place", ""))


def read_profile(folder: Path) -> tuple[LawProfile, list[ProfileFault]]:
    """Read the law of an entity's folder, with the country's, and every fault in it."""
    place = place_of(folder)
    spans = Table(NATIONAL / "spans.csv", SPAN_COLUMNS)
    sets = [LawSet(NATIONAL, COUNTRY), LawSet(folder, place)]
    norms = {norm.slug: norm for part in sets for norm in part.norms}
    articles = [article for part in sets for article in part.read_articles(norms)]
    known = Known(norms, articles)
    days = [day for part in sets for day in part.read_days(known)]
    profile = LawProfile(
        norms=tuple(norms.values()),
        articles=tuple(articles),
        aliases=tuple(alias for part in sets for alias in part.read_aliases(known)),
        days=tuple(days),
        terms=tuple(term for part in sets for term in part.read_terms(known)),
        silences=tuple(silence for part in sets for silence in part.read_silences(known)),
        distances=_distances(*sets, known=known),
        regimes=tuple(regime for part in sets for regime in part.read_regimes(known)),
        rules=tuple(rule for part in sets for rule in part.read_rules(known)),
        spans=tuple(SpanLine(r.needed("place"), r.needed_day("first"), r.needed_day("last")) for r in spans.rows),
        places=tuple({part.place for part in sets} | {day.place for day in days}),
    )
    files: list[ProfileFile] = [spans, *(table for part in sets for table in part.tables)]
    return profile, [fault for file in files for fault in file.faults]


def _distances(general: LawSet, own: LawSet, *, known: Known) -> tuple[DistanceLine, ...]:
    """Return the country's rows and the entity's; of the same row of the same table, the entity's stands."""
    lines = [*general.read_distances(known, is_general=True), *own.read_distances(known, is_general=False)]
    return tuple({tuple(getattr(line, name) for name in DISTANCE_KEY): line for line in lines}.values())


def load_profile(profile: LawProfile, *, at: datetime) -> dict[str, int]:
    """Bring the law's rows to what the profile says; loading the same profile again changes nothing.

    Return how many rows of each kind changed.

    A day that changed is written anew, under a new id: that is how the other processes notice.
    """
    with transaction.atomic():
        reaching = _reaching()
        norms = _load_norms(profile.norms)
        articles = _load_articles(profile.articles, norms.ids)
        changed = {
            "norms": norms.changed,
            "articles": articles + _load_aliases(profile.aliases, norms.ids),
            "terms": _load_given(Term, ("slug", "valid_from"), profile.terms, norms.ids),
            "silences": _load_given(Silence, ("kind", "valid_from"), profile.silences, norms.ids),
            "distances": _load_given(DistanceRow, DISTANCE_KEY, profile.distances, norms.ids),
            "regimes": _load_given(FilingHours, ("valid_from",), profile.regimes, norms.ids),
            "rules": _load_given(RuleSource, ("rule", "valid_from"), profile.rules, norms.ids),
        }
        changed["spans"], reached = _load_spans(profile.spans)
        days = _joined(_load_days(profile, norms.ids), reached)
        changed |= {"days_added": days.added if days else 0, "days_removed": days.removed if days else 0}
        if any(changed.values()):
            ledger.record("law.loaded", subject="law", facts=changed, by=ACTOR, at=at)
        if days is not None:
            ledger.record(CALENDAR_CHANGED, subject="law", facts=asdict(days), by=ACTOR, at=at)
        for slug, first, _amount, _unit in sorted(_reaching() - reaching):
            facts = {"term": slug, "first": first.isoformat()}
            ledger.record(TERM_REACHES_OPEN, subject="law", facts=facts, by=ACTOR, at=at)
    selectors.forget_calendars()
    return changed


def _reaching() -> set[tuple[str, date, int, str]]:
    """Return the rows of terms that a transitional rule gives to cases under way as well."""
    return set(Term.objects.filter(reaches_open=True).values_list("slug", "valid_from", "amount", "unit"))


class _Loaded:
    """The ids of the norms by their codes, and how many rows changed."""

    def __init__(self, ids: Mapping[str, int], changed: int) -> None:
        self.ids = ids
        self.changed = changed


def _load_norms(lines: Iterable[NormLine]) -> _Loaded:
    changed = bring_up_to_date(Norm, (({"slug": line.slug}, _without(line, "slug")) for line in lines))
    return _Loaded(dict(Norm.objects.values_list("slug", "pk")), changed)


def _load_articles(lines: Iterable[ArticleLine], norms: Mapping[str, int]) -> int:
    key = ("norm", "number", "valid_from")
    rows = (
        (
            {"norm_id": norms[line.norm], "number": line.number, "valid_from": line.valid_from},
            _without(line, *key),
        )
        for line in lines
    )
    return bring_up_to_date(Article, rows)


def _load_aliases(lines: Iterable[AliasLine], norms: Mapping[str, int]) -> int:
    rows = (
        (
            {"article": article, "in_norm_id": norms[line.in_norm]},
            {"number": line.alias, "source": line.source},
        )
        for line in lines
        for article in Article.objects.filter(norm__slug=line.norm, number=line.number)
    )
    return bring_up_to_date(ArticleAlias, rows)


def _load_given(model: Any, key: tuple[str, ...], lines: Iterable[GivenLine], norms: Mapping[str, int]) -> int:
    """Bring the rows that a norm gives up to date; ``key`` is what a row is known by."""
    rows = (
        (
            {name: getattr(line, name) for name in key},
            {**_without(line, *key, "norm"), "norm_id": norms[line.norm]},
        )
        for line in lines
    )
    return bring_up_to_date(model, rows)


@dataclass(frozen=True)
class CalendarChange:
    """Which days of which places came or went: what open clocks are counted anew for.

    Without a norm no day came or went: the years that are loaded are others.
    """

    added: int
    removed: int
    places: list[str]
    first: str
    last: str
    norms: list[str]


def _joined(one: CalendarChange | None, other: CalendarChange | None) -> CalendarChange | None:
    """Return two changes of one load as one: the days that came or went, and the years that were loaded."""
    if one is None or other is None:
        return one or other
    return replace(
        one,
        places=sorted({*one.places, *other.places}),
        first=min(one.first, other.first),
        last=max(one.last, other.last),
    )


def _load_spans(lines: Iterable[SpanLine]) -> tuple[int, CalendarChange | None]:
    """Write the years that are loaded; return how many rows changed, and what they reach now that they did not."""
    before = {span.place: span for span in CalendarSpan.objects.all()}
    known = [(line, before.get(line.place)) for line in lines]
    rows = (({"place": line.place}, _without(line, "place")) for line, _span in known)
    changed = bring_up_to_date(CalendarSpan, rows)
    wider = [(line, span) for line, span in known if span is None or line.last > span.last or line.first < span.first]
    if not wider:
        return changed, None
    new_from = [line.first if span is None or line.first < span.first else span.last for line, span in wider]
    return changed, CalendarChange(
        added=0,
        removed=0,
        places=sorted({line.place for line, _span in wider}),
        first=min(new_from).isoformat(),
        last=max(line.last for line, _span in wider).isoformat(),
        norms=[],
    )


def _load_days(profile: LawProfile, norms: Mapping[str, int]) -> CalendarChange | None:
    """Write the days that are new or changed, and take away those that their place's list no longer has."""
    wanted = {_key_of(line, norms[line.norm]): line for line in profile.days}
    stored = {
        (day.date, day.place, day.name, day.kind, day.suspends_terms, day.norm_id): day
        for day in Day.objects.filter(place__in=profile.places).select_related("norm")
    }
    gone = [day for key, day in stored.items() if key not in wanted]
    new = [line for key, line in wanted.items() if key not in stored]
    Day.objects.filter(pk__in=[day.pk for day in gone]).delete()
    Day.objects.bulk_create([Day(**_without(line, "norm"), norm_id=norms[line.norm]) for line in new])
    touched = [*((day.date, day.place, day.norm.slug) for day in gone), *((d.date, d.place, d.norm) for d in new)]
    if not touched:
        return None
    return CalendarChange(
        added=len(new),
        removed=len(gone),
        places=sorted({place for _day, place, _norm in touched}),
        first=min(day for day, _place, _norm in touched).isoformat(),
        last=max(day for day, _place, _norm in touched).isoformat(),
        norms=sorted({norm for _day, _place, norm in touched}),
    )


def _key_of(line: DayLine, norm_id: int) -> tuple[Any, ...]:
    return (line.date, line.place, line.name, line.kind, line.suspends_terms, norm_id)


def _without(line: Any, *names: str) -> dict[str, Any]:
    return {name: value for name, value in vars(line).items() if name not in names}
