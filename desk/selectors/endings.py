"""What ends soon in the organisation, what stands empty, and what waits meanwhile."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, Min
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from law.rules.dates import day_short
from organization import selectors as organization
from organization.models import Absence, Abstention, Appointment, Grant, Person
from organization.rules.holding import Span, covers
from organization.selectors import Place
from organization.selectors.places import Row
from signing.selectors import certificates_of
from workflows.models import OPEN_STATUSES, Task

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Ending:
    """What ends on a day, and what then."""

    on: date
    what: str
    then: str


@dataclass(frozen=True)
class Waiting:
    """How many tasks of a unit are open, and when the first of them is due."""

    count: int
    first_due: date | None


@dataclass(frozen=True)
class Vacancy:
    """A post for which nobody may sign that day, since when it has no holder, and what waits there."""

    place: Place
    since: date | None
    waiting: Waiting


def waiting_in(unit_ids: Iterable[int]) -> dict[int, Waiting]:
    """Return what is open in each unit by its id: one query; a unit where nothing waits has no entry."""
    tasks = Task.objects.filter(unit__in=set(unit_ids), status__in=OPEN_STATUSES).exclude(kind="")
    rows = tasks.order_by().values_list("unit").annotate(Count("pk"), Min("due_on"))
    return {unit: Waiting(count, due) for unit, count, due in rows if unit is not None}


def endings_between(first: date, last: date, places: Sequence[Place]) -> list[Ending]:
    """Return what ends on one of the days, the soonest first, and what comes then.

    Appointments, grants, absences, abstentions, units and certificates.
    """
    rows = organization.ending_between(first, last)
    held: dict[int, list[Appointment]] = {}
    posts = {row.post_id for row in rows if isinstance(row, Appointment | Grant)}
    for appointment in Appointment.objects.filter(post__in=posts, awaits_act=False).select_related("person"):
        held.setdefault(appointment.post_id, []).append(appointment)
    waiting = waiting_in(row.post.unit_id for row in rows if isinstance(row, Appointment))
    found = [_ending(row, held, waiting) for row in rows]
    found += _units(first, last) + _certificates(first, last, places)
    return sorted(found, key=lambda ending: ending.on)


def vacancies_on(on: date, places: Sequence[Place]) -> list[Vacancy]:
    """Return the single-seat posts for which nobody may sign that day, those where most waits first."""
    empty = [place for place in places if place.person is None and place.post.is_single_seat]
    waiting = waiting_in(place.post.unit_id for place in empty)
    before: dict[int, date] = {}
    ended = Appointment.objects.filter(post__in=[p.post.pk for p in empty], to_on__lt=on, awaits_act=False)
    for row in ended.order_by("to_on"):
        if row.to_on is not None:
            before[row.post_id] = row.to_on + ONE_DAY
    found = [
        Vacancy(
            place,
            place.absence.from_on if place.absence else before.get(place.post.pk),
            waiting.get(place.post.unit_id, Waiting(0, None)),
        )
        for place in empty
    ]
    return sorted(found, key=lambda vacancy: -vacancy.waiting.count)


def _ending(row: Row, held: dict[int, list[Appointment]], waiting: dict[int, Waiting]) -> Ending:
    assert row.to_on is not None
    after = row.to_on + ONE_DAY
    names = {"person": row.person.full_name, "day": day_short(after, today=row.to_on)}
    if isinstance(row, Absence):
        return Ending(row.to_on, _("Ausencia de %(person)s") % names, _("vuelve el %(day)s") % names)
    names["post"] = row.post.title
    if isinstance(row, Abstention):
        what = _("Abstención de %(person)s, %(post)s, en un expediente") % names
        return Ending(row.to_on, what, _("vuelve a actuar en él el %(day)s") % names)
    titular = next((a.person for a in held.get(row.post_id, ()) if covers(Span(a.from_on, a.to_on), after)), None)
    if isinstance(row, Grant):
        what = _("%(kind)s de %(post)s, %(person)s") % {**names, "kind": row.get_kind_display()}
        return Ending(row.to_on, what, _after_grant(row, titular, after))
    what = _("Designación de %(post)s, %(person)s") % names
    if titular is not None:
        return Ending(row.to_on, what, _("sigue %(person)s") % {"person": titular.full_name})
    count = waiting.get(row.post.unit_id, Waiting(0, None)).count
    left = ngettext("%(count)d tarea abierta en su unidad", "%(count)d tareas abiertas en su unidad", count)
    return Ending(row.to_on, what, left % {"count": count} if count else _("sin titular después"))


def _after_grant(row: Grant, titular: Person | None, after: date) -> str:
    """Return who exercises the post once the grant is over."""
    if titular is None:
        return _("sin titular después")
    person = organization.holder_of(row.post, after)
    if person is None:
        return _("el titular sigue ausente: nadie cubre después")
    if person == titular:
        return _("vuelve el titular")
    return _("sigue %(person)s") % {"person": person.full_name}


def _units(first: date, last: date) -> list[Ending]:
    units = organization.units_ending_between(first, last)
    heirs = {unit.successor_id for unit in units if unit.successor_id}
    names = organization.unit_names({unit.pk for unit in units} | heirs, first)
    found = []
    for unit in units:
        heir = names.get(unit.successor_id or 0)
        then = _("su trabajo pasa a %(unit)s") % {"unit": heir.name} if heir else _("nadie recibe su trabajo")
        found.append(Ending(unit.valid_to or last, names[unit.pk].name, then))
    return found


def _certificates(first: date, last: date, places: Sequence[Place]) -> list[Ending]:
    seats = {place.person.pk: (place.person, place.post) for place in reversed(places) if place.person is not None}
    found = []
    for pk, row in certificates_of(seats).items():
        on, (person, post) = timezone.localdate(row.valid_to), seats[pk]
        if first <= on <= last:
            found.append(Ending(on, _("Certificado de %(person)s") % {"person": person.full_name}, post.title))
    return found
