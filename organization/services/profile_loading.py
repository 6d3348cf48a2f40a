"""Brings the organization's rows to what the profile says. Loading the same profile again changes nothing."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from django.conf import settings
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX, make_password
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from law.services.profile_rows import ACTOR, bring_up_to_date
from ledger import services as ledger
from organization.errors import CycleInUnits, MoveRefused, OtherEntity, SeatTaken
from organization.models import (
    Absence,
    Appointment,
    Entity,
    Grant,
    Person,
    Post,
    Unit,
    UnitAlias,
    UnitMove,
    UnitName,
)
from organization.ports import EntityLine, OrganizationProfile, PersonLine, UnitLine, UnitMoveLine
from organization.rules.holding import Holding, overlaps
from organization.rules.succession import settled
from organization.selectors.units import tree
from organization.services.grants import check_absence, check_grant

DEMO_PASSWORD = "demo"


def load_profile(profile: OrganizationProfile, *, at: datetime) -> None:
    """Write what is new or changed. People, posts and units that the profile no longer names stay: files cite them.

    :raises OtherEntity: the installation serves another entity.
    :raises MoveRefused: it would hang a unit elsewhere on days of which something else was said.
    :raises CycleInUnits: its moves and those made here make a ring.
    :raises SeatTaken: an appointment made here stands in the way of one of the profile's.
    :raises AbsenceOverlaps: so does an absence.
    :raises GrantRefused: so does a grant.
    """
    profile = settled(profile, timezone.localdate(at))
    with transaction.atomic():
        changed = {
            "entity": _load_entity(profile.entity),
            "units": _load_units(profile.units),
            "people": _load_people(profile.people),
        }
        units = dict(Unit.objects.values_list("slug", "pk"))
        changed |= {
            "moves": _load_moves(profile.moves, units),
            "names": _load_names(profile, units),
            "aliases": _load_aliases(profile, units),
            "posts": _load_posts(profile, units),
        }
        changed["appointments"] = _load_appointments(profile)
        changed["absences"] = _load_absences(profile)
        changed["grants"] = _load_grants(profile)
        if any(changed.values()):
            ledger.record("organization.loaded", subject="entity:1", facts=changed, by=ACTOR, at=at)


def _load_entity(line: EntityLine) -> int:
    served = Entity.objects.first()
    if served is not None and served.slug != line.slug:
        raise OtherEntity(served.name, line.name)
    return bring_up_to_date(Entity, [({"pk": 1}, vars(line))])


def _load_units(lines: Sequence[UnitLine]) -> int:
    """Write the units first and hang the new ones from their parents then: a line may come before its parent's."""
    known = dict(Unit.objects.values_list("slug", "parent__slug"))
    for line in lines:
        if line.slug in known and (known[line.slug] or "") != line.parent:
            _refuse_overwriting(line.slug, line.first)
    changed = bring_up_to_date(
        Unit,
        (
            (
                {"slug": line.slug},
                {
                    "valid_from": line.first,
                    "valid_to": line.last,
                    "role": line.role,
                    "is_outside": line.is_outside,
                },
            )
            for line in lines
        ),
    )
    ids = dict(Unit.objects.values_list("slug", "pk"))
    parents = (
        ({"slug": line.slug}, {"parent_id": ids.get(line.parent), "successor_id": ids.get(line.successor)})
        for line in lines
    )
    return changed + bring_up_to_date(Unit, parents)


def _load_moves(lines: Sequence[UnitMoveLine], units: Mapping[str, int]) -> int:
    """Write the moves that are new. Where a unit hung on a day is never rewritten; only the citation can be."""
    known = {(row.unit_id, row.from_on): row.parent_id for row in UnitMove.objects.all()}
    for line in lines:
        parent = units.get(line.parent)
        if known.get((units[line.unit], line.first), parent) != parent:
            _refuse_overwriting(line.unit, line.first)
    changed = bring_up_to_date(
        UnitMove,
        (
            (
                {"unit_id": units[line.unit], "from_on": line.first},
                {"parent_id": units.get(line.parent), "act": line.act},
            )
            for line in lines
        ),
    )
    if changed and tree().rings():
        raise CycleInUnits(
            _("Con los traslados registrados aquí, una unidad dependería de sí misma. Corrija «unit_moves.csv».")
        )
    return changed


def _refuse_overwriting(unit: str, first: date) -> None:
    raise MoveRefused(
        _("«%(unit)s» dependía de otra unidad el %(day)s. Déjela y escriba el cambio, con su día, en «unit_moves.csv».")
        % {"unit": unit, "day": first}
    )


def _load_names(profile: OrganizationProfile, units: Mapping[str, int]) -> int:
    wanted = {
        (units[line.unit], line.first): {
            "name": line.name,
            "siglas": line.siglas,
            "siglas_path": line.siglas_path,
            "valid_to": line.last,
        }
        for line in profile.names
    }
    ours = UnitName.objects.filter(unit__slug__in={unit.slug for unit in profile.units})
    gone = [name.pk for name in ours if (name.unit_id, name.valid_from) not in wanted]
    UnitName.objects.filter(pk__in=gone).delete()
    lines = (({"unit_id": unit, "valid_from": first}, values) for (unit, first), values in wanted.items())
    return len(gone) + bring_up_to_date(UnitName, lines)


def _load_aliases(profile: OrganizationProfile, units: Mapping[str, int]) -> int:
    wanted = {(units[line.unit], line.siglas) for line in profile.aliases}
    stored = {(alias.unit_id, alias.siglas): alias.pk for alias in UnitAlias.objects.all()}
    UnitAlias.objects.filter(pk__in=[pk for key, pk in stored.items() if key not in wanted]).delete()
    UnitAlias.objects.bulk_create(
        UnitAlias(unit_id=unit, siglas=siglas) for unit, siglas in sorted(wanted - stored.keys())
    )
    return len(wanted ^ stored.keys())


def _load_posts(profile: OrganizationProfile, units: Mapping[str, int]) -> int:
    """Write the posts first and name their successors then: a line may come before its successor's."""
    changed = bring_up_to_date(
        Post,
        (
            (
                {"slug": line.slug},
                {
                    "unit_id": units[line.unit],
                    "title": line.title,
                    "is_head": line.is_head,
                    "is_single_seat": line.is_single_seat,
                    "next_unit_id": units.get(line.next_unit),
                    "valid_from": line.first,
                    "valid_to": line.last,
                },
            )
            for line in profile.posts
        ),
    )
    ids = dict(Post.objects.values_list("slug", "pk"))
    successors = (({"slug": line.slug}, {"successor_id": ids.get(line.successor)}) for line in profile.posts)
    return changed + bring_up_to_date(Post, successors)


def _load_people(lines: Sequence[PersonLine]) -> int:
    """Write the people. Nobody can sign in by what a profile says, but in the demo, with its known password."""
    changed = bring_up_to_date(Person, (({"username": line.username}, vars(line)) for line in lines))
    is_unset = Q(password="") | Q(password__startswith=UNUSABLE_PASSWORD_PREFIX) if settings.DEMO else Q(password="")
    people = Person.objects.filter(is_unset, username__in=[line.username for line in lines])
    if people.exists():
        people.update(password=make_password(DEMO_PASSWORD if settings.DEMO else None))
    return changed


def _load_appointments(profile: OrganizationProfile) -> int:
    posts = {post.slug: post for post in Post.objects.all()}
    people = dict(Person.objects.exclude(username=None).values_list("username", "pk"))
    changed = 0
    for line in profile.appointments:
        post = posts[line.post]
        key = {"post_id": post.pk, "person_id": people[line.username], "from_on": line.first}
        is_changed = bring_up_to_date(Appointment, [(key, {"to_on": line.last, "act": line.act})])
        if is_changed and post.is_single_seat:
            _check_single_seat(post)
        changed += is_changed
    return changed


def _check_single_seat(post: Post) -> None:
    held = [Holding(a.post_id, a.person_id, a.from_on, a.to_on) for a in Appointment.objects.filter(post=post)]
    if overlaps(held):
        raise SeatTaken(
            _("«%(post)s» ya tiene un titular nombrado en el sistema en las fechas que dice el perfil. Corríjalas.")
            % {"post": post.title}
        )


def _load_absences(profile: OrganizationProfile) -> int:
    people = {person.username: person for person in Person.objects.exclude(username=None)}
    changed = 0
    for line in profile.absences:
        key = {"person_id": people[line.username].pk, "from_on": line.first}
        if bring_up_to_date(Absence, [(key, {"to_on": line.last, "reason": line.reason})]):
            check_absence(Absence.objects.select_related("person").get(**key))
            changed += 1
    return changed


def _load_grants(profile: OrganizationProfile) -> int:
    posts = dict(Post.objects.values_list("slug", "pk"))
    people = dict(Person.objects.exclude(username=None).values_list("username", "pk"))
    changed = 0
    for line in profile.grants:
        person, post = people[line.username], posts[line.post]
        key = {"kind": line.kind, "post_id": post, "person_id": person, "from_on": line.first}
        values = {"own_post_id": posts[line.own_post], "to_on": line.last, "act": line.act, "scope": list(line.scope)}
        if bring_up_to_date(Grant, [(key, values)]):
            check_grant(Grant.objects.select_related("post", "person", "own_post").get(**key))
            changed += 1
    return changed
