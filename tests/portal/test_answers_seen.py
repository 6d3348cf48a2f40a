"""What the pages show of notices, silence and complaints, to the citizen and to who dispatches."""

from django.test import Client
from django.utils import timezone

from organization.models import Person
from tests.portal.answering import NOTIFY_BY, after, answers, presents
from workflows.enums import NoticeMeans
from workflows.models import Filing, Notice
from workflows.services import silences
from workflows.services.presentations import FilingReceipt


def signed_in(client: Client, receipt: FilingReceipt) -> Client:
    client.post("/", {"number": receipt.expediente.label, "key": receipt.key})
    return client


def read(client: Client, address: str) -> bytes:
    return b"".join(client.get(address).streaming_content)  # type: ignore[attr-defined]


def test_the_casilla_tells_both_futures_and_opening_notifies(client: Client, clerk: Person) -> None:
    receipt = presents(NoticeMeans.CASILLA, email="rosa@muestra.example")
    notice = answers(receipt.filing, clerk)
    signed_in(client, receipt)
    address = f"/seguimiento/notificacion/{notice.pk}/"

    page = client.get("/seguimiento/").content.decode()
    assert address in page
    assert f"/seguimiento/documento/{notice.document_id}/" not in page
    assert client.get(f"/seguimiento/documento/{notice.document_id}/").status_code == 404
    before = client.get(address).content.decode()
    assert "Si la abre hoy, queda notificada hoy. Si no la abre hasta el" in before

    client.post(f"{address}abrir/")

    opened = client.get(address).content.decode()
    assert "Quedó notificada el" in opened
    assert "Puede impugnar" in opened
    assert read(client, f"/seguimiento/documento/{notice.document_id}/").startswith(b"%PDF-")
    assert Client().get(address).headers["Location"] == "/"


def test_another_file_s_notice_does_not_exist(client: Client, clerk: Person) -> None:
    receipt, other = presents(), presents()
    notice = answers(other.filing, clerk)
    signed_in(client, receipt)

    assert client.get(f"/seguimiento/notificacion/{notice.pk}/").status_code == 404
    assert client.post(f"/seguimiento/notificacion/{notice.pk}/abrir/").status_code == 404


def test_an_approval_by_silence_offers_its_proof(client: Client, clerk: Person) -> None:
    receipt = presents()
    silences.lapse_due(after(NOTIFY_BY))
    signed_in(client, receipt)

    page = client.get("/seguimiento/").content.decode()
    assert "Su solicitud quedó aprobada por silencio" in page
    assert "Pedir constancia de aprobación" in page

    answer = client.post("/seguimiento/constancia/")

    assert read(client, answer.headers["Location"]).startswith(b"%PDF-")
    assert "Descargar la constancia de aprobación" in client.get("/seguimiento/").content.decode()


def test_a_complaint_is_presented_from_the_tracking_page(client: Client, clerk: Person) -> None:
    receipt = presents()
    signed_in(client, receipt)
    assert "Quejarse por demora" in client.get("/seguimiento/").content.decode()

    form = client.get("/seguimiento/queja/").content.decode()
    done = client.post("/seguimiento/queja/", {"text": "", "token": "a" * 32}).content.decode()

    assert "No detiene su trámite" in form
    assert "Queja presentada" in done
    assert Filing.objects.filter(subject__startswith="Queja por demora").count() == 1


def test_the_dispatch_list_shows_what_is_due_and_notes_what_was_done(client: Client, clerk: Person) -> None:
    notice = answers(presents().filing, clerk)
    client.force_login(clerk)

    page = client.get(f"/mesa/despacho/?n={notice.pk}").content.decode()
    assert "Registrar visita" in page
    assert "En el domicilio" in page
    attempt = f"/mesa/despacho/notificacion/{notice.pk}/"
    refused = client.post(attempt, {"act": "deliver", "day": timezone.localdate().isoformat(), "words": ""})
    assert refused.status_code == 422
    assert "quién la recibió" in refused.content.decode()
    assert client.post(attempt, {"act": "deliver", "day": "ayer", "words": "Rosa"}).status_code == 422
    assert client.post(attempt, {"act": "bailar"}).status_code == 404
    client.post(attempt, {"act": "visit", "words": "Nadie"})
    client.post(attempt, {"act": "deliver", "day": timezone.localdate().isoformat(), "words": "Rosa"})

    assert "No hay actos por notificar hoy." in client.get("/mesa/despacho/").content.decode()
    done = client.get(f"/mesa/despacho/notificadas/?n={notice.pk}").content.decode()
    assert "Visita sin encontrar a nadie" in done
    assert "Puede impugnar hasta el" in done
    assert "Ninguna notificación tiene problemas." in client.get("/mesa/despacho/con-problemas/").content.decode()
    assert client.get("/mesa/despacho/otras/").status_code == 404


def test_the_dispatch_list_tells_a_deposit_without_its_alert(client: Client, clerk: Person) -> None:
    notice = answers(presents(NoticeMeans.CASILLA, email="rosa@muestra.example").filing, clerk)
    Notice.objects.filter(pk=notice.pk).update(alerted_at=None)
    client.force_login(clerk)

    page = client.get("/mesa/despacho/con-problemas/").content.decode()
    assert "Falta el aviso por correo: no vale todavía." in page
    client.post(f"/mesa/despacho/notificacion/{notice.pk}/", {"act": "alert"})

    assert Notice.objects.get(pk=notice.pk).state == "queued"


def test_the_dispatch_list_is_read_in_a_number_of_queries_that_does_not_grow(
    client: Client, clerk: Person, django_assert_max_num_queries: object
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client.force_login(clerk)
    answers(presents().filing, clerk)
    with CaptureQueriesContext(connection) as one:
        client.get("/mesa/despacho/")
    for _more in range(3):
        answers(presents().filing, clerk)
    with CaptureQueriesContext(connection) as four:
        client.get("/mesa/despacho/")

    assert len(four) == len(one)


def test_only_dispatchers_see_the_list(client: Client, clerk: Person) -> None:
    client.force_login(Person.objects.get(username="archivo"))

    assert client.get("/mesa/despacho/").status_code == 404
