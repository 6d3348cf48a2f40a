"""What signing in means here: django-allauth's stages, our pages, our ledger."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from organization.models import Person
from organization.services import sessions


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Nobody signs up; who signs in passes the second factor, or sets one up where it is required."""

    def get_login_stages(self) -> list[str]:
        return ["organization.adapters.stages.FactorStage", "organization.adapters.stages.EnrolStage"]

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def post_login(self, request: HttpRequest, user: AbstractBaseUser, **told: Any) -> HttpResponse:
        assert isinstance(user, Person)
        response: HttpResponse = super().post_login(request, user, **told)
        used = get_authentication_records(request, user)
        means = [str(record.get("type") or record["method"]) for record in used]
        key = request.session.session_key or ""
        sessions.record_start(session_key=key, person=user, by_means_of=means, at=timezone.now())
        return response

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """Say nothing: the pages tell what happened in their own words."""

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        """Send nothing: what changed stands in the ledger, and on the person's own page of access."""
