"""What an institutional login may do here: let in whom the profile made, and make nobody."""

from functools import partial
from typing import Any, NoReturn

from allauth.account.internal.flows.login import record_authentication
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from allauth.socialaccount.providers.base.constants import AuthError
from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from requests import RequestException, Session

from organization.adapters.stages import CONFIRMED_THERE
from organization.errors import FlowBroken, ProviderUnavailable, TokenRefused
from organization.rules.vouching import has_second_factor, vouched_by
from organization.services import identities


class InstitutionalAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]  # allauth has no types
    """Turns django-allauth's ends of the flow into ours: a person, or one of our errors."""

    def get_requests_session(self) -> Session:
        """Return a session that trusts our authority; told to each request, as one of the environment would prevail."""
        session: Session = super().get_requests_session()
        session.request = partial(session.request, verify=settings.OIDC_CA or None)  # type: ignore[method-assign]
        return session

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Find the person whom the server vouches for.

        :raises NotAdmitted: nobody here, or somebody who may not enter.
        """
        meant = sociallogin.provider.app.settings
        claims = sociallogin.claims
        person = identities.person_by_provider(
            issuer=sociallogin.account.provider,
            subject=sociallogin.account.uid,
            vouched=vouched_by(claims, claim=meant["claim"], means=meant["means"]),
            at=timezone.now(),
        )
        sociallogin.user = person
        identities.keep_farewell(request.session, person=person, farewell=sociallogin.farewell)
        if has_second_factor(claims, trusted=meant["second_factors"]):
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
