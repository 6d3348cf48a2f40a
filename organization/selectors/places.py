"""Who holds what, for those who look after it."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from organization.models import Absence, Abstention, Appointment, Grant, Person, Post, Unit, UnitName
from organization.selectors.holding import holders_of
from organization.selectors.rows import COUNTS, in_force, rows_of
from organization.selectors.units import living_posts, tree, unit_names


@dataclass(frozen=True)
class Place:
    """A seat on a day: who is appointed, whether they are away, who acts as it by a grant, and who exercises it."""

    post: Post
    unit: UnitName
    titular: Appointment | None
    absence: Absence | None
    grants: tuple[Grant, ...]
    person: Person | None


def places_on(on: date) -> list[Place]:
    """Return every seat of the units that exist that day, unit by unit, the head first; an empty post has one."""
    posts = list(living_posts(on).select_related("unit"))
    names = unit_names((post.unit_id for post in posts), on)
    rows = rows_of({post.pk for post in posts}, on)
    exercised = holders_of((post.pk for post in posts), on)
    titulars: dict[int, list[Appointment | None]] = defaultdict(list)
    grants: dict[int, list[Grant]] = defaultdict(list)
    for row in sorted(rows.appointments, key=lambda row: row.from_on):
        titulars[row.post_id].append(row)
    for grant in rows.grants:
        grants[grant.post_id].append(grant)
    away = {row.person_id: row for row in rows.absences}
    parents = tree().on(on)
    ordered = sorted(posts, key=lambda post: (parents[post.unit_id] or 0, post.unit_id, not post.is_head, post.slug))
    found = []
    for post in ordered:
        for titular in titulars[post.pk] or [None]:
            absence = away.get(titular.person_id) if titular else None
            person = titular.person if titular and not absence else exercised.get(post.pk)
            found.append(Place(post, names[post.unit_id], titular, absence, tuple(grants[post.pk]), person))
    return found


Row = Appointment | Absence | Grant | Abstention


def ending_between(first: date, last: date) -> list[Row]:
    """Return what ends on one of these days, the soonest first. What waits for its act never began."""
    ends = Q(to_on__range=(first, last))
    rows: list[Row] = [
        *Appointment.objects.filter(ends, COUNTS).select_related("post", "person"),
        *Absence.objects.filter(ends).select_related("person"),
        *Grant.objects.filter(ends, COUNTS).select_related("post", "person"),
        *Abstention.objects.filter(ends).select_related("post", "person"),
    ]
    return sorted(rows, key=lambda row: row.to_on or date.max)


def units_ending_between(first: date, last: date) -> list[Unit]:
    """Return the units whose last day is one of these, with their successors."""
    return list(Unit.objects.filter(valid_to__range=(first, last)).select_related("successor"))


def appointments_on(on: date) -> list[Appointment]:
    """Return the appointments in force that day, by surname."""
    rows = Appointment.objects.filter(in_force(on), COUNTS, person__username__isnull=False).select_related(
        "person", "post"
    )
    return list(rows.order_by("person__surnames", "person__given_names", "post__title"))
