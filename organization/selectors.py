"""Who may, and who is competent on a day. Trays ask in bulk: each ``…s`` takes ids and costs one query."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet

from organization.enums import Capacity, GrantKind, Role
from organization.errors import EntityMissing
from organization.models import Absence, Appointment, Entity, Grant, Person, Post, Unit, UnitName
from organization.rules import competence
from organization.rules.competence import ActKind, Away, Facts, Given, Held, Link, Named
from organization.rules.holding import Holding, Span, covers, holder_on


def entity() -> Entity:
    """Return the entity that this installation serves.

    :raises EntityMissing: no profile was loaded yet.
    """
    found = Entity.objects.first()
    if found is None:
        raise EntityMissing
    return found


# Who holds a post


def holder_of(post: Post, on: date) -> Person | None:
    """Return who exercises the post that day: its present holder, else who covers them; or nobody."""
    return holders_of([post.pk], on).get(post.pk)


def holders_of(post_ids: Iterable[int], on: date) -> dict[int, Person]:
    """Return who exercises each post by its id; one that is vacant or whose holder is absent uncovered has no entry."""
    wanted = set(post_ids)
    away = Exists(Absence.objects.filter(_valid(on), person=OuterRef("person")))
    covered = Exists(Grant.objects.filter(_valid(on), post__in=wanted))
    appointments = list(
        Appointment.objects.filter(_valid(on), post__in=wanted)
        .select_related("person")
        .annotate(is_away=away, is_covered=covered)
        .order_by("from_on", "pk")
    )
    if appointments and not any(row.is_away or row.is_covered for row in appointments):
        return {row.post_id: row.person for row in appointments}
    return _exercised(wanted, on)


def _exercised(post_ids: set[int], on: date) -> dict[int, Person]:
    """Return who exercises each post on a day when somebody is away or acts for another."""
    rows = _rows_of(post_ids, on)
    people = rows.people
    found = {post: competence.exercised_by(named, on, facts) for post, (named, facts) in rows.by_post().items()}
    return {post: people[named[0].pk] for post, named in found.items() if named}


def titulars_of(post_ids: Iterable[int], on: date) -> dict[int, Person]:
    """Return who is appointed to each post by its id, present or absent; a vacant post has no entry."""
    by_post: dict[int, list[Appointment]] = defaultdict(list)
    for appointment in Appointment.objects.filter(post__in=set(post_ids)).select_related("person"):
        by_post[appointment.post_id].append(appointment)
    people = {a.person_id: a.person for appointments in by_post.values() for a in appointments}
    held = {post: holder_on(map(_holding, appointments), on) for post, appointments in by_post.items()}
    return {post: people[person] for post, person in held.items() if person is not None}


def holders(post: Post, on: date) -> list[Person]:
    """Return everybody who exercises the post that day: several where it has more than one seat."""
    rows = _rows_of({post.pk}, on)
    people = rows.people
    return [people[named.pk] for named in competence.exercised_by(_post(post), on, rows.facts())]


def posts_of(person: Person, on: date) -> list[Post]:
    """Return the posts whose work is the person's that day, with their units; heads first.

    Their own, and those that a grant in force gives them. Who is absent has none.
    """
    appointments = list(
        person.appointments.filter(_valid(on))
        .select_related("post__unit")
        .annotate(
            is_away=Exists(Absence.objects.filter(_valid(on), person=OuterRef("person"))),
            is_granted=Exists(Grant.objects.filter(_valid(on), person=OuterRef("person"))),
        )
    )
    if any(row.is_away for row in appointments):
        return []
    posts = {row.post_id: row.post for row in appointments}
    granted = {}
    if any(row.is_granted for row in appointments):
        granted = {g.post_id: g.post for g in person.grants.filter(_valid(on)).select_related("post__unit")}
    if granted:
        rows = _rows_of(set(granted), on)
        me = _person(person)
        posts |= {pk: post for pk, post in granted.items() if competence.may_work(_post(post), on, rows.facts(), me)}
    return sorted(posts.values(), key=lambda post: (not post.is_head, post.slug))


def vacant_posts(on: date) -> list[Post]:
    """Return the posts of living units that nobody holds that day."""
    posts = list(Post.objects.select_related("unit").filter(unit__in=_living_units(on)))
    held = titulars_of((post.pk for post in posts), on)
    return [post for post in posts if post.pk not in held]


def members_of(unit: Unit, on: date) -> list[Person]:
    """Return everybody who holds a post of the unit that day, its head first."""
    appointments = Appointment.objects.filter(post__unit=unit).select_related("person", "post")
    valid = sorted((a for a in appointments if covers(_holding(a), on)), key=lambda a: (not a.post.is_head, a.pk))
    return list({a.person_id: a.person for a in valid}.values())


def _holding(appointment: Appointment) -> Holding:
    return Holding(appointment.post_id, appointment.person_id, appointment.from_on, appointment.to_on)


# Competence, with the acts that make it


@dataclass(frozen=True)
class Competent:
    """Who is competent as a post on a day, in which capacity, for whom, by which acts."""

    post: Post
    person: Person
    capacity: Capacity
    chain: tuple[Link, ...]
    titular: Person | None = None
    grant: Grant | None = None


def competent_for(post: Post, on: date, *, kind: ActKind, person: Person | None = None) -> Competent:
    """Return who is competent for the kind of act as the post that day, and the chain of acts that makes them so.

    :param person: ask for this person alone; without one, for whom the act falls to.
    :raises NotCompetent: nobody, or not this person; its sentence says which link fails and what would mend it.
    """
    rows = _rows_of({post.pk}, None)
    found = competence.competent_for(kind, _post(post), on, rows.facts(), _person(person) if person else None)
    people = rows.people
    titular = people[found.titular.pk] if found.titular else None
    grant = next((g for g in rows.grants if found.grant is not None and g.pk == found.grant.pk), None)
    return Competent(post, people[found.person.pk], found.capacity, found.chain, titular, grant)


@dataclass(frozen=True)
class _Rows:
    """The rows that bear on some posts."""

    appointments: list[Appointment]
    absences: list[Absence]
    grants: list[Grant]
    posts: frozenset[int]

    @property
    def people(self) -> dict[int, Person]:
        """Return everybody whom the rows name, by id."""
        appointed = {row.person_id: row.person for row in self.appointments}
        return appointed | {row.person_id: row.person for row in self.grants}

    def facts(self) -> Facts:
        """Return all of them, as the rules read them."""
        held, away = tuple(map(_held, self.appointments)), tuple(map(_away, self.absences))
        return Facts(held, away, tuple(map(given_of, self.grants)))

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


def _rows_of(post_ids: set[int], on: date | None) -> _Rows:
    """Return the appointments, grants and absences that bear on the posts: those of a day, or of all time."""
    valid = _valid(on) if on else Q()
    grants = list(Grant.objects.filter(valid, post__in=post_ids).select_related("person", "post", "own_post"))
    posts = post_ids | {grant.own_post_id for grant in grants}
    appointments = list(Appointment.objects.filter(valid, post__in=posts).select_related("person", "post"))
    people = {row.person_id for row in appointments} | {row.person_id for row in grants}
    absences = list(Absence.objects.filter(valid, person__in=people).select_related("person"))
    return _Rows(appointments, absences, grants, frozenset(post_ids))


def _valid(on: date) -> Q:
    return Q(from_on__lte=on) & (Q(to_on__isnull=True) | Q(to_on__gte=on))


def _person(person: Person) -> Named:
    return Named(person.pk, person.full_name)


def _post(post: Post) -> Named:
    return Named(post.pk, post.title)


def _held(row: Appointment) -> Held:
    single = row.post.is_single_seat
    return Held(row.pk, _post(row.post), _person(row.person), row.from_on, row.to_on, row.act, single)


def _away(row: Absence) -> Away:
    return Away(row.pk, _person(row.person), row.from_on, row.to_on, row.reason)


def given_of(row: Grant) -> Given:
    """Return the grant as the rules read it."""
    return Given(
        pk=row.pk or 0,
        kind=GrantKind(row.kind),
        post=_post(row.post),
        person=_person(row.person),
        own_post=_post(row.own_post),
        first=row.from_on,
        last=row.to_on,
        act=row.act,
        scope=frozenset(row.scope),
    )


def held_by(person: Person) -> list[Held]:
    """Return all appointments of the person, as the rules read them."""
    return [_held(row) for row in person.appointments.select_related("person", "post")]


# Units


def units_on(on: date) -> list[Unit]:
    """Return the units that exist that day."""
    return list(_living_units(on))


def unit_name(unit: Unit, on: date) -> UnitName:
    """Return the unit's name that day; on a day outside its life, the nearest one that it bore."""
    return unit_names([unit.pk], on)[unit.pk]


def unit_names(unit_ids: Iterable[int], on: date) -> dict[int, UnitName]:
    """Return the name of each unit that day, by its id."""
    by_unit: dict[int, list[UnitName]] = defaultdict(list)
    for name in UnitName.objects.filter(unit__in=set(unit_ids)).order_by("valid_from"):
        by_unit[name.unit_id].append(name)
    return {unit: _nearest(names, on) for unit, names in by_unit.items()}


def unit_label(unit: Unit, on: date) -> str:
    """Return the unit's siglas that day."""
    return unit_name(unit, on).siglas


def unit_labels(unit_ids: Iterable[int], on: date) -> dict[int, str]:
    """Return the siglas of each unit that day, by its id."""
    return {unit: name.siglas for unit, name in unit_names(unit_ids, on).items()}


def unit_by_siglas(siglas: str, on: date) -> Unit | None:
    """Return the unit that a document cites under these siglas: its own that day, else one of its aliases."""
    spelled = Q(siglas__iexact=siglas) | Q(siglas_path__iexact=siglas)
    for name in UnitName.objects.filter(spelled).select_related("unit"):
        if covers(Span(name.valid_from, name.valid_to), on):
            return name.unit
    return Unit.objects.filter(Q(aliases__siglas__iexact=siglas)).first()


def head_post(unit: Unit) -> Post | None:
    """Return the post that heads the unit, held or vacant."""
    return head_posts([unit.pk]).get(unit.pk)


def head_posts(unit_ids: Iterable[int]) -> dict[int, Post]:
    """Return the post that heads each unit, by the unit's id."""
    return {post.unit_id: post for post in Post.objects.filter(unit__in=set(unit_ids), is_head=True).order_by("-slug")}


def _living_units(on: date) -> QuerySet[Unit]:
    return Unit.objects.filter(valid_from__lte=on).exclude(valid_to__lt=on)


def _nearest(names: list[UnitName], on: date) -> UnitName:
    """Return the name valid that day, else the last one before it, else the first."""
    started = [name for name in names if name.valid_from <= on]
    return started[-1] if started else names[0]


# Rights that do not follow from holding a file


def roles_of(person: Person, on: date) -> frozenset[str]:
    """Return the roles of the units in which the person holds a post that day."""
    return frozenset(post.unit.role for post in posts_of(person, on) if post.unit.role)


def has_role(person: Person, role: Role, on: date) -> bool:
    """Return whether the person holds a post in a unit with that role."""
    return role in roles_of(person, on)


@dataclass(frozen=True)
class Seat:
    """A post, the unit where it stands, and who holds it on the day that was asked."""

    post: Post
    unit_name: str
    person: Person


def seats_on(on: date) -> list[Seat]:
    """Return who sits where that day, the entity's top and the heads first; vacant posts are left out."""
    posts = list(Post.objects.select_related("unit").order_by("unit__parent_id", "unit_id", "-is_head"))
    held = holders_of((post.pk for post in posts), on)
    names = unit_names((post.unit_id for post in posts), on)
    return [Seat(post, names[post.unit_id].name, held[post.pk]) for post in posts if post.pk in held]


# Who holds what, for those who look after it


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
    posts = list(Post.objects.select_related("unit").filter(unit__in=_living_units(on)))
    names = unit_names((post.unit_id for post in posts), on)
    rows = _rows_of({post.pk for post in posts}, on)
    exercised = holders_of((post.pk for post in posts), on)
    titulars: dict[int, list[Appointment | None]] = defaultdict(list)
    grants: dict[int, list[Grant]] = defaultdict(list)
    for row in sorted(rows.appointments, key=lambda row: row.from_on):
        titulars[row.post_id].append(row)
    for grant in rows.grants:
        grants[grant.post_id].append(grant)
    away = {row.person_id: row for row in rows.absences}
    ordered = sorted(posts, key=lambda post: (post.unit.parent_id or 0, post.unit_id, not post.is_head, post.slug))
    found = []
    for post in ordered:
        for titular in titulars[post.pk] or [None]:
            absence = away.get(titular.person_id) if titular else None
            person = titular.person if titular and not absence else exercised.get(post.pk)
            found.append(Place(post, names[post.unit_id], titular, absence, tuple(grants[post.pk]), person))
    return found


def ending_between(first: date, last: date) -> list[Appointment | Absence | Grant]:
    """Return what ends on one of these days, the soonest first."""
    ends = Q(to_on__range=(first, last))
    rows: list[Appointment | Absence | Grant] = [
        *Appointment.objects.filter(ends).select_related("post", "person"),
        *Absence.objects.filter(ends).select_related("person"),
        *Grant.objects.filter(ends).select_related("post", "person"),
    ]
    return sorted(rows, key=lambda row: row.to_on or date.max)


def appointments_on(on: date) -> list[Appointment]:
    """Return the appointments in force that day, by surname."""
    rows = Appointment.objects.filter(_valid(on), person__username__isnull=False).select_related("person", "post")
    return list(rows.order_by("person__surnames", "person__given_names", "post__title"))
