"""Officials who bring documents from draft to emission again and again, while they are killed."""

import random
import time
from functools import partial
from typing import Any

from docs_store import selectors as stored
from docs_store import services as docs
from docs_store.enums import NumberState
from docs_store.models import Expediente
from ledger import services as ledger
from organization.models import Unit
from tests.cases import ceremony_invariants as invariants
from tests.cases.ceremony_steps import ONE_SIGNER
from tests.cases.children import PAUSE_SECONDS, Mortals, told
from tests.cases.conftest import MONDAY, Town
from workflows import services as workflows
from workflows.models import Process, Task
from workflows.services import acts, engine

ONE_IN_CHANGES_ITS_MIND = 12
SEALER = "sealer"
BY, STEP = ONE_SIGNER.opened_by, ONE_SIGNER.passages[0].step


def ceremony(workers: int, count: int, seed: int) -> dict[str, Any]:
    """Let so many workers write so many documents each; return the deaths, the verdicts and every breach."""
    started = time.monotonic()
    works = {str(name): partial(_write, name, count) for name in range(workers)}
    deaths = Mortals({SEALER: _seal, **works}, random.Random(seed)).live(without=SEALER)
    seconds = round(time.monotonic() - started)
    halves = [told(partial(invariants.verdicts, half, 2)) for half in range(2)]
    verdicts = [verdict for half in halves for verdict in half]
    return {"deaths": deaths, "seconds": seconds, "verdicts": verdicts, **told(invariants.report)}


def _seal() -> None:
    while True:
        ledger.seal_pending()
        time.sleep(PAUSE_SECONDS)


def _write(name: int, count: int) -> None:
    """Bring documents from draft to emission; who is born again goes on where the killed one stood."""
    opened = Expediente.objects.filter(subject__startswith=f"{name}:").count()
    for place in range(max(opened - 1, 0), count):
        _bring(f"{name}:{place}", is_last=place == count - 1, changes_mind=place % ONE_IN_CHANGES_ITS_MIND == 2)


def _bring(subject: str, *, is_last: bool, changes_mind: bool) -> None:
    """Write one document and complete its step. The last one of each worker only gets its number."""
    town = Town()
    by = town.person(BY)
    process = Process.objects.filter(expediente__subject=subject).first() or workflows.open_case(
        route=ONE_SIGNER.route, subject=subject, unit=Unit.objects.get(slug=ONE_SIGNER.unit), by=by, at=MONDAY
    )
    task = engine.open_tasks(process).get()
    if task.step != STEP:
        return
    if task.document is None or stored.latest_text(task.document) is None:
        town.writes(task, BY)
        task.refresh_from_db()
    if changes_mind or is_last:
        _number_only(task, annul=changes_mind)
    if not is_last:
        town.decides(task, BY, "done")


def _number_only(task: Task, *, annul: bool) -> None:
    document, post, by = task.document, task.post, Town().person(BY)
    assert document is not None and post is not None
    settled = document.numbers.exclude(state=NumberState.RESERVED).exists()
    if settled or document.emitted_at:
        return
    acts.number_document(document=document, posts=[post], by=by, at=MONDAY)
    if annul:
        docs.annul_number(number=document.numbers.get(), reason="Se tomó por equivocación.", by=by, at=MONDAY)
