"""Where is my file: what number, key and QR open, and what they never show."""

import logging
import statistics
import time

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from portal import services
from tests.factories import make_document, make_kind, make_person
from tests.portal.conftest import KEY, CitizensFile, file_of
from workflows.models import TrackingKey

pytestmark = pytest.mark.django_db
WRONG_KEY = "ZZZZZZZZZZZZZZZZ"
SECRETS = ("Rufina", "Ccorimanya", "acequia")


def opened(client: Client, citizens_file: CitizensFile) -> Client:
    client.post("/", {"number": citizens_file.expediente.label, "key": citizens_file.key})
    return client


def test_number_and_key_open_the_file(client: Client, citizens_file: CitizensFile) -> None:
    answer = client.post("/", {"number": "031847-2023", "key": KEY}, follow=True)

    assert answer.redirect_chain == [("/seguimiento/", 302)]
    assert "Reclamo por la acequia" in answer.content.decode()


@pytest.mark.parametrize("typed", ["8kq2 m9xd 4rtv w3hc", "8KQ2-M9XD-4RTV-W3HC", "  8KQ2M9XD4RTVW3HC "])
@pytest.mark.parametrize("number", ["31847-2023", "N° 031847-2023", "R-031847-2023"])
def test_key_and_number_open_it_however_they_are_typed(
    client: Client, citizens_file: CitizensFile, typed: str, number: str
) -> None:
    answer = client.post("/", {"number": number, "key": typed})

    assert answer.headers["Location"] == "/seguimiento/"


def test_unknown_number_and_wrong_key_get_the_same_answer(client: Client, citizens_file: CitizensFile) -> None:
    wrong = client.post("/", {"number": "031847-2023", "key": WRONG_KEY})
    unknown = client.post("/", {"number": "999999-2023", "key": WRONG_KEY})
    other = client.post("/", {"number": "999999-2023", "key": KEY})

    assert wrong.status_code == unknown.status_code == other.status_code == 404
    assert "No encontramos ese número con esa clave" in wrong.content.decode()
    pages = [
        answer.content.decode().replace("031847-2023", "").replace("999999-2023", "").replace(KEY, WRONG_KEY)
        for answer in (wrong, unknown, other)
    ]
    without_csrf = [page[: page.index("csrfmiddlewaretoken")] + page[page.index("track-fields") :] for page in pages]
    assert without_csrf[0] == without_csrf[1] == without_csrf[2]


def test_unknown_number_and_wrong_key_do_the_same_work(client: Client, citizens_file: CitizensFile) -> None:
    counts = []
    for number in ("031847-2023", "999999-2023"):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            client.post("/", {"number": number, "key": WRONG_KEY})
        counts.append(len(queries))

    assert counts[0] == counts[1]


def test_unknown_number_and_wrong_key_take_the_same_time(
    client: Client, citizens_file: CitizensFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the processor's clock: what else this machine does must not count. The closest of three tries."""
    monkeypatch.setattr(services, "TRIES", 1_000_000)

    assert min(_difference(client, "031847-2023", "999999-2023") for _try in range(3)) <= 0.10


def _difference(client: Client, *numbers: str) -> float:
    """Return how far apart the medians are, as a part of the longer one, asked turn by turn."""
    taken: dict[str, list[float]] = {number: [] for number in numbers}
    for _round in range(30):
        for number, times in taken.items():
            start = time.process_time()
            client.post("/", {"number": number, "key": WRONG_KEY})
            times.append(time.process_time() - start)
    known, unknown = (statistics.median(times) for times in taken.values())
    return abs(known - unknown) / max(known, unknown)


def test_number_alone_shows_states_and_days_and_never_whose_it_is(client: Client, citizens_file: CitizensFile) -> None:
    answer = client.post("/", {"number": "031847-2023"}, follow=True)

    page = answer.content.decode()
    assert answer.status_code == 200
    assert "viernes 13 de octubre de 2023" in page
    assert "Presentado" in page
    assert not [secret for secret in SECRETS if secret in page]


def test_unknown_number_alone_says_what_to_do(client: Client, citizens_file: CitizensFile) -> None:
    answer = client.get("/seguimiento/estado/555-2023/")

    assert answer.status_code == 404
    assert "No encontramos ese número" in answer.content.decode()


def test_enumerating_numbers_yields_no_names(client: Client, citizens_file: CitizensFile) -> None:
    for number in range(31845, 31850):
        page = client.get(f"/seguimiento/estado/{number:06}-2023/").content.decode()
        assert not [secret for secret in SECRETS if secret in page]


def test_too_many_tries_wait_a_minute(client: Client, citizens_file: CitizensFile) -> None:
    for _try in range(services.TRIES):
        client.post("/", {"number": "031847-2023", "key": WRONG_KEY})

    answer = client.post("/", {"number": "031847-2023", "key": KEY})

    assert answer.status_code == 429
    assert answer.headers["Retry-After"] == "60"
    assert "Espere un minuto y vuelva a intentar." in answer.content.decode()


def test_tries_of_one_address_do_not_lock_out_another(client: Client, citizens_file: CitizensFile) -> None:
    for _try in range(services.TRIES + 2):
        client.post("/", {"number": "031847-2023", "key": WRONG_KEY}, REMOTE_ADDR="10.0.0.9")

    answer = client.post("/", {"number": "031847-2023", "key": KEY}, REMOTE_ADDR="10.0.0.10")

    assert answer.status_code == 302


def test_qr_leads_at_once_to_a_page_without_the_key(client: Client, citizens_file: CitizensFile) -> None:
    answer = client.get(f"/t/031847-2023/{KEY}")

    assert (answer.status_code, answer.headers["Location"]) == (302, "/seguimiento/")
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Reclamo por la acequia" in client.get("/seguimiento/").content.decode()


def test_qr_with_a_wrong_key_opens_nothing_and_keeps_the_key_out_of_the_address(
    client: Client, citizens_file: CitizensFile
) -> None:
    wrong = client.get(f"/t/031847-2023/{WRONG_KEY}", follow=True)
    unknown = client.get(f"/t/1-2023/{WRONG_KEY}", follow=True)

    assert wrong.redirect_chain == unknown.redirect_chain == [("/t/no-encontrado/", 302)]
    assert wrong.status_code == unknown.status_code == 404
    assert "No encontramos ese número con esa clave" in wrong.content.decode()
    assert WRONG_KEY not in wrong.content.decode()


def test_guesses_by_qr_wait_too(client: Client, citizens_file: CitizensFile) -> None:
    for guess in range(services.TRIES):
        client.get(f"/t/031847-2023/{WRONG_KEY[:-1]}{guess}")

    answer = client.get(f"/t/031847-2023/{KEY}", follow=True)

    assert answer.status_code == 429


def test_key_is_in_no_log_and_no_row(
    client: Client, citizens_file: CitizensFile, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        client.get(f"/t/031847-2023/{KEY}")
        client.post(f"/t/031847-2023/{KEY}")
        client.get(f"/t/031847-2023/{WRONG_KEY}")
        client.post("/", {"number": "031847-2023", "key": KEY})
    rows = [str(row) for table in tables() for row in all_rows(table)]

    statements = [record for record in caplog.records if record.name != "django.db.backends"]
    assert not [record for record in statements if KEY in record.getMessage() or WRONG_KEY in record.getMessage()]
    assert not [row for row in rows if KEY in row or WRONG_KEY in row]


def tables() -> list[str]:
    return connection.introspection.table_names()


def all_rows(table: str) -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT * FROM "{table}"')
        return list(cursor.fetchall())


@pytest.mark.parametrize("method", ["head", "post", "put"])
def test_a_method_that_the_qr_does_not_take_opens_nothing_and_logs_no_key(
    client: Client, citizens_file: CitizensFile, caplog: pytest.LogCaptureFixture, method: str
) -> None:
    client = Client(enforce_csrf_checks=True)
    with caplog.at_level(logging.DEBUG):
        answer = getattr(client, method)(f"/t/{citizens_file.expediente.label}/{KEY}")

    assert answer.status_code == 405
    assert "tracking_key" not in client.session
    assert "Method Not Allowed" in caplog.text
    assert KEY not in caplog.text


@pytest.mark.parametrize("address", ["/t/031847-2023/{}/", "/t/{}", "/t/031847-2023/{}/mas/"])
def test_a_misread_address_leads_on_and_logs_no_key(
    client: Client, citizens_file: CitizensFile, caplog: pytest.LogCaptureFixture, address: str
) -> None:
    with caplog.at_level(logging.DEBUG):
        answer = client.get(address.format(KEY))

    assert (answer.status_code, answer.headers["Location"]) == (302, "/t/no-encontrado/")
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert KEY not in caplog.text


def test_replaced_key_opens_nothing_and_closes_its_sessions(client: Client, citizens_file: CitizensFile) -> None:
    opened(client, citizens_file)
    TrackingKey.objects.update(revoked_at=citizens_file.filing.presented_at)

    assert client.get("/seguimiento/").headers["Location"] == "/"
    assert client.post("/", {"number": "031847-2023", "key": KEY}).status_code == 404


def test_without_key_there_is_no_file_and_no_document(client: Client, citizens_file: CitizensFile) -> None:
    assert client.get("/seguimiento/").headers["Location"] == "/"
    assert client.get("/seguimiento/documento/1/").headers["Location"] == "/"
    assert client.get("/seguimiento/agregar/").headers["Location"] == "/"


def test_documents_of_others_do_not_exist_for_the_party(client: Client, citizens_file: CitizensFile) -> None:
    other = file_of(make_person(None), label="000001-2023", key="A" * 16)
    foreign = make_document(other.expediente)
    draft = make_document(citizens_file.expediente, kind=make_kind("informe"))
    opened(client, citizens_file)

    assert client.get(f"/seguimiento/documento/{foreign.pk}/").status_code == 404
    assert client.get(f"/seguimiento/documento/{draft.pk}/").status_code == 404
    assert client.get("/seguimiento/documento/999999/").status_code == 404


def test_file_can_be_closed_on_a_shared_machine(client: Client, citizens_file: CitizensFile) -> None:
    opened(client, citizens_file)

    client.post("/seguimiento/salir/")

    assert client.get("/seguimiento/").headers["Location"] == "/"


def test_pages_of_a_file_are_kept_by_no_cache(client: Client, citizens_file: CitizensFile) -> None:
    opened(client, citizens_file)

    assert client.get("/seguimiento/").headers["Cache-Control"] == "no-store"


def test_session_does_not_hold_the_key(client: Client, citizens_file: CitizensFile) -> None:
    opened(client, citizens_file)

    assert KEY not in str(dict(client.session))


def test_number_is_asked_for(client: Client, citizens_file: CitizensFile) -> None:
    answer = client.post("/", {"number": "", "key": KEY})

    assert "Escriba el número que está en su cargo." in answer.content.decode()
