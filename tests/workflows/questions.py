"""Cases asked of the clock, a line each, as another program asks them."""

import io
import json
from collections.abc import Callable
from typing import Any

from workflows.services.due import Answers

CAJAMARCA = ["2011-04-21", "2011-04-22", "2011-06-29", "2011-07-28", "2011-07-29"]
NEW_YEAR = ["2026-12-08", "2026-12-09", "2026-12-25", "2027-01-01"]
Ask = Callable[..., dict[str, Any]]


def ask_lines(*lines: str | bytes) -> list[dict[str, Any]]:
    text = b"\n".join(line if isinstance(line, bytes) else line.encode() for line in lines)
    return list(Answers().of(io.BytesIO(text)))


def case(**fields: Any) -> dict[str, Any]:
    plain = {"id": "a", "event_kind": "date", "event": "2026-11-20", "non_working": []}
    return {**plain, "term": {"amount": 5, "unit": "business_days"}, **fields}


def ask(**fields: Any) -> dict[str, Any]:
    (answer,) = ask_lines(json.dumps(case(**fields)))
    return answer


def filing(moment: str, **fields: Any) -> dict[str, Any]:
    return case(event_kind="filing", event=moment, **fields)
