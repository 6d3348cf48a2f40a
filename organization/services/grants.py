"""Who is away, and who acts meanwhile as a post that is not theirs. Nothing is overwritten: rows begin and end."""

from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from ledger import services as ledger
from organization.enums import GrantKind
from organization.errors import (
    AbsenceOverlaps,
    ActMissing,
    DatesCrossed,
    GrantRefused,
    SeatTaken,
    undelegable_sentence,
)
from organization.models import Absence, Appointment, Entity, Grant, Person
from organization.rules.granting import check_new_grant
from organization.rules.holding import Span, overlap
from organization.selectors import given_of, held_by
from organization.selectors.rows import COUNTS
from organization.services.appointments import check_life, check_seat


def grant_capacity(*, grant: Grant, by: Person, at: datetime, undelegable: Iterable[str] = ()) -> Grant:
    """Let the person act as the post from one day to another, both included: save this new grant and return it.

    :param grant: a row not saved yet. ``own_post`` is the post that the person holds, and for which they were chosen;
        ``to_on`` is empty where the act sets no end; ``scope`` holds kinds of document by code, none: every kind;
        ``document_id`` is the act, where this installation keeps it, and ``act`` cites it in any case; with
        ``awaits_act`` the act is a draft: the grant is kept, and counts from when it is signed.
    :param undelegable: the kinds of document whose signature nobody delegates.
    :raises ActMissing: no act grants it.
    :raises DatesCrossed: it would end before it starts.
    :raises PostEnds: the post does not exist on all of those days.
    :raises GrantRefused: another covers the post, it is the person's own, or it delegates a delegation or in a ring.
    """
    grant.act, grant.scope = grant.act.strip(), sorted(set(grant.scope))
    if not grant.act:
        raise ActMissing
    _check_order(grant.from_on, grant.to_on)
    _check_delegable(grant, undelegable)
    with transaction.atomic():
        _lock_grants()
        check_life(grant.post, Span(grant.from_on, grant.to_on))
        check_grant(grant)
        grant.save()
        record_grant("post.granted", grant, actor=by.actor, at=at)
    return grant


def _check_delegable(grant: Grant, undelegable: Iterable[str]) -> None:
    """Refuse to delegate the signature of what is not signed by delegation: it would be refused at every signing."""
    kinds = sorted(set(grant.scope) & set(undelegable))
    if grant.kind == GrantKind.SIGNATURE and kinds:
        raise GrantRefused(undelegable_sentence(grant.post, ", ".join(kinds)))


def count_acts_signed(*, document_id: int, by: str, at: datetime) -> int:
    """Let the grants and appointments that wait for this act count, now that it is signed; return how many do.

    What somebody else got meanwhile stays with them: the grant keeps waiting, and the ledger says why.
    """
    counting = 0
    with transaction.atomic():
        _lock_grants()
        for row in Appointment.objects.filter(document_id=document_id, awaits_act=True).select_related("post"):
            counting += _let_count(row, f"post:{row.post_id}", by, at)
        for grant in Grant.objects.filter(document_id=document_id, awaits_act=True).select_related(
            "post", "person", "own_post"
        ):
            counting += _let_count(grant, f"post:{grant.post_id}", by, at)
    return counting


def _let_count(row: Appointment | Grant, subject: str, by: str, at: datetime) -> bool:
    name = "grant" if isinstance(row, Grant) else "appointment"
    try:
        if isinstance(row, Grant):
            check_grant(row)
        else:
            check_seat(row.post, row.person, Span(row.from_on, row.to_on), besides=row)
    except (GrantRefused, SeatTaken) as refusal:
        facts = {name: row.pk, "why": type(refusal).__name__, "document": row.document_id}
        ledger.record("post.act_without_effect", subject=subject, facts=facts, by=by, at=at)
        return False
    row.awaits_act = False
    row.save(update_fields=["awaits_act"])
    ledger.record("post.act_signed", subject=subject, facts={name: row.pk, "document": row.document_id}, by=by, at=at)
    return True


def end_grant(*, grant: Grant, to_on: date, by: Person, at: datetime) -> Grant:
    """Let the grant end on that day, earlier or later than it was to.

    :raises DatesCrossed: it starts later.
    :raises GrantRefused: its new days are another's.
    """
    _check_order(grant.from_on, to_on)
    with transaction.atomic():
        _lock_grants()
        grant.refresh_from_db()
        is_longer = grant.to_on is not None and to_on > grant.to_on
        grant.to_on = to_on
        if is_longer:
            check_grant(grant)
        grant.save(update_fields=["to_on"])
        record_grant("post.grant_ended", grant, actor=by.actor, at=at)
    return grant


def check_grant(grant: Grant) -> None:
    """Check the grant beside all others.

    :raises GrantRefused: it cannot be given; the sentence says what to change.
    """
    standing = Grant.objects.filter(COUNTS).select_related("post", "person", "own_post")
    check_new_grant(given_of(grant), map(given_of, standing), held_by(grant.person))


def register_absence(
    *, person: Person, from_on: date, to_on: date | None, reason: str, by: Person, at: datetime
) -> Absence:
    """Write down that the person is away from all their posts, both days included, and return the absence.

    :param to_on: ``None`` while nobody knows when they return.
    :raises ActMissing: no reason is given.
    :raises DatesCrossed: it would end before it starts.
    :raises AbsenceOverlaps: they are away already on one of those days.
    """
    if not reason.strip():
        raise ActMissing(_("Escriba el motivo de la ausencia."))
    _check_order(from_on, to_on)
    with transaction.atomic():
        locked = Person.objects.select_for_update(no_key=True).get(pk=person.pk)
        absence = Absence(person=locked, from_on=from_on, to_on=to_on, reason=reason.strip())
        check_absence(absence)
        absence.save()
        _record_absence("person.absent", absence, by=by, at=at)
    return absence


def end_absence(*, absence: Absence, to_on: date, by: Person, at: datetime) -> Absence:
    """Let the absence end on that day: the day after, the person is back.

    :raises DatesCrossed: it starts later.
    :raises AbsenceOverlaps: its new days are another absence's.
    """
    _check_order(absence.from_on, to_on)
    with transaction.atomic():
        Person.objects.select_for_update(no_key=True).get(pk=absence.person_id)
        absence.refresh_from_db()
        absence.to_on = to_on
        check_absence(absence)
        absence.save(update_fields=["to_on"])
        _record_absence("person.absence_ended", absence, by=by, at=at)
    return absence


def _check_order(from_on: date, to_on: date | None) -> None:
    if to_on is not None and to_on < from_on:
        raise DatesCrossed


def _lock_grants() -> None:
    """Grants wait for one another: a ring of delegations goes through several posts."""
    list(Entity.objects.select_for_update(no_key=True))


def check_absence(absence: Absence) -> None:
    """Check the absence beside the person's others.

    :raises AbsenceOverlaps: they are away already on one of those days.
    """
    span = Span(absence.from_on, absence.to_on)
    for other in Absence.objects.filter(person=absence.person_id).exclude(pk=absence.pk):
        if overlap(span, Span(other.from_on, other.to_on)):
            raise AbsenceOverlaps(
                _("%(person)s ya está ausente en esas fechas (%(reason)s). Elija otras o termine antes esa ausencia.")
                % {"person": absence.person.full_name, "reason": other.reason}
            )


def record_grant(event: str, grant: Grant, *, actor: str, at: datetime) -> None:
    """Write the entry of a grant that begins or ends."""
    ledger.record(
        event,
        subject=f"post:{grant.post_id}",
        facts={
            "grant": grant.pk,
            "kind": str(grant.kind),
            "person": grant.person_id,
            "own_post": grant.own_post_id,
            "from_on": grant.from_on,
            "to_on": grant.to_on,
            "scope": grant.scope,
            "document": grant.document_id,
        },
        by=actor,
        at=at,
    )


def _record_absence(event: str, absence: Absence, *, by: Person, at: datetime) -> None:
    facts = {
        "absence": absence.pk,
        "person": absence.person_id,
        "from_on": absence.from_on,
        "to_on": absence.to_on,
    }
    ledger.record(event, subject=absence.person.actor, facts=facts, by=by.actor, at=at)
