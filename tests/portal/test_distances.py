"""The term of the distance (PL-04): who lives far away says so, and has more days for what they must do themselves."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from law.models import Day, DistanceRow, Norm
from organization.models import Person
from tests.factories import LIMA
from tests.portal.answering import answers
from tests.portal.test_counter import COUNTER
from tests.portal.test_filing import WHOLE
from workflows import services as workflows
from workflows.enums import Channel, ClockPurpose
from workflows.forms import CounterForm, PresentationForm
from workflows.models import Clock, Filing, Notice, NoticeContent
from workflows.selectors import cedulas
from workflows.selectors.counts import count
from workflows.services import notified, observations, standstills
from workflows.services.clocks import kept
from workflows.services.presentations import FilingReceipt, PartyData, Presentation

Queries = Callable[[int], AbstractContextManager[object]]
MONDAY = datetime(2026, 11, 16, 9, tzinfo=LIMA)
HERE, FAR = "", "080910"
NORM = "Cuadro inventado de prueba"
FIELD = 'name="place"'

pytestmark = pytest.mark.django_db


def make_row(lives_in: str = FAR, name: str = "Alto Inventado", days: int = 3, **values: object) -> DistanceRow:
    norm, _is_new = Norm.objects.get_or_create(
        slug="cuadro-inventado",
        defaults={"title": NORM, "valid_from": date(2001, 1, 1), "source": "Prueba", "is_verified": True},
    )
    given = {"table": "Cuadro 7", "acts_in": "cusco", "unit": "business_days", "valid_from": date(2020, 1, 1), **values}
    return DistanceRow.objects.create(lives_in=lives_in, lives_in_name=name, days=days, norm=norm, **given)


@pytest.fixture
def row(db: None) -> DistanceRow:
    return make_row()


def presents(place: str = FAR) -> FilingReceipt:
    party = PartyData(id_kind="dni", id_number="00000017", given_names="Rosa", place=place)
    presentation = Presentation(channel=Channel.WEB, party=party, subject="Anuncio", procedure="anuncio")
    return workflows.file(presentation=presentation, received_by=None, at=MONDAY)


def cure_of(filing: Filing, clerk: Person) -> Clock:
    observations.observe(filing=filing, defects=("El plano",), by=clerk, at=MONDAY)
    return Clock.objects.get(filing=filing, purpose=ClockPurpose.CURE)


def notified_at(filing: Filing, clerk: Person) -> Notice:
    notice = answers(filing, clerk, MONDAY)
    return notified.deliver(notice=notice, day=MONDAY.date(), received_by="Rosa", by=clerk, at=MONDAY)


def recourse_of(filing: Filing, clerk: Person) -> Clock:
    return Clock.objects.get(notice=notified_at(filing, clerk), purpose=ClockPurpose.RECOURSE)


def impulse_of(filing: Filing, clerk: Person) -> Clock:
    made = standstills.ask(filing=filing, what="Firmar", notified_on=MONDAY.date(), by=clerk, at=MONDAY)
    return made.clock


def business_days_after(day: datetime, count: int) -> date:
    found = day.date()
    while count:
        found += timedelta(days=1)
        count -= found.weekday() < 5
    return found


TERMS_OF_THE_CITIZEN = [(cure_of, 2), (recourse_of, 15), (impulse_of, 30)]


@pytest.mark.usefixtures("row")
@pytest.mark.parametrize(("clock_of", "days"), TERMS_OF_THE_CITIZEN)
def test_pl_04_who_lives_far_away_has_the_days_of_the_table_for_their_own_acts(
    clerk: Person, clock_of: Callable[[Filing, Person], Clock], days: int
) -> None:
    clock = clock_of(presents().filing, clerk)

    assert clock.due_on == business_days_after(MONDAY, days + 3)
    (step,) = [each for each in clock.derivation if each["rule"] == "distance"]
    assert step["norm"] == NORM
    assert step["note"] == (
        "Término de la distancia: se suman 3 días hábiles. "
        "Cuadro 7: de Alto Inventado (080910) a cusco, fila vigente desde el 01/01/2020."
    )
    assert clock.distance is not None
    assert (clock.distance["days"], clock.distance["norm"]) == (3, NORM)


@pytest.mark.usefixtures("row")
@pytest.mark.parametrize(("clock_of", "days"), TERMS_OF_THE_CITIZEN)
def test_pl_04_who_lives_here_has_the_term_alone(
    clerk: Person, clock_of: Callable[[Filing, Person], Clock], days: int
) -> None:
    clock = clock_of(presents(HERE).filing, clerk)

    assert clock.due_on == business_days_after(MONDAY, days)
    assert clock.distance is None


@pytest.mark.usefixtures("row")
def test_pl_04_the_entity_s_own_terms_never_get_it(clerk: Person) -> None:
    filing = presents().filing
    answers(filing, clerk, MONDAY)

    entity_s = Clock.objects.filter(purpose__in=[ClockPurpose.ANSWER, ClockPurpose.NOTIFY, ClockPurpose.ACKNOWLEDGE])
    assert {clock.purpose for clock in entity_s} >= {ClockPurpose.ANSWER, ClockPurpose.NOTIFY}
    assert [clock.distance for clock in entity_s if clock.distance] == []


def test_pl_04_a_row_that_begins_later_does_not_reach_an_earlier_event(clerk: Person) -> None:
    make_row(valid_from=MONDAY.date() + timedelta(days=1))

    assert cure_of(presents().filing, clerk).distance is None


@pytest.mark.usefixtures("row")
def test_pl_04_a_table_that_changes_leaves_what_was_counted_as_it_was(clerk: Person) -> None:
    clock = cure_of(presents().filing, clerk)

    DistanceRow.objects.update(days=9, valid_to=MONDAY.date())

    again = count(Clock.objects.get(pk=clock.pk))
    assert again.due_on == clock.due_on == business_days_after(MONDAY, 5)
    assert kept(again) == clock.derivation


@pytest.mark.usefixtures("row")
def test_pl_04_a_holiday_within_the_added_days_does_not_count(clerk: Person) -> None:
    norm = Norm.objects.get(slug="cuadro-inventado")
    holiday = MONDAY.date() + timedelta(days=3)
    Day.objects.create(date=holiday, place="cusco", name="Fiesta", kind="regional", suspends_terms=True, norm=norm)

    assert cure_of(presents().filing, clerk).due_on == business_days_after(MONDAY, 6)


@pytest.mark.usefixtures("row")
def test_pl_04_the_pages_of_the_citizen_say_why_with_the_norm(client: Client, clerk: Person) -> None:
    receipt = presents()
    clock = cure_of(receipt.filing, clerk)
    client.post("/", {"number": receipt.expediente.label, "key": receipt.key})

    page = client.get(f"/seguimiento/plazo/{clock.pk}/").content.decode()

    assert "Término de la distancia" in page
    assert "se suman 3 días hábiles. Cuadro 7: de Alto Inventado (080910)" in page
    assert NORM in page
    assert "Sin ampliación ni término de la distancia" not in page


@pytest.mark.usefixtures("row")
@pytest.mark.parametrize(
    ("place", "words"), [(FAR, "15 días hábiles, más 3 días hábiles por el término"), (HERE, "15 días hábiles")]
)
def test_pl_04_the_cedula_says_how_long_its_reader_has(clerk: Person, place: str, words: str) -> None:
    notice = answers(presents(place).filing, clerk, MONDAY)
    NoticeContent.objects.create(
        document=notice.document, reconsidered_by="La gerencia", stated_by=clerk, stated_at=MONDAY
    )

    (recourse,) = cedulas.cedula_of(notice, MONDAY.date()).recourses

    assert recourse.term.startswith(words)
    assert ("distancia" in recourse.term) == (place == FAR)


# Where it is asked


def test_pl_04_without_a_table_no_form_asks_where_one_lives(client: Client, clerk: Person) -> None:
    assert FIELD not in client.get("/presentar/").content.decode()
    assert client.post("/presentar/", {**WHOLE, "place": FAR}).status_code == 200
    assert Filing.objects.get().party.place == ""
    client.force_login(clerk)

    assert FIELD not in client.get(COUNTER).content.decode()


def test_pl_04_a_table_of_another_seat_or_another_day_offers_nothing(client: Client, clerk: Person) -> None:
    make_row(acts_in="lima")
    make_row(valid_to=date(2020, 12, 31))

    assert FIELD not in client.get("/presentar/").content.decode()


@pytest.mark.usefixtures("clerk")
def test_pl_04_the_places_are_offered_by_their_names_once_and_in_order(client: Client) -> None:
    make_row("080912", "Zona Alta")
    make_row()
    make_row(name="Nombre del país", table="General", is_general=True)
    make_row("080913", "")

    choices = PresentationForm().fields["place"].choices  # type: ignore[attr-defined]

    page = client.get("/presentar/").content.decode()
    assert list(choices) == [
        ("", "Aquí, o no figura"),
        ("080913", "080913"),
        (FAR, "Alto Inventado"),
        ("080912", "Zona Alta"),
    ]
    assert "Dónde vive" in page
    assert f'<option value="{FAR}">Alto Inventado</option>' in page


@pytest.mark.usefixtures("row")
def test_pl_04_what_the_citizen_chose_goes_with_the_party(client: Client, clerk: Person) -> None:
    status = client.post("/presentar/", {**WHOLE, "place": FAR}).status_code

    filing = Filing.objects.get()
    assert (status, filing.party.place) == (200, FAR)
    client.force_login(clerk)
    assert "Alto Inventado" in client.get(f"{COUNTER}registros/{filing.pk}/").content.decode()


@pytest.mark.usefixtures("row")
def test_pl_04_at_the_counter_it_is_asked_too_and_counts_at_once(client: Client, clerk: Person) -> None:
    client.force_login(clerk)
    assert "Dónde vive" in client.get(COUNTER).content.decode()

    client.post(COUNTER, {**WHOLE, "place": FAR, "defects": "El plano"})

    clock = Clock.objects.get(purpose=ClockPurpose.CURE)
    assert clock.distance is not None
    assert clock.distance["days"] == 3


@pytest.mark.usefixtures("row")
@pytest.mark.parametrize("code", ["150101", "<script>", "Alto Inventado"])
def test_pl_04_a_code_sent_by_hand_is_refused_with_a_sentence(client: Client, clerk: Person, code: str) -> None:
    sent = client.post("/presentar/", {**WHOLE, "place": code})
    client.force_login(clerk)
    brought = client.post(COUNTER, {**WHOLE, "place": code})

    for answer in (sent, brought):
        assert answer.status_code == 422
        assert "Elija un lugar de la lista" in answer.content.decode()
    assert not Filing.objects.exists()


@pytest.mark.usefixtures("clerk")
def test_pl_04_asking_costs_no_statement_more(django_assert_num_queries: Queries) -> None:
    with django_assert_num_queries(1):
        assert "place" not in PresentationForm().fields
    make_row()
    with django_assert_num_queries(1):
        assert "place" in CounterForm().fields


def test_pl_04_who_lives_here_costs_a_filing_no_statement_more(
    clerk: Person, django_assert_num_queries: Queries
) -> None:
    cure_of(presents(HERE).filing, clerk)
    with CaptureQueriesContext(connection) as without:
        cure_of(presents(HERE).filing, clerk)
    make_row()

    with django_assert_num_queries(len(without)):
        cure_of(presents(HERE).filing, clerk)
