"""What an institutional login may do here: let in whom the profile made, and make nobody."""

from typing import Any, NoReturn

from allauth.account.internal.flows.login import record_authentication
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from allauth.socialaccount.providers.base.constants import AuthError
from django.http import HttpRequest
from django.utils import timezone
from requests import RequestException

from organization.adapters.stages import CONFIRMED_THERE
from organization.errors import FlowBroken, ProviderUnavailable, TokenRefused
from organization.rules.vouching import has_second_factor, vouched_by
from organization.services import identities


class InstitutionalAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]  # allauth has no types
    """Turns django-allauth's ends of the flow into ours: a person, or one of our errors."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Find the person whom the server vouches for.

        :raises NotAdmitted: nobody here, or somebody who may not enter.
        """
        settings = sociallogin.provider.app.settings
        claims = sociallogin.claims
        person = identities.person_by_provider(
            issuer=sociallogin.account.provider,
            subject=sociallogin.account.uid,
            vouched=vouched_by(claims, claim=settings["claim"], means=settings["means"]),
            at=timezone.now(),
        )
        sociallogin.user = person
        if has_second_factor(claims, trusted=settings["second_factors"]):
            sociallogin.state[CONFIRMED_THERE] = True
            record_authentication(request, person, "mfa", type="institutional")

    def on_authentication_error(
        self,
        request: HttpRequest,
        provider: Any,
        error: str | None = None,
        exception: Exception | None = None,
        extra_context: dict[str, Any] | None = None,
    ) -> NoReturn:
        """Tell why the flow ended.

        :raises InstitutionalRefusal: always.
        """
        if isinstance(exception, RequestException):
            raise ProviderUnavailable(type(exception).__name__) from exception
        if exception is not None:
            raise TokenRefused(type(exception).__name__) from exception
        if error != AuthError.CANCELLED and "state" in (extra_context or {}):
            raise TokenRefused("error")
        raise FlowBroken(is_cancelled=error == AuthError.CANCELLED)
