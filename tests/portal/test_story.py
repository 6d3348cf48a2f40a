"""What the citizen reads of the file's way: who has it, who had it, what was answered."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from django.conf import settings as site
from django.core.cache import cache
from django.test import Client
from viewflow.workflow.token import Token

from docs_store.enums import DocumentState, Stage
from docs_store.models import Document
from organization.models import Post, Unit
from portal import selectors, services
from portal.rules.articles import beginning, to, with_article
from portal.rules.relay_rows import Column, Look, relay_rows
from portal.selectors import tracking_of
from tests.factories import NOON, make_document, make_kind, make_post, make_unit
from tests.portal.conftest import KEY, CitizensFile
from workflows import published
from workflows.enums import ClockState, MovementKind, NoticeState, StepKind
from workflows.models import Clock, Movement, Notice, Process, Task
from workflows.services.routes import load_route

pytestmark = pytest.mark.django_db


class Story:
    """A file that goes from hand to hand, an hour at a time."""

    def __init__(self, citizens_file: CitizensFile) -> None:
        published.forget()
        route = Path(site.BASE_DIR) / "entities" / "pichari-2023" / "routes" / "tramite.bpmn"
        self.file = citizens_file
        self.process = Process.objects.create(
            expediente=citizens_file.expediente,
            route_version=load_route(slug="tramite", source=route.read_bytes(), by=None, at=NOON),
            flow_class="workflows/published.Tramite_v1",
        )
        self.at = NOON
        self.last: Task | None = None

    def goes_to(
        self,
        unit: Unit,
        post: Post | None = None,
        *,
        kind: str = StepKind.TASK,
        is_return: bool = False,
        movement: str = MovementKind.ORIGINAL,
    ) -> Task:
        self.at += timedelta(hours=1)
        if self.last is not None and movement != MovementKind.COPY:
            Task.objects.filter(pk=self.last.pk).update(status="DONE")
        step = f"atender{Task.objects.count()}"
        task = Task.objects.create(
            process=self.process,
            step=step,
            kind=kind,
            unit=unit,
            post=post,
            status="NEW",
            flow_task="workflows/published.Tramite_v1.n_atender",
            flow_task_type="HUMAN",
            token=Token(step),
        )
        Movement.objects.create(
            expediente=self.file.expediente,
            task=task,
            from_task=self.last,
            to_unit=unit,
            to_post=post,
            kind=movement,
            is_return=is_return,
            sent_at=self.at,
        )
        self.last = task
        return task

    def answer(self, *, state: str = NoticeState.SENT) -> Document:
        document = make_document(self.file.expediente, kind=make_kind("carta", name="Carta"), label="12-2023-MDP")
        version = document.versions.create(
            number=1,
            stage=Stage.SIGNED,
            sha256="0" * 64,
            size_bytes=1,
            media_type="application/pdf",
            name="carta.pdf",
            stored_at=NOON,
        )
        document.state, document.emitted_at, document.emitted_version = DocumentState.EMITTED, NOON, version
        document.save()
        Notice.objects.create(
            document=document,
            person=self.file.party,
            message_id=f"<{document.pk}@x>",
            state=state,
            queued_at=self.at,
            sent_at=self.at if state == NoticeState.SENT else None,
        )
        return document

    def told(self) -> selectors.Tracking:
        return tracking_of(self.file.expediente, self.file.party, on=date(2023, 10, 13))

    def titles(self) -> list[str]:
        return [drawn.event.title for drawn in self.told().events]


@pytest.fixture
def story(citizens_file: CitizensFile) -> Story:
    return Story(citizens_file)


@pytest.fixture
def intake() -> Unit:
    return make_unit("mesa", name="Mesa de Partes")


@pytest.fixture
def office() -> Unit:
    return make_unit("glic", name="Gerencia de Licencias")


def test_first_holder_has_it(story: Story, intake: Unit) -> None:
    story.goes_to(intake)

    assert story.told().title == "La Mesa de Partes tiene su trámite"
    assert story.titles()[-1] == "La Mesa de Partes lo tiene"


def test_way_is_told_with_returns_and_who_has_it_now(story: Story, intake: Unit, office: Unit) -> None:
    head = make_post("gerente", unit=office, title="Gerente de Licencias")
    story.goes_to(intake)
    story.goes_to(office)
    story.goes_to(office, head, kind=StepKind.SIGN)
    story.goes_to(office, is_return=True)
    story.goes_to(intake)

    told = story.told()
    assert [drawn.event.title for drawn in told.events] == [
        "Usted presentó su solicitud",
        "La entidad lo recibió",
        "Pasó a la Gerencia de Licencias",
        "Pasó a la firma: Gerente de Licencias",
        "Volvió a la Gerencia de Licencias",
        "La Mesa de Partes lo tiene",
    ]
    assert [drawn.row.column for drawn in told.events] == [0, 1, 1, 2, 1, 1]
    assert [drawn.event.look for drawn in told.events][-2:] == [Look.RETURNED, Look.NOW]
    assert told.status.state == "in_progress"


def test_who_signs_is_named_by_post(story: Story, intake: Unit, office: Unit) -> None:
    head = make_post("gerente", unit=office, title="Gerente de Licencias")
    story.goes_to(intake)
    story.goes_to(office, head, kind=StepKind.SIGN)

    assert story.told().title == "Gerente de Licencias firma la respuesta"
    assert story.titles()[-1] == "Gerente de Licencias lo tiene"


def test_several_holders_are_all_named(story: Story, intake: Unit, office: Unit) -> None:
    story.goes_to(intake)
    story.goes_to(office)
    Task.objects.update(status="NEW")

    assert story.told().title == "La Gerencia de Licencias y la Mesa de Partes tienen su trámite"


def test_copies_and_what_was_taken_back_are_not_told(story: Story, intake: Unit, office: Unit) -> None:
    story.goes_to(intake)
    story.goes_to(make_unit("copia", name="Oficina de Control"), movement=MovementKind.COPY)
    story.goes_to(office)
    Movement.objects.filter(to_unit=office).update(taken_back_at=NOON)

    assert not [title for title in story.titles() if "Pasó" in title or "Control" in title]


def test_answer_can_be_read_by_who_was_notified(story: Story, client: Client, intake: Unit) -> None:
    story.goes_to(intake)
    document = story.answer()
    client.post("/", {"number": "031847-2023", "key": KEY})

    page = client.get("/seguimiento/").content.decode()

    assert "Le enviamos Carta 12-2023-MDP" in page
    assert "Leer la respuesta" in page
    assert selectors.readable_document(story.file.expediente, story.file.party, document.pk) == document


def test_answer_that_could_not_be_mailed_waits_here(story: Story, intake: Unit) -> None:
    story.goes_to(intake)
    story.answer(state=NoticeState.FAILED)

    event = next(drawn.event for drawn in story.told().events if "Carta" in drawn.event.title)
    assert event.title == "Tiene una respuesta: Carta 12-2023-MDP"
    assert "recogerla en ventanilla" in event.note


def test_closed_file_has_ended(story: Story, intake: Unit, client: Client) -> None:
    task = story.goes_to(intake)
    Task.objects.filter(pk=task.pk).update(status="DONE")
    story.file.expediente.closed_at = NOON + timedelta(days=3)
    story.file.expediente.save()

    told = story.told()
    assert told.title == "Su trámite terminó"
    assert told.status.is_over
    assert story.titles()[-1] == "Se archivó el expediente"
    assert "Su trámite terminó" in client.get("/seguimiento/estado/031847-2023/").content.decode()


def test_step_that_runs_tells_its_day_and_why(story: Story, intake: Unit, client: Client) -> None:
    task = story.goes_to(intake)
    Clock.objects.create(
        task=task,
        event_on=NOON.date(),
        amount=1,
        unit="business_days",
        place="cusco",
        due_on=date(2023, 10, 16),
        state=ClockState.RUNNING,
        derivation=[
            {"rule": "last-day", "day": "2023-10-16", "norm": "norma por verificar", "note": "Se cumple el plazo."}
        ],
    )
    client.post("/", {"number": "031847-2023", "key": KEY})

    page = client.get("/seguimiento/").content.decode()

    assert "Este paso debe terminar a más tardar el" in page
    assert "lunes 16 de octubre" in page
    for words in ("<dt>Plazo</dt>", "1 día hábil", "norma por verificar", "<dt>Vence</dt><dd>lun 16 oct"):
        assert words in page
    assert story.told().status.due_on == date(2023, 10, 16)


def test_due_day_of_the_answer_comes_before_that_of_a_step(story: Story, intake: Unit, client: Client) -> None:
    task = story.goes_to(intake)
    shared = {"event_on": NOON.date(), "amount": 1, "unit": "business_days", "place": "cusco"}
    Clock.objects.create(task=task, due_on=date(2023, 10, 16), **shared)
    Clock.objects.create(filing=story.file.filing, purpose="answer", due_on=date(2023, 11, 24), **shared)
    client.post("/", {"number": "031847-2023", "key": KEY})

    assert "Deben responderle a más tardar el" in client.get("/seguimiento/").content.decode()
    assert story.told().status.due_on == date(2023, 11, 24)


def test_rows_draw_where_the_line_comes_from_and_goes() -> None:
    first, second, last = relay_rows([(Column.YOU, Look.PAST), (Column.UNIT, Look.NOW), (Column.YOU, Look.PLANNED)])

    assert first.classes == "at-0 is-past goes-on"
    assert second.classes == "at-1 is-now from-0 goes-on goes-on-planned"
    assert last.classes == "at-0 is-planned from-1"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Oficina de Asesoría Jurídica", "la Oficina de Asesoría Jurídica"),
        ("Despacho de Alcaldía", "el Despacho de Alcaldía"),
        ("INVERMET", "INVERMET"),
    ],
)
def test_article_of_an_office(name: str, expected: str) -> None:
    assert with_article(name) == expected
    assert beginning(expected)[0].isupper()


def test_counter_of_misses_that_ended_begins_again(monkeypatch: pytest.MonkeyPatch) -> None:
    services.count_miss("10.0.0.1")
    monkeypatch.setattr(cache, "add", lambda *values: False)
    cache.clear()

    services.count_miss("10.0.0.1")

    assert not services.has_to_wait("10.0.0.1")


def test_address_behind_our_proxy_is_the_one_it_saw(
    client: Client, citizens_file: CitizensFile, settings: object
) -> None:
    settings.IS_TLS = True  # type: ignore[attr-defined]
    wrong = {"number": "031847-2023", "key": "Z" * 16}
    for _try in range(services.TRIES):
        client.post("/", wrong, headers={"x-forwarded-for": "6.6.6.6, 10.0.0.9"})

    assert client.post("/", wrong, headers={"x-forwarded-for": "6.6.6.6, 10.0.0.9"}).status_code == 429
    assert client.post("/", wrong, headers={"x-forwarded-for": "10.0.0.9, 10.0.0.8"}).status_code == 404


@pytest.mark.parametrize(
    ("named", "said"),
    [("el Comité", "al Comité"), ("la Gerencia", "a la Gerencia"), ("Elaboración", "a Elaboración")],
)
def test_preposition_and_article_run_together(named: str, said: str) -> None:
    assert to(named) == said
