"""Abstention: a person keeps out of one file, and whom the act designates goes on there as the same post."""

from datetime import timedelta
from typing import Any

import pytest

from config.errors import status_of
from docs_store.selectors import visible_expedientes
from ledger.models import Entry
from organization import selectors as organization
from organization import services as house
from organization.enums import GrantKind
from organization.errors import AbstentionRefused, ActMissing, DatesCrossed
from organization.models import Abstention, Grant, Person, Post
from signing import services as signing
from signing.errors import OutsideCompetence
from signing.models import Signature, Visado
from signing.services import visados
from tests.cases.conftest import MONDAY, Town, text_of
from tests.cases.test_substitutes import stamp_of
from workflows import services as workflows
from workflows.errors import KeepsOut
from workflows.models import Movement, Process, Task
from workflows.selectors.trays import Tab, seat_of, tray_page
from workflows.services import acts, holders, rounds, successions
from workflows.services.engine import step_of
from workflows.services.play import DEMO_PIN

TUESDAY = MONDAY + timedelta(days=1)
HEAD, OTHER = "jefe-ois", "jefe-opp"


def post(slug: str) -> Post:
    return Post.objects.get(slug=slug)


def abstains(town: Town, process: Process, **values: Any) -> Abstention:
    asked: dict[str, Any] = {
        "expediente": process.expediente,
        "post": post(HEAD),
        "person": town.person(HEAD),
        "designee": town.person(OTHER),
        "designee_post": post(OTHER),
        "from_on": MONDAY.date(),
        "reason": "Parentesco con el administrado",
        "act": "R.G.M. 77-2026",
        "by": town.person("secretario-general"),
        "at": MONDAY,
    }
    return workflows.abstain(**(asked | values))


def rows(by: Person, post_slug: str, at: Any = MONDAY) -> list[tuple[int, bool]]:
    unit = post(post_slug).unit
    posts = [row for row in organization.posts_of(by, at.date()) if row.unit_id == unit.pk]
    page = tray_page(seat_of(by.pk, unit, posts, at), Tab.TO_DO, only_mine=False)
    return [(row.task.pk, row.is_mine) for row in page.rows]


@pytest.fixture
def process(town: Town) -> Process:
    return town.opens("resolucion", "ois", HEAD)


def test_the_work_goes_to_whom_the_act_designates_and_only_in_that_file(town: Town, process: Process) -> None:
    task, other = town.task(process, "informar"), town.opens("resolucion", "ois", HEAD)
    designee, person = town.person(OTHER), town.person(HEAD)

    row = abstains(town, process)

    assert rows(designee, OTHER) == [(task.pk, True)]
    assert rows(person, HEAD) == [(town.task(other, "informar").pk, True)]
    assert workflows.open_task(task_id=task.pk, by=designee, at=MONDAY).post == post(HEAD)
    with pytest.raises(KeepsOut, match="se abstuvo de este expediente") as refused:
        workflows.open_task(task_id=task.pk, by=person, at=MONDAY)
    assert status_of(refused.value) == 409
    assert visible_expedientes(designee, MONDAY.date()).filter(pk=process.expediente_id).exists()
    moved = Movement.objects.get(task=task, to_unit=post(OTHER).unit)
    assert "abstención" in moved.proveido
    facts = Entry.objects.get(kind="post.abstained").facts
    assert (facts["abstention"], facts["person"], facts["designee"]) == (row.pk, person.pk, designee.pk)
    assert "Parentesco" not in repr(facts)


def test_the_designees_signature_names_both_and_the_act(town: Town, process: Process) -> None:
    abstains(town, process)
    task, designee, person = town.task(process, "informar"), town.person(OTHER), town.person(HEAD)
    workflows.save_step_text(task_id=task.pk, content=text_of(task), by=designee, at=MONDAY, outcome="done")

    workflows.complete_step(
        task_id=task.pk, decision=workflows.Decision(outcome="done", pin=DEMO_PIN), by=designee, at=MONDAY
    )

    signature = Signature.objects.get()
    assert (signature.person, signature.capacity) == (designee, f"En lugar de {post(HEAD).title}")
    assert [link["kind"] for link in signature.chain] == ["appointment", "abstention", "appointment"]
    paper = stamp_of(signature)
    assert f"Por: {person.full_name}" in paper
    assert "Abstención: R.G.M. 77-2026" in paper


def test_the_abstained_person_neither_signs_nor_visa_nor_decides_there(town: Town, process: Process) -> None:
    task, person = town.task(process, "informar"), town.person(HEAD)
    town.writes(task, HEAD)
    task.refresh_from_db()
    abstains(town, process)

    assert task.document is not None
    with pytest.raises(OutsideCompetence, match=r"se abstuvo de este expediente .* Actúa"):
        acts.emit_alone(document=task.document, post=post(HEAD), pin=DEMO_PIN, by=person, at=MONDAY)
    with pytest.raises(KeepsOut):
        workflows.complete_step(
            task_id=task.pk, decision=workflows.Decision(outcome="done", pin=DEMO_PIN), by=person, at=MONDAY
        )
    assert not holders.may_act(Task.objects.get(pk=task.pk), by=person, at=MONDAY)
    assert holders.may_act(Task.objects.get(pk=task.pk), by=town.person(OTHER), at=MONDAY)
    assert not Signature.objects.exists()


def test_who_abstains_while_they_decide_leaves_nothing(
    town: Town, process: Process, monkeypatch: pytest.MonkeyPatch
) -> None:
    town.passes(process, "informar", HEAD)
    town.passes(process, "opinar", "jefe-oaj", "favourable")
    town.passes(process, "proyectar", "secretario-general")
    task, lawyer = town.task(process, "visar"), town.person("jefe-oaj")
    recorded = visados._recorded

    def meanwhile(visado: Visado, check: Any) -> Visado:
        abstains(town, process, post=post("jefe-oaj"), person=lawyer)
        return recorded(visado, check)

    monkeypatch.setattr(visados, "_recorded", meanwhile)
    with pytest.raises(OutsideCompetence, match="se abstuvo"):
        rounds.endorse(task=task, step=step_of(task), post=post("jefe-oaj"), pin=DEMO_PIN, by=lawyer, at=MONDAY)
    assert not Visado.objects.exists()


def test_later_steps_of_the_post_go_to_the_designee_and_return_after_the_last_day(town: Town, process: Process) -> None:
    row = abstains(town, process, post=post("jefe-oaj"), person=town.person("jefe-oaj"))
    town.passes(process, "informar", HEAD)
    task = town.task(process, "opinar")
    assert (task.unit, task.post) == (post(OTHER).unit, post("jefe-oaj"))

    workflows.end_abstention(abstention=row, to_on=MONDAY.date(), by=town.person("secretario-general"), at=MONDAY)
    assert successions.follow(MONDAY).moved == 0
    assert successions.follow(TUESDAY).moved == 1

    task.refresh_from_db()
    assert task.unit == post("jefe-oaj").unit
    assert holders.may_act(Task.objects.get(pk=task.pk), by=town.person("jefe-oaj"), at=TUESDAY)
    assert not holders.may_act(Task.objects.get(pk=task.pk), by=town.person(OTHER), at=TUESDAY)
    with pytest.raises(DatesCrossed):
        house.end_abstention(
            abstention=row, to_on=MONDAY.date() - timedelta(1), by=town.person("secretario-general"), at=MONDAY
        )


def test_a_designee_who_is_absent_or_lost_their_post_is_told(town: Town, process: Process) -> None:
    task, designee = town.task(process, "informar"), town.person(OTHER)
    town.writes(task, HEAD)
    task.refresh_from_db()
    abstains(town, process)
    house.register_absence(person=designee, from_on=MONDAY.date(), to_on=None, reason="Viaje", by=designee, at=MONDAY)

    assert task.document is not None
    with pytest.raises(OutsideCompetence, match="está ausente"):
        signing.standing_of(document=task.document, post=post(HEAD), at=MONDAY)
    designee.absences.all().delete()
    designee.appointments.update(to_on=MONDAY.date() - timedelta(1))
    with pytest.raises(OutsideCompetence, match="ya no ocupa"):
        signing.standing_of(document=task.document, post=post(HEAD), at=MONDAY)


def test_a_substitute_of_who_abstained_is_not_the_designee(town: Town, process: Process) -> None:
    """The designee acts; a substitute who abstained themselves is passed over as well."""
    task, substitute = town.task(process, "informar"), town.person("jefe-oaf")
    town.writes(task, HEAD)
    task.refresh_from_db()
    house.register_absence(
        person=town.person(HEAD), from_on=MONDAY.date(), to_on=None, reason="Viaje", by=substitute, at=MONDAY
    )
    house.grant_capacity(
        grant=Grant(
            kind=GrantKind.SUBSTITUTION,
            post=post(HEAD),
            person=substitute,
            own_post=post("jefe-oaf"),
            from_on=MONDAY.date(),
            to_on=None,
            act="R.A. 9",
        ),
        by=substitute,
        at=MONDAY,
    )
    abstains(town, process, person=substitute)

    assert task.document is not None
    assert signing.standing_of(document=task.document, post=post(HEAD), at=MONDAY).person == town.person(OTHER)
    with pytest.raises(OutsideCompetence, match="se abstuvo"):
        signing.standing_of(document=task.document, post=post(HEAD), at=MONDAY, person=substitute)


@pytest.mark.parametrize(
    ("values", "refusal", "told"),
    [
        ({"reason": " "}, ActMissing, "motivo"),
        ({"act": ""}, ActMissing, "acto que designa"),
        ({"designee": HEAD, "designee_post": HEAD}, AbstentionRefused, "Nadie se reemplaza"),
        ({"person": "jefe-oaf"}, AbstentionRefused, "no actúa como"),
        ({"designee_post": "jefe-oaf"}, AbstentionRefused, "no ocupa"),
    ],
)
def test_an_abstention_that_cannot_be_leaves_nothing(
    town: Town, process: Process, values: dict[str, Any], refusal: type[Exception], told: str
) -> None:
    asked = {
        key: town.person(value) if key in {"designee", "person"} else post(value) if key == "designee_post" else value
        for key, value in values.items()
    }
    with pytest.raises(refusal, match=told):
        abstains(town, process, **asked)
    assert not Abstention.objects.exists()


def test_nobody_abstains_twice_nor_is_designated_after_abstaining(town: Town, process: Process) -> None:
    abstains(town, process)

    with pytest.raises(AbstentionRefused, match="ya se abstuvo"):
        abstains(town, process, designee=town.person("jefe-oaf"), designee_post=post("jefe-oaf"))
    with pytest.raises(AbstentionRefused, match="también se abstuvo"):
        abstains(
            town,
            process,
            post=post("jefe-oaj"),
            person=town.person("jefe-oaj"),
            designee=town.person(HEAD),
            designee_post=post(HEAD),
        )
    with pytest.raises(DatesCrossed):
        house.register_abstention(
            expediente_id=process.expediente_id,
            post=post(HEAD),
            person=town.person(HEAD),
            designee=town.person(OTHER),
            designee_post=post(OTHER),
            from_on=MONDAY.date(),
            to_on=MONDAY.date() - timedelta(1),
            reason="x",
            act="y",
            by=town.person(HEAD),
            at=MONDAY,
        )
