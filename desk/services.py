"""The few things that the desk itself keeps: how a person likes to see it, what became of a batch,
and what one form of theirs asks of several rooms at once."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from ledger import services as ledger
from organization import services as organization
from organization.enums import GrantKind
from organization.errors import ActMissing
from organization.models import Appointment, Grant, Person, Post, Unit
from organization.services import successions
from workflows import services as workflows


class ActUnsigned(ActMissing):
    """The act is still a draft; the change waits until it is signed."""

    def __init__(self) -> None:
        super().__init__(_("El acto no está firmado: regístrelo cuando lo esté."))


def choose_theme(*, person: Person, theme: str) -> None:
    """Keep whether the person wants the desk light, dark, or as their machine says (empty)."""
    person.theme = theme
    person.save(update_fields=["theme"])


def cover_post(
    *,
    kind: GrantKind,
    post: Post,
    absentee: Person | None,
    reason: str,
    own: Appointment,
    from_on: date,
    to_on: date | None,
    scope: Iterable[str],
    act: str,
    by: Person,
    at: datetime,
    document_id: int | None = None,
    why: str = "",
) -> Grant:
    """Register who acts as the post and, where its holder goes away on the same days, that absence: both or neither.

    :param absentee: who goes away, with the ``reason``; nobody, where no absence is to be written down.
    :param own: the appointment by which the person who covers holds a post of their own.
    :param document_id: the act, where the register keeps it.
    :param why: the days are not those that the act names, for this reason; it stays in the ledger.
    :raises OrganizationError: the absence or the grant cannot be registered; the sentence says what to change.
    """
    with transaction.atomic():
        if absentee is not None:
            organization.register_absence(person=absentee, from_on=from_on, to_on=to_on, reason=reason, by=by, at=at)
        new = Grant(
            kind=kind,
            post=post,
            person=own.person,
            own_post=own.post,
            from_on=from_on,
            to_on=to_on,
            act=act,
            scope=list(scope),
            document_id=document_id,
        )
        grant = workflows.grant_by_act(grant=new, by=by, at=at)
        if why.strip():
            facts = {"grant": grant.pk, "reason": why.strip()}
            ledger.record("post.days_differ", subject=f"post:{post.pk}", facts=facts, by=by.actor, at=at)
    return grant


@dataclass(frozen=True)
class ByAct:
    """The act that orders a change: cited, and its document where the register keeps it."""

    cited: str
    document_id: int | None = None
    is_signed: bool = True

    @property
    def facts(self) -> dict[str, object]:
        """Return the act as the ledger keeps it."""
        return {"act": self.cited, "document": self.document_id}


@dataclass(frozen=True)
class UnitChange:
    """What becomes of a unit, and from which day: another name, a place in the tree, a unit that takes it over, posts
    that go elsewhere."""

    on: date
    name: str = ""
    siglas: str = ""
    siglas_path: str = ""
    into: Unit | None = None
    parts: Mapping[Unit, Sequence[Post]] = field(default_factory=dict)


def appoint_by_act(
    *, post: Post, person: Person, from_on: date, to_on: date | None, act: ByAct, by: Person, at: datetime
) -> Appointment:
    """Give the post to the person by an act of the register or a cited one.

    :raises ActUnsigned: the act is still a draft: nobody holds a post by it.
    :raises OrganizationError: the seat is taken on one of the days.
    """
    check_signed(act.is_signed)
    return organization.appoint(
        post=post,
        person=person,
        from_on=from_on,
        to_on=to_on,
        act=act.cited,
        document_id=act.document_id,
        by=by,
        at=at,
    )


def end_appointment_by_act(
    *, appointment: Appointment, to_on: date, act: ByAct, by: Person, at: datetime
) -> Appointment:
    """Let the appointment end on that day, and keep in the ledger by which act.

    :raises ActUnsigned: the act is still a draft.
    :raises OrganizationError: it starts later.
    """
    check_signed(act.is_signed)
    with transaction.atomic():
        ended = organization.end_appointment(appointment=appointment, to_on=to_on, by=by, at=at)
        facts = {"appointment": ended.pk, **act.facts}
        ledger.record("post.left_by_act", subject=f"post:{ended.post_id}", facts=facts, by=by.actor, at=at)
    return ended


def change_unit(*, unit: Unit, change: str, values: UnitChange, act: ByAct, by: Person, at: datetime) -> None:
    """Rename the unit (``renombrar``), move it (``mover``), merge it (``fusionar``) or split it (``dividir``), by act.

    :raises ActUnsigned: the act is still a draft.
    :raises OrganizationError: the change is not possible that day; the sentence says why.
    """
    check_signed(act.is_signed)
    with transaction.atomic():
        if change == "renombrar":
            organization.rename_unit(
                unit=unit,
                name=values.name,
                siglas=values.siglas,
                siglas_path=values.siglas_path,
                from_on=values.on,
                by=by,
                at=at,
            )
        elif change == "mover":
            organization.move_unit(unit=unit, parent=values.into, from_on=values.on, act=act.cited, by=by, at=at)
        elif values.into is not None and change == "fusionar":
            successions.merge_units(units=[unit], into=values.into, on=values.on, act=act.cited, by=by, at=at)
        elif values.into is not None:
            successions.split_unit(
                unit=unit, main=values.into, parts=values.parts, on=values.on, act=act.cited, by=by, at=at
            )
        ledger.record("unit.changed_by_act", subject=f"unit:{unit.pk}", facts=act.facts, by=by.actor, at=at)


@dataclass(frozen=True)
class NewUnit:
    """A unit as its form tells it: under which names and which unit it begins."""

    name: str
    siglas: str
    siglas_path: str
    parent: Unit | None
    is_outside: bool


@dataclass(frozen=True)
class NewPost:
    """A post as its form tells it."""

    unit: Unit
    title: str
    is_head: bool
    is_single_seat: bool


def create_unit_by_act(*, new: NewUnit, from_on: date, act: ByAct, by: Person, at: datetime) -> Unit:
    """Create the unit, and keep in the ledger by which act.

    :raises ActUnsigned: the act is still a draft.
    :raises OrganizationError: its siglas are another's, or the unit above does not exist then.
    """
    check_signed(act.is_signed)
    with transaction.atomic():
        unit = organization.create_unit(**vars(new), from_on=from_on, act=act.cited, by=by, at=at)
        ledger.record("unit.changed_by_act", subject=f"unit:{unit.pk}", facts=act.facts, by=by.actor, at=at)
    return unit


def create_post_by_act(*, new: NewPost, from_on: date, act: ByAct, by: Person, at: datetime) -> Post:
    """Create the post, and keep in the ledger by which act.

    :raises ActUnsigned: the act is still a draft.
    :raises OrganizationError: its unit does not exist then, or has that post already.
    """
    check_signed(act.is_signed)
    with transaction.atomic():
        post = organization.create_post(**vars(new), from_on=from_on, act=act.cited, by=by, at=at)
        ledger.record("post.changed_by_act", subject=f"post:{post.pk}", facts=act.facts, by=by.actor, at=at)
    return post


def end_post_by_act(*, post: Post, to_on: date, successor: Post, act: ByAct, by: Person, at: datetime) -> None:
    """Let the post end on that day, its open work go to its successor, and keep in the ledger by which act.

    :raises ActUnsigned: the act is still a draft.
    :raises OrganizationError: it heads its unit, does not exist then, or its successor does not the day after.
    """
    check_signed(act.is_signed)
    with transaction.atomic():
        organization.end_post(post=post, to_on=to_on, successor=successor, act=act.cited, by=by, at=at)
        ledger.record("post.changed_by_act", subject=f"post:{post.pk}", facts=act.facts, by=by.actor, at=at)


def check_signed(is_signed: bool) -> None:
    """Return if what an act orders can be done already.

    :raises ActUnsigned: the act is still a draft.
    """
    if not is_signed:
        raise ActUnsigned
