"""How django-allauth keeps second factors here: closed in the database, and under the entity's name in the phone."""

from allauth.account.utils import user_pk_to_url_str
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser

from organization.models import Entity, Person
from organization.rules import sealing


class FactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Closes seeds with ``SECRET_KEY``, and names the entity to authenticators."""

    def encrypt(self, text: str) -> str:
        return sealing.close(text, [settings.SECRET_KEY])

    def decrypt(self, encrypted_text: str) -> str:
        return sealing.open_closed(encrypted_text, [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS])

    def get_totp_issuer(self) -> str:
        return _entity_name()

    def get_totp_label(self, user: AbstractBaseUser) -> str:
        assert isinstance(user, Person)
        return user.username or ""

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        return {"id": context.request.get_host().partition(":")[0], "name": _entity_name()}

    def get_public_key_credential_user_entity(self, user: AbstractBaseUser) -> dict[str, object]:
        assert isinstance(user, Person)
        handle = user_pk_to_url_str(user).encode()
        return {"id": handle, "display_name": user.full_name, "name": user.username or ""}


def _entity_name() -> str:
    entity = Entity.objects.first()
    return entity.short_name if entity else "Chasqui"
