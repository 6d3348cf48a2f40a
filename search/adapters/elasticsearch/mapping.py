"""What the index is made of: an explicit, closed mapping of four kinds of records.

``page``: a page with its terms; ``document``: what is known of a document; ``readers``: who may read an expediente, the
truth from which pages are told; ``build``: how far a version that is being built has come.
"""

from typing import Any

SCHEMA_VERSION = 2
HEAD_WEIGHT = 2
"""A hit in number, title, kind or unit counts for as much as several in the text: BM25 lets eight count for two."""

KEPT = {"type": "keyword", "index": False, "doc_values": False}
SHOWN = {"type": "keyword", "index": False}
EXACT = {"type": "keyword"}
TERMS = {"type": "text", "analyzer": "terms"}
MAPPINGS: dict[str, Any] = {
    "dynamic": "strict",
    "_meta": {"schema": SCHEMA_VERSION},
    "properties": {
        "record": EXACT,
        "key": {"type": "long"},
        "document_id": {"type": "long"},
        "expediente_id": {"type": "long"},
        "page": {"type": "integer", "index": False},
        "pages": {"type": "integer", "index": False, "doc_values": False},
        "expediente_label": KEPT,
        "kind": EXACT,
        "kind_name": SHOWN,
        "unit": EXACT,
        "unit_siglas": SHOWN,
        "label": KEPT,
        "title": KEPT,
        "state": KEPT,
        "is_public": {"type": "boolean"},
        "readers": EXACT,
        "head": TERMS,
        "body": TERMS,
        "marks": EXACT,
        "text": {"type": "text", "index": False},
        "last": {"type": "long", "index": False},
    },
}


def settings(shards: int) -> dict[str, Any]:
    """Return the settings of a new index.

    The terms come analysed and are only split at spaces. The newest pages lie first: whoever asks for so many of a word
    has them without a look at the others.
    """
    return {
        "number_of_shards": shards,
        "auto_expand_replicas": "0-1",
        "codec": "best_compression",
        "sort": {"field": "key", "order": "desc"},
        "analysis": {"analyzer": {"terms": {"type": "custom", "tokenizer": "whitespace"}}},
    }
