"""Builds the archive named in settings, once per process."""

from functools import cache
from typing import cast

from django.conf import settings
from django.utils.module_loading import import_string

from docs_store.ports import Archive


def get_archive() -> Archive:
    """Return the archive that the settings name."""
    return _built(settings.ARCHIVE["class"], settings.ARCHIVE["url"])


def get_owned_archive() -> Archive:
    """Return the same archive with the rights of its owner, who makes its place and sweeps it."""
    return _built(settings.ARCHIVE["class"], settings.ARCHIVE_OWNER_URL or settings.ARCHIVE["url"])


@cache
def _built(path: str, url: str) -> Archive:
    return cast(Archive, import_string(path)(url))
