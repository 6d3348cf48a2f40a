"""A citizen desists: a paper of its own, days for third parties, an act that accepts it or a reason (PL-14)."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from docs_store.models import Document
from ledger.models import Entry
from organization.models import Person
from tests.cases.conftest import MONDAY, Town
from tests.cases.test_observations import answer_clock, presents
from tests.cases.test_standstills import asks, resolution
from tests.factories import LIMA
from workflows import services as workflows
from workflows.enums import (
    Channel,
    ClockPurpose,
    ClockState,
    DesistimientoEffect,
    DesistimientoOutcome,
    FilingState,
)
from workflows.errors import FilingRefused
from workflows.models import Clock, Desistimiento, Filing, Notice, Standstill
from workflows.services import desistimientos
from workflows.services.presentations import PartyData, Presentation

TUESDAY, FRIDAY = MONDAY + timedelta(days=1), MONDAY + timedelta(days=4)
LATER = datetime(2026, 12, 4, 9, tzinfo=LIMA)


@pytest.fixture
def filing(town: Town) -> Filing:
    return presents(procedure="").filing


def later(filing: Filing, at: datetime, number: str = "00000017", **values: Any) -> Filing:
    party = PartyData(id_kind="dni", id_number=number, given_names="Rosa")
    paper = Presentation(**{"channel": Channel.WEB, "party": party, "subject": "Escrito", **values})
    return workflows.file_later(presentation=paper, expediente=filing.expediente, received_by=None, at=at).filing


def desists(
    filing: Filing, effect: DesistimientoEffect = DesistimientoEffect.PROCEDURE, at: datetime = TUESDAY
) -> Desistimiento:
    return Desistimiento.objects.get(paper=later(filing, at, desists=effect))


def accepts(town: Town, found: Desistimiento, document: Document, at: datetime = FRIDAY) -> Filing:
    by = town.person("auxiliar-mesa-de-partes")
    return desistimientos.accept(found=found, document=document, by=by, at=at)


def clerk(town: Town) -> Person:
    return town.person("auxiliar-mesa-de-partes")


def test_pl_14_it_is_a_filing_of_its_own_and_ends_nothing_by_itself(filing: Filing) -> None:
    found = desists(filing)

    filing.refresh_from_db()
    assert found.filing == filing
    assert found.paper.label != filing.label
    assert found.paper.cargo is not None
    assert (found.effect, found.outcome) == (DesistimientoEffect.PROCEDURE, DesistimientoOutcome.PENDING)
    assert filing.state == FilingState.PRESENTED
    assert answer_clock(filing).state == ClockState.RUNNING
    assert Entry.objects.get(kind="filing.desisted").facts["effect"] == "procedure"


@pytest.mark.parametrize("effect", list(DesistimientoEffect))
def test_pl_14_an_act_accepts_it_with_its_effect_and_the_clock_ends(
    town: Town, filing: Filing, effect: DesistimientoEffect
) -> None:
    asks(town, filing)
    found = desists(filing, effect)
    act = resolution(town, filing, FRIDAY)

    accepts(town, found, act)

    filing.refresh_from_db()
    found.refresh_from_db()
    assert filing.state == FilingState.WITHDRAWN
    assert (found.outcome, found.document, found.decided_at) == (DesistimientoOutcome.ACCEPTED, act, FRIDAY)
    assert answer_clock(filing).state == ClockState.CANCELLED
    assert not Clock.objects.filter(filing=filing, stopped_at__isnull=True).exists()
    assert Standstill.objects.get(filing=filing).ended_at == FRIDAY
    assert Notice.objects.get(document=act).person == filing.party
    told = Entry.objects.get(kind="filing.withdrawn")
    assert (told.facts["document"], told.facts["effect"], told.actor) == (act.pk, effect, clerk(town).actor)
    with pytest.raises(FilingRefused, match="ya se decidió"):
        accepts(town, found, act)


def test_pl_14_third_parties_have_ten_days_from_when_they_were_notified(town: Town, filing: Filing) -> None:
    later(filing, MONDAY, number="00000018")
    found = desists(filing)
    act = resolution(town, filing, FRIDAY)
    with pytest.raises(FilingRefused, match="Hay otras personas en este expediente"):
        accepts(town, found, act)

    clock = desistimientos.tell_third_parties(found=found, notified_on=TUESDAY.date(), by=clerk(town), at=FRIDAY)

    assert (clock.term, clock.purpose) == ("desistimiento-terceros", ClockPurpose.THIRD_PARTIES)
    assert clock.due_on == date(2026, 12, 1)
    with pytest.raises(FilingRefused, match="hasta el martes 1 de diciembre de 2026"):
        accepts(town, found, act)
    with pytest.raises(FilingRefused, match="Ya consta"):
        desistimientos.tell_third_parties(found=found, notified_on=TUESDAY.date(), by=clerk(town), at=FRIDAY)
    accepts(town, found, act, LATER)
    clock.refresh_from_db()
    assert clock.state == ClockState.DONE
    assert Notice.objects.filter(document=act).count() == 2


def test_pl_14_the_entity_goes_on_with_a_reason(town: Town, filing: Filing) -> None:
    found = desists(filing)
    with pytest.raises(FilingRefused, match="por qué sigue"):
        desistimientos.go_on(found=found, reason=" ", by=clerk(town), at=FRIDAY)

    desistimientos.go_on(found=found, reason="Un vecino pidió seguir", by=clerk(town), at=FRIDAY)

    filing.refresh_from_db()
    assert filing.state == FilingState.PRESENTED
    assert answer_clock(filing).state == ClockState.RUNNING
    assert Entry.objects.get(kind="filing.desistimiento_continued").facts["reason"] == "Un vecino pidió seguir"
    with pytest.raises(FilingRefused, match="ya se decidió"):
        accepts(town, found, resolution(town, filing, FRIDAY))
    assert desists(filing, at=FRIDAY).outcome == DesistimientoOutcome.PENDING


def test_pl_14_only_an_act_of_this_file_since_it_was_presented(town: Town, filing: Filing) -> None:
    early = resolution(town, filing, MONDAY)
    found = desists(filing)
    other = resolution(town, presents(procedure="").filing, FRIDAY)

    for document in (early, other, resolution(town, filing, FRIDAY, kind="informe")):
        with pytest.raises(FilingRefused, match="después del desistimiento"):
            accepts(town, found, document)


def test_pl_14_of_what_awaits_nothing_the_paper_is_received_all_the_same(town: Town, filing: Filing) -> None:
    desists(filing)

    assert later(filing, FRIDAY, desists=DesistimientoEffect.PROCEDURE).label
    assert later(filing, FRIDAY, number="00000018", desists=DesistimientoEffect.PROCEDURE).label

    assert Desistimiento.objects.count() == 1
    assert Entry.objects.filter(kind="filing.desisted_in_vain").count() == 2


def test_pl_14_what_was_answered_meanwhile_is_not_withdrawn(town: Town, filing: Filing) -> None:
    found = desists(filing)
    Filing.objects.filter(pk=filing.pk).update(state=FilingState.ANSWERED)

    with pytest.raises(FilingRefused, match="no espera respuesta ahora: Resuelto"):
        accepts(town, found, resolution(town, filing, FRIDAY))


@pytest.mark.parametrize("day", [MONDAY.date(), LATER.date()])
def test_pl_14_third_parties_are_notified_between_the_paper_and_today(town: Town, filing: Filing, day: date) -> None:
    with pytest.raises(FilingRefused, match="entre el desistimiento y hoy"):
        desistimientos.tell_third_parties(found=desists(filing), notified_on=day, by=clerk(town), at=FRIDAY)
