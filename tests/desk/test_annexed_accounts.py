"""The account of a term as annex of a draft: numbered, once, with its hash in the act and its folio after it."""

import pytest
from django.test import Client
from django.utils import timezone

from docs_store.models import Annex, Document, Leaf
from ledger.models import Entry
from tests.desk.conftest import Seat, informe, open_resolution, person, step, waiting
from workflows import services as workflows
from workflows.errors import StepRefused, TaskNotFound
from workflows.models import Clock, Process, Task
from workflows.selectors.actions import may_write
from workflows.services import clocks
from workflows.services.accounts import attach_account

pytestmark = pytest.mark.django_db


@pytest.fixture
def process(pichari: None) -> Process:
    return open_resolution()


@pytest.fixture
def task(process: Process) -> Task:
    return waiting(process)


@pytest.fixture
def clock(task: Task) -> Clock:
    return Clock.objects.get(task=task)


@pytest.fixture
def writer(seat: Seat, process: Process) -> Client:
    return seat("jefe-ois")


def annexing(task: Task) -> str:
    return f"/mesa/tareas/{task.pk}/texto/cuenta/"


def test_from_the_editor_it_becomes_the_next_annex_of_the_draft(writer: Client, task: Task, clock: Clock) -> None:
    editor = writer.get(f"/mesa/tareas/{task.pk}/texto/").content.decode()
    assert "Anexar la cuenta de un plazo" in editor
    assert f'<option value="{clock.pk}">' in editor

    page = writer.post(annexing(task), {"clock": clock.pk}, follow=True).content.decode()

    line = Annex.objects.get()
    assert line.annex.title.startswith(f"Cuenta del plazo «{task.title}», que vence el ")
    assert f"Anexo 1: {line.annex.title}." in page.replace("&quot;", '"')
    entry = Entry.objects.get(kind="clock.account_attached")
    assert entry.subject == f"expediente:{clock.expediente_id}"
    assert entry.facts == {
        "clock": clock.pk, "document": line.document_id, "annex": line.annex_id, "order": 1
    }  # fmt: skip


def test_from_the_page_of_the_due_day_who_writes_attaches_it(writer: Client, task: Task, clock: Clock) -> None:
    page = writer.get(f"/mesa/expedientes/{clock.expediente_id}/plazos/{clock.pk}/").content.decode()

    assert f'action="{annexing(task)}"' in page
    assert "Anexar la cuenta al proyecto" in page


def test_who_writes_nothing_in_the_file_is_not_offered_it_and_cannot(seat: Seat, task: Task, clock: Clock) -> None:
    reader = seat("secretario-general")

    page = reader.get(f"/mesa/expedientes/{clock.expediente_id}/plazos/{clock.pk}/").content.decode()

    assert "Anexar la cuenta al proyecto" not in page
    assert reader.post(annexing(task), {"clock": clock.pk}).status_code == 404
    assert Client().post(annexing(task), {"clock": clock.pk}).status_code == 302
    with pytest.raises(TaskNotFound):
        attach_account(clock=clock, task_id=task.pk, by=person("jefe-oaj"), at=timezone.now())
    assert not Annex.objects.exists()


def test_attached_twice_it_is_one_annex(task: Task, clock: Clock) -> None:
    by, at = person("jefe-ois"), timezone.now()

    first = attach_account(clock=clock, task_id=task.pk, by=by, at=at)
    again = attach_account(clock=clock, task_id=task.pk, by=by, at=at)

    assert again == first
    assert Entry.objects.filter(kind="clock.account_attached").count() == 1


def test_a_term_of_another_file_or_none_is_refused_with_a_sentence(writer: Client, task: Task) -> None:
    other = waiting(open_resolution("Otro"))
    strange = Clock.objects.get(task=other)

    for chosen in ("", "x", "999999", str(strange.pk)):
        page = writer.post(annexing(task), {"clock": chosen}, follow=True).content.decode()
        assert "Elija el plazo cuya cuenta va como anexo." in page
    with pytest.raises(StepRefused, match="de otro expediente"):
        attach_account(clock=strange, task_id=task.pk, by=person("jefe-ois"), at=timezone.now())
    assert not Annex.objects.exists()


def test_a_text_that_is_fixed_takes_no_annex_and_says_why(writer: Client, task: Task, clock: Clock) -> None:
    workflows.save_step_text(task_id=task.pk, content=informe(), by=person("jefe-ois"), at=timezone.now())
    document = Document.objects.get(kind__slug="informe")
    Document.objects.filter(pk=document.pk).update(state="for_dispatch")
    task.refresh_from_db()

    page = writer.post(annexing(task), {"clock": clock.pk}, follow=True).content.decode()

    assert "note-cochinilla" in page or "devuélva" in page.lower() or "Devuelva" in page
    assert not may_write(task)
    assert not Annex.objects.exists()


def test_the_signed_document_prints_its_title_and_hash_and_it_is_folioed_after_it(task: Task, clock: Clock) -> None:
    line = attach_account(clock=clock, task_id=task.pk, by=person("jefe-ois"), at=timezone.now())

    done = step(task.process, "jefe-ois", informe(), outcome="done")

    annex = Document.objects.get(pk=line.annex_id)
    version = annex.emitted_version
    assert version is not None
    own, after = Leaf.objects.get(version__document=done.document), Leaf.objects.get(version__document=annex)
    assert after.folio_from == own.folio_to + 1
    printed = " ".join(own.version.page_texts.values_list("text", flat=True))
    told = "".join(printed.split())
    assert "".join(annex.title.split()) in told
    assert version.sha256 in told
    texts = " ".join(after.version.page_texts.values_list("text", flat=True))
    assert "La cuenta, paso a paso" in texts


def test_what_is_suspended_or_has_no_day_is_called_so(task: Task, clock: Clock) -> None:
    by, at = person("jefe-ois"), timezone.now()
    clocks.suspend(clock=clock, first=clock.event_on, reason="x", by=None, at=at)
    clock.refresh_from_db()
    held = attach_account(clock=clock, task_id=task.pk, by=by, at=at)
    Clock.objects.filter(pk=clock.pk).update(
        state="uncounted", due_on=None, missing_year=2031, derivation=[], suspensions=[]
    )
    clock.refresh_from_db()

    waits = attach_account(clock=clock, task_id=task.pk, by=by, at=at)

    assert held.annex.title.endswith(", suspendido")
    assert (waits.order, waits.annex.title.endswith(", sin calendario todavía")) == (2, True)
