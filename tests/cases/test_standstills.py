"""Procedures that their citizen paralyses: proposed each night, declared only by a resolution that is notified
(PL-13)."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from config.chores import NIGHTLY
from docs_store import services as docs
from docs_store.models import Document, DocumentKind
from docs_store.ports import Article, Draft
from law import selectors as law
from law.rules.procedure import GivenTerm, abandonment_from, last_day
from ledger.models import Entry
from organization import selectors as organization
from organization.models import Unit
from tests.cases.conftest import MONDAY, Town
from tests.cases.test_observations import answer_clock, presents
from tests.factories import LIMA
from workflows import services as workflows
from workflows.enums import Channel, ClockPurpose, ClockState, FilingState
from workflows.errors import FilingRefused
from workflows.models import Clock, Filing, Notice, Standstill
from workflows.services import notified, standstills
from workflows.services.presentations import PartyData, Presentation

OVER = datetime(2027, 1, 4, 9, tzinfo=LIMA)
LATER = datetime(2027, 1, 6, 9, tzinfo=LIMA)


@pytest.fixture
def filing(town: Town) -> Filing:
    return presents(procedure="").filing


def asks(town: Town, filing: Filing, at: datetime = MONDAY, **values: Any) -> Standstill:
    asked = {"what": "Entregar el plano firmado", "notified_on": at.date(), **values}
    return standstills.ask(filing=filing, by=town.person("auxiliar-mesa-de-partes"), at=at, **asked)


def brings(filing: Filing, at: datetime) -> Filing:
    party = PartyData(id_kind="dni", id_number="00000017", given_names="Rosa")
    paper = Presentation(channel=Channel.WEB, party=party, subject="El plano")
    return workflows.file_later(presentation=paper, expediente=filing.expediente, received_by=None, at=at).filing


def resolution(town: Town, filing: Filing, at: datetime = OVER, *, kind: str = "resolucion") -> Document:
    by = town.person("secretario-general")
    document = docs.start_document(
        expediente=filing.expediente,
        kind=DocumentKind.objects.get(slug=kind),
        title="Declara el abandono",
        unit=Unit.objects.get(slug="gidur"),
        by=by,
        at=at,
    )
    draft = Draft(subject="Declara el abandono", articles=(Article("Declarar", "el abandono."),))
    version = docs.save_draft(document=document, content=draft, by=by, at=at)
    Document.objects.filter(pk=document.pk).update(
        label="430-2027-A-MDP/LC", state="emitted", emitted_at=at, emitted_version=version
    )
    return Document.objects.get(pk=document.pk)


def declares(town: Town, found: Standstill, document: Document, at: datetime = OVER) -> Filing:
    by = town.person("auxiliar-mesa-de-partes")
    return standstills.declare(standstill=found, document=document, by=by, at=at)


def test_pl_13_its_days_run_from_the_notification_and_the_answer_s_go_on(town: Town, filing: Filing) -> None:
    found = asks(town, filing)

    calendar = law.calendar_of(organization.entity().place)
    assert (found.clock.term, found.clock.purpose) == ("abandono", ClockPurpose.IMPULSE)
    assert standstills.declared_from(found) == date(2027, 1, 1)
    assert standstills.declared_from(found) == abandonment_from(last_day(GivenTerm(30), MONDAY.date(), calendar))
    assert answer_clock(filing).state == ClockState.RUNNING


def test_pl_13_the_night_proposes_once_and_declares_nothing(town: Town, filing: Filing) -> None:
    found = asks(town, filing)
    chore = next(chore for chore in NIGHTLY if chore.name == "lapse_terms")

    assert chore.run(datetime(2026, 12, 31, 2, tzinfo=LIMA))["abandonments"] == 0
    assert chore.run(OVER)["abandonments"] == 1
    assert chore.run(LATER)["abandonments"] == 0

    filing.refresh_from_db()
    found.refresh_from_db()
    assert filing.state == FilingState.PRESENTED
    assert (found.proposed_at, found.ended_at) == (OVER, None)
    assert Entry.objects.get(kind="filing.abandonment_proposed").facts["from"] == "2027-01-01"


def test_pl_13_a_resolution_declares_it_and_is_notified(town: Town, filing: Filing) -> None:
    found, act = asks(town, filing), resolution(town, filing)

    declares(town, found, act)

    filing.refresh_from_db()
    found.refresh_from_db()
    assert filing.state == FilingState.ABANDONED
    assert (found.ended_at, found.document) == (OVER, act)
    assert not Clock.objects.filter(filing=filing, stopped_at__isnull=True).exists()
    assert answer_clock(filing).state == ClockState.CANCELLED
    notice = Notice.objects.get(document=act)
    assert notice.person == filing.party
    assert Entry.objects.get(kind="filing.abandoned").facts["document"] == act.pk
    notified.acknowledge(notice=notice, at=LATER)
    filing.refresh_from_db()
    assert filing.state == FilingState.ABANDONED
    assert Clock.objects.get(notice=notice, purpose=ClockPurpose.RECOURSE).amount == 15
    with pytest.raises(FilingRefused, match="ya terminó"):
        declares(town, found, act, LATER)


def test_pl_13_not_before_its_day_nor_by_an_earlier_resolution(town: Town, filing: Filing) -> None:
    found = asks(town, filing)
    early = resolution(town, filing, MONDAY + timedelta(days=1))

    with pytest.raises(FilingRefused, match="desde el viernes 1 de enero de 2027, no antes"):
        declares(town, found, early, MONDAY + timedelta(days=2))
    with pytest.raises(FilingRefused, match="anterior al día"):
        declares(town, found, early)

    filing.refresh_from_db()
    assert filing.state == FilingState.PRESENTED


def test_pl_13_only_an_emitted_act_of_this_file(town: Town, filing: Filing) -> None:
    found = asks(town, filing)
    other = resolution(town, presents(procedure="").filing)
    report = resolution(town, filing, kind="informe")

    for document in (other, report):
        with pytest.raises(FilingRefused, match="emitida en este expediente"):
            declares(town, found, document)


def test_pl_13_what_the_citizen_brings_in_time_ends_it(town: Town, filing: Filing) -> None:
    found = asks(town, filing)

    paper = brings(filing, MONDAY + timedelta(days=10))

    found.refresh_from_db()
    assert found.ended_at is not None
    assert Clock.objects.get(standstill=found).state == ClockState.DONE
    assert Entry.objects.get(kind="filing.went_on").facts["paper"] == paper.pk
    assert standstills.propose_due(OVER) == 0
    assert asks(town, filing, MONDAY + timedelta(days=11)).pk != found.pk


def test_pl_13_brought_late_it_is_received_and_an_official_decides(town: Town, filing: Filing) -> None:
    found = asks(town, filing)

    assert brings(filing, OVER).label

    found.refresh_from_db()
    assert found.ended_at is None
    by = town.person("auxiliar-mesa-de-partes")
    with pytest.raises(FilingRefused, match="por qué sigue"):
        standstills.go_on(standstill=found, reason=" ", by=by, at=OVER)
    standstills.go_on(standstill=found, reason="Entregó el plano", by=by, at=OVER)
    with pytest.raises(FilingRefused, match="ya terminó"):
        declares(town, found, resolution(town, filing))


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"what": "  "}, "lo que la persona debe hacer"),
        ({"notified_on": date(2026, 11, 17)}, "entre la presentación y hoy"),
        ({"notified_on": date(2026, 11, 13)}, "entre la presentación y hoy"),
    ],
)
def test_pl_13_what_is_missing_or_cannot_be_is_told(
    town: Town, filing: Filing, values: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(FilingRefused, match=sentence):
        asks(town, filing, **values)


def test_pl_13_it_is_waited_for_once_at_a_time_and_only_while_an_answer_is_awaited(town: Town, filing: Filing) -> None:
    asks(town, filing)

    with pytest.raises(FilingRefused, match="ya espera a la persona"):
        asks(town, filing)
    Filing.objects.filter(pk=filing.pk).update(state=FilingState.ANSWERED)
    with pytest.raises(FilingRefused, match="ya no espera respuesta"):
        asks(town, filing)
