"""What citizens present: registered once, receipted at once, tracked by number and key, mended with a reason."""

import io
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail

from docs_store.enums import DocumentState, NumberState
from docs_store.errors import UploadRefused
from docs_store.models import Document, Expediente, Version
from docs_store.selectors import open_version
from ledger import services as ledger
from signing import services as signing
from tests.cases.conftest import MONDAY, Town
from workflows import services as workflows
from workflows.enums import Channel, FilingState, NoticeState
from workflows.errors import FilingNotFound, FilingRefused
from workflows.models import Filing, Notice, Process, TrackingKey

ROSA = workflows.PartyData(
    id_kind="dni", id_number="00000017", given_names="Rosa", surnames="Ejemplo", email="rosa@correo.example"
)


def _presentation(**values: Any) -> workflows.Presentation:
    files = [workflows.UploadedPaper("solicitud.txt", io.BytesIO(b"Pido la poda."), "Solicitud")]
    return workflows.Presentation(
        **{"channel": Channel.WEB, "party": ROSA, "subject": "Poda de árboles", "files": files, **values}
    )


def test_a_filing_gets_number_cargo_and_key_at_once(town: Town) -> None:
    receipt = workflows.file(presentation=_presentation(), received_by=None, at=MONDAY)

    assert receipt.filing.label == "E-00001-2026"
    assert receipt.cargo.state == DocumentState.EMITTED
    assert len(receipt.key) == 16
    assert town.steps(Process.objects.get(expediente=receipt.expediente)) == ["derivar"]


def test_the_cargo_is_sealed_and_never_holds_the_key(town: Town) -> None:
    receipt = workflows.file(presentation=_presentation(), received_by=None, at=MONDAY)

    version = receipt.cargo.emitted_version
    assert version is not None
    text = " ".join(row.text for row in version.page_texts.all()).replace(" ", "")
    with open_version(version) as content:
        assert receipt.key.encode() not in content.read()
    assert receipt.key not in text
    assert signing.verdict_of_document(document=receipt.cargo).status == "original_in_force"


def test_the_same_form_sent_twice_gives_one_filing(town: Town) -> None:
    first = workflows.file(presentation=_presentation(token="abc"), received_by=None, at=MONDAY)

    second = workflows.file(presentation=_presentation(token="abc"), received_by=None, at=MONDAY)

    assert second.filing.pk == first.filing.pk
    assert Filing.objects.count() == Expediente.objects.count() == 1
    assert second.key == ""


def test_a_file_that_cannot_be_read_registers_nothing(town: Town) -> None:
    empty = [workflows.UploadedPaper("vacio.pdf", io.BytesIO(b""))]

    with pytest.raises(UploadRefused):
        workflows.file(presentation=_presentation(files=empty), received_by=None, at=MONDAY)

    assert not Filing.objects.exists()
    assert not Expediente.objects.exists()


def test_nothing_is_refused_for_what_is_missing(town: Town) -> None:
    receipt = workflows.file(
        presentation=_presentation(files=[], text="", party=workflows.PartyData("dni", "00000025", "Julián")),
        received_by=None,
        at=MONDAY,
    )

    assert receipt.cargo.emitted_at is not None


def test_what_comes_on_a_saturday_counts_from_the_next_business_day(town: Town) -> None:
    saturday = MONDAY + timedelta(days=5)

    receipt = workflows.file(presentation=_presentation(), received_by=None, at=saturday)

    assert receipt.filing.presented_at == saturday
    assert receipt.filing.legal_filing_date == (MONDAY + timedelta(days=7)).date()


def test_number_and_key_open_the_file_and_nothing_else_does(town: Town) -> None:
    receipt = workflows.file(presentation=_presentation(), received_by=None, at=MONDAY)
    spelled = "-".join(receipt.key[i : i + 4] for i in range(0, 16, 4)).lower()

    assert workflows.track(label=receipt.expediente.label, key=spelled).expediente == receipt.expediente
    assert workflows.track(label=receipt.filing.label, key=receipt.key).expediente == receipt.expediente
    with pytest.raises(FilingNotFound) as wrong_key:
        workflows.track(label=receipt.expediente.label, key="A" * 16)
    with pytest.raises(FilingNotFound) as unknown:
        workflows.track(label="999-2026", key=receipt.key)
    assert str(wrong_key.value) == str(unknown.value)


def test_a_key_is_kept_as_its_hash_alone(town: Town) -> None:
    receipt = workflows.file(presentation=_presentation(), received_by=None, at=MONDAY)

    from ledger.models import Entry

    assert receipt.key not in repr(list(TrackingKey.objects.values()) + list(Entry.objects.values()))
    assert receipt.key not in repr(receipt)


def test_a_new_key_closes_the_former_one(town: Town) -> None:
    receipt = workflows.file(presentation=_presentation(), received_by=None, at=MONDAY)

    fresh = workflows.issue_key(
        expediente=receipt.expediente, party=receipt.filing.party, by=town.person("encargado-mesa-de-partes"), at=MONDAY
    )

    assert workflows.track(label=receipt.expediente.label, key=fresh)
    with pytest.raises(FilingNotFound):
        workflows.track(label=receipt.expediente.label, key=receipt.key)


def test_a_later_paper_has_its_own_number_and_cargo_in_the_same_expediente(town: Town) -> None:
    first = workflows.file(presentation=_presentation(), received_by=None, at=MONDAY)

    later = workflows.file_later(
        presentation=_presentation(subject="Agrego fotos"),
        expediente=first.expediente,
        received_by=town.person("encargado-mesa-de-partes"),
        at=MONDAY,
    )

    assert later.expediente == first.expediente
    assert (later.filing.label, later.filing.is_first) == ("E-00002-2026", False)
    assert later.cargo != first.cargo


def test_a_cargo_can_be_had_again_byte_for_byte(town: Town) -> None:
    receipt = workflows.file(presentation=_presentation(), received_by=None, at=MONDAY)

    again = workflows.ensure_cargo(filing=Filing.objects.get(), at=MONDAY + timedelta(days=3))

    assert again.emitted_version_id == receipt.cargo.emitted_version_id


def test_a_cargo_lost_in_a_crash_is_made_with_the_filings_own_moment(town: Town) -> None:
    receipt = workflows.file(presentation=_presentation(), received_by=None, at=MONDAY)
    Filing.objects.update(cargo=None)

    made = workflows.ensure_cargo(filing=Filing.objects.get(), at=MONDAY + timedelta(days=1))

    assert made.emitted_at == receipt.filing.presented_at


def test_a_wrong_registration_is_voided_with_its_reason_and_its_number_stays(town: Town) -> None:
    receipt = workflows.file(presentation=_presentation(), received_by=None, at=MONDAY)
    by = town.person("encargado-mesa-de-partes")

    with pytest.raises(FilingRefused, match="motivo"):
        workflows.void_filing(filing=receipt.filing, reason=" ", by=by, at=MONDAY)
    voided = workflows.void_filing(filing=receipt.filing, reason="Se registró dos veces.", by=by, at=MONDAY)

    assert voided.state == FilingState.VOIDED
    assert voided.number.state == NumberState.ANNULLED
    assert town.steps(Process.objects.get()) == []
    with pytest.raises(FilingRefused, match="ya fue anulado"):
        workflows.void_filing(filing=receipt.filing, reason="Otra vez.", by=by, at=MONDAY)


def test_a_wrong_subject_is_corrected(town: Town) -> None:
    receipt = workflows.file(presentation=_presentation(), received_by=None, at=MONDAY)

    workflows.correct_filing(
        filing=receipt.filing,
        subject="Poda de dos árboles",
        reason="Faltaba la cantidad.",
        by=town.person("encargado-mesa-de-partes"),
        at=MONDAY,
    )

    receipt.expediente.refresh_from_db()
    assert receipt.expediente.subject == "Poda de dos árboles"


def _answered(town: Town, **party: str) -> Process:
    receipt = workflows.file(
        presentation=_presentation(party=workflows.PartyData("dni", "00000033", "Teófilo", **party)),
        received_by=None,
        at=MONDAY,
    )
    process = Process.objects.get(expediente=receipt.expediente)
    town.passes(process, "derivar", "encargado-mesa-de-partes", "derived", units=("ois", "opp"), proveido="Atender.")
    return process


def test_two_units_that_answer_at_once_write_one_document_each(town: Town) -> None:
    process = _answered(town)
    first, second = town.task(process, "atender", "jefe-ois"), town.task(process, "atender", "jefe-opp")
    town.writes(first, "jefe-ois")
    town.writes(second, "jefe-opp")
    town.decides(first, "jefe-ois", "done")
    assert town.steps(process) == ["atender"]

    town.decides(second, "jefe-opp", "done")

    assert Document.objects.filter(kind__slug="carta", state=DocumentState.EMITTED).count() == 2
    assert town.steps(process) == ["notificar"]


def test_a_notice_is_mailed_once_with_a_fixed_message_id(town: Town, settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    process = _answered(town, email="teo@correo.example")
    for post in ("jefe-ois", "jefe-opp"):
        town.writes(town.task(process, "atender", post), post)
        town.decides(town.task(process, "atender", post), post, "done")
    town.passes(process, "notificar", "encargado-mesa-de-partes", "notified")

    for _again in range(2):
        while ledger.deliver_due(worker="test"):
            continue

    sent = [message for message in mail.outbox if message.attachments]
    assert len(sent) == len({message.extra_headers["Message-ID"] for message in sent}) == 2
    assert set(Notice.objects.values_list("state", flat=True)) == {NoticeState.SENT}


def test_who_left_no_address_gets_a_notice_that_waits_for_the_desk(town: Town) -> None:
    process = _answered(town)
    for post in ("jefe-ois", "jefe-opp"):
        town.writes(town.task(process, "atender", post), post)
        town.decides(town.task(process, "atender", post), post, "done")

    town.passes(process, "notificar", "encargado-mesa-de-partes", "notified")

    assert set(Notice.objects.values_list("state", flat=True)) == {NoticeState.FAILED}


def test_an_archive_that_cannot_be_written_registers_nothing_and_a_retry_works(town: Town, monkeypatch: Any) -> None:
    from docs_store.archive import get_archive
    from docs_store.errors import ArchiveUnavailable

    def broken(self: object, content: object) -> str:
        raise ArchiveUnavailable

    with monkeypatch.context() as patched:
        patched.setattr(type(get_archive()), "put", broken)
        with pytest.raises(ArchiveUnavailable):
            workflows.file(presentation=_presentation(token="t"), received_by=None, at=MONDAY)
    assert not Filing.objects.exists()
    assert not Version.objects.exists()

    assert workflows.file(presentation=_presentation(token="t"), received_by=None, at=MONDAY).key
