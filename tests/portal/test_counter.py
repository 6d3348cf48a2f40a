"""Mesa de partes at the counter: the same services as the web, with a clerk and paper."""

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from organization.models import Person
from tests.factories import make_pdf, make_person, make_post
from workflows.enums import Channel
from workflows.models import Filing, TrackingKey
from workflows.services.keys import hash_key

pytestmark = pytest.mark.django_db

COUNTER = "/mesa/mesa-de-partes/"
WHOLE = {
    "id_kind": "dni",
    "id_number": "00000017",
    "name": "Rosa Ejemplo Prueba",
    "subject": "Anuncio en fachada",
    "paper_folios": "3",
    "token": "0123456789abcdef0123456789abcdef",
}


@pytest.fixture
def clerk(office: Person, client: Client) -> Client:
    client.force_login(office)
    return client


def register(clerk: Client, **changes: object) -> str:
    answer = clerk.post(COUNTER, {**WHOLE, **changes})
    assert answer.status_code == 200
    return answer.content.decode()


def key_on(page: str) -> str:
    return page.partition('name="key" value="')[2].partition('"')[0]


def test_clerk_registers_and_hands_over_cargo_and_talon(clerk: Client, office: Person) -> None:
    page = register(clerk)

    filing = Filing.objects.get()
    assert (filing.channel, filing.received_by, filing.folios) == (Channel.COUNTER, office, 3)
    assert filing.label in page
    assert TrackingKey.objects.get().key_sha256 == hash_key(key_on(page))
    cargo = clerk.get(f"{COUNTER}registros/{filing.pk}/cargo/")
    assert b"".join(cargo.streaming_content).startswith(b"%PDF-")  # type: ignore[attr-defined]
    assert "no-store" in cargo.headers["Cache-Control"]


def test_double_submit_gives_one_filing(clerk: Client) -> None:
    first, again = register(clerk), register(clerk)

    assert Filing.objects.count() == 1
    assert key_on(first) == key_on(again)


def test_what_is_missing_is_received_all_the_same(clerk: Client) -> None:
    page = register(clerk, id_number="", name="", subject="")

    assert "Se recibió igual." in page
    assert Filing.objects.count() == 1


def test_a_file_that_cannot_be_kept_is_explained_and_the_text_stays(clerk: Client) -> None:
    answer = clerk.post(COUNTER, {**WHOLE, "papers": [SimpleUploadedFile("x.exe", b"MZ\0")]})

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "“x.exe”" in page
    assert "Anuncio en fachada" in page
    assert not Filing.objects.exists()


def test_with_an_address_it_is_mailed(clerk: Client) -> None:
    register(clerk, email="rosa@example.org")

    assert mail.outbox[0].to == ["rosa@example.org"]


def test_slip_is_printed(clerk: Client) -> None:
    page = register(clerk)

    answer = clerk.post(f"{COUNTER}talon/", {"number": Filing.objects.get().expediente.label, "key": key_on(page)})
    guess = clerk.post(f"{COUNTER}talon/", {"number": Filing.objects.get().expediente.label, "key": "Z" * 16})

    assert answer.content.startswith(b"%PDF-")
    assert guess.status_code == 400


def test_registration_is_found_by_number_name_and_document(clerk: Client) -> None:
    register(clerk)
    filing = Filing.objects.get()

    for words in (filing.label, filing.expediente.label, "Ejemplo", "00000017", filing.subject.split()[-1].lower()):
        assert filing.label in clerk.get(f"{COUNTER}registros/", {"q": words}).content.decode()
    assert "Ningún registro coincide" in clerk.get(f"{COUNTER}registros/", {"q": "zzz"}).content.decode()


def test_later_paper_enters_the_same_expediente(clerk: Client) -> None:
    register(clerk)
    first = Filing.objects.get()

    answer = clerk.post(
        f"{COUNTER}registros/{first.pk}/agregar/",
        {"subject": "Diseño", "papers": [SimpleUploadedFile("d.pdf", make_pdf("Diseño"))], "token": "a" * 32},
    )

    later = Filing.objects.exclude(pk=first.pk).get()
    assert answer.status_code == 200
    assert (later.expediente, later.party) == (first.expediente, first.party)
    assert later.label in answer.content.decode()
    assert clerk.get(f"{COUNTER}registros/{first.pk}/agregar/").status_code == 200


def test_later_paper_that_cannot_be_kept_is_explained(clerk: Client) -> None:
    register(clerk)
    first = Filing.objects.get()

    answer = clerk.post(
        f"{COUNTER}registros/{first.pk}/agregar/", {"subject": "x", "papers": [SimpleUploadedFile("x.exe", b"MZ\0")]}
    )

    assert answer.status_code == 422
    assert Filing.objects.count() == 1


def test_wrong_subject_is_corrected_with_a_reason(clerk: Client) -> None:
    register(clerk)
    filing = Filing.objects.get()

    answer = clerk.post(
        f"{COUNTER}registros/{filing.pk}/corregir/",
        {"subject": "Anuncio en azotea", "reason": "Error al escribir"},
        follow=True,
    )

    filing.refresh_from_db()
    assert filing.subject == filing.expediente.subject == "Anuncio en azotea"
    assert "Se corrigió el asunto" in answer.content.decode()


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [({"subject": "Otro", "reason": ""}, "Escriba el motivo."), ({"reason": "x"}, "Escriba el asunto correcto.")],
)
def test_correction_asks_for_what_it_needs(clerk: Client, sent: dict[str, str], sentence: str) -> None:
    register(clerk)
    filing = Filing.objects.get()

    answer = clerk.post(f"{COUNTER}registros/{filing.pk}/corregir/", sent)

    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert Filing.objects.get().subject == "Anuncio en fachada"


def test_wrong_registration_is_voided_with_a_reason(clerk: Client) -> None:
    register(clerk)
    filing = Filing.objects.get()

    without = clerk.post(f"{COUNTER}registros/{filing.pk}/anular/", {"reason": " "})
    answer = clerk.post(f"{COUNTER}registros/{filing.pk}/anular/", {"reason": "Era de otra entidad"}, follow=True)

    filing.refresh_from_db()
    assert without.status_code == 422
    assert "Escriba el motivo." in without.content.decode()
    assert filing.voided_at is not None
    assert "Era de otra entidad" in answer.content.decode()


def test_voided_registration_says_so_to_the_citizen(clerk: Client) -> None:
    page = register(clerk)
    filing = Filing.objects.get()
    clerk.post(f"{COUNTER}registros/{filing.pk}/anular/", {"reason": "Era de otra entidad"})

    answer = Client().post("/", {"number": filing.expediente.label, "key": key_on(page)}, follow=True)

    shown = answer.content.decode()
    assert "Este registro fue anulado" in shown
    assert "Era de otra entidad" in shown


def test_new_key_replaces_the_former_one(clerk: Client) -> None:
    former = key_on(register(clerk))
    filing = Filing.objects.get()
    label = filing.expediente.label

    page = clerk.post(f"{COUNTER}registros/{filing.pk}/clave/", {"showed_document": "1"}).content.decode()

    assert Client().post("/", {"number": label, "key": former}).status_code == 404
    assert Client().post("/", {"number": label, "key": key_on(page)}).status_code == 302


def test_new_key_needs_the_identity_document(clerk: Client) -> None:
    former = key_on(register(clerk))
    filing = Filing.objects.get()

    answer = clerk.post(f"{COUNTER}registros/{filing.pk}/clave/", follow=True)

    assert "Pida el documento de identidad" in answer.content.decode()
    assert Client().post("/", {"number": filing.expediente.label, "key": former}).status_code == 302


def test_counter_does_not_exist_for_other_offices(office: Person, client: Client) -> None:
    client.force_login(office)
    register(client)
    filing = Filing.objects.get()
    client.force_login(make_person("ajeno", post=make_post("jefe-ajeno")))

    for address in ("", "registros/", f"registros/{filing.pk}/", f"registros/{filing.pk}/cargo/"):
        assert client.get(f"{COUNTER}{address}").status_code == 404
    assert client.post(f"{COUNTER}registros/{filing.pk}/clave/", {"showed_document": "1"}).status_code == 404


def test_counter_asks_strangers_to_enter(office: Person, client: Client) -> None:
    assert client.get(COUNTER).status_code == 302


def test_counter_page_counts_today(clerk: Client) -> None:
    register(clerk)

    page = clerk.get(COUNTER).content.decode()

    assert "<dt>1</dt>" in page
    assert Filing.objects.get().label in page
