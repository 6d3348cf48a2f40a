"""Who stands at the entrance: from which address, and whether the account knows the device."""

import hashlib
import secrets

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.core import signing
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from organization.models import Person
from organization.services.entrance import Attempt, Step

COOKIE = "device"
SALT = "chasqui: known device"
AGE_SECONDS = 180 * 24 * 3600
MOST_ACCOUNTS = 8
"""A counter's machine is shared; a cookie is small."""


def address_of(request: HttpRequest) -> str:
    """Return the caller's address: the one that our own proxy saw, where there is a proxy."""
    return str(get_adapter().get_client_ip(request))


def attempt_of(request: HttpRequest, *, step: Step, account: str, person: Person | None) -> Attempt:
    """Return the try, as it is counted."""
    device, accounts = _known(request)
    is_known = person is not None and _mark(person) in accounts
    return Attempt(step, account, address_of(request), device if is_known else "")


def remember_device(request: HttpRequest, response: HttpResponseBase, person: Person) -> None:
    """Let the account know this device from now on. It opens nothing: it only keeps others' errors from its owner."""
    device, accounts = _known(request)
    kept = [_mark(person), *(mark for mark in accounts if mark != _mark(person))][:MOST_ACCOUNTS]
    value = signing.dumps([device or secrets.token_urlsafe(12), *kept], salt=SALT)
    response.set_cookie(
        COOKIE, value, max_age=AGE_SECONDS, httponly=True, secure=settings.IS_TLS, samesite="Lax", path="/mesa/"
    )


def last_here(request: HttpRequest) -> str:
    """Return a mark of the account that entered last from this device, or nothing."""
    _device, accounts = _known(request)
    return accounts[0] if accounts else ""


def is_last_here(mark: str, person: Person) -> bool:
    """Return whether the mark is this person's."""
    return mark == _mark(person)


def _known(request: HttpRequest) -> tuple[str, list[str]]:
    try:
        device, *accounts = signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT, max_age=AGE_SECONDS)
    except (signing.BadSignature, ValueError, TypeError):
        return "", []
    return str(device), [str(mark) for mark in accounts]


def _mark(person: Person) -> str:
    """Return what stands for the account in the cookie; a changed password makes the device a stranger."""
    return hashlib.sha256(f"{person.pk}|{person.password}".encode()).hexdigest()[:20]
