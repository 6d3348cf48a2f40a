"""What a step is told when something outside it is wrong: a certificate, the bytes in the archive, the archive itself.

Each refusal leaves what the design says and no more, says what to do, and the same call works afterwards.
"""

import io
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import timedelta
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from docs_store.enums import DocumentState, NumberState
from docs_store.errors import ArchiveUnavailable, ObjectDamaged
from docs_store.models import Document, Number, Version
from docs_store.selectors import open_version
from ledger.models import Entry
from signing import services as signing
from signing.enums import Status
from signing.errors import CertificateExpired, CertificateForeign, CertificateNotYetValid, SigningError
from signing.models import Credential, Signature, Visado
from signing.services.authority import Authority
from tests.cases.ceremony_steps import ONE_SIGNER, TWO_SIGNERS, Way
from tests.cases.conftest import MONDAY, Town, text_of
from tests.factories import make_pdf
from workflows import services as workflows
from workflows.models import Process
from workflows.services.play import DEMO_PIN

DAY = timedelta(days=1)
YEAR = timedelta(days=365)
NOT_KEPT = "El archivo no responde y no se guardó nada. Vuelva a intentarlo en unos minutos."
DAMAGED = "Un contenido del archivo está dañado y no se muestra. Avise a quien administra el sistema"


@pytest.fixture(autouse=True)
def _plain_static_files(settings: Any) -> None:
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)


@pytest.fixture
def port(settings: Any, db: None) -> Town:
    settings.DEMO = True
    return Town("callao-2011")


def brought_to(town: Town, way: Way, step: str) -> Process:
    """Return a file that stands at this step of its way."""
    process = town.opens(way.route, way.unit, way.opened_by)
    for passage in way.passages:
        if passage.step == step:
            return process
        town.passes(process, passage.step, passage.by, passage.outcome)
    raise AssertionError(step)


def recorded() -> tuple[int, ...]:
    """Return what would show that something was recorded."""
    return tuple(model.objects.count() for model in (Entry, Document, Version, Number, Signature, Visado))


# Certificates


def _expired(town: Town, post: str) -> None:
    signing.ensure_credential(town.person(post), valid_from=MONDAY - YEAR, valid_to=MONDAY - DAY)


def _not_yet_valid(town: Town, post: str) -> None:
    signing.ensure_credential(town.person(post), valid_from=MONDAY + DAY, valid_to=MONDAY + YEAR)


def _foreign(town: Town, post: str) -> None:
    signing.ensure_credential(town.person(post), authority=Authority.create("Otra autoridad"))


@pytest.mark.parametrize(
    ("give", "refusal", "sentence"),
    [
        (
            _expired,
            CertificateExpired,
            "Su certificado venció el dom 15 nov, 09:00. Renuévelo para firmar. No se firmó.",
        ),
        (
            _not_yet_valid,
            CertificateNotYetValid,
            "Su certificado rige desde el mar 17 nov, 09:00. Espere a ese día, o firme con otro. No se firmó.",
        ),
        (
            _foreign,
            CertificateForeign,
            "Su certificado es de una autoridad que esta entidad no reconoce. Use el suyo de firma. No se firmó.",
        ),
    ],
    ids=["expired", "not yet valid", "foreign"],
)
def test_a_sign_step_refuses_a_certificate_that_may_not_sign_and_waits_for_another(
    town: Town, give: Callable[[Town, str], None], refusal: type[SigningError], sentence: str
) -> None:
    process = brought_to(town, ONE_SIGNER, "firmar")
    task, alcalde = town.task(process, "firmar"), town.person("alcalde")
    give(town, "alcalde")
    before = recorded()

    with pytest.raises(refusal) as refused:
        workflows.complete_sign_step(task_id=task.pk, pin=DEMO_PIN, by=alcalde, at=MONDAY)
    (result,) = workflows.sign_many(task_ids=[task.pk], pin=DEMO_PIN, by=alcalde, at=MONDAY)

    assert str(refused.value) == result.sentence == sentence
    assert recorded() == before
    assert town.steps(process) == ["firmar"]
    Credential.objects.filter(person=alcalde).delete()
    workflows.complete_sign_step(task_id=task.pk, pin=DEMO_PIN, by=alcalde, at=MONDAY)
    assert town.act(process).state == DocumentState.EMITTED


def test_a_document_of_ones_own_takes_no_number_under_a_certificate_that_may_not_sign(town: Town) -> None:
    process = brought_to(town, ONE_SIGNER, "informar")
    task = town.task(process, "informar")
    town.writes(task, "jefe-ois")
    _expired(town, "jefe-ois")
    before = recorded()

    with pytest.raises(CertificateExpired):
        town.decides(task, "jefe-ois", "done")

    assert recorded() == before


def test_a_visado_is_not_given_with_a_certificate_that_may_not_sign(town: Town) -> None:
    process = brought_to(town, ONE_SIGNER, "visar")
    Credential.objects.filter(person=town.person("jefe-oaj")).delete()
    _not_yet_valid(town, "jefe-oaj")
    before = recorded()

    with pytest.raises(CertificateNotYetValid):
        town.decides(town.task(process, "visar"), "jefe-oaj", "endorsed")

    assert recorded() == before


def test_the_desk_shows_why_a_certificate_does_not_sign(town: Town) -> None:
    process = brought_to(town, ONE_SIGNER, "firmar")
    _foreign(town, "alcalde")
    client = Client()
    client.force_login(town.person("alcalde"))

    answer = client.post(f"/mesa/tareas/{town.task(process, 'firmar').pk}/decidir/", {"pin": DEMO_PIN})

    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "Su certificado es de una autoridad que esta entidad no reconoce." in answer.content.decode()
    assert town.steps(process) == ["firmar"]


# A file that was altered after signing


def object_of(settings: Any, version: Version) -> Path:
    digest = version.sha256
    return Path(urlsplit(settings.ARCHIVE["url"]).path) / digest[:2] / digest[2:4] / digest


def altered(content: bytes) -> bytes:
    """Return the file with one letter changed that its first signature covers."""
    return content.replace(b"%PDF-1.7", b"%PDF-1.6", 1)


def alter(path: Path) -> None:
    """Change what is stored, as somebody could who owns the folder."""
    path.chmod(0o644)
    path.write_bytes(altered(path.read_bytes()))


@pytest.mark.embedded
@pytest.mark.usefixtures("fresh_archive")
def test_the_next_signer_does_not_sign_a_file_that_was_altered_after_the_first_signature(
    port: Town, settings: Any
) -> None:
    process = brought_to(port, TWO_SIGNERS, "firmar_alcalde")
    task = port.task(process, "firmar_alcalde")
    signed = Signature.objects.get(document=port.act(process)).after
    whole = object_of(settings, signed).read_bytes()
    alter(object_of(settings, signed))
    before = recorded()

    with pytest.raises(ObjectDamaged) as refused:
        workflows.complete_sign_step(task_id=task.pk, pin=DEMO_PIN, by=port.person("alcalde"), at=MONDAY)

    assert str(refused.value).startswith(DAMAGED)
    assert recorded() == before
    object_of(settings, signed).write_bytes(whole)
    workflows.complete_sign_step(task_id=task.pk, pin=DEMO_PIN, by=port.person("alcalde"), at=MONDAY)
    assert signing.verdict_of_document(document=port.act(process)).status == Status.ORIGINAL_IN_FORCE


@pytest.mark.embedded
@pytest.mark.usefixtures("fresh_archive")
def test_the_desk_and_the_verification_page_say_that_the_stored_original_was_altered(port: Town, settings: Any) -> None:
    process = brought_to(port, TWO_SIGNERS, "firmar_alcalde")
    port.passes(process, "firmar_alcalde", "alcalde", "signed")
    act = port.act(process)
    assert act.emitted_version is not None
    code = f"/v/{act.cvd}"
    assert "El original es auténtico y está vigente" in Client().get(code).content.decode()
    alcalde = Client()
    alcalde.force_login(port.person("alcalde"))

    alter(object_of(settings, act.emitted_version))

    for answer in (Client().get(code), alcalde.get(f"/mesa/documentos/{act.pk}/original/")):
        assert answer.status_code == HTTPStatus.INTERNAL_SERVER_ERROR
        assert DAMAGED in answer.content.decode()


def test_a_copy_that_was_altered_after_signing_is_told_and_leads_to_the_original(port: Town) -> None:
    process = brought_to(port, TWO_SIGNERS, "firmar_alcalde")
    port.passes(process, "firmar_alcalde", "alcalde", "signed")
    act = port.act(process)
    assert act.emitted_version is not None
    with open_version(act.emitted_version) as content:
        copy = SimpleUploadedFile("acto.pdf", altered(content.read()))

    page = Client().post("/verificar/", {"file": copy}).content.decode()

    assert "Este archivo fue alterado" in page
    assert f"/v/{act.cvd}/original" in page


# An archive that cannot be written

Broken = Callable[[], AbstractContextManager[None]]


@pytest.fixture
def broken(fresh_archive: str) -> Broken:
    """Return how to make the archive's folder unwritable for a while; what is stored can still be read."""
    staging = Path(urlsplit(fresh_archive).path) / ".staged"

    @contextmanager
    def unwritable() -> Iterator[None]:
        aside = staging.with_name("aside")
        staging.mkdir(parents=True, exist_ok=True)
        staging.rename(aside)
        staging.touch()
        yield
        staging.unlink()
        aside.rename(staging)

    return unwritable


@pytest.mark.embedded
def test_a_number_is_kept_for_its_document_while_the_archive_cannot_be_written(town: Town, broken: Broken) -> None:
    process = brought_to(town, ONE_SIGNER, "numerar")
    act = town.act(process)

    with broken():
        for _time in range(2):
            with pytest.raises(ArchiveUnavailable) as refused:
                town.passes(process, "numerar", "secretario-general", "numbered")

    assert str(refused.value) == NOT_KEPT
    assert town.steps(process) == ["numerar"]
    assert [number.state for number in act.numbers.all()] == [NumberState.RESERVED]
    town.passes(process, "numerar", "secretario-general", "numbered")
    assert [number.state for number in act.numbers.all()] == [NumberState.RESERVED]
    assert town.steps(process) == ["firmar"]


@pytest.mark.embedded
def test_nothing_is_signed_while_the_archive_cannot_be_written(town: Town, broken: Broken) -> None:
    process = brought_to(town, ONE_SIGNER, "firmar")
    act, before = town.act(process), recorded()

    with broken(), pytest.raises(ArchiveUnavailable) as refused:
        town.passes(process, "firmar", "alcalde", "signed")

    assert str(refused.value) == NOT_KEPT
    assert recorded() == before
    assert town.steps(process) == ["firmar"]
    town.passes(process, "firmar", "alcalde", "signed")
    act.refresh_from_db()
    assert act.state == DocumentState.EMITTED
    assert [number.state for number in act.numbers.all()] == [NumberState.USED]
    assert Signature.objects.filter(document=act).count() == 1


@pytest.mark.embedded
def test_a_step_that_numbers_and_signs_at_once_goes_on_with_the_number_that_it_took(town: Town, broken: Broken) -> None:
    process = brought_to(town, ONE_SIGNER, "informar")
    task = town.task(process, "informar")
    town.writes(task, "jefe-ois")

    with broken(), pytest.raises(ArchiveUnavailable, match=NOT_KEPT):
        town.decides(task, "jefe-ois", "done")

    (number,) = Number.objects.exclude(document=None)
    assert number.state == NumberState.RESERVED
    town.decides(task, "jefe-ois", "done")
    number.refresh_from_db()
    assert number.state == NumberState.USED
    assert Number.objects.exclude(document=None).count() == 1


@pytest.mark.embedded
def test_no_text_is_begun_while_the_archive_cannot_be_written(town: Town, broken: Broken) -> None:
    process = brought_to(town, ONE_SIGNER, "informar")
    task, before = town.task(process, "informar"), recorded()

    with broken(), pytest.raises(ArchiveUnavailable, match=NOT_KEPT):
        town.writes(task, "jefe-ois")

    assert recorded() == before
    town.writes(task, "jefe-ois", text_of(task))
    assert process.process_documents.count() == 1


@pytest.mark.embedded
def test_no_annex_is_attached_while_the_archive_cannot_be_written(town: Town, broken: Broken) -> None:
    process = brought_to(town, ONE_SIGNER, "informar")
    task, by = town.task(process, "informar"), town.person("jefe-ois")
    pdf = make_pdf("Cuadro de bienes")
    before = recorded()

    def attach() -> Document:
        return workflows.attach_annex(
            task_id=task.pk, name="cuadro.pdf", content=io.BytesIO(pdf), title="Cuadro de bienes", by=by, at=MONDAY
        )

    with broken(), pytest.raises(ArchiveUnavailable, match=NOT_KEPT):
        attach()

    assert recorded() == before
    annex = attach()
    with open_version(annex.versions.get()) as content:
        assert content.read() == pdf
    assert process.process_documents.get().document.annexes.count() == 1


@pytest.mark.embedded
def test_the_desk_says_that_the_archive_does_not_answer_and_keeps_the_page(town: Town, broken: Broken) -> None:
    process = brought_to(town, ONE_SIGNER, "firmar")
    client = Client()
    client.force_login(town.person("alcalde"))
    path = f"/mesa/tareas/{town.task(process, 'firmar').pk}/decidir/"

    with broken():
        answer = client.post(path, {"pin": DEMO_PIN, "proveido": "Para su publicación."})

    page = answer.content.decode()
    assert NOT_KEPT in page
    assert "Para su publicación." in page
    assert client.post(path, {"pin": DEMO_PIN}).status_code == HTTPStatus.FOUND
    assert town.act(process).state == DocumentState.EMITTED
