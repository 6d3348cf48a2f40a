"""Six who post at once to addresses that are not their task's (quality, C2): none is accepted, each is told 404."""

from collections.abc import Iterator
from functools import partial
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from docs_store.models import Document, Number, Version
from ledger.models import Entry
from tests.cases.conftest import Town
from tests.servers.test_postgres_races import HANDS, at_once, check_none_failed, town  # noqa: F401 -- a fixture
from workflows.models import Movement, Process, Task
from workflows.services.play import DEMO_PIN

pytestmark = [pytest.mark.servers, pytest.mark.django_db(transaction=True)]
FIRST_STEP, WRITER = "informar", "jefe-ois"
DECISION = {"pin": DEMO_PIN, "outcome": "done", "observation": "Falta el anexo.", "proveido": "Atender."}
ACTIONS = ("decidir", "devolver", "derivar", "texto")


@pytest.fixture(autouse=True)
def _plain_pages(settings: Any) -> Iterator[None]:
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)
    cache.clear()
    yield


def mine(town: Town) -> list[Task]:  # noqa: F811
    """Six tasks of as many processes, opened by the one whose they are."""
    return [town.task(town.opens("resolucion", "ois", WRITER), FIRST_STEP) for _hand in range(HANDS)]


def theirs(town: Town) -> list[Task]:  # noqa: F811
    """Six tasks of as many processes that have gone on to another unit."""
    processes = [town.opens("resolucion", "ois", WRITER) for _hand in range(HANDS)]
    for process in processes:
        town.passes(process, FIRST_STEP, WRITER)
    return [Task.objects.filter(process=process, finished=None).exclude(kind="").get() for process in processes]


def engines(process: Process) -> int:
    """A node of the process that no person ever decides."""
    return int(Task.objects.filter(process=process, kind="").values_list("pk", flat=True)[0])


def standing() -> list[Any]:
    """All that a step changes."""
    tasks = Task.objects.order_by("pk").values_list("pk", "status", "owner_id", "opened_at")
    documents = Document.objects.order_by("pk").values_list("pk", "state")
    counts = [model.objects.count() for model in (Entry, Movement, Number, Version)]
    return [*tasks, *documents, *counts]


def answers(town: Town, addresses: list[str]) -> list[int]:  # noqa: F811
    """Post a whole, right decision to each address, all at the same moment."""
    person = town.person(WRITER)

    def seated() -> Client:
        client = Client(raise_request_exception=False)
        client.force_login(person)
        return client

    def post(client: Client, address: str) -> int:
        return client.post(address, DECISION).status_code

    found = at_once(*(partial(post, seated(), address) for address in addresses))
    check_none_failed(found)
    return found


def test_what_is_of_another_process_or_no_persons_is_not_decided_by_its_number(town: Town) -> None:  # noqa: F811
    others = [task.pk for task in theirs(town)]
    nodes = [engines(task.process) for task in mine(town)]
    before = standing()

    for strange in (others, nodes):
        for action in ACTIONS:
            told = answers(town, [f"/mesa/tareas/{task}/{action}/" for task in strange])
            assert told == [HTTPStatus.NOT_FOUND] * HANDS, action

    assert standing() == before


def test_the_address_of_another_kind_of_step_does_nothing_to_this_one(town: Town) -> None:  # noqa: F811
    """The first step cannot be returned, no step is decided by an address that it has not, no process is a task."""
    tasks = mine(town)
    client = Client()
    client.force_login(town.person(WRITER))
    for task in tasks:
        assert client.get(f"/mesa/tareas/{task.pk}/").status_code == HTTPStatus.OK  # opening has an effect of its own
    before, beyond = standing(), Task.objects.latest("pk").pk
    addresses = [
        f"/mesa/tareas/{tasks[0].pk}/devolver/",
        f"/mesa/tareas/{tasks[1].pk}/firmar/",
        f"/mesa/tareas/{tasks[2].pk}/decidir/{tasks[3].pk}/",
        f"/mesa/procesos/{tasks[3].process_id}/tareas/{tasks[3].pk}/decidir/",
        f"/mesa/tareas/{beyond + tasks[4].process_id}/decidir/",
        f"/mesa/pases/{beyond}/retirar/",
    ]

    told = answers(town, addresses)

    assert told == [HTTPStatus.NOT_FOUND] * HANDS
    assert standing() == before
