"""Somebody keeps out of a file: their open tasks there go to whom the act designates, at once."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from docs_store.models import Expediente
from organization import services as organization
from organization.errors import AbstentionRefused
from organization.models import Abstention, Person, Post
from organization.ports import AbstentionLine
from workflows.services import successions


def abstain(
    *,
    expediente: Expediente,
    post: Post,
    person: Person,
    designee: Person,
    designee_post: Post,
    from_on: date,
    reason: str,
    act: str,
    by: Person,
    at: datetime,
    document_id: int | None = None,
) -> Abstention:
    """Register the abstention, and hand the open tasks of the post in that file to the designee's unit.

    From then on the person can neither open, decide, visar nor sign there; the designee can, as the post.

    :raises OrganizationError: it cannot be registered so; the sentence says what to change.
    """
    with transaction.atomic():
        row = organization.register_abstention(
            expediente_id=expediente.pk,
            post=post,
            person=person,
            designee=designee,
            designee_post=designee_post,
            from_on=from_on,
            reason=reason,
            act=act,
            by=by,
            at=at,
            document_id=document_id,
        )
        successions.follow_abstentions(at)
    return row


def end_abstention(*, abstention: Abstention, to_on: date, by: Person, at: datetime) -> Abstention:
    """Let the abstention end on that day; the day after, its tasks return to the post's unit.

    :raises OrganizationError: it starts later.
    """
    with transaction.atomic():
        ended = organization.end_abstention(abstention=abstention, to_on=to_on, by=by, at=at)
        successions.follow_abstentions(at)
    return ended


def load_abstentions(lines: Sequence[AbstentionLine], *, at: datetime) -> int:
    """Write the abstentions of a profile, hand the open tasks over, and return how many lines changed something.

    :raises AbstentionRefused: an expediente is not kept here, or a line does not fit what was registered here.
    """
    numbers = {line.expediente for line in lines}
    files = dict(Expediente.objects.filter(label__in=numbers).values_list("label", "pk"))
    if missing := sorted(numbers - files.keys()):
        raise AbstentionRefused(
            _("abstentions.csv: este sistema no tiene el expediente %(numbers)s. Quite esas líneas del perfil.")
            % {"numbers": ", ".join(missing)}
        )
    with transaction.atomic():
        changed = organization.load_abstentions(lines, files=files, at=at)
        if changed:
            successions.follow_abstentions(at)
    return changed
