"""Appointments, units and people, and who is competent on a day."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from ledger.models import Entry
from organization import selectors, services
from organization.enums import IdKind, Role
from organization.errors import (
    ActMissing,
    DatesCrossed,
    EntityMissing,
    OrganizationError,
    SeatTaken,
    SiglasTaken,
    UsernameTaken,
)
from organization.models import Appointment, Person, Post, UnitAlias
from organization.services.people import PersonData
from tests.factories import make_entity, make_person, make_post, make_unit

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 20, 9, 0, tzinfo=ZoneInfo("America/Lima"))
DAY = date(2026, 11, 20)
Queries = Callable[[int], AbstractContextManager[object]]


@pytest.fixture
def admin() -> Person:
    return make_person("rrhh")


def appoint(post: Post, person: Person, first: str, last: str | None, by: Person) -> Appointment:
    return services.appoint(
        post=post,
        person=person,
        from_on=date.fromisoformat(first),
        to_on=date.fromisoformat(last) if last else None,
        act="Resolución 001-2026",
        by=by,
        at=AT,
    )


# Who holds a post


def test_who_holds_a_post_depends_on_the_day(admin: Person) -> None:
    post, former, current = make_post(), make_person(), make_person()
    appoint(post, former, "2020-01-01", "2025-12-31", admin)
    appoint(post, current, "2026-01-01", None, admin)

    assert selectors.holder_of(post, date(2025, 12, 31)) == former
    assert selectors.holder_of(post, date(2026, 1, 1)) == current
    assert selectors.holder_of(post, date(2019, 12, 31)) is None
    assert selectors.posts_of(former, DAY) == []
    assert selectors.posts_of(current, DAY) == [post]


def test_an_appointment_is_in_the_ledger_without_names(admin: Person) -> None:
    post, person = make_post(), make_person()

    appointment = appoint(post, person, "2026-01-01", None, admin)

    entry = Entry.objects.get(kind="post.appointed")
    assert entry.subject == f"post:{post.pk}"
    assert entry.facts == {
        "appointment": appointment.pk,
        "person": person.pk,
        "from_on": "2026-01-01",
        "to_on": None,
    }


@pytest.mark.parametrize(("first", "last"), [("2025-12-31", None), ("2020-01-01", None), ("2019-01-01", "2020-01-01")])
def test_a_single_seat_has_never_two_holders_on_one_day(admin: Person, first: str, last: str | None) -> None:
    post = make_post(title="Gerente")
    appoint(post, make_person(), "2020-01-01", "2025-12-31", admin)

    with pytest.raises(SeatTaken, match="«Gerente» ya lo ocupa"):
        appoint(post, make_person(), first, last, admin)

    assert Entry.objects.filter(kind="post.appointed").count() == 1


def test_a_post_of_several_seats_takes_more_people_but_nobody_twice(admin: Person) -> None:
    post, person = make_post(is_single_seat=False, is_head=False), make_person()
    appoint(post, person, "2026-01-01", None, admin)
    second = make_person()
    appoint(post, second, "2026-02-01", None, admin)

    assert selectors.holders(post, DAY) == [second, person]
    with pytest.raises(SeatTaken):
        appoint(post, person, "2026-03-01", None, admin)


def test_an_appointment_names_its_act_and_ends_after_it_starts(admin: Person) -> None:
    post, person = make_post(), make_person()

    with pytest.raises(ActMissing):
        services.appoint(post=post, person=person, from_on=DAY, to_on=None, act=" ", by=admin, at=AT)
    with pytest.raises(DatesCrossed):
        appoint(post, person, "2026-01-02", "2026-01-01", admin)


def test_an_appointment_can_be_ended_and_the_seat_given_on(admin: Person) -> None:
    post = make_post()
    first = appoint(post, make_person(), "2020-01-01", None, admin)

    services.end_appointment(appointment=first, to_on=date(2026, 6, 30), by=admin, at=AT)
    appoint(post, make_person(), "2026-07-01", None, admin)

    assert Entry.objects.filter(kind="post.left").count() == 1
    with pytest.raises(SeatTaken):
        services.end_appointment(appointment=first, to_on=date(2026, 7, 1), by=admin, at=AT)
    with pytest.raises(DatesCrossed):
        services.end_appointment(appointment=first, to_on=date(2019, 1, 1), by=admin, at=AT)


def test_trays_ask_for_many_posts_at_the_price_of_one(django_assert_num_queries: Queries) -> None:
    posts = [make_post() for _n in range(5)]
    people = [make_person(post=post) for post in posts[:4]]

    with django_assert_num_queries(1):
        held = selectors.holders_of([post.pk for post in posts], DAY)

    assert held == {post.pk: person for post, person in zip(posts, people, strict=False)}


def test_vacant_posts_are_told() -> None:
    held, vacant = make_post("jefe"), make_post("asistente")
    make_person(post=held)
    make_post("antiguo", unit=make_unit(valid_to=date(2020, 1, 1)))

    assert selectors.vacant_posts(DAY) == [vacant]


def test_members_of_a_unit_come_head_first() -> None:
    unit = make_unit()
    clerk = make_person(post=make_post(unit=unit, is_head=False))
    head = make_person(post=make_post(unit=unit))

    assert selectors.members_of(unit, DAY) == [head, clerk]


def test_somebody_with_two_posts_is_shown_as_head_first() -> None:
    person = make_person()
    member, head = make_post("a-miembro", is_head=False), make_post("z-jefe")
    for post in (member, head):
        Appointment.objects.create(post=post, person=person, from_on=date(2020, 1, 1), act="R")

    assert selectors.posts_of(person, DAY) == [head, member]


# Units in time


def test_a_unit_bears_the_name_of_the_day(admin: Person) -> None:
    unit = make_unit("ois", name="Oficina de Informática", siglas="OIS")

    services.rename_unit(
        unit=unit,
        name="División de Informática",
        siglas="DIS",
        siglas_path="MDP/DIS",
        from_on=date(2023, 10, 1),
        by=admin,
        at=AT,
    )

    assert selectors.unit_label(unit, date(2023, 9, 30)) == "OIS"
    assert selectors.unit_name(unit, date(2023, 10, 1)).name == "División de Informática"
    assert selectors.unit_label(unit, date(1990, 1, 1)) == "OIS"
    assert Entry.objects.get(kind="unit.renamed").subject == f"unit:{unit.pk}"
    with pytest.raises(DatesCrossed):
        services.rename_unit(
            unit=unit, name="x", siglas="X", siglas_path="X", from_on=date(2023, 10, 1), by=admin, at=AT
        )


def test_no_two_units_have_the_same_siglas_on_one_day(admin: Person) -> None:
    make_unit("ois", siglas="OIS")
    unit = make_unit("opp", siglas="OPP")

    with pytest.raises(SiglasTaken, match="Las siglas ois son de"):
        services.rename_unit(unit=unit, name="x", siglas="ois", siglas_path="x", from_on=DAY, by=admin, at=AT)

    assert selectors.unit_label(unit, DAY) == "OPP"


def test_siglas_that_another_unit_left_can_be_taken(admin: Person) -> None:
    make_unit("ois", siglas="OIS").names.update(valid_to=date(2020, 12, 31))
    unit = make_unit("opp", siglas="OPP")

    services.rename_unit(unit=unit, name="x", siglas="OIS", siglas_path="OIS", from_on=DAY, by=admin, at=AT)

    assert selectors.unit_by_siglas("OIS", DAY) == unit


def test_siglas_lead_to_the_unit_of_the_day_and_aliases_too() -> None:
    make_entity()
    unit = make_unit("ois", siglas="OIS", siglas_path="MDP/OIS")
    UnitAlias.objects.create(unit=unit, siglas="UI")

    assert selectors.unit_by_siglas("ois", DAY) == unit
    assert selectors.unit_by_siglas("MDP/OIS", DAY) == unit
    assert selectors.unit_by_siglas("UI", DAY) == unit
    assert selectors.unit_by_siglas("OIS", date(1990, 1, 1)) is None


def test_labels_of_many_units_cost_one_query(django_assert_num_queries: Queries) -> None:
    units = [make_unit(siglas=f"U{n}") for n in range(4)]

    with django_assert_num_queries(1):
        labels = selectors.unit_labels([unit.pk for unit in units], DAY)

    assert list(labels.values()) == ["U0", "U1", "U2", "U3"]


def test_units_live_between_their_dates() -> None:
    living, gone = make_unit(), make_unit(valid_to=date(2020, 12, 31))

    assert selectors.units_on(DAY) == [living]
    assert set(selectors.units_on(date(2020, 12, 31))) == {living, gone}


def test_the_head_post_is_the_unit_s_even_when_vacant() -> None:
    unit, without = make_unit(), make_unit()
    make_post(unit=unit, is_head=False)
    head = make_post(unit=unit)

    assert selectors.head_post(unit) == head
    assert selectors.head_post(without) is None


# Rights


def test_a_role_comes_from_the_unit_of_a_post() -> None:
    clerk = make_person(post=make_post(unit=make_unit(role=Role.INTAKE)))
    other = make_person(post=make_post())

    assert selectors.has_role(clerk, Role.INTAKE, DAY)
    assert not selectors.has_role(clerk, Role.ARCHIVE, DAY)
    assert selectors.roles_of(clerk, DAY) == {Role.INTAKE}
    assert selectors.roles_of(other, DAY) == frozenset()


# People and the entity


def test_an_official_is_added_without_password_and_once(admin: Person) -> None:
    data = PersonData("ana", "Ana", "Rojas", IdKind.DNI, "00000091", "AR")

    person = services.add_person(data=data, by=admin, at=AT)

    assert not person.has_usable_password()
    assert Entry.objects.get(kind="person.added").facts == {}
    with pytest.raises(UsernameTaken) as error:
        services.add_person(data=data, by=admin, at=AT)
    assert isinstance(error.value, OrganizationError)


def test_without_a_profile_there_is_no_entity() -> None:
    with pytest.raises(EntityMissing, match="load_entity"):
        selectors.entity()

    assert make_entity() == selectors.entity()
