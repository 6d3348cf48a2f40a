"""Builds the servers of institutional accounts that the settings name, once per process."""

from functools import cache
from typing import cast

from django.conf import settings
from django.utils.module_loading import import_string

from organization.ports import Directory, IdentityServer


def get_directory() -> Directory | None:
    """Return the directory of institutional accounts, or nothing where people have local accounts alone."""
    return cast(Directory, _built(settings.IDENTITY["class"], settings.IDENTITY["url"])) if settings.IDENTITY else None


def get_servers() -> dict[str, IdentityServer]:
    """Return every server of institutional accounts, under the variable that names it."""
    directory = get_directory()
    servers: dict[str, IdentityServer] = {"IDENTITY_URL": directory} if directory else {}
    if settings.OIDC_ISSUER:
        servers["OIDC_ISSUER"] = _built(settings.OIDC_SERVER, settings.OIDC_ISSUER)
    return servers


@cache
def _built(path: str, url: str) -> IdentityServer:
    return cast(IdentityServer, import_string(path)(url))
