"""Presenting something on the web: never refused for what is missing, number and cargo and key at once."""

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django.fixtures import Settings

from organization.models import Person
from tests.factories import make_pdf
from workflows.models import Filing, TrackingKey
from workflows.services.keys import hash_key

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("office")]

TOKEN = "0123456789abcdef0123456789abcdef"
WHOLE = {
    "id_kind": "dni",
    "id_number": "00000017",
    "name": "Rosa Ejemplo Prueba",
    "address": "Jr. de la Muestra 123",
    "subject": "Copia del plano de la acequia",
    "text": "Pido copia del plano porque voy a construir.",
    "token": TOKEN,
}


def a_pdf(name: str = "plano.pdf", text: str = "Plano de la acequia") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, make_pdf(text), content_type="application/pdf")


def present(client: Client, **changes: object) -> tuple[int, str]:
    answer = client.post("/presentar/", {**WHOLE, **changes})
    return answer.status_code, answer.content.decode()


def key_on(page: str) -> str:
    return page.partition('name="key" value="')[2].partition('"')[0]


def test_filing_gives_number_moment_cargo_and_key_at_once(client: Client) -> None:
    status, page = present(client, papers=[a_pdf(), a_pdf("foto.pdf", "Otra hoja")])

    filing = Filing.objects.get()
    assert status == 200
    assert filing.label in page
    assert filing.expediente.label in page
    assert [item.document.title for item in filing.items.all()] == ["plano", "foto"]
    assert filing.cargo is not None
    assert hash_key(key_on(page)) == TrackingKey.objects.get().key_sha256
    assert "<svg" in page.partition("slip-qr")[2]


def test_cargo_is_a_pdf_with_the_hashes_and_never_the_key(client: Client) -> None:
    _status, page = present(client, papers=[a_pdf()])
    filing = Filing.objects.get()

    answer = client.get(f"/seguimiento/documento/{filing.cargo_id}/")

    cargo = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    assert cargo.startswith(b"%PDF-")
    assert key_on(page).encode() not in cargo
    assert answer.headers["Cache-Control"] == "no-store"


def test_cargo_can_be_had_again_byte_for_byte(client: Client) -> None:
    present(client)
    filing = Filing.objects.get()
    address = f"/seguimiento/documento/{filing.cargo_id}/"

    first = b"".join(client.get(address).streaming_content)  # type: ignore[attr-defined]
    again = b"".join(client.get(address).streaming_content)  # type: ignore[attr-defined]

    assert first == again


def test_same_form_sent_twice_gives_one_filing_and_shows_the_same_key(client: Client) -> None:
    _status, first = present(client)
    status, again = present(client)

    assert status == 200
    assert Filing.objects.count() == 1
    assert key_on(first) == key_on(again) != ""


def test_two_forms_give_two_filings_with_different_keys(client: Client) -> None:
    _status, first = present(client)
    _status, second = present(client, token="f" * 32)

    assert Filing.objects.count() == 2
    assert key_on(first) != key_on(second)


def test_form_without_its_mark_is_received_all_the_same(client: Client) -> None:
    status, page = present(client, token="")

    assert status == 200
    assert key_on(page)


@pytest.mark.parametrize("blank", ["id_number", "name", "address", "subject", "text"])
def test_what_is_missing_is_told_and_never_refused(client: Client, blank: str) -> None:
    status, page = present(client, **{blank: ""})

    assert status == 200
    assert Filing.objects.count() == 1
    if blank != "subject":
        assert "Se recibió igual." in page


def test_two_people_without_a_number_stay_two_people(client: Client) -> None:
    present(client, id_number="", name="Ana")
    present(client, id_number="", name="Eva", token="e" * 32)

    assert {str(person) for person in Person.objects.filter(username=None)} == {"Ana", "Eva"}


def test_an_empty_form_has_nothing_to_receive(client: Client) -> None:
    answer = client.post("/presentar/", {"token": TOKEN})

    assert answer.status_code == 422
    assert "todavía no hay nada que recibir" in answer.content.decode()


@pytest.mark.parametrize(
    ("kind", "number"), [("dni", "00000017"), ("ce", "000123456"), ("passport", "XK123456"), ("ruc", "20000000001")]
)
def test_every_identity_document_is_taken(client: Client, kind: str, number: str) -> None:
    status, _page = present(client, id_kind=kind, id_number=number)

    assert status == 200
    assert Filing.objects.get().party.id_number == number


@pytest.mark.parametrize(("kind", "number"), [("dni", "123"), ("dni", "abcdefgh"), ("ruc", "2000")])
def test_a_number_typed_wrong_is_told_beside_its_field_and_the_text_stays(
    client: Client, kind: str, number: str
) -> None:
    status, page = present(client, id_kind=kind, id_number=number)

    assert status == 422
    assert "Corríjalo, o déjelo en blanco y complételo después." in page
    assert "Pido copia del plano porque voy a construir." in page
    assert f'value="{TOKEN}"' in page
    assert not Filing.objects.exists()


@pytest.mark.parametrize(
    ("file", "sentence"),
    [
        (SimpleUploadedFile("vacio.pdf", b""), "“vacio.pdf” está vacío"),
        (SimpleUploadedFile("diseno.cdr", b"RIFF\x00\x00\x00\x00CDR"), "“diseno.cdr”"),
        (SimpleUploadedFile("roto.pdf", b"%PDF-1.7 nada"), "“roto.pdf”"),
    ],
)
def test_a_file_that_cannot_be_kept_is_explained_and_the_text_stays(
    client: Client, file: SimpleUploadedFile, sentence: str
) -> None:
    file.seek(0)
    status, page = present(client, papers=[file])

    assert status == 422
    assert sentence in page
    assert "Pido copia del plano porque voy a construir." in page
    assert not Filing.objects.exists()


def test_a_file_that_is_too_big_is_explained_by_name(client: Client, settings: Settings) -> None:
    settings.MAX_UPLOAD_BYTES = 2_000_000
    big = SimpleUploadedFile("video.pdf", b"%PDF-1.7" + b"\0" * 2_500_000)

    status, page = present(client, papers=[big])

    assert status == 422
    assert "“video.pdf” pesa 3 MB; el máximo es 2 MB." in page


def test_with_an_address_the_cargo_and_the_key_are_mailed(client: Client) -> None:
    _status, page = present(client, email="rosa@example.org")

    message = mail.outbox[0]
    key = key_on(page)
    assert message.to == ["rosa@example.org"]
    assert f"{key[:4]} {key[4:8]}" in message.body
    assert message.attachments[0][2] == "application/pdf"
    assert message.extra_headers["Message-ID"].startswith("<cargo-")
    assert "También lo enviamos a rosa@example.org." in page


def test_mail_that_fails_never_undoes_a_filing(client: Client, settings: Settings) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1

    status, page = present(client, email="rosa@example.org")

    assert status == 200
    assert "No pudimos enviarle el correo. Descargue su cargo y guarde su clave ahora." in page


def test_without_an_address_nothing_is_mailed(client: Client) -> None:
    present(client)

    assert mail.outbox == []


def test_a_wrong_address_is_told_beside_its_field(client: Client) -> None:
    status, page = present(client, email="rosa@")

    assert status == 422
    assert "Revise el correo" in page


def test_key_on_the_receipt_opens_the_file_elsewhere(client: Client) -> None:
    _status, page = present(client, papers=[a_pdf()])
    filing = Filing.objects.get()

    answer = Client().post("/", {"number": filing.expediente.label, "key": key_on(page)}, follow=True)

    shown = answer.content.decode()
    assert "Usted presentó su solicitud" in shown
    assert f"/seguimiento/documento/{filing.cargo_id}/" in shown
    assert "tiene su trámite" in shown


def test_slip_is_printed_from_the_page_that_shows_the_key(client: Client) -> None:
    _status, page = present(client)
    filing = Filing.objects.get()

    answer = client.post("/presentar/talon/", {"number": filing.expediente.label, "key": key_on(page)})

    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.content.startswith(b"%PDF-")


def test_slip_is_not_printed_for_a_guess(client: Client) -> None:
    present(client)
    filing = Filing.objects.get()

    answer = client.post("/presentar/talon/", {"number": filing.expediente.label, "key": "Z" * 16})

    assert answer.status_code == 400


def test_later_paper_gets_its_own_number_and_cargo_in_the_same_file(client: Client) -> None:
    present(client)
    first = Filing.objects.get()

    answer = client.post(
        "/seguimiento/agregar/", {"subject": "Plano corregido", "papers": [a_pdf()], "token": "a" * 32}
    )

    later = Filing.objects.exclude(pk=first.pk).get()
    assert answer.status_code == 200
    assert later.expediente == first.expediente
    assert later.label != first.label
    assert later.cargo_id not in {None, first.cargo_id}
    assert not later.is_first
    assert later.party == first.party
    assert key_on(answer.content.decode()) == ""
    assert "Usted agregó: Plano corregido" in client.get("/seguimiento/").content.decode()


def test_later_paper_sent_twice_gives_one(client: Client) -> None:
    present(client)
    for _time in range(2):
        client.post("/seguimiento/agregar/", {"subject": "Plano corregido", "token": "a" * 32})

    assert Filing.objects.count() == 2


def test_later_paper_that_cannot_be_kept_is_explained(client: Client) -> None:
    present(client)

    answer = client.post(
        "/seguimiento/agregar/", {"subject": "Plano", "papers": [SimpleUploadedFile("x.exe", b"MZ\0")]}
    )

    assert answer.status_code == 422
    assert "“x.exe”" in answer.content.decode()
    assert Filing.objects.count() == 1


def test_a_stranger_who_types_my_number_changes_nothing_of_mine(client: Client) -> None:
    present(client, email="rosa@example.org")
    mine = Filing.objects.get().party

    present(Client(), name="Otra", email="stranger@example.org", token="b" * 32)

    mine.refresh_from_db()
    assert (mine.email, mine.given_names) == ("rosa@example.org", "Rosa Ejemplo Prueba")
    assert Filing.objects.latest("pk").party != mine
