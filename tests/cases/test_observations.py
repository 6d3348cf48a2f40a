"""What a filing lacks: observed once, cured in its days, or lapsed (IN-10 to IN-14)."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.core import mail

from config.chores import NIGHTLY
from law.errors import SecondObservation
from ledger.models import Entry
from organization.models import Person
from tests.cases.conftest import MONDAY, Town
from tests.factories import LIMA
from workflows import services as workflows
from workflows.enums import Bar, Channel, ClockPurpose, ClockState, FilingState
from workflows.errors import FilingRefused, StepRefused
from workflows.models import Clock, Filing, FilingObservation, Process, Task
from workflows.services import letters, observations
from workflows.services.presentations import FilingReceipt, PartyData, Presentation

TUESDAY, WEDNESDAY, THURSDAY = (MONDAY + timedelta(days=days) for days in (1, 2, 3))
DEFECTS = ("El diseño del anuncio con sus medidas", "La ubicación")


def presents(at: datetime = MONDAY, by: Person | None = None, **values: Any) -> FilingReceipt:
    party = PartyData(id_kind="dni", id_number="00000017", given_names="Rosa", email="rosa@muestra.example")
    presentation = Presentation(
        **{"channel": Channel.WEB, "party": party, "subject": "Anuncio", "procedure": "anuncio-publicitario", **values}
    )
    return workflows.file(presentation=presentation, received_by=by, at=at)


def cures(filing: Filing, observed: FilingObservation, at: datetime) -> FilingReceipt:
    party = PartyData(id_kind="dni", id_number="00000017", given_names="Rosa")
    presentation = Presentation(channel=Channel.WEB, party=party, subject="Entrega de lo que faltaba")
    return workflows.file_later(
        presentation=presentation, expediente=filing.expediente, received_by=None, at=at, cures=observed
    )


def text_of(receipt: FilingReceipt) -> str:
    """Return what the cargo says."""
    version = receipt.cargo.emitted_version
    assert version is not None and version.based_on is not None
    return " ".join(" ".join(page.text for page in version.based_on.page_texts.all()).split())


def answer_clock(filing: Filing) -> Clock:
    return Clock.objects.get(filing=filing, purpose=ClockPurpose.ANSWER)


def observed_at_counter(town: Town, at: datetime = MONDAY) -> tuple[Filing, FilingObservation]:
    filing = presents(at).filing
    by = town.person("auxiliar-mesa-de-partes")
    return filing, observations.observe(filing=filing, defects=DEFECTS, by=by, at=at)


def test_a_filing_carries_the_clock_of_its_answer(town: Town) -> None:
    filing = presents().filing

    clock = answer_clock(filing)
    assert (clock.term, clock.amount, clock.silence) == ("evaluacion-previa", 30, "positive")
    assert clock.event_on == filing.legal_filing_date == MONDAY.date()
    assert clock.due_on == date(2026, 12, 31)
    assert clock.norm == "Ley 27444, art. 35"


def test_a_request_outside_the_tupa_has_the_general_term_and_no_silence_is_supposed(town: Town) -> None:
    clock = answer_clock(presents(procedure="").filing)

    assert (clock.term, clock.silence) == ("evaluacion-previa", "")


def test_in_11_while_curing_the_clock_stands_still_and_nothing_goes_on(town: Town) -> None:
    filing, _observed = observed_at_counter(town)
    process = Process.objects.get(expediente=filing.expediente)
    task = town.task(process, "derivar")

    assert filing.state == FilingState.OBSERVED
    assert answer_clock(filing).state == ClockState.SUSPENDED
    assert process.bar == Bar.CURE
    assert task.clock.state == ClockState.SUSPENDED
    with pytest.raises(StepRefused, match="no se deriva"):
        town.decides(task, "auxiliar-mesa-de-partes", "derived", units=("gidur",))
    with pytest.raises(StepRefused, match="no se deriva"):
        workflows.derive(
            task_id=task.pk,
            units=("gidur",),
            proveido="Opine",
            by=town.person("auxiliar-mesa-de-partes"),
            at=MONDAY,
        )


def test_in_13_cured_in_time_the_original_date_stands_and_the_term_runs_again(town: Town) -> None:
    filing, observed = observed_at_counter(town)

    cure = cures(filing, observed, WEDNESDAY).filing

    filing.refresh_from_db()
    observed.refresh_from_db()
    clock = answer_clock(filing)
    assert (filing.state, filing.legal_filing_date) == (FilingState.CURED, MONDAY.date())
    assert cure.label != filing.label
    assert cure.cures == observed
    assert observed.cured_at == WEDNESDAY
    assert clock.state == ClockState.RUNNING
    assert clock.suspensions == [{"from": "2026-11-16", "to": "2026-11-18"}]
    assert clock.due_on == date(2027, 1, 5)
    assert Process.objects.get(expediente=filing.expediente).bar == ""
    assert Clock.objects.get(filing=filing, purpose=ClockPurpose.CURE).state == ClockState.DONE
    process = Process.objects.get(expediente=filing.expediente)
    town.decides(town.task(process, "derivar"), "auxiliar-mesa-de-partes", "derived", units=("gidur",), at=WEDNESDAY)


def test_in_10_everything_is_observed_at_once_and_nothing_new_after(town: Town) -> None:
    filing, observed = observed_at_counter(town)
    by = town.person("auxiliar-mesa-de-partes")
    with pytest.raises(FilingRefused, match="ya está observado"):
        observations.observe(filing=filing, defects=("Otra cosa",), by=by, at=MONDAY)
    cures(filing, observed, TUESDAY)

    with pytest.raises(SecondObservation):
        observations.observe(filing=filing, defects=("Otra cosa",), by=by, at=TUESDAY)
    again = observations.observe(filing=filing, defects=DEFECTS[:1], by=by, at=TUESDAY)

    assert again.texts == list(DEFECTS[:1])
    refused = Entry.objects.filter(kind="filing.observation_refused")
    assert [entry.actor for entry in refused] == [by.actor, by.actor]


def test_in_10_it_is_observed_within_its_days(town: Town) -> None:
    filing = presents().filing

    with pytest.raises(FilingRefused, match="El plazo para observar venció el miércoles 18"):
        observations.observe(filing=filing, defects=DEFECTS, by=town.person("alcalde"), at=THURSDAY)


@pytest.mark.parametrize("defects", [(), ("  ",)])
def test_an_observation_says_what_is_missing(town: Town, defects: tuple[str, ...]) -> None:
    with pytest.raises(FilingRefused, match="Escriba lo que falta"):
        observations.observe(filing=presents().filing, defects=defects, by=town.person("alcalde"), at=MONDAY)


def test_in_12_not_cured_it_counts_as_not_presented_and_the_fee_goes_back(town: Town) -> None:
    filing, observed = observed_at_counter(town)

    assert observations.lapse_due(WEDNESDAY) == 0
    assert observations.lapse_due(THURSDAY) == 1
    assert observations.lapse_due(THURSDAY) == 0

    filing.refresh_from_db()
    observed.refresh_from_db()
    assert filing.state == FilingState.NOT_PRESENTED
    assert observed.lapsed_at == THURSDAY
    assert str(observed.refund_soles) == "32.00"
    assert answer_clock(filing).state == ClockState.CANCELLED
    assert not Task.objects.filter(process__expediente=filing.expediente, status="NEW").exclude(kind="").exists()


def test_in_12_its_last_day_a_friday_it_lapses_on_monday(town: Town) -> None:
    observed = datetime(2026, 11, 18, 9, tzinfo=LIMA)
    filing = presents().filing
    observations.observe(filing=filing, defects=["Falta el plano."], by=town.person("alcalde"), at=observed)

    assert observations.lapse_due(datetime(2026, 11, 21, 2, tzinfo=LIMA)) == 0
    assert observations.lapse_due(datetime(2026, 11, 23, 2, tzinfo=LIMA)) == 1


def test_in_03_a_cure_that_comes_too_late_is_received_and_cures_nothing(town: Town) -> None:
    filing, observed = observed_at_counter(town)

    late = cures(filing, observed, THURSDAY)

    filing.refresh_from_db()
    assert late.cargo.emitted_version is not None
    assert filing.state == FilingState.OBSERVED
    assert Entry.objects.filter(kind="filing.cure_too_late").count() == 1


def test_what_was_given_back_is_noted_once_with_who_did(town: Town) -> None:
    _filing, observed = observed_at_counter(town)
    clerk, other = town.person("auxiliar-mesa-de-partes"), town.person("encargado-mesa-de-partes")
    with pytest.raises(FilingRefused, match="nada que devolver"):
        observations.give_back(observed=observed, by=clerk, at=TUESDAY)
    observations.lapse_due(THURSDAY)

    observations.give_back(observed=observed, by=clerk, at=THURSDAY)
    given = observations.give_back(observed=observed, by=other, at=THURSDAY + timedelta(hours=1))

    assert (given.returned_by, given.returned_at) == (clerk, THURSDAY)


def test_what_the_counter_sees_missing_stands_on_the_cargo(town: Town) -> None:
    receipt = presents(channel=Channel.COUNTER, by=town.person("auxiliar-mesa-de-partes"), defects=DEFECTS)

    text = text_of(receipt)
    assert receipt.filing.observations.get().texts == list(DEFECTS)
    assert "Le falta entregar: El diseño del anuncio con sus medidas; La ubicación" in text
    assert "hasta el miércoles 18 de noviembre de 2026" in text


def test_the_cargo_tells_until_when_and_what_silence_means(town: Town) -> None:
    text = text_of(presents())

    assert "Deben responderle hasta el jueves 31 de diciembre de 2026" in text
    assert "queda aprobada" in text
    assert "Que a este trámite le toque ese silencio: norma por verificar." in text


def test_an_automatic_approval_needs_no_clock_and_its_cargo_is_the_proof(settings: Any, db: None) -> None:
    settings.DEMO = True
    town = Town("mtpe-2017")
    assert town

    receipt = presents(procedure="certijoven")

    assert receipt.filing.state == FilingState.APPROVED
    assert not Clock.objects.filter(filing=receipt.filing).exists()


def test_the_citizen_is_told_by_mail_what_is_missing(town: Town) -> None:
    _filing, observed = observed_at_counter(town)

    assert letters.tell_observation(observation_id=observed.pk)
    observations.lapse_due(THURSDAY)
    assert letters.tell_not_presented(observation_id=observed.pk)

    asked, lapsed = mail.outbox
    assert "- La ubicación" in asked.body
    assert "hasta el miércoles 18 de noviembre de 2026" in asked.body
    assert asked.extra_headers["Message-ID"].startswith(f"<observation-{observed.pk}@")
    assert "S/ 32.00" in lapsed.body


def test_who_left_no_address_gets_no_mail(town: Town) -> None:
    _filing, observed = observed_at_counter(town)
    Person.objects.filter(pk=observed.filing.party_id).update(email="")

    assert not letters.tell_observation(observation_id=observed.pk)


def test_the_night_lets_lapse_what_was_not_cured(town: Town) -> None:
    observed_at_counter(town)
    chore = next(chore for chore in NIGHTLY if chore.name == "lapse_terms")

    assert chore.run(datetime(2026, 11, 19, 2, tzinfo=LIMA))["not_presented"] == 1
