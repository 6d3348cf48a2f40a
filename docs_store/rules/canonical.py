"""One spelling of JSON: the bytes that are kept, hashed and endorsed."""

import json
from typing import Any


def canonical_json(value: Any) -> bytes:
    """Return the value as UTF-8 JSON with sorted keys and no space between its parts.

    Texts stay as typed; nothing is normalised, so that what was endorsed is what was written.
    """
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
