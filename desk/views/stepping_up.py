"""Step-up: before each signature the second factor is asked again, on a page that shows what is signed, and as what.

The page stands between the form and its effect: it carries what the form said, and asks for PIN and factor.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from desk.views import confirming
from desk.views.callers import attempt_of
from desk.views.sitting import DeskRequest
from docs_store.models import Document
from docs_store.selectors import latest_paper
from organization.errors import DirectoryUnavailable
from organization.models import Post
from organization.services import entrance
from organization.services.entrance import Step
from signing import services as signing
from signing.errors import SigningError
from workflows.selectors.signing import signed_together

PROOF = "proof"
CONFIRMS = "confirms"
OWN_FIELDS = {"csrfmiddlewaretoken", "pin", "code", "answer", "way", "directory_password", CONFIRMS}
"""What the page asks for itself: it is never carried."""


@dataclass(frozen=True)
class Wanted:
    """A document that is about to be signed, and as which post."""

    document: Document
    post: Post | None


@dataclass(frozen=True)
class KeyGiven:
    """What opens the person's key for these documents."""

    pin: str = field(repr=False)
    proof: str = field(repr=False)


@dataclass(frozen=True)
class Line:
    """A document as the page shows it."""

    document: Document
    pages: int | None
    standing: signing.Standing | None


def asks(request: DeskRequest) -> bool:
    """Return whether this person confirms before signing."""
    return signing.needs_confirmation(request.user)


def key_of(request: DeskRequest, asked: Callable[[], Sequence[Wanted]], *, back: str) -> KeyGiven | HttpResponse:
    """Return what opens the key, or the page that asks for it.

    :param asked: gives what is about to be signed; called for who confirms alone.
    :param back: the address of the page that asked to sign.
    """
    now = timezone.now()
    pin = request.POST.get("pin", "")
    if not asks(request):
        return KeyGiven(pin, "")
    wanted = asked()
    documents = signed_together([line.document for line in wanted])
    proof = str(request.session.get(PROOF, ""))
    is_proven = signing.is_proof(proof, person=request.user, documents=documents, at=now)
    sentence = ""
    if CONFIRMS in request.POST:
        try:
            if not pin:
                raise confirming.NotConfirmed(_("Escriba el PIN de su llave."))
            proof = proof if is_proven else _proven(request, documents, now)
        except confirming.NotConfirmed as refusal:
            sentence = str(refusal)
        else:
            request.session[PROOF] = proof
            return KeyGiven(pin, proof)
    return _page(request, wanted, back=back, sentence=sentence, is_proven=is_proven)


def _proven(request: DeskRequest, documents: Sequence[int], at: datetime) -> str:
    """Return the proof of the factor that the person has just given.

    :raises NotConfirmed: they have not.
    """
    password = request.POST.get("directory_password", "")
    if password and settings.IDENTITY_CONFIRMS:
        return _proven_by_directory(request, password, documents, at)
    factor = confirming.confirm(request, request.user, at=at, with_recovery=False)
    return signing.prove(person=request.user, factor=factor, documents=documents, at=at)


def _proven_by_directory(request: DeskRequest, password: str, documents: Sequence[int], at: datetime) -> str:
    person = request.user
    attempt = attempt_of(request, step=Step.FACTOR, account=f"person:{person.pk}", person=person)
    until = entrance.held_until(attempt, at=at)
    if until is not None:
        raise confirming.NotConfirmed(confirming.wait_sentence(until))
    try:
        return signing.prove_by_directory(person=person, password=password, documents=documents, at=at)
    except DirectoryUnavailable as error:
        raise confirming.NotConfirmed(str(error)) from error
    except SigningError as error:
        fault = _("La contraseña institucional no coincide.")
        raise confirming.NotConfirmed(confirming.refusal_sentence(attempt, person, fault, at)) from error


def _page(request: DeskRequest, wanted: Sequence[Wanted], *, back: str, sentence: str, is_proven: bool) -> HttpResponse:
    context: dict[str, Any] = {
        "lines": [_line(request, each) for each in wanted],
        "carried": [
            (name, value) for name, values in request.POST.lists() if name not in OWN_FIELDS for value in values
        ],
        "back": back,
        "sentence": sentence,
        "is_proven": is_proven,
        "by_directory": settings.IDENTITY_CONFIRMS,
        **confirming.choices(request, request.user),
    }
    context["standings"] = {line.standing.words: line.standing for line in context["lines"] if line.standing}.values()
    status = HTTPStatus.UNPROCESSABLE_ENTITY if sentence else HTTPStatus.OK
    return render(request, "desk/confirm_signing.html", context, status=status)


def _line(request: DeskRequest, wanted: Wanted) -> Line:
    paper = latest_paper(wanted.document)
    return Line(wanted.document, paper.pages if paper else None, _standing(request, wanted))


def _standing(request: DeskRequest, wanted: Wanted) -> signing.Standing | None:
    """Return as what the person will sign; where they may not, signing itself says why."""
    if wanted.post is None:
        return None
    try:
        return signing.standing_of(document=wanted.document, post=wanted.post, at=timezone.now(), person=request.user)
    except SigningError:
        return None
