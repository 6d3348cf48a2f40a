"""Setting a second factor up: what the page offers, and what the person answers."""

import json
from typing import Any

import segno
from allauth.mfa.adapter import get_adapter
from allauth.mfa.webauthn.internal import auth as webauthn
from django.http import HttpRequest
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from organization.errors import FactorRefused
from organization.models import Person
from organization.services import factors
from organization.services.factors import closed, opened

SEED = "seed"
NAME_LENGTH = 60


class Setup:
    """A telephone or a key that a person is about to confirm with; the seed waits closed in the session."""

    def __init__(self, request: HttpRequest, person: Person) -> None:
        self._request = request
        self._person = person

    def offer(self) -> dict[str, Any]:
        """Return the seed as QR and as letters, and the challenge for a key of the device."""
        seed = self._seed() or self._new_seed()
        qr = segno.make(get_adapter().build_totp_url(self._person, seed), micro=False)
        return {
            "qr": mark_safe(qr.svg_inline(border=2, omitsize=True)),
            "seed": " ".join(seed[start : start + 4] for start in range(0, len(seed), 4)),
            "creation": json.dumps(webauthn.begin_registration(self._person, passwordless=False)),
        }

    def complete(self, *, at: Any) -> None:
        """Add what the person answered with.

        :raises FactorRefused: the code is not the telephone's, or the key did not answer this page.
        """
        answer = self._request.POST.get("answer", "")
        if answer:
            name = self._request.POST.get("name", "").strip()[:NAME_LENGTH] or self._new_name()
            factors.add_passkey(person=self._person, name=name, credential=parsed(answer), at=at)
        else:
            code = self._request.POST.get("code", "").strip()
            factors.add_totp(person=self._person, seed=self._seed(), code=code, at=at)
        self._request.session.pop(SEED, None)

    def _new_name(self) -> str:
        return _("Llave del %(day)s") % {"day": f"{timezone.localdate():%d/%m/%Y}"}

    def _seed(self) -> str:
        kept = self._request.session.get(SEED, "")
        return opened(kept) if kept else ""

    def _new_seed(self) -> str:
        seed = factors.new_seed()
        self._request.session[SEED] = closed(seed)
        return seed


def parsed(answer: str) -> dict[str, Any]:
    """Return what the browser says of a key.

    :raises FactorRefused: it is no such thing.
    """
    try:
        value = json.loads(answer)
    except ValueError as error:
        raise FactorRefused from error
    if not isinstance(value, dict):
        raise FactorRefused
    return value
