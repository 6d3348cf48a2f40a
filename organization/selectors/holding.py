"""Who holds a post on a day. Trays ask in bulk: each ``…s`` takes ids and costs one query."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef

from organization.models import Absence, Appointment, Grant, Person, Post, Unit
from organization.rules import competence
from organization.rules.holding import Holding, covers, holder_on
from organization.selectors.rows import COUNTS, in_force, person_name, post_name, rows_of
from organization.selectors.units import living_posts


def holder_of(post: Post, on: date) -> Person | None:
    """Return who exercises the post that day: its present holder, else who covers them; or nobody."""
    return holders_of([post.pk], on).get(post.pk)


def holders_of(post_ids: Iterable[int], on: date) -> dict[int, Person]:
    """Return who exercises each post by its id; one that is vacant or whose holder is absent uncovered has no entry."""
    wanted = set(post_ids)
    away = Exists(Absence.objects.filter(in_force(on), person=OuterRef("person")))
    covered = Exists(Grant.objects.filter(in_force(on), COUNTS, post__in=wanted))
    appointments = list(
        Appointment.objects.filter(in_force(on), COUNTS, post__in=wanted)
        .select_related("person")
        .annotate(is_away=away, is_covered=covered)
        .order_by("from_on", "pk")
    )
    if appointments and not any(row.is_away or row.is_covered for row in appointments):
        return {row.post_id: row.person for row in appointments}
    return _exercised(wanted, on)


def _exercised(post_ids: set[int], on: date) -> dict[int, Person]:
    """Return who exercises each post on a day when somebody is away or acts for another."""
    rows = rows_of(post_ids, on)
    people = rows.people
    found = {post: competence.exercised_by(named, on, facts) for post, (named, facts) in rows.by_post().items()}
    return {post: people[named[0].pk] for post, named in found.items() if named}


def titulars_of(post_ids: Iterable[int], on: date) -> dict[int, Person]:
    """Return who is appointed to each post by its id, present or absent; a vacant post has no entry."""
    by_post: dict[int, list[Appointment]] = defaultdict(list)
    for appointment in Appointment.objects.filter(COUNTS, post__in=set(post_ids)).select_related("person"):
        by_post[appointment.post_id].append(appointment)
    people = {a.person_id: a.person for appointments in by_post.values() for a in appointments}
    held = {post: holder_on(map(_holding, appointments), on) for post, appointments in by_post.items()}
    return {post: people[person] for post, person in held.items() if person is not None}


def holders(post: Post, on: date) -> list[Person]:
    """Return everybody who exercises the post that day: several where it has more than one seat."""
    rows = rows_of({post.pk}, on)
    people = rows.people
    return [people[named.pk] for named in competence.exercised_by(post_name(post), on, rows.facts())]


def posts_of(person: Person, on: date) -> list[Post]:
    """Return the posts whose work is the person's that day, with their units; heads first.

    Their own, and those that a grant in force gives them. Who is absent has none.
    """
    appointments = list(
        person.appointments.filter(in_force(on), COUNTS)
        .select_related("post__unit")
        .annotate(
            is_away=Exists(Absence.objects.filter(in_force(on), person=OuterRef("person"))),
            is_granted=Exists(Grant.objects.filter(in_force(on), COUNTS, person=OuterRef("person"))),
            is_heir=_is_heir(on),
        )
    )
    if any(row.is_away for row in appointments):
        return []
    posts = _with_heirs(appointments)
    granted = {}
    if any(row.is_granted for row in appointments):
        rows_of_grants = person.grants.filter(in_force(on), COUNTS).select_related("post__unit")
        granted = _with_heirs(list(rows_of_grants.annotate(is_heir=_is_heir(on))))
    if granted:
        rows = rows_of(set(granted), on)
        me = person_name(person)
        posts |= {
            pk: post for pk, post in granted.items() if competence.may_work(post_name(post), on, rows.facts(), me)
        }
    return sorted(posts.values(), key=lambda post: (not post.is_head, post.slug))


def _is_heir(on: date) -> Exists:
    """Say whether the post's unit took over another one that has ended."""
    return Exists(Unit.objects.filter(successor=OuterRef("post__unit"), valid_to__lt=on))


def _with_heirs(rows: Iterable[Any]) -> dict[int, Post]:
    """Return the post of each row; its unit says whether it has predecessors."""
    for row in rows:
        row.post.unit.is_heir = row.is_heir
    return {row.post_id: row.post for row in rows}


def vacant_posts(on: date) -> list[Post]:
    """Return the posts of living units that nobody holds that day."""
    posts = list(living_posts(on).select_related("unit"))
    held = titulars_of((post.pk for post in posts), on)
    return [post for post in posts if post.pk not in held]


def members_of(unit: Unit, on: date) -> list[Person]:
    """Return everybody who holds a post of the unit that day, its head first."""
    appointments = Appointment.objects.filter(COUNTS, post__unit=unit).select_related("person", "post")
    valid = sorted((a for a in appointments if covers(_holding(a), on)), key=lambda a: (not a.post.is_head, a.pk))
    return list({a.person_id: a.person for a in valid}.values())


def _holding(appointment: Appointment) -> Holding:
    return Holding(appointment.post_id, appointment.person_id, appointment.from_on, appointment.to_on)
