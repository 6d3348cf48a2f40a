"""The second step of signing in: confirm with a factor, or set the first one up."""

from http import HTTPStatus
from typing import Any, cast

from allauth.account.stages import LoginStage, LoginStageController
from allauth.mfa.base.internal.flows import post_authentication
from allauth.mfa.internal.flows.trust import trust_browser
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from desk.views import confirming
from desk.views.callers import remember_device
from desk.views.setting_up import Setup
from organization.errors import FactorRefused
from organization.models import Person
from organization.services import factors


def _stage(request: HttpRequest, key: str) -> LoginStage | None:
    return LoginStageController.enter(request, key)


@never_cache
@sensitive_post_parameters("code", "answer")
@require_http_methods(["GET", "HEAD", "POST"])
def second_step(request: HttpRequest) -> HttpResponse:
    """Ask who gave the right password for the second factor, and let them in."""
    stage = _stage(request, "mfa_authenticate")
    if stage is None:
        return redirect("desk:enter")
    person = cast(Person, stage.login.user)
    sentence = ""
    if request.method == "POST":
        try:
            factor = confirming.confirm(request, person, at=timezone.now())
        except confirming.NotConfirmed as refusal:
            sentence = str(refusal)
        else:
            post_authentication(request, factor)
            return entered(request, stage.exit(), person, is_trusted="trust" in request.POST)
    trusted_until = timezone.now() + settings.MFA_TRUST_COOKIE_AGE
    context = {
        **confirming.choices(request, person),
        "person": person,
        "sentence": sentence,
        "trusted_until": trusted_until,
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if sentence else HTTPStatus.OK
    return render(request, "desk/second_step.html", context, status=status)


def entered(request: HttpRequest, response: HttpResponse, person: Person, *, is_trusted: bool = False) -> HttpResponse:
    """Let the device be known where the person is in now, and trusted if they asked for it."""
    if request.user.is_authenticated:
        remember_device(request, response, person)
        if is_trusted:
            trust_browser(request, person, response)
    return response


@never_cache
@sensitive_post_parameters("code", "answer")
@require_http_methods(["GET", "HEAD", "POST"])
def enrol(request: HttpRequest) -> HttpResponse:
    """Let who must have a second factor set it up, show the recovery codes once, and let them in."""
    stage = _stage(request, "enrol")
    if stage is None:
        return redirect("desk:enter")
    person = cast(Person, stage.login.user)
    setup = Setup(request, person)
    context: dict[str, Any] = {"person": person, "sentence": ""}
    if request.method == "POST":
        try:
            setup.complete(at=timezone.now())
        except FactorRefused as error:
            context["sentence"] = str(error)
        else:
            return _with_codes(request, entered(request, stage.exit(), person), person)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if context["sentence"] else HTTPStatus.OK
    return render(request, "desk/enrol.html", context | setup.offer(), status=status)


def _with_codes(request: HttpRequest, response: HttpResponse, person: Person) -> HttpResponse:
    """Show the recovery codes on the way in."""
    context = {"codes": factors.recovery_codes(person), "onward": response.headers.get("Location", "")}
    page = render(request, "desk/recovery_codes.html", context)
    page.cookies = response.cookies
    return page
