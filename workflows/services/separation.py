"""The last look before an approval counts: still competent, and two people where the kind asks for two (A13).

A visado, a signature and a favourable opinion approve a document. What the profile forbids of a kind is one human who
approves from two posts, or who drafted what they approve: by a second post, a substitution or a new appointment. Two
accounts with one identity document are one human.
"""

from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from docs_store.enums import Stage, TwoPersonRule
from docs_store.models import Document, Version
from organization import selectors as organization
from organization.models import Person, Post
from signing import services as signing
from signing.errors import OutsideCompetence
from signing.models import Signature, Visado
from signing.services import Standing
from workflows.enums import OpinionOutcome
from workflows.errors import TwoPeopleNeeded
from workflows.models import Opinion


def check_still(*, standing: Standing, document: Document, post: Post, by: Person, at: datetime) -> None:
    """Check that what made the person competent a moment ago holds, and the two-person rule. For a last transaction.

    :raises OutsideCompetence: a grant ended, an absence began, or another capacity would have to be printed.
    :raises TwoPeopleNeeded: the same human drafted or has approved it.
    """
    now = signing.standing_of(document=document, post=post, at=at, person=by)
    if now.words != standing.words:
        raise OutsideCompetence(
            _("Ahora actúa como «%(capacity)s», y eso no es lo que decía el documento. Ábralo otra vez. No se firmó.")
            % {"capacity": now.capacity},
            chain=now.chain,
        )
    check_two_people(document=document, post=post, by=by, at=at)


def check_two_people(*, document: Document, post: Post | None, by: Person, at: datetime) -> None:
    """Check that this human may approve the document as this post.

    :param post: as what; none where a unit was asked and not a post.
    :raises TwoPeopleNeeded: they drafted it, or approved it in another post; the sentence says who else can.
    """
    rule = document.kind.two_person_rule
    if not rule:
        return
    if rule == TwoPersonRule.DRAFTING and _texts_of(document, by).exists():
        told = _("Usted redactó este documento y no puede aprobarlo: hacen falta dos personas.")
        raise TwoPeopleNeeded(f"{told} {_who_can(document, post, by, at)}")
    former = _approved_as(document, post, by)
    if former:
        told = _("Usted ya aprobó este documento como «%(former)s»; nadie lo aprueba dos veces.") % {"former": former}
        raise TwoPeopleNeeded(f"{told} {_who_can(document, post, by, at)}")


def _human(field: str, person: Person) -> Q:
    return Q(**{field: person.pk}) | Q(**{f"{field}__id_kind": person.id_kind, f"{field}__id_number": person.id_number})


def _texts_of(document: Document, person: Person) -> QuerySet[Version]:
    return Version.objects.filter(_human("stored_by", person), document=document, stage=Stage.STRUCTURED)


def _approved_as(document: Document, post: Post | None, person: Person) -> str:
    """Return the other post in which this human has approved the document, or nothing."""
    own = post.pk if post else 0
    signed = Signature.objects.filter(_human("person", person), document=document, withdrawn_at__isnull=True)
    visados = Visado.objects.filter(_human("person", person), version__document=document, voided_at__isnull=True)
    opinions = Opinion.objects.filter(
        _human("given_by", person), version__document=document, outcome=OpinionOutcome.FAVOURABLE
    ).filter(task__post__isnull=False)
    for rows, title in ((signed, "post"), (visados, "post"), (opinions, "task__post")):
        found = rows.exclude(**{title: own}).values_list(f"{title}__title", flat=True).first()
        if found:
            return str(found)
    return ""


def _who_can(document: Document, post: Post | None, person: Person, at: datetime) -> str:
    """Return who else may do it today, or what would let somebody."""
    names = [] if post is None else _others(document, post, person, at)
    if names:
        return _("Puede hacerlo: %(names)s.") % {"names": ", ".join(names)}
    return _("Registre una suplencia o una abstención que designe a otra persona.")


def _others(document: Document, post: Post, person: Person, at: datetime) -> list[str]:
    names = []
    for other in organization.candidates_for(post, timezone.localdate(at), document.expediente_id):
        same = (other.id_kind, other.id_number) == (person.id_kind, person.id_number)
        if other != person and not same and _is_free(document, post, other, at):
            names.append(other.full_name)
    return names


def _is_free(document: Document, post: Post, person: Person, at: datetime) -> bool:
    try:
        signing.standing_of(document=document, post=post, at=at, person=person)
    except OutsideCompetence:
        return False
    is_drafter = document.kind.two_person_rule == TwoPersonRule.DRAFTING and _texts_of(document, person).exists()
    return not is_drafter and not _approved_as(document, post, person)
