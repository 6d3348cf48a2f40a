"""Stages of signing in: the second factor is asked; who must have one and has none sets it up before entering."""

from allauth.account.models import Login
from allauth.account.stages import LoginStage
from allauth.mfa.stages import AuthenticateStage
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from organization.models import Person
from organization.services import factors

CONFIRMED_THERE = "confirmed_there"
"""In django-allauth's state of an institutional login, which the session keeps: the second factor was shown there."""


class FactorStage(AuthenticateStage):  # type: ignore[misc]
    """Asks for the second factor, unless the entity's own server of accounts did and the operator trusts it."""

    def _should_handle(self, request: HttpRequest) -> bool:
        return not _was_confirmed_there(self.login) and bool(super()._should_handle(request))


class EnrolStage(LoginStage):  # type: ignore[misc]
    """Holds the sign-in until the person has a second factor, where this installation requires one."""

    key = "enrol"
    urlname = "desk:enrol"

    def handle(self) -> tuple[HttpResponse | None, bool]:
        person = self.login.user
        assert isinstance(person, Person)
        is_needed = factors.must_enrol(person, at=timezone.now()) and not _was_confirmed_there(self.login)
        return (redirect(self.urlname), True) if is_needed else (None, True)


def _was_confirmed_there(login: Login) -> bool:
    told = (login.signal_kwargs or {}).get("sociallogin")
    return bool(told and told.state.get(CONFIRMED_THERE))
