"""Builds the index named in settings, once per process."""

from functools import cache
from typing import cast

from django.conf import settings
from django.utils.module_loading import import_string

from search.ports import Index


def get_index() -> Index:
    """Return the index that the settings name."""
    return _built(settings.SEARCH["class"], settings.SEARCH["url"])


@cache
def _built(path: str, url: str) -> Index:
    return cast(Index, import_string(path)(url))
