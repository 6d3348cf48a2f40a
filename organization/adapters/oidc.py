"""The entity's own server of accounts, by OpenID Connect: code flow with PKCE, on django-allauth's provider.

What that leaves out is done here: a nonce, the signature and the times of the identity token, an issuer that is the
one of the settings, and addresses that are encrypted.

Source: OpenID Connect Core 1.0, 3.1.2.1 and 3.1.3.7; RFC 7636.
"""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import jwt
import requests
from allauth.socialaccount import app_settings
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.models import SocialApp, SocialToken
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from requests import RequestException

from organization.errors import ProviderUnavailable, TokenRefused
from organization.rules.leaving import Farewell

ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
"""Those by which only the server can sign; a shared secret, or none, would let others."""
KEY_TYPES = {"RSA", "EC", "OKP"}
CLOCK_SKEW_SECONDS = 60
ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")
LOOPBACK = {"127.0.0.1", "::1", "localhost"}


def nonce_of(verifier: str) -> str:
    """Return the nonce that goes with a flow's secret: the token that comes back must bear it."""
    digest = hashlib.sha256(b"nonce" + verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


class InstitutionalProvider(OpenIDConnectProvider):  # type: ignore[misc]  # allauth has no types
    """The one server that the settings name."""

    def get_pkce_params(self) -> dict[str, Any]:
        params: dict[str, Any] = super().get_pkce_params()
        return params | {"nonce": nonce_of(params["code_verifier"])}

    def get_oauth2_adapter(self, request: HttpRequest) -> "InstitutionalFlow":
        return InstitutionalFlow(request, self.app.provider_id)

    def extract_uid(self, data: Mapping[str, Any]) -> str:
        return str(data["sub"])

    def extract_extra_data(self, data: Mapping[str, Any]) -> dict[str, Any]:
        """Keep nothing of what it tells: who the person is stands in the profile."""
        return {}

    def extract_common_fields(self, data: Mapping[str, Any]) -> dict[str, Any]:
        return {}

    def extract_email_addresses(self, data: Mapping[str, Any]) -> list[Any]:
        return []


class InstitutionalFlow(OpenIDConnectOAuth2Adapter):  # type: ignore[misc]  # allauth has no types
    """One person's way there and back."""

    _nonce = ""

    @property
    def openid_config(self) -> dict[str, Any]:
        if not hasattr(self, "_openid_config"):
            self._openid_config = _discovered(self.provider_id)
        return self._openid_config

    def get_callback_url(self, request: HttpRequest, app: SocialApp) -> str:
        return request.build_absolute_uri(reverse("desk:institutional_back"))

    def get_access_token_data(
        self, request: HttpRequest, app: SocialApp, client: Any, pkce_code_verifier: str | None = None
    ) -> Any:
        self._nonce = nonce_of(pkce_code_verifier or "")
        return super().get_access_token_data(request, app, client, pkce_code_verifier=pkce_code_verifier)

    def complete_login(self, request: HttpRequest, app: SocialApp, token: SocialToken, **told: Any) -> Any:
        """Return what django-allauth calls a login, with the ``claims`` that were checked.

        :raises TokenRefused: the token does not hold.
        """
        claims = self._checked(token_of(told), app)
        wanted = app.settings["claim"]
        if wanted not in claims and "userinfo_endpoint" in self.openid_config:
            more = self._fetch_user_info(token.token)
            claims = more | claims if more.get("sub") == claims["sub"] else claims
        login = self.get_provider().sociallogin_from_response(request, claims)
        login.claims = claims
        login.farewell = Farewell(self._way_out(), app.client_id, token_of(told))
        return login

    def _way_out(self) -> str:
        """Return where one signs out over there; empty where the server offers no such place that is encrypted."""
        told = self.openid_config.get("end_session_endpoint")
        return told if isinstance(told, str) and is_private(told) else ""

    def _checked(self, token: str, app: SocialApp) -> dict[str, Any]:
        try:
            claims: dict[str, Any] = jwt.decode(
                token,
                self._key_of(token),
                algorithms=ALGORITHMS,
                audience=app.client_id,
                issuer=app.provider_id,
                leeway=CLOCK_SKEW_SECONDS,
                options={"require": ["exp", "iat", "sub", "aud", "iss", "nonce"]},
            )
        except jwt.PyJWTError as error:
            raise TokenRefused(type(error).__name__) from error
        if not hmac.compare_digest(str(claims["nonce"]).encode(), self._nonce.encode()):
            raise TokenRefused("nonce")
        if not 0 < len(claims["sub"]) <= app_settings.UID_MAX_LENGTH:
            raise TokenRefused("sub")
        if isinstance(claims["aud"], list) and len(claims["aud"]) > 1 and claims.get("azp") != app.client_id:
            raise TokenRefused("azp")
        return claims

    def _key_of(self, token: str) -> jwt.PyJWK:
        """Return the key that the token names, asked anew each time: servers change theirs without telling."""
        name = jwt.get_unverified_header(token).get("kid")
        keys = _keys(self.openid_config)
        fitting = [key for key in keys if key.key_id == name] if name else keys
        if len(fitting) != 1:
            raise TokenRefused("kid")
        return fitting[0]


def token_of(told: Mapping[str, Any]) -> str:
    """Return the identity token that came with the answer."""
    return str(told["response"].get("id_token", ""))


class OidcServer:
    """The same server, for whoever only wants to know whether it would serve."""

    def __init__(self, issuer: str) -> None:
        self._issuer = issuer

    def check(self) -> None:
        try:
            if not _keys(_discovered(self._issuer)):
                raise ProviderUnavailable(_("no publica ninguna llave con que firme"))
        except (RequestException, jwt.PyJWTError) as error:
            raise ProviderUnavailable(_("sus llaves no se pueden leer")) from error


def _discovered(issuer: str) -> dict[str, Any]:
    """Return what the server says of itself.

    :raises ProviderUnavailable: it does not answer, or says what cannot be.
    """
    try:
        told = _fetched(f"{issuer.rstrip('/')}/.well-known/openid-configuration")
    except RequestException as error:
        raise ProviderUnavailable(_why(error)) from error
    if any(not isinstance(told.get(name), str) for name in ("issuer", *ENDPOINTS)):
        raise ProviderUnavailable(_("no contesta como un servidor de OpenID Connect"))
    if told["issuer"] != issuer:
        raise ProviderUnavailable(_("dice llamarse de otro modo que OIDC_ISSUER"))
    if not all(is_private(str(told[name])) for name in (*ENDPOINTS, "userinfo_endpoint") if name in told):
        raise ProviderUnavailable(_("tiene direcciones sin cifrar"))
    return told


def _keys(config: dict[str, Any]) -> list[jwt.PyJWK]:
    """Return the keys by which the server signs now."""
    keys = jwt.PyJWKSet.from_dict(_fetched(config["jwks_uri"])).keys
    return [key for key in keys if key.key_type in KEY_TYPES and key.public_key_use in {None, "sig"}]


def _fetched(url: str) -> dict[str, Any]:
    with get_adapter().get_requests_session() as session:
        answer = session.get(url)
        answer.raise_for_status()
        told = answer.json()
    return told if isinstance(told, dict) else {}


def _why(error: RequestException) -> str:
    """Return the reason as operators understand it."""
    if isinstance(error, requests.exceptions.SSLError):
        return _("su certificado no está firmado por una autoridad conocida, venció o es de otro nombre")
    if isinstance(error, requests.exceptions.Timeout):
        return _("no contestó a tiempo")
    if isinstance(error, requests.exceptions.ConnectionError):
        return _("nadie atiende en esa dirección, o cortó la conexión")
    if isinstance(error, requests.exceptions.HTTPError) and error.response is not None:
        return _("contestó con el error %(status)s") % {"status": error.response.status_code}
    return _("no contesta como un servidor de OpenID Connect")


def is_private(url: str) -> bool:
    """Return whether nobody on the way reads what goes to the address."""
    parts = urlsplit(url)
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)
