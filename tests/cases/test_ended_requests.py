"""After a request ended undecided nothing decides it any more: its clocks stop, the act is notified, the file archived.

On the routes of every entity, wherever the file stood.
"""

from datetime import timedelta
from typing import Any

import pytest

from config import profiles
from docs_store import services as docs
from docs_store.enums import DocumentState
from docs_store.models import Document, DocumentKind, Expediente
from ledger.models import Entry
from organization.models import Person, Unit
from tests.cases.conftest import MONDAY, Town
from tests.cases.test_desistimientos import FRIDAY, accepts, desists
from tests.cases.test_observations import presents
from tests.cases.test_standstills import asks, declares, resolution
from workflows.enums import Bar, ClockState, StepKind
from workflows.errors import StepRefused
from workflows.models import OPEN_STATUSES, BoundaryTimer, Clock, Filing, Movement, Notice, Process, Route, Task
from workflows.selectors.answers import answer_of, standing_of
from workflows.services import bars, cases, endings, engine

ENTITIES = ("pichari-2023", "cajamarca-2011", "callao-2011", "invermet-2013", "mtpe-2017")


@pytest.fixture
def filing(town: Town) -> Filing:
    return presents(procedure="").filing


def open_kinds(filing: Filing) -> list[str]:
    tasks = Task.objects.filter(process__expediente=filing.expediente, status__in=OPEN_STATUSES).exclude(kind="")
    return sorted(tasks.values_list("kind", flat=True))


def process_of(filing: Filing) -> Process:
    return Process.objects.get(expediente=filing.expediente)


def answers_at_a_unit(town: Town, filing: Filing) -> Task:
    """Take the file to the unit that would answer."""
    process = process_of(filing)
    town.passes(process, "derivar", "auxiliar-mesa-de-partes", "derived", units=("gidur",))
    return town.task(process, "atender")


def test_pl_14_accepted_at_the_first_step_only_the_archive_is_left(town: Town, filing: Filing) -> None:
    found = desists(filing)
    act = resolution(town, filing, FRIDAY)

    accepts(town, found, act)

    assert open_kinds(filing) == [StepKind.ARCHIVE]
    assert process_of(filing).bar == Bar.ENDED
    assert Notice.objects.get(document=act).person == filing.party
    clocks = Clock.objects.filter(task__process__expediente=filing.expediente)
    assert [clock.state for clock in clocks.filter(task__kind=StepKind.DERIVE)] == [ClockState.CANCELLED]
    assert clocks.filter(stopped_at__isnull=True, task__kind=StepKind.ARCHIVE).count() == 1
    assert Entry.objects.filter(kind="process.led", subject=f"expediente:{filing.expediente_id}").exists()


def test_pl_14_accepted_while_somebody_writes_the_answer_nobody_answers_any_more(town: Town, filing: Filing) -> None:
    task = answers_at_a_unit(town, filing)
    by = task.unit.posts.filter(is_head=True).get().slug if task.unit else ""
    town.writes(task, by)
    found = desists(filing)

    accepts(town, found, resolution(town, filing, FRIDAY))

    task.refresh_from_db()
    assert task.status == "CANCELED"
    assert open_kinds(filing) == [StepKind.ARCHIVE]
    assert not BoundaryTimer.objects.filter(task=task, fired_at__isnull=True, cancelled_at__isnull=True).exists()
    moved = Movement.objects.filter(expediente=filing.expediente).latest("pk")
    assert "terminó con" in moved.proveido
    assert moved.from_unit == task.unit


def test_pl_13_declared_the_abandonment_leaves_the_archive_and_no_answer_is_due(town: Town, filing: Filing) -> None:
    found = asks(town, filing)

    declares(town, found, resolution(town, filing))

    filing.refresh_from_db()
    assert open_kinds(filing) == [StepKind.ARCHIVE]
    assert answer_of(filing).answer_by is None
    standing = standing_of([filing])
    assert standing is not None and standing.ended_by is not None
    assert (standing.ended_by.label, standing.unnotified) == ("430-2027-A-MDP/LC", 1)


def test_the_archive_closes_the_file_and_the_notice_goes_on(town: Town, filing: Filing) -> None:
    accepts(town, desists(filing), resolution(town, filing, FRIDAY))
    task = Task.objects.exclude(kind="").get(process__expediente=filing.expediente, status__in=OPEN_STATUSES)
    assert task.unit is not None
    holder = task.unit.posts.filter(is_head=True).get().slug

    town.decides(task, holder, "archived", at=FRIDAY + timedelta(hours=1))

    assert Expediente.objects.get(pk=filing.expediente_id).closed_at is not None
    assert process_of(filing).finished is not None
    assert Notice.objects.get(document__expediente=filing.expediente).notified_on is None


def test_a_step_that_decides_is_refused_wherever_it_is_sent_from(town: Town, filing: Filing) -> None:
    task = answers_at_a_unit(town, filing)
    bars.bar(filing.expediente, Bar.ENDED)
    assert task.unit is not None

    with pytest.raises(StepRefused, match="terminó por desistimiento o abandono"):
        town.decides(task, task.unit.posts.filter(is_head=True).get().slug, "done")


def resolves(town: Town, filing: Filing) -> Process:
    """Start the route of a resolution in the file of a filing."""
    unit = Unit.objects.get(slug="ois")
    return endings.begin_act(expediente=filing.expediente, unit=unit, by=town.person("jefe-ois"), at=FRIDAY)


def test_the_resolution_that_ends_a_request_is_begun_in_its_file_once_and_only_where_one_is_needed(
    town: Town, filing: Filing
) -> None:
    with pytest.raises(StepRefused, match="Nadie desistió"):
        resolves(town, filing)
    desists(filing)

    begun = resolves(town, filing)

    assert resolves(town, filing) == begun
    assert begun.expediente_id == filing.expediente_id
    assert open_kinds(filing) == [StepKind.DERIVE, StepKind.DRAFT]


def test_pl_13_a_standstill_is_a_reason_to_begin_one_too(town: Town, filing: Filing) -> None:
    asks(town, filing)

    assert resolves(town, filing).route_version.route.slug == endings.ACT_ROUTE


def test_an_act_of_the_route_itself_is_still_notified_published_and_archived(town: Town, filing: Filing) -> None:
    found = desists(filing)
    process = resolves(town, filing)
    town.passes(process, "informar", "jefe-ois", at=FRIDAY)
    town.passes(process, "opinar", "jefe-oaj", "favourable", at=FRIDAY)
    town.passes(process, "proyectar", "secretario-general", at=FRIDAY)
    town.passes(process, "visar", "jefe-oaj", "endorsed", at=FRIDAY)
    town.passes(process, "numerar", "secretario-general", "numbered", at=FRIDAY)
    town.passes(process, "firmar", "alcalde", "signed", at=FRIDAY)

    accepts(town, found, town.act(process))

    assert open_kinds(filing) == [StepKind.NOTIFY]
    other = Process.objects.exclude(pk=process.pk).get(expediente=filing.expediente)
    assert other.finished is not None
    town.passes(process, "notificar", "secretario-general", "notified", at=FRIDAY)
    assert Notice.objects.filter(document__expediente=filing.expediente).count() == 1
    assert open_kinds(filing) == [StepKind.PUBLISH]


def test_an_act_that_was_numbered_and_not_signed_is_annulled_with_its_number(town: Town, filing: Filing) -> None:
    found = desists(filing)
    process = resolves(town, filing)
    for name, who, outcome in (
        ("informar", "jefe-ois", "done"),
        ("opinar", "jefe-oaj", "favourable"),
        ("proyectar", "secretario-general", "done"),
        ("visar", "jefe-oaj", "endorsed"),
        ("numerar", "secretario-general", "numbered"),
    ):
        town.passes(process, name, who, outcome, at=FRIDAY)
    draft = town.act(process)
    assert draft.state == DocumentState.FOR_DISPATCH

    accepts(town, found, resolution(town, filing, FRIDAY))

    draft.refresh_from_db()
    assert draft.state == DocumentState.ANNULLED
    assert "La solicitud terminó con" in draft.annul_reason
    assert open_kinds(filing) == [StepKind.ARCHIVE]


@pytest.mark.parametrize("entity", ENTITIES)
def test_every_route_of_every_entity_is_left_with_its_archive_alone(db: Any, entity: str) -> None:
    profiles.load(entity, at=MONDAY)
    unit = Unit.objects.filter(posts__is_head=True, posts__appointments__isnull=False).order_by("pk")[0]
    by = Person.objects.exclude(username=None).order_by("pk")[0]
    kind = DocumentKind.objects.filter(is_act=True)[0]
    for route in Route.objects.all():
        expediente = docs.open_expediente(subject="Pedido", origin="Rosa", by=None, at=MONDAY)
        process = cases.start_process(
            expediente=expediente, route=route.slug, unit=unit, data={}, by=None, at=MONDAY
        )  # fmt: skip
        act = Document.objects.create(expediente=expediente, kind=kind, title="Acepta", created_at=MONDAY)

        endings.end_route(expediente=expediente, act=act, by=by, at=FRIDAY)

        assert [task.kind for task in engine.open_tasks(process)] == [StepKind.ARCHIVE], route.slug
        clocks = Clock.objects.filter(task__process=process)
        assert {clock.state for clock in clocks.exclude(task__kind=StepKind.ARCHIVE)} <= {ClockState.CANCELLED}
        assert clocks.filter(stopped_at__isnull=True, task__kind=StepKind.ARCHIVE).count() == 1
