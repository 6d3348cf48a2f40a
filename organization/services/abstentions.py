"""Somebody keeps out of one expediente, with reason and act, and another acts there as the post."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from law.services.profile_rows import ACTOR, bring_up_to_date
from ledger import services as ledger
from organization import errors
from organization.models import Abstention, Entity, Person, Post
from organization.ports import AbstentionLine
from organization.rules.holding import covers
from organization.selectors import abstentions_from, candidates_for
from organization.selectors.rows import held_by


def register_abstention(
    *,
    expediente_id: int,
    post: Post,
    person: Person,
    designee: Person,
    designee_post: Post,
    from_on: date,
    reason: str,
    act: str,
    by: Person,
    at: datetime,
    to_on: date | None = None,
    document_id: int | None = None,
) -> Abstention:
    """Write down that the person keeps out of the expediente, and who acts there as their post; return it.

    :param designee_post: the post that the designee holds, and for which the law or the act designates them.
    :param document_id: the act, where this installation keeps it; ``act`` cites it in any case.
    :raises ActMissing: no reason, or no act that designates.
    :raises DatesCrossed: it would end before it starts.
    :raises AbstentionRefused: the person does not act as the post, the designee cannot, or it stands already.
    """
    if not reason.strip():
        raise errors.ActMissing(_("Escriba el motivo de la abstención."))
    if not act.strip():
        raise errors.ActMissing(_("Escriba el acto que designa a quien continúa."))
    if to_on is not None and to_on < from_on:
        raise errors.DatesCrossed
    row = Abstention(
        expediente_id=expediente_id,
        post=post,
        person=person,
        designee=designee,
        designee_post=designee_post,
        from_on=from_on,
        to_on=to_on,
        reason=reason.strip(),
        act=act.strip(),
        document_id=document_id,
    )
    with transaction.atomic():
        list(Entity.objects.select_for_update(no_key=True))
        _check(row)
        row.save()
        _record("post.abstained", row, by=by.actor, at=at)
    return row


def end_abstention(*, abstention: Abstention, to_on: date, by: Person, at: datetime) -> Abstention:
    """Let the abstention end on that day: the day after, the person acts in the expediente again.

    :raises DatesCrossed: it starts later.
    """
    if to_on < abstention.from_on:
        raise errors.DatesCrossed
    with transaction.atomic():
        abstention.to_on = to_on
        abstention.save(update_fields=["to_on"])
        _record("post.abstention_ended", abstention, by=by.actor, at=at)
    return abstention


def load_abstentions(lines: Sequence[AbstentionLine], *, files: Mapping[str, int], at: datetime) -> int:
    """Write the abstentions of a profile that are new or say something else, and return how many were.

    :param files: the id of each expediente by its number.
    :raises AbstentionRefused: one does not fit what was registered here; nothing was written.
    """
    posts = dict(Post.objects.values_list("slug", "pk"))
    people = dict(Person.objects.exclude(username=None).values_list("username", "pk"))
    changed = 0
    with transaction.atomic():
        list(Entity.objects.select_for_update(no_key=True))
        for line in lines:
            key = {
                "expediente_id": files[line.expediente],
                "post_id": posts[line.post],
                "person_id": people[line.username],
                "from_on": line.first,
            }
            values = {
                "designee_id": people[line.designee],
                "designee_post_id": posts[line.designee_post],
                "to_on": line.last,
                "reason": line.reason,
                "act": line.act,
            }
            if bring_up_to_date(Abstention, [(key, values)]):
                row = Abstention.objects.select_related("person", "designee", "post", "designee_post").get(**key)
                _check(row)
                _record("post.abstention_loaded", row, by=ACTOR, at=at)
                changed += 1
    return changed


def _check(row: Abstention) -> None:
    names = {"person": row.person.full_name, "designee": row.designee.full_name, "post": row.post.title}
    same = (row.person.id_kind, row.person.id_number) == (row.designee.id_kind, row.designee.id_number)
    if row.person == row.designee or same:
        raise errors.AbstentionRefused(_("Nadie se reemplaza a sí mismo. Elija a otra persona."))
    if row.person not in candidates_for(row.post, row.from_on):
        raise errors.AbstentionRefused(
            _("%(person)s no actúa como «%(post)s» en esa fecha. Elija el puesto en que le tocaría actuar.") % names
        )
    own = (held for held in held_by(row.designee) if held.post.pk == row.designee_post_id)
    if not any(covers(held, row.from_on) for held in own):
        told = errors.no_post_sentence(row.designee.full_name, row.designee_post.title)
        raise errors.AbstentionRefused(told)
    for other in abstentions_from(row.expediente_id, row.from_on):
        if other.pk == row.pk:
            continue
        if other.person_id == row.designee_id:
            raise errors.AbstentionRefused(
                _("%(designee)s también se abstuvo de este expediente. Elija a otra persona.") % names
            )
        if (other.person_id, other.post_id) == (row.person_id, row.post_id):
            raise errors.AbstentionRefused(
                _("%(person)s ya se abstuvo de este expediente como «%(post)s». Termine antes esa abstención.") % names
            )


def _record(kind: str, row: Abstention, *, by: str, at: datetime) -> None:
    facts = {
        "abstention": row.pk,
        "post": row.post_id,
        "person": row.person_id,
        "designee": row.designee_id,
        "designee_post": row.designee_post_id,
        "from_on": row.from_on,
        "to_on": row.to_on,
        "document": row.document_id,
    }
    ledger.record(kind, subject=f"expediente:{row.expediente_id}", facts=facts, by=by, at=at)
