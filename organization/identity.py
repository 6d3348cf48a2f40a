"""Builds the directory named in settings, once per process."""

from functools import cache
from typing import cast

from django.conf import settings
from django.utils.module_loading import import_string

from organization.ports import Directory


def get_directory() -> Directory | None:
    """Return the directory of institutional accounts, or nothing where people have local accounts alone."""
    return _built(settings.IDENTITY["class"], settings.IDENTITY["url"]) if settings.IDENTITY else None


@cache
def _built(path: str, url: str) -> Directory:
    return cast(Directory, import_string(path)(url))
