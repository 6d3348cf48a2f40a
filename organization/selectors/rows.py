"""The rows that bear on some posts, and the names under which the rules read them."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Q

from organization.enums import GrantKind
from organization.models import Absence, Abstention, Appointment, Grant, Person, Post
from organization.rules.competence import Aside, Away, Facts, Given, Held, Named

COUNTS = Q(awaits_act=False)
"""An appointment or a grant whose act is signed, or is a citation: a draft gives nobody anything yet."""


@dataclass(frozen=True)
class Rows:
    """The rows that bear on some posts."""

    appointments: list[Appointment]
    absences: list[Absence]
    grants: list[Grant]
    posts: frozenset[int]
    abstentions: list[Abstention] = field(default_factory=list)

    @property
    def people(self) -> dict[int, Person]:
        """Return everybody whom the rows name, by id."""
        appointed = {row.person_id: row.person for row in self.appointments}
        aside = {row.person_id: row.person for row in self.abstentions}
        aside |= {row.designee_id: row.designee for row in self.abstentions}
        return aside | appointed | {row.person_id: row.person for row in self.grants}

    def facts(self) -> Facts:
        """Return all of them, as the rules read them."""
        held, away = tuple(map(_held, self.appointments)), tuple(map(_away, self.absences))
        return Facts(held, away, tuple(map(given_of, self.grants)), tuple(map(_aside, self.abstentions)))

    def by_post(self) -> dict[int, tuple[Named, Facts]]:
        """Return for each post its name and the rows that bear on it alone: a bulk question stays linear."""
        everything = self.facts()
        held: dict[int, list[Held]] = defaultdict(list)
        given: dict[int, list[Given]] = defaultdict(list)
        for row in everything.held:
            held[row.post.pk].append(row)
        for grant in everything.given:
            given[grant.post.pk].append(grant)
        names = {row.post.pk: row.post for row in everything.held} | {row.post.pk: row.post for row in everything.given}
        return {
            pk: (name, Facts(_with_own_posts(pk, held, given), everything.away, given[pk]))
            for pk, name in names.items()
            if pk in self.posts
        }


def _with_own_posts(pk: int, held: dict[int, list[Held]], given: dict[int, list[Given]]) -> list[Held]:
    return held[pk] + [row for grant in given[pk] for row in held[grant.own_post.pk]]


def rows_of(post_ids: set[int], on: date | None, file: int | None = None) -> Rows:
    """Return the appointments, grants and absences that bear on the posts: those of a day, or of all time.

    :param file: the expediente that is asked about; abstentions from it count too, for one query more.
    """
    valid = in_force(on) if on else Q()
    grants = list(Grant.objects.filter(valid, COUNTS, post__in=post_ids).select_related("person", "post", "own_post"))
    aside: list[Abstention] = []
    if file is not None:
        asked = Abstention.objects.filter(valid, expediente_id=file)
        aside = list(asked.select_related("person", "designee", "post", "designee_post").order_by("-pk"))
    posts = post_ids | {grant.own_post_id for grant in grants} | {row.designee_post_id for row in aside}
    appointments = list(Appointment.objects.filter(valid, COUNTS, post__in=posts).select_related("person", "post"))
    people = {row.person_id for row in appointments} | {row.person_id for row in grants}
    people |= {row.designee_id for row in aside}
    absences = list(Absence.objects.filter(valid, person__in=people).select_related("person"))
    return Rows(appointments, absences, grants, frozenset(post_ids), aside)


def in_force(on: date) -> Q:
    return Q(from_on__lte=on) & (Q(to_on__isnull=True) | Q(to_on__gte=on))


def person_name(person: Person) -> Named:
    return Named(person.pk, person.full_name)


def post_name(post: Post) -> Named:
    return Named(post.pk, post.title)


def _held(row: Appointment) -> Held:
    single = row.post.is_single_seat
    return Held(row.pk, post_name(row.post), person_name(row.person), row.from_on, row.to_on, row.act, single)


def _away(row: Absence) -> Away:
    return Away(row.pk, person_name(row.person), row.from_on, row.to_on, row.reason)


def _aside(row: Abstention) -> Aside:
    return Aside(
        row.pk,
        post_name(row.post),
        person_name(row.person),
        person_name(row.designee),
        post_name(row.designee_post),
        row.from_on,
        row.to_on,
        row.act,
    )


def given_of(row: Grant) -> Given:
    """Return the grant as the rules read it."""
    return Given(
        pk=row.pk or 0,
        kind=GrantKind(row.kind),
        post=post_name(row.post),
        person=person_name(row.person),
        own_post=post_name(row.own_post),
        first=row.from_on,
        last=row.to_on,
        act=row.act,
        scope=frozenset(row.scope),
    )


def held_by(person: Person) -> list[Held]:
    """Return all appointments of the person, as the rules read them."""
    return [_held(row) for row in person.appointments.filter(COUNTS).select_related("person", "post")]
