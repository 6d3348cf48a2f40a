"""A process of its own that numbers on a real database while its children are killed; prints what is left, as JSON.

``python -m tests.docs_store.counters register|numbers|papers <processes> <count> <seed>`` with DATA_DIR set to an empty
folder. ``register``: each process takes that many numbers of one series. ``numbers``: of five series, and two years.
``papers``: each brings that many documents from draft to emission.
Children are forked, so that a kill costs no start of Python.
"""

import contextlib
import json
import os
import random
import signal
import sys
import traceback
from collections.abc import Callable
from datetime import datetime
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

LIMA = ZoneInfo("America/Lima")
BEFORE_MIDNIGHT = datetime(2023, 12, 31, 23, 59, 59, tzinfo=LIMA)
AFTER_MIDNIGHT = datetime(2024, 1, 1, tzinfo=LIMA)
ROLLED_BACK, KILLED = 0.10, 0.05
REGISTER = "registro-entrada"
SIGNATURE = b"\n% a signature"

Worker = Callable[[int, int, random.Random], None]


class ChangedMind(Exception):
    """A step that fails after it took its number."""


def main(job: str, processes: int, count: int, seed: int) -> None:
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    make_entity()
    worker, look = JOBS[job]
    deaths = raise_children(worker, processes, count, random.Random(seed))
    print(json.dumps({"deaths": deaths, **look()}))


def make_entity() -> None:
    from tests import factories

    factories.make_entity()
    factories.make_series(REGISTER, pattern="{seq:05}-{year}")
    for slug in ("ois", "oaj"):
        unit = factories.make_unit(slug)
        for kind in ("informe", "oficio"):
            factories.make_series(
                f"{kind}-{slug}", kind=factories.make_kind(kind), unit=unit, pattern="{seq:03}-{year}-{siglas}"
            )
    factories.make_expediente(label="1-2023")


def raise_children(worker: Worker, processes: int, count: int, dice: random.Random) -> int:
    """Run the worker in that many processes; whoever is killed is born again. Return how many were."""
    from django.db import connections

    connections.close_all()
    names = {born(worker, name, count, dice): name for name in range(processes)}
    deaths = 0
    while names:
        pid, status = os.wait()
        name = names.pop(pid)
        if os.WIFSIGNALED(status):
            deaths += 1
            names[born(worker, name, count, dice)] = name
        elif os.WEXITSTATUS(status):
            raise SystemExit(f"process {name} failed")
    return deaths


def born(worker: Worker, name: int, count: int, dice: random.Random) -> int:
    seed = dice.random()
    pid = os.fork()
    if pid:
        return pid
    ended = 1
    try:
        worker(name, count, random.Random(seed))
        ended = 0
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(ended)


def maybe_die(dice: random.Random, probability: float = KILLED) -> None:
    if dice.random() < probability:
        os.kill(os.getpid(), signal.SIGKILL)


# Numbers


def take_of_register(name: int, count: int, dice: random.Random) -> None:
    from docs_store import services as docs
    from docs_store.models import Number

    def take(taken: int) -> None:
        docs.take_number(series_slug=REGISTER, owner=f"{name}:{taken}", by=None, at=AFTER_MIDNIGHT)

    take_many(Number.objects.filter(owner__startswith=f"{name}:"), count, dice, take)


def take_numbers(name: int, count: int, dice: random.Random) -> None:
    from docs_store import services as docs
    from docs_store.models import Number

    def take(taken: int) -> None:
        at = dice.choice([BEFORE_MIDNIGHT, AFTER_MIDNIGHT])
        if dice.random() < 0.5:
            docs.take_number(series_slug=REGISTER, owner=f"{name}:{taken}", by=None, at=at)
        else:
            docs.reserve_number(document=new_document(str(name), dice), by=None, at=at)

    mine = Number.objects.filter(owner__startswith=f"{name}:") | Number.objects.filter(document__title=str(name))
    take_many(mine, count, dice, take)


def take_many(mine: Any, count: int, dice: random.Random, take: Callable[[int], None]) -> None:
    """Take until this process has its numbers; some are given back, and some die with it."""
    from django.db import OperationalError, transaction

    from config.errors import is_busy

    taken = mine.count()
    while taken < count:
        try:
            with transaction.atomic():
                take(taken)
                maybe_die(dice)
                if dice.random() < ROLLED_BACK:
                    raise ChangedMind
        except ChangedMind:
            continue
        except OperationalError as error:
            # SQLite's wait is unfair: on a busy machine one of eight hot loops may starve. A person is told to repeat.
            if not is_busy(error):
                raise
            continue
        taken += 1


def new_document(title: str, dice: random.Random) -> Any:
    from docs_store.models import DocumentKind, Expediente
    from organization.models import Unit
    from tests import factories

    return factories.make_document(
        Expediente.objects.get(),
        title=title,
        kind=DocumentKind.objects.get(slug=dice.choice(["informe", "oficio"])),
        unit=Unit.objects.get(slug=dice.choice(["ois", "oaj"])),
    )


def look_at_numbers() -> dict[str, Any]:
    from docs_store.models import Number, SeriesYear
    from ledger.models import Entry

    series = {}
    for counter in SeriesYear.objects.select_related("series"):
        values = Number.objects.filter(series=counter.series, year=counter.year).values_list("value", flat=True)
        series[f"{counter.series.slug} {counter.year}"] = {
            "numbers": len(values),
            "is_1_to_n": sorted(values) == list(range(1, len(values) + 1)),
            "goes_on": counter.next_value == len(values) + 1,
        }
    return {
        "numbers": Number.objects.count(),
        "entries": Entry.objects.filter(kind__in=["number.taken", "number.reserved"]).count(),
        "wrong_years": sum(f"-{n.year}" not in n.label for n in Number.objects.all()),
        "series": series,
    }


# Papers


def write_papers(name: int, count: int, dice: random.Random) -> None:
    """Bring documents through the ceremony; a process that is born again goes on where the killed one stood."""
    from docs_store.enums import DocumentState
    from docs_store.models import Document

    mine = Document.objects.filter(title=str(name))
    unfinished = mine.exclude(state=DocumentState.EMITTED).order_by("pk")
    while mine.count() < count or unfinished.exists():
        emit_one(unfinished.first() or new_document(str(name), dice), dice)


def emit_one(document: Any, dice: random.Random) -> None:
    from docs_store import selectors as stored
    from docs_store import services as docs
    from docs_store.enums import Stage
    from docs_store.errors import TextIsFixed
    from docs_store.ports import SignerPlace
    from tests.factories import NOON, make_draft

    step: dict[str, Any] = {"by": None, "at": NOON}
    with contextlib.suppress(TextIsFixed):  # typeset before its process was killed
        docs.save_draft(document=document, content=make_draft(""), **step)
    maybe_die(dice)
    docs.reserve_number(document=document, **step)
    maybe_die(dice)
    typeset = document.versions.filter(stage=Stage.TYPESET).order_by("-number").first()
    if typeset is None:
        typeset, _places = docs.typeset_document(
            document=document, signers=[SignerPlace(1, "Jefe", "Rosa")], visados=(), reserve=dying(dice), **step
        )
    maybe_die(dice)
    with stored.open_version(typeset) as content:
        signed = docs.store_signed(document=document, pdf=content.read() + SIGNATURE, based_on=typeset, **step)
    maybe_die(dice)
    docs.emit(document=document, version=signed, **step)


def dying(dice: random.Random) -> Any:
    def reserve(pdf: bytes, places: object) -> bytes:
        maybe_die(dice)
        return pdf

    return reserve


def look_at_papers() -> dict[str, Any]:
    from docs_store.archive import get_archive
    from docs_store.enums import DocumentState, NumberState
    from docs_store.models import Document, Leaf, Number, Version
    from ledger.models import Entry

    leaves = list(Leaf.objects.order_by("order"))
    emitted = Document.objects.filter(state=DocumentState.EMITTED)
    return {
        **look_at_numbers(),
        "emitted": emitted.count(),
        "unfinished": Document.objects.exclude(state=DocumentState.EMITTED).count(),
        "used": Number.objects.filter(state=NumberState.USED).count(),
        "emissions": Entry.objects.filter(kind="document.emitted").count(),
        "leaves": len(leaves),
        "folios_go_on": all(a.folio_to + 1 == b.folio_from for a, b in pairwise(leaves)),
        "versions_without_bytes": sum(not get_archive().has(v.sha256) for v in Version.objects.all()),
        "codes": emitted.values("cvd").distinct().count(),
    }


JOBS: dict[str, tuple[Worker, Callable[[], dict[str, Any]]]] = {
    "register": (take_of_register, look_at_numbers),
    "numbers": (take_numbers, look_at_numbers),
    "papers": (write_papers, look_at_papers),
}


if __name__ == "__main__":
    main(sys.argv[1], *(int(word) for word in sys.argv[2:]))
