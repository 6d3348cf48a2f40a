"""Keeps the index like the store of record. Everything here may be run again: indexing replaces."""

from search.services.documents import (
    FINDABLE_STATES,
    index_document,
    index_expediente,
    is_findable,
    readers_of,
    refresh_access,
    remove,
)
from search.services.rebuilding import Comparison, compare, is_index_stale, reindex

__all__ = [
    "FINDABLE_STATES",
    "Comparison",
    "compare",
    "index_document",
    "index_expediente",
    "is_findable",
    "is_index_stale",
    "readers_of",
    "refresh_access",
    "reindex",
    "remove",
]
