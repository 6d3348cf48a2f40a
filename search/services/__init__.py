"""Keeps the index like the store of record. Everything here may be run again: indexing replaces."""

from search.selectors.records import FINDABLE_STATES, is_findable, readers_of
from search.services.documents import index_document, index_expediente, refresh_access, remove
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
