"""The flow classes of published routes, as attributes of this module: built at first use, then kept.

Rows of tasks and processes name them (``workflows/published.Plan_v3``), so that a name once given stays.
"""

import re
import time
from threading import Lock

from viewflow.workflow import fields
from viewflow.workflow.base import Flow

from workflows.compiler import compile_route
from workflows.models import RouteVersion

CLASS_NAME = re.compile(r"[A-Z][A-Za-z0-9]*_v[0-9]+\Z")
MISS_SECONDS = 5.0
_classes: dict[str, type[Flow]] = {}
_missing: dict[str, float] = {}
_lock = Lock()


def __getattr__(name: str) -> type[Flow]:
    if not CLASS_NAME.match(name):
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = _classes.get(name)
    if found is not None:
        return found
    with _lock:
        return _classes.get(name) or _build(name)


def _build(name: str) -> type[Flow]:
    """Build a class from its version. A miss is kept for a moment: every row of a page would ask for it again."""
    if time.monotonic() - _missing.get(name, -MISS_SECONDS) < MISS_SECONDS:
        raise AttributeError(name)
    source = RouteVersion.objects.filter(class_name=name).values_list("bpmn", flat=True).first()
    if source is None:
        _missing[name] = time.monotonic()
        raise AttributeError(f"no route version has the class {name!r}")
    _classes[name] = compile_route(name, source)
    return _classes[name]


def forget() -> None:
    """Forget every class: for who undoes what was published, so that a name can come to mean another route."""
    _classes.clear()
    _missing.clear()
    for cached in (fields.import_flow_by_ref, fields.import_task_by_ref, fields.get_flow_ref, fields.get_task_ref):
        cached.cache_clear()
