"""Work follows the organization: units that end, people who leave, posts that stay vacant."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.core import mail

from config.chores import NIGHTLY
from docs_store.selectors import visible_expedientes
from ledger.models import Entry
from organization import selectors as organization
from organization import services as house
from organization.enums import GrantKind
from organization.errors import ActMissing, SuccessionRefused
from organization.models import Appointment, Entity, Grant, Person, Post, Unit, UnitMove
from tests.cases.conftest import MONDAY, Town
from tests.factories import LIMA, make_post, make_unit
from workflows import services as workflows
from workflows.models import Movement, Process, Task
from workflows.selectors import legs
from workflows.selectors.trays import Tab, seat_of, tray_page
from workflows.services import engine, successions

TUESDAY, FRIDAY = MONDAY + timedelta(days=1), MONDAY + timedelta(days=4)
MIDNIGHT = datetime(2026, 11, 17, tzinfo=LIMA)
LAST_SECOND = MIDNIGHT - timedelta(seconds=1)
ACT = "Ordenanza 012-2026-MDP"


def unit(slug: str) -> Unit:
    return Unit.objects.get(slug=slug)


def post(slug: str) -> Post:
    return Post.objects.get(slug=slug)


def tray(of: Unit, by: Person, at: datetime) -> list[int]:
    posts = [row for row in organization.posts_of(by, at.astimezone(LIMA).date()) if row.unit_id == of.pk]
    return [row.task.pk for row in tray_page(seat_of(by.pk, of, posts, at), Tab.TO_DO).rows]


@pytest.fixture
def process(town: Town) -> Process:
    """A file that waits at the head of informática."""
    return town.opens("resolucion", "ois", "jefe-ois")


@pytest.fixture
def secretary(town: Town) -> Person:
    return town.person("secretario-general")


def merge(secretary: Person, *slugs: str, into: str = "opp") -> None:
    house.merge_units(
        units=[unit(slug) for slug in slugs],
        into=unit(into),
        on=TUESDAY.date(),
        act=ACT,
        by=secretary,
        at=MONDAY,
    )


# Units that merge


def test_a_file_in_a_merged_units_tray_is_its_successors_on_that_day_without_a_gap(
    town: Town, process: Process, secretary: Person
) -> None:
    task, former = town.task(process, "informar"), town.person("jefe-ois")
    merge(secretary, "ois")
    assert successions.follow(LAST_SECOND).moved == 0
    assert tray(unit("ois"), former, LAST_SECOND) == [task.pk]

    assert successions.follow(MIDNIGHT).moved == 1

    heir = town.person("jefe-opp")
    assert tray(unit("opp"), heir, MIDNIGHT) == [task.pk]
    assert workflows.open_task(task_id=task.pk, by=heir, at=MIDNIGHT).post == post("jefe-opp")
    assert organization.posts_of(former, MIDNIGHT.date()) == []
    assert successions.follow(TUESDAY).moved == 0
    moved = Movement.objects.get(task=task, from_unit=unit("ois"), to_unit=unit("opp"))
    assert (moved.from_post, moved.to_post, moved.sent_at) == (post("jefe-ois"), post("jefe-opp"), MIDNIGHT)
    assert Entry.objects.filter(kind="task.moved", subject=f"expediente:{process.expediente_id}").count() == 1


def test_what_the_route_sends_to_an_ended_unit_goes_to_its_successor(town: Town, secretary: Person) -> None:
    merge(secretary, "oaj")
    process = town.opens("resolucion", "ois", "jefe-ois")
    town.passes(process, "informar", "jefe-ois", at=TUESDAY)

    task = town.task(process, "opinar")

    assert (task.unit, task.post) == (unit("opp"), post("jefe-opp"))


def test_posts_move_with_their_holders_and_history_keeps_old_names(
    town: Town, process: Process, secretary: Person
) -> None:
    specialist = Person.objects.get(appointments__post__slug="especialista-ois")
    merge(secretary, "ois")
    successions.follow(MIDNIGHT)

    assert [row.unit for row in organization.posts_of(specialist, TUESDAY.date())] == [unit("opp")]
    assert not post("especialista-ois").is_head
    old = unit("ois")
    assert organization.unit_label(old, MONDAY.date()) == "DIS"
    assert old not in organization.units_on(TUESDAY.date())
    assert Entry.objects.filter(kind="post.moved", subject=f"post:{post('especialista-ois').pk}").exists()
    way = legs.way_of(process.expediente_id, today=TUESDAY.date())
    assert [leg.holder for leg in way.course.legs if leg.until is None][-1:] == [
        organization.unit_label(unit("opp"), TUESDAY.date())
    ]


def test_the_successor_reads_what_the_ended_unit_could_read(town: Town, process: Process, secretary: Person) -> None:
    heir = town.person("jefe-opp")
    assert not visible_expedientes(heir, MONDAY.date()).filter(pk=process.expediente_id).exists()
    engine.cancel(process, by=None, at=MONDAY)

    merge(secretary, "ois")

    assert visible_expedientes(heir, TUESDAY.date()).filter(pk=process.expediente_id).exists()


def test_a_split_divides_the_posts_with_their_open_work(town: Town, secretary: Person) -> None:
    new = make_unit("proyectos", parent=unit("gm"))
    make_post("jefe-proyectos", unit=new)
    process = town.opens("resolucion", "ois", "jefe-ois")
    desk = make_post("analista-ois", unit=unit("ois"), is_head=False)
    Task.objects.filter(process=process, step="informar").update(post=desk)
    unit_task = town.opens("resolucion", "ois", "jefe-ois")
    Task.objects.filter(process=unit_task, step="informar").update(post=None)

    house.split_unit(
        unit=unit("ois"),
        main=unit("opp"),
        parts={new: [desk]},
        on=TUESDAY.date(),
        act=ACT,
        by=secretary,
        at=MONDAY,
    )
    successions.follow(MIDNIGHT)

    part, rest = town.task(process, "informar"), town.task(unit_task, "informar")
    assert (part.unit, part.post) == (new, desk)
    assert (rest.unit, rest.post) == (unit("opp"), None)
    assert post("especialista-ois").unit == unit("opp")
    assert post("analista-ois").unit == new


@pytest.mark.parametrize(
    ("values", "refusal", "told"),
    [
        ({"act": " "}, ActMissing, "acto que ordena"),
        ({"units": []}, SuccessionRefused, "Elija las unidades"),
        ({"into": "ois"}, SuccessionRefused, "sucederse a sí misma"),
        ({"units": ["gm"]}, SuccessionRefused, "dependen"),
        ({"on": date(1990, 1, 1)}, SuccessionRefused, "no existe el"),
        ({"into": "mdp"}, SuccessionRefused, "no tiene un puesto que la dirija"),
    ],
)
def test_a_merger_that_cannot_be_leaves_nothing(
    town: Town, secretary: Person, values: dict[str, Any], refusal: type[Exception], told: str
) -> None:
    asked: dict[str, Any] = {"units": ["ois"], "into": "opp", "on": TUESDAY.date(), "act": ACT} | values
    asked |= {"units": [unit(slug) for slug in asked["units"]], "into": unit(asked["into"])}

    with pytest.raises(refusal, match=told):
        house.merge_units(**asked, by=secretary, at=MONDAY)
    assert not Unit.objects.filter(successor__isnull=False).exists()
    assert not Entry.objects.filter(kind="unit.ended").exists()


def test_a_split_with_a_strange_post_is_refused(town: Town, secretary: Person) -> None:
    with pytest.raises(SuccessionRefused, match="no es un puesto de la unidad que se divide"):
        house.split_unit(
            unit=unit("ois"),
            main=unit("opp"),
            parts={unit("oaf"): [post("jefe-oaj")]},
            on=TUESDAY.date(),
            act=ACT,
            by=secretary,
            at=MONDAY,
        )


# People who leave


def test_who_leaves_hands_over_what_they_had_opened(town: Town, process: Process, secretary: Person) -> None:
    task, leaver = town.task(process, "informar"), town.person("jefe-ois")
    workflows.open_task(task_id=task.pk, by=leaver, at=MONDAY)
    held = Appointment.objects.get(post=post("jefe-ois"))
    house.end_appointment(appointment=held, to_on=MONDAY.date(), by=secretary, at=MONDAY)
    assert successions.follow(MONDAY).returned == 0

    assert successions.follow(MIDNIGHT).returned == 1

    task.refresh_from_db()
    assert (task.opened_at, task.opened_by, task.unit, task.status) == (None, None, unit("ois"), "NEW")
    entry = Entry.objects.get(kind="task.handed_over")
    assert entry.facts == {"task": task.pk, "person": leaver.pk, "post": post("jefe-ois").pk, "unit": unit("ois").pk}
    assert successions.follow(TUESDAY).returned == 0
    colleague = Person.objects.get(appointments__post__slug="especialista-ois")
    page = tray_page(seat_of(colleague.pk, unit("ois"), [post("especialista-ois")], TUESDAY), Tab.TO_DO)
    assert [(row.task.pk, row.is_vacant, row.is_unread) for row in page.rows] == [(task.pk, True, True)]


def test_a_reappointed_holder_keeps_what_they_opened(town: Town, process: Process, secretary: Person) -> None:
    task, person = town.task(process, "informar"), town.person("jefe-ois")
    workflows.open_task(task_id=task.pk, by=person, at=MONDAY)
    held = Appointment.objects.get(post=post("jefe-ois"))
    house.end_appointment(appointment=held, to_on=MONDAY.date(), by=secretary, at=MONDAY)
    house.appoint(
        post=post("jefe-ois"), person=person, from_on=TUESDAY.date(), to_on=None, act="R.A. 1", by=secretary, at=MONDAY
    )

    assert successions.follow(TUESDAY).returned == 0


def test_an_act_that_nobody_signed_keeps_nobodys_work(town: Town, process: Process, secretary: Person) -> None:
    task, person = town.task(process, "informar"), town.person("jefe-ois")
    workflows.open_task(task_id=task.pk, by=person, at=MONDAY)
    held = Appointment.objects.get(post=post("jefe-ois"))
    house.end_appointment(appointment=held, to_on=MONDAY.date(), by=secretary, at=MONDAY)
    house.appoint(
        post=post("jefe-ois"),
        person=person,
        from_on=TUESDAY.date(),
        to_on=None,
        act="R.A. 1",
        by=secretary,
        at=MONDAY,
        awaits_act=True,
    )

    assert successions.follow(TUESDAY).returned == 1


# Posts that stay vacant


@pytest.fixture
def vacated(town: Town, process: Process, secretary: Person) -> Task:
    held = Appointment.objects.get(post=post("jefe-ois"))
    house.end_appointment(appointment=held, to_on=MONDAY.date(), by=secretary, at=MONDAY)
    return town.task(process, "informar")


def test_a_vacancy_escalates_once_to_the_head_above_after_the_days_of_the_profile(town: Town, vacated: Task) -> None:
    boss = town.person("jefe-oaf")
    assert [successions.escalate_vacancies(TUESDAY + timedelta(days=n)) for n in range(3)] == [0, 0, 0]

    assert successions.escalate_vacancies(FRIDAY) == 1
    assert successions.escalate_vacancies(FRIDAY + timedelta(days=7)) == 0

    vacated.refresh_from_db()
    assert (vacated.unit, vacated.post, vacated.escalated_at) == (unit("ois"), post("jefe-ois"), FRIDAY)
    copy = Movement.objects.get(task=vacated, kind="copy")
    assert copy.to_post == post("jefe-oaf")
    assert "no tiene titular desde el martes 17 de noviembre de 2026" in copy.proveido
    entry = Entry.objects.get(kind="task.escalated")
    assert (entry.facts["person"], entry.facts["since"]) == (boss.pk, "2026-11-17")
    assert visible_expedientes(boss, FRIDAY.date()).filter(pk=vacated.process.expediente_id).exists()


def test_the_head_above_is_mailed(town: Town, vacated: Task) -> None:
    successions.escalate_vacancies(FRIDAY)
    entry = Entry.objects.get(kind="task.escalated")

    successions.mail_vacancy(task_id=vacated.pk, person_id=entry.facts["person"], since=TUESDAY.date())

    [message] = mail.outbox
    assert message.to == [town.person("jefe-oaf").email]
    assert "registre una encargatura" in message.body
    assert message.extra_headers["Message-ID"].startswith(f"<vacancy-{vacated.pk}@")
    Person.objects.update(email="")
    successions.mail_vacancy(task_id=vacated.pk, person_id=entry.facts["person"], since=None)
    assert len(mail.outbox) == 1


def test_the_profile_says_after_how_many_days_and_the_night_does_it(town: Town, vacated: Task) -> None:
    Entity.objects.update(vacancy_days=1)
    [chore] = [chore for chore in NIGHTLY if chore.name == "escalate_vacancies"]

    assert chore.run(TUESDAY + timedelta(days=1)) == {"escalated": 1}


def test_a_vacancy_without_anybody_above_goes_to_secretaria_general(town: Town, vacated: Task) -> None:
    Unit.objects.filter(slug="ois").update(parent=None)

    successions.escalate_vacancies(FRIDAY)

    assert Movement.objects.get(task=vacated, kind="copy").to_unit == unit("secretaria-general")


def test_a_vacancy_is_told_to_the_head_of_the_unit_above_on_that_day(town: Town, vacated: Task) -> None:
    ois, today = unit("ois"), FRIDAY.date()
    UnitMove.objects.create(unit=ois, parent=unit("opp"), from_on=today, act=ACT)
    UnitMove.objects.create(unit=ois, parent=unit("gde"), from_on=today + timedelta(days=1), act=ACT)

    successions.escalate_vacancies(FRIDAY)

    assert Movement.objects.get(task=vacated, kind="copy").to_unit == unit("opp")


def test_a_covered_vacancy_does_not_escalate(town: Town, vacated: Task, secretary: Person) -> None:
    house.grant_capacity(
        grant=Grant(
            kind=GrantKind.CHARGE,
            post=post("jefe-ois"),
            person=town.person("jefe-opp"),
            own_post=post("jefe-opp"),
            from_on=TUESDAY.date(),
            to_on=None,
            act="R.A. 2",
        ),
        by=secretary,
        at=MONDAY,
    )

    assert successions.escalate_vacancies(FRIDAY) == 0
