"""Asking for the second factor: the same three ways, and the same waits, wherever it is asked."""

import json
from datetime import datetime, timedelta
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.internal import auth as webauthn
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from desk.views.callers import attempt_of
from desk.views.setting_up import parsed
from organization.errors import FactorRefused
from organization.models import Person
from organization.services import entrance, factors
from organization.services.entrance import Attempt, Step


class NotConfirmed(Exception):
    """The person did not confirm; the sentence says what to do."""


def choices(request: HttpRequest, person: Person) -> dict[str, Any]:
    """Return what the person can confirm with; a key's challenge waits in the session for its answer."""
    found = factors.factors_of(person)
    challenge = json.dumps(webauthn.begin_authentication(person)) if found.passkeys else ""
    return {"factors": found, "challenge": challenge, "way": request.POST.get("way", "")}


def confirm(request: HttpRequest, person: Person, *, at: datetime, with_recovery: bool = True) -> Authenticator:
    """Return the factor that the person has just confirmed with.

    :param with_recovery: whether a recovery code will do.
    :raises NotConfirmed: they have not, or have to wait.
    """
    attempt = attempt_of(request, step=Step.FACTOR, account=f"person:{person.pk}", person=person)
    until = entrance.held_until(attempt, at=at)
    if until is not None:
        raise NotConfirmed(wait_sentence(until))
    answer, code = request.POST.get("answer", ""), request.POST.get("code", "").strip()
    if not answer and not code:
        raise NotConfirmed(_("Escriba el código de 6 cifras que muestra su teléfono."))
    try:
        if answer:
            factor = factors.check_passkey(person=person, answer=parsed(answer), at=at)
        else:
            factor = factors.check_code(person=person, code=code, at=at, with_recovery=with_recovery)
    except FactorRefused as error:
        raise NotConfirmed(refusal_sentence(attempt, person, str(error), at)) from error
    entrance.forget_failures(attempt)
    return factor


def refusal_sentence(attempt: Attempt, person: Person | None, fault: str, at: datetime) -> str:
    """Count the wrong try, and return what was wrong with how many are left, or until when to wait."""
    refusal = entrance.record_failure(attempt, person=person, at=at)
    if refusal.until is not None:
        return wait_sentence(refusal.until)
    left = ngettext(
        "Queda %(left)d intento antes de una espera de %(minutes)d minutos.",
        "Quedan %(left)d intentos antes de una espera de %(minutes)d minutos.",
        refusal.tries_left,
    ) % {"left": refusal.tries_left, "minutes": entrance.BY_PAIR.wait.total_seconds() // 60}
    return f"{fault} {left}"


def wait_sentence(until: datetime) -> str:
    """Return until when to wait, by the clock on the wall."""
    hour = f"{timezone.localtime(until) + timedelta(minutes=1):%H:%M}"
    return _("Espere hasta las %(hour)s: hubo demasiados intentos desde este equipo. Su bandeja sigue a salvo.") % {
        "hour": hour
    }
