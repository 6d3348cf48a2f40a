"""Who is away, and who acts meanwhile as a post that is not theirs. Nothing is overwritten: rows begin and end."""

from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from ledger import services as ledger
from organization.enums import GrantKind
from organization.errors import AbsenceOverlaps, ActMissing, DatesCrossed
from organization.models import Absence, Entity, Grant, Person, Post
from organization.rules.granting import check_new_grant
from organization.rules.holding import Span, overlap
from organization.selectors import given_of, held_by


def grant_capacity(
    *,
    kind: GrantKind,
    post: Post,
    person: Person,
    own_post: Post,
    from_on: date,
    to_on: date | None,
    act: str,
    by: Person,
    at: datetime,
    scope: Iterable[str] = (),
    document_id: int | None = None,
) -> Grant:
    """Let the person act as the post from one day to another, both included, and return the grant.

    :param own_post: the post that the person holds, and for which they were chosen.
    :param to_on: ``None`` where the act sets no end.
    :param scope: the kinds of document, by code; none: every kind.
    :param document_id: the act, where this installation keeps it; ``act`` cites it in any case.
    :raises ActMissing: no act grants it.
    :raises DatesCrossed: it would end before it starts.
    :raises GrantRefused: another covers the post, it is the person's own, or it delegates a delegation or in a ring.
    """
    if not act.strip():
        raise ActMissing
    _check_order(from_on, to_on)
    grant = Grant(
        kind=kind,
        post=post,
        person=person,
        own_post=own_post,
        from_on=from_on,
        to_on=to_on,
        scope=sorted(set(scope)),
        act=act.strip(),
        document_id=document_id,
    )
    with transaction.atomic():
        _lock_grants()
        check_grant(grant)
        grant.save()
        record_grant("post.granted", grant, actor=by.actor, at=at)
    return grant


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
    standing = Grant.objects.select_related("post", "person", "own_post")
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
