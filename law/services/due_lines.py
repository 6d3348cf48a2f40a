"""A line of ``manage.py due``: one JSON object in, one out, by the page docs/legal-clock.md.

Whatever is wrong in a line is refused with a sentence that names the field and says what to write.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, NoReturn, TypeVar

from django.utils.translation import gettext as _

from law.enums import Regime, TermUnit
from law.errors import LineRefused, SecondExtension
from law.rules.business_days import Calendar
from law.rules.deadlines import Case, Distance, Extension, derive
from law.rules.law_book import ENDS_RUN
from law.rules.legal_dates import LIMA, FilingRegime, filing_step, legal_filing_date, own_date_step
from law.rules.places import is_place
from law.rules.steps import DerivationStep, as_json
from law.rules.suspensions import Suspension, without_ends

FILING = "filing"
EVENT_KINDS = (FILING, "notification", "date")
FIELDS = frozenset(
    {"id", "event_kind", "event", "regime", "closes", "term", "place", "non_working"}
    | {"suspensions", "extension", "distance", "as_of"}
)
UNITS = {str(unit): unit for unit in TermUnit}
UNITS_OF_DAYS = {name: unit for name, unit in UNITS.items() if name.endswith("_days")}
REGIMES = {str(regime): regime for regime in Regime}
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
MOMENT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2}([.][0-9]{1,6})?)?(Z|[+-][0-9]{2}:[0-9]{2})?"
)
HOUR = re.compile(r"[0-9]{2}:[0-9]{2}")
T = TypeVar("T")


@dataclass(frozen=True)
class DueLine:
    """What a line asks. Of ``presented_at`` and ``event_on`` it has one; what is nothing is the entity's to say."""

    id: str | int | None
    event_kind: str
    presented_at: datetime | None
    event_on: date | None
    amount: int
    unit: TermUnit
    regime: Regime | None = None
    closes: time | None = None
    place: str = ""
    non_working: frozenset[date] | None = None
    suspensions: tuple[Suspension, ...] = ()
    extension: Extension | None = None
    distance: Distance | None = None
    as_of: date | None = None


def line_of(text: str) -> Mapping[str, Any]:
    """Return the object that the line is.

    :raises LineRefused: it is not one JSON object, or a field stands in it twice.
    """
    try:
        found = json.loads(text, object_pairs_hook=_once_each, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        raise LineRefused(
            _("No se entiende como JSON desde el carácter %(at)s. Escriba un objeto por línea, entre llaves.")
            % {"at": error.pos + 1}
        ) from None
    except (ValueError, RecursionError):
        raise LineRefused(_("Hay un número o una lista que no cabe. Escriba cantidades posibles.")) from None
    if not isinstance(found, dict):
        raise LineRefused(_("La línea no es un objeto. Escríbala entre llaves: {…}."))
    return found


def id_of(found: Mapping[str, Any]) -> str | int | None:
    """Return the id that comes back, also with a refusal; what cannot be one is nothing."""
    value = found.get("id")
    return value if isinstance(value, str | int) and not isinstance(value, bool) else None


def read(found: Mapping[str, Any]) -> DueLine:
    """Return what the line asks.

    A field that is ``null`` is absent.

    :raises LineRefused: a field is unknown, is missing or is not what it must be.
    :raises SecondExtension: more than one extension.
    """
    fields = _fields(found, FIELDS, needed=("event_kind", "event", "term"), within="")
    kind = _choice(fields["event_kind"], "event_kind", {kind: kind for kind in EVENT_KINDS})
    term = _fields(fields["term"], {"amount", "unit"}, needed=("amount", "unit"), within="term")
    regime, closes = _regime(fields, kind)
    return DueLine(
        id=_id(fields.get("id")),
        event_kind=kind,
        presented_at=_moment(fields["event"], "event") if kind == FILING else None,
        event_on=None if kind == FILING else _day(fields["event"], "event"),
        amount=_amount(term["amount"], "term.amount"),
        unit=_choice(term["unit"], "term.unit", UNITS),
        regime=regime,
        closes=closes,
        place=_place(fields.get("place")),
        non_working=_days(fields.get("non_working")),
        suspensions=_suspensions(fields.get("suspensions")),
        extension=_extension(fields.get("extension")),
        distance=_distance(fields.get("distance")),
        as_of=_day(fields["as_of"], "as_of") if "as_of" in fields else None,
    )


def day_of(line: DueLine) -> date:
    """Return the day of the event, before the law moves it.

    :raises LineRefused: it is none that a calendar has.
    """
    if line.event_on is not None:
        return line.event_on
    assert line.presented_at is not None
    try:
        return line.presented_at.astimezone(LIMA).date()
    except OverflowError:
        raise LineRefused(_("«event» es un momento que ningún calendario tiene. Corríjalo.")) from None


def answer(line: DueLine, *, calendar: Calendar, regime: FilingRegime, sources: Mapping[str, str]) -> dict[str, object]:
    """Return the answer to a line.

    :param regime: the one that the line brings, else the entity's of that day.
    :param sources: for each rule, the norm that gives it on that day, as it may be shown.
    :raises LawError: the line asks what the law that is loaded does not give; the error is the sentence.
    """
    legal_on, step = _legal_date(line, calendar, regime, sources)
    case = Case(
        event_on=legal_on,
        amount=line.amount,
        unit=line.unit,
        suspensions=without_ends(line.suspensions) if ENDS_RUN in sources else line.suspensions,
        extension=line.extension,
        distance=line.distance,
        sources=sources,
    )
    counted = derive(case, calendar)
    return {
        "id": line.id,
        "legal_date": legal_on.isoformat(),
        "first_day": counted.first_day.isoformat() if counted.first_day else None,
        "due": counted.due_on.isoformat() if counted.due_on else None,
        "state": counted.state,
        "derivation": [as_json(each) for each in (step, *counted.steps)],
    }


def _legal_date(
    line: DueLine, calendar: Calendar, regime: FilingRegime, sources: Mapping[str, str]
) -> tuple[date, DerivationStep]:
    if line.presented_at is None:
        assert line.event_on is not None
        return line.event_on, own_date_step(line.event_kind, line.event_on)
    legal = legal_filing_date(line.presented_at, calendar, regime)
    return legal.day, filing_step(line.presented_at, legal, regime, sources.get(legal.rule_id, ""))


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _value in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise LineRefused(_("El campo «%(field)s» está dos veces. Deje uno.") % {"field": twice})
    return found


def _no_constant(word: str) -> NoReturn:
    raise LineRefused(_("«%(word)s» no es un número. Escriba una cantidad entera.") % {"word": word})


def _fields(
    value: Any, known: Sequence[str] | frozenset[str] | set[str], *, needed: Sequence[str], within: str
) -> dict[str, Any]:
    """Return the fields that say something, of an object that has no unknown ones."""
    if not isinstance(value, dict):
        raise LineRefused(
            _("«%(field)s» debe ser un objeto con estos campos: %(known)s.")
            % {"field": within, "known": ", ".join(sorted(known))}
        )
    prefix = f"{within}." if within else ""
    unknown = [prefix + name for name in value if name not in known]
    if unknown:
        raise LineRefused(
            _("No se conoce «%(unknown)s». Los campos son: %(known)s.")
            % {"unknown": "», «".join(unknown), "known": ", ".join(sorted(known))}
        )
    fields = {name: each for name, each in value.items() if each is not None}
    for name in needed:
        if name not in fields:
            raise LineRefused(_("Falta «%(field)s». Escríbalo.") % {"field": prefix + name})
    return fields


def _id(value: Any) -> str | int | None:
    if value is not None and (isinstance(value, bool) or not isinstance(value, str | int)):
        raise LineRefused(_("«id» debe ser un texto."))
    found: str | int | None = value
    return found


def _choice(value: Any, field: str, choices: Mapping[str, T]) -> T:
    found = choices.get(value) if isinstance(value, str) else None
    if found is None:
        raise LineRefused(
            _("«%(field)s» dice %(value)s. Escriba una de estas palabras: %(known)s.")
            % {"field": field, "value": _shown(value), "known": ", ".join(choices)}
        )
    return found


def _amount(value: Any, field: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise LineRefused(
            _("«%(field)s» debe ser un número entero, de cero en adelante, y dice %(value)s.")
            % {"field": field, "value": _shown(value)}
        )
    return value


def _day(value: Any, field: str) -> date:
    try:
        if isinstance(value, str) and DAY.fullmatch(value):
            return date.fromisoformat(value)
    except ValueError:
        pass
    raise LineRefused(
        _("«%(field)s» debe ser un día que exista, como 2026-11-20, y dice %(value)s.")
        % {"field": field, "value": _shown(value)}
    )


def _moment(value: Any, field: str) -> datetime:
    try:
        if isinstance(value, str) and MOMENT.fullmatch(value):
            return _with_zone(datetime.fromisoformat(value), field)
    except ValueError:
        pass
    raise LineRefused(
        _("«%(field)s» de una presentación debe ser un momento, como 2026-11-20T23:58:00-05:00, y dice %(value)s.")
        % {"field": field, "value": _shown(value)}
    )


def _with_zone(moment: datetime, field: str) -> datetime:
    if moment.tzinfo is None:
        raise LineRefused(
            _("La hora de «%(field)s» no dice su zona. Añádala al final: -05:00 es la de Lima.") % {"field": field}
        )
    return moment


def _regime(fields: Mapping[str, Any], kind: str) -> tuple[Regime | None, time | None]:
    """Return the regime and the closing hour that the line brings."""
    brought = [name for name in ("regime", "closes") if name in fields]
    if brought and kind != FILING:
        raise LineRefused(
            _("«%(field)s» es solo de las presentaciones (filing). Quítelo.") % {"field": "», «".join(brought)}
        )
    regime = _choice(fields["regime"], "regime", REGIMES) if "regime" in fields else None
    return regime, _hour(fields["closes"]) if "closes" in fields else None


def _hour(value: Any) -> time:
    try:
        if isinstance(value, str) and HOUR.fullmatch(value):
            return time.fromisoformat(value)
    except ValueError:
        pass
    raise LineRefused(_("«closes» debe ser una hora como 16:30 y dice %(value)s.") % {"value": _shown(value)})


def _place(value: Any) -> str:
    if value is None:
        return ""
    if not isinstance(value, str) or not is_place(value):
        raise LineRefused(
            _("«place» dice %(value)s. Escriba un código ISO 3166-2, como PE-CUS, o un ubigeo, como 080909.")
            % {"value": _shown(value)}
        )
    return value


def _list(value: Any, field: str) -> list[Any]:
    if not isinstance(value, list):
        raise LineRefused(_("«%(field)s» debe ser una lista, entre corchetes.") % {"field": field})
    return value


def _days(value: Any) -> frozenset[date] | None:
    if value is None:
        return None
    return frozenset(_day(each, "non_working") for each in _list(value, "non_working"))


def _suspensions(value: Any) -> tuple[Suspension, ...]:
    if value is None:
        return ()
    return tuple(_suspension(each) for each in _list(value, "suspensions"))


def _suspension(value: Any) -> Suspension:
    fields = _fields(value, {"from", "to"}, needed=("from",), within="suspensions")
    last = _day(fields["to"], "suspensions.to") if "to" in fields else None
    return Suspension(_day(fields["from"], "suspensions.from"), last)


def _extension(value: Any) -> Extension | None:
    if value is None:
        return None
    if isinstance(value, list) and len(value) > 1:
        raise SecondExtension
    names = ("amount", "unit", "requested")
    fields = _fields(value, set(names), needed=names, within="extension")
    amount = _amount(fields["amount"], "extension.amount")
    unit = _choice(fields["unit"], "extension.unit", UNITS)
    return Extension(amount, unit, _day(fields["requested"], "extension.requested"))


def _distance(value: Any) -> Distance | None:
    if value is None:
        return None
    fields = _fields(value, {"days", "unit"}, needed=("days", "unit"), within="distance")
    return Distance(_amount(fields["days"], "distance.days"), _choice(fields["unit"], "distance.unit", UNITS_OF_DAYS))


def _shown(value: Any) -> str:
    """Return what stands there, cut where it is long."""
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 60 else f"{text[:60]}…"
