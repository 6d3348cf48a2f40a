"""The few things that the desk itself keeps: how a person likes to see it, what became of a batch,
and what one form of theirs asks of several rooms at once."""

from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction

from ledger import services as ledger
from organization import services as organization
from organization.enums import GrantKind
from organization.models import Appointment, Grant, Person, Post


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
        grant = organization.grant_capacity(
            kind=kind,
            post=post,
            person=own.person,
            own_post=own.post,
            from_on=from_on,
            to_on=to_on,
            act=act,
            scope=scope,
            document_id=document_id,
            by=by,
            at=at,
        )
        if why.strip():
            facts = {"grant": grant.pk, "reason": why.strip()}
            ledger.record("post.days_differ", subject=f"post:{post.pk}", facts=facts, by=by.actor, at=at)
    return grant
