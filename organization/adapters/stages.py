"""The last stage of signing in: who must have a second factor and has none sets one up before entering."""

from allauth.account.stages import LoginStage
from django.http import HttpResponse
from django.shortcuts import redirect

from organization.models import Person
from organization.services import factors


class EnrolStage(LoginStage):  # type: ignore[misc]
    """Holds the sign-in until the person has a second factor, where this installation requires one."""

    key = "enrol"
    urlname = "desk:enrol"

    def handle(self) -> tuple[HttpResponse | None, bool]:
        person = self.login.user
        assert isinstance(person, Person)
        return (redirect(self.urlname), True) if factors.must_enrol(person) else (None, True)
