"""Is this paper genuine: by code, by QR's address, by the file itself."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from docs_store import services as docs
from docs_store.enums import LegalState
from docs_store.models import Document, Version
from portal import services
from portal.views.verification import plain_code, shown_code
from tests.factories import make_document, make_pdf
from tests.portal.test_filing import a_pdf, present
from workflows.models import Filing

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("office")]


@pytest.fixture
def cargo(client: Client) -> Document:
    present(client, papers=[a_pdf()])
    document = Filing.objects.get().cargo
    assert document is not None
    return document


def bytes_of(document: Document) -> bytes:
    assert document.emitted_version is not None
    with docs.open_version(document.emitted_version) as content:
        return content.read()


def drop(content: bytes, name: str = "cargo.pdf") -> tuple[int, str]:
    answer = Client().post("/verificar/", {"file": SimpleUploadedFile(name, content)})
    return answer.status_code, answer.content.decode()


def test_code_says_that_the_original_is_genuine(cargo: Document) -> None:
    answer = Client().get(f"/v/{cargo.cvd}")

    page = answer.content.decode()
    assert answer.status_code == 200
    assert "El original es auténtico y está vigente" in page
    assert "verdict-good" in page
    assert "Compare con su papel" in page
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("spelled", ["{groups}", "{lower}", "{spaced}"])
def test_code_is_found_however_it_is_typed(cargo: Document, spelled: str) -> None:
    code = cargo.cvd or ""
    typed = spelled.format(
        groups=shown_code(code), lower=shown_code(code).lower(), spaced=shown_code(code).replace("-", " ")
    )

    answer = Client().post("/verificar/", {"code": typed}, follow=True)

    assert answer.redirect_chain == [(f"/v/{code}", 302)]
    assert answer.status_code == 200


def test_unknown_code_says_which_signs_are_not_used() -> None:
    answer = Client().get("/v/ZZZZZZZZZZZZZZZZ")

    assert answer.status_code == 404
    assert "no usamos O, I, 0 ni 1" in answer.content.decode()


def test_code_of_something_that_nobody_signed_is_unknown() -> None:
    draft = make_document(cvd="ABCDEFGHJKLMNPQR")

    assert Client().get(f"/v/{draft.cvd}").status_code == 404


def test_guessing_codes_has_to_wait() -> None:
    for guess in range(services.TRIES):
        Client().get(f"/v/ZZZZZZZZZZZZZZZ{guess}")

    assert Client().get("/v/ZZZZZZZZZZZZZZZZ").status_code == 429


def test_the_very_file_is_genuine(cargo: Document) -> None:
    status, page = drop(bytes_of(cargo))

    assert status == 200
    assert "Su archivo es auténtico y está vigente" in page


def test_a_changed_file_is_altered_and_leads_to_the_original(cargo: Document) -> None:
    status, page = drop(bytes_of(cargo) + b"\n% one line more\n")

    assert status == 200
    assert "Este archivo fue alterado" in page
    assert "verdict-bad" in page
    assert f"/v/{cargo.cvd}/original" in page


def test_a_file_that_is_not_ours_is_unknown() -> None:
    status, page = drop(make_pdf("Otra cosa"), "otra.pdf")

    assert status == 200
    assert "No conocemos este archivo" in page


@pytest.mark.parametrize("content", [b"hola", b"%PDF-1.7 roto", b"\x89PNG\r\n\x1a\n", b"PK\x03\x04"])
def test_any_bytes_get_an_answer(content: bytes) -> None:
    status, _page = drop(content, "algo.pdf")

    assert status == 200


def test_a_shown_file_is_not_kept(cargo: Document) -> None:
    before = Version.objects.count()

    drop(make_pdf("No se guarda"))

    assert Version.objects.count() == before


def test_an_empty_file_and_one_too_big_are_explained(settings: Settings) -> None:
    settings.MAX_UPLOAD_BYTES = 1_000_000

    assert "“nada.pdf” está vacío" in drop(b"", "nada.pdf")[1]
    status, page = drop(b"%PDF" + b"0" * 1_500_000, "grande.pdf")
    assert status == 422
    assert "“grande.pdf” pesa 2 MB; el máximo es 1 MB." in page


def test_nothing_given_says_what_to_give() -> None:
    answer = Client().post("/verificar/", {})

    assert answer.status_code == 422
    assert "Escriba el código o elija un archivo." in answer.content.decode()


def test_an_annulled_act_is_genuine_and_no_longer_in_force(cargo: Document) -> None:
    Document.objects.filter(pk=cargo.pk).update(legal_state=LegalState.ANNULLED)

    page = Client().get(f"/v/{cargo.cvd}").content.decode()

    assert "Es auténtico, pero ya no está vigente" in page
    assert "verdict-gone" in page


def test_original_and_its_pages_are_handed_out_by_code(cargo: Document) -> None:
    original = Client().get(f"/v/{cargo.cvd}/original")
    image = Client().get(f"/v/{cargo.cvd}/pagina-1.png")

    assert b"".join(original.streaming_content) == bytes_of(cargo)  # type: ignore[attr-defined]
    assert original.headers["X-Content-Type-Options"] == "nosniff"
    assert image.content.startswith(b"\x89PNG")
    assert Client().get("/v/ZZZZZZZZZZZZZZZZ/original").status_code == 404
    assert Client().get("/v/ZZZZZZZZZZZZZZZZ/pagina-1.png").status_code == 404


def test_address_printed_under_the_code_opens_the_form() -> None:
    assert "Verificar un documento" in Client().get("/v/").content.decode()


def test_codes_are_written_in_groups() -> None:
    assert plain_code(" 7kq2-m9xd 4rtv/w3hc") == "7KQ2M9XD4RTVW3HC"
    assert shown_code("7KQ2M9XD4RTVW3HC") == "7KQ2-M9XD-4RTV-W3HC"


def test_filed_paper_is_not_shown_by_guessing_its_number(cargo: Document) -> None:
    paper = Filing.objects.get().items.get().document

    assert paper.cvd is None
    assert Client().get(f"/publicaciones/{paper.pk}/").status_code == 404


def test_published_document_without_code_is_saved_not_shown(cargo: Document) -> None:
    paper = Filing.objects.get().items.get().document
    docs.publish(document=paper, channel="portal", by=None, at=timezone.now())

    answer = Client().get(f"/publicaciones/{paper.pk}/")
    assert b"".join(answer.streaming_content).startswith(b"%PDF-")  # type: ignore[attr-defined]

    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert "sandbox" in answer.headers["Content-Security-Policy"]


def test_verdict_is_there_for_machines_too(cargo: Document) -> None:
    answer = Client().get(f"/api/verificar/{cargo.cvd}").json()

    assert answer["status"] == "original_in_force"
    assert all(check["ok"] for check in answer["checks"])
