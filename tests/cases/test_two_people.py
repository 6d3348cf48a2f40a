"""Two people for one document (A13), and competence looked at again when the approval is written."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from config.errors import status_of
from docs_store.enums import DocumentState
from docs_store.models import DocumentKind, Number
from organization import services as house
from organization.enums import GrantKind
from organization.models import Appointment, Grant, Person, Post
from signing import services as signing
from signing.errors import OutsideCompetence
from signing.models import Signature, Slot, Visado
from signing.services import signatures, visados
from tests.cases.conftest import MONDAY, Town
from tests.cases.test_substitutes import stamp_of
from workflows import services as workflows
from workflows.errors import StepRefused, TwoPeopleNeeded
from workflows.models import Opinion, Process, Task
from workflows.services import acts, outcomes
from workflows.services.engine import step_of
from workflows.services.play import DEMO_PIN

TUESDAY = MONDAY + timedelta(days=1)
LAWYER, DRAFTER, MAYOR = "jefe-oaj", "secretario-general", "alcalde"


@pytest.fixture
def process(town: Town) -> Process:
    """A resolution that was drafted and waits for its visado."""
    process = town.opens("resolucion", "ois", "jefe-ois")
    town.passes(process, "informar", "jefe-ois")
    town.passes(process, "opinar", LAWYER, "favourable")
    town.passes(process, "proyectar", DRAFTER)
    return process


def reassign(town: Town, post: str, to: str, *, on: datetime = TUESDAY) -> Person:
    """End the holder's appointment and give the post to another official, who keeps their own."""
    seat = Post.objects.get(slug=post)
    person = town.person(to)
    by = town.person("secretario-general")
    held = Appointment.objects.get(post=seat, to_on__isnull=True)
    house.end_appointment(appointment=held, to_on=on.date() - timedelta(1), by=by, at=MONDAY)
    house.appoint(post=seat, person=person, from_on=on.date(), to_on=None, act="R.A. 430-2026", by=by, at=MONDAY)
    return person


def covers(town: Town, post: str, by: str) -> tuple[Person, Grant]:
    """Send the holder away on Tuesday, and let another official act for them."""
    writer = town.person("secretario-general")
    seat = Post.objects.get(slug=post)
    house.register_absence(
        person=town.person(post), from_on=TUESDAY.date(), to_on=TUESDAY.date(), reason="Viaje", by=writer, at=MONDAY
    )
    grant = house.grant_capacity(
        grant=Grant(
            kind=GrantKind.SUBSTITUTION,
            post=seat,
            person=town.person(by),
            own_post=Post.objects.get(slug=by),
            from_on=TUESDAY.date(),
            to_on=TUESDAY.date(),
            act="R.A. 431-2026",
        ),
        by=writer,
        at=MONDAY,
    )
    return grant.person, grant


def visar(task: Task, by: Person, at: datetime = TUESDAY) -> Task:
    decision = workflows.Decision(outcome="endorsed", pin=DEMO_PIN)
    return workflows.complete_step(task_id=task.pk, decision=decision, by=by, at=at)


def firmar(task: Task, by: Person, at: datetime = TUESDAY) -> Task:
    return workflows.complete_sign_step(task_id=task.pk, pin=DEMO_PIN, by=by, at=at)


def to_sign(town: Town, process: Process, at: datetime = TUESDAY) -> Task:
    town.decides(town.task(process, "visar"), LAWYER, "endorsed", at=at)
    town.decides(town.task(process, "numerar"), DRAFTER, "numbered", at=at)
    return town.task(process, "firmar")


def test_a13_who_drafted_does_not_approve_after_a_reassignment(town: Town, process: Process) -> None:
    drafter = reassign(town, LAWYER, DRAFTER)

    with pytest.raises(TwoPeopleNeeded, match="redactó este documento") as refused:
        visar(town.task(process, "visar"), drafter)
    assert status_of(refused.value) == 409
    assert "Registre una suplencia" in str(refused.value)
    assert not Visado.objects.exists()
    assert town.steps(process) == ["visar"]


def test_a13_nobody_approves_twice_through_a_second_post(town: Town, process: Process) -> None:
    task = to_sign(town, process, MONDAY)
    lawyer = reassign(town, MAYOR, LAWYER)

    with pytest.raises(TwoPeopleNeeded, match="ya aprobó este documento como «Jefe de Asesoría Jurídica»"):
        firmar(task, lawyer)
    assert not Signature.objects.filter(post__slug=MAYOR).exists()
    assert Number.objects.get(document=town.act(process)).label


def test_a13_a_substitute_does_not_approve_what_they_approved_and_is_told_who_can(town: Town, process: Process) -> None:
    task = to_sign(town, process, MONDAY)
    lawyer, _grant = covers(town, MAYOR, LAWYER)
    second = town.person("gerente-municipal")
    house.grant_capacity(
        grant=Grant(
            kind=GrantKind.COMPETENCE,
            post=Post.objects.get(slug=MAYOR),
            person=second,
            own_post=Post.objects.get(slug="gerente-municipal"),
            from_on=TUESDAY.date(),
            to_on=None,
            scope=["resolucion"],
            act="R.A. 432-2026",
        ),
        by=town.person("secretario-general"),
        at=MONDAY,
    )

    with pytest.raises(TwoPeopleNeeded, match=f"Puede hacerlo: {second.full_name}"):
        firmar(task, lawyer)
    firmar(task, second)
    assert Signature.objects.get(post__slug=MAYOR).capacity == "Por delegación de Alcalde"


def test_a13_two_accounts_of_one_human_are_one_human(town: Town, process: Process) -> None:
    task = to_sign(town, process, MONDAY)
    lawyer, mayor = town.person(LAWYER), town.person(MAYOR)
    Person.objects.filter(pk=mayor.pk).update(id_kind=lawyer.id_kind, id_number=lawyer.id_number)

    with pytest.raises(TwoPeopleNeeded):
        firmar(task, Person.objects.get(pk=mayor.pk))


def test_a13_one_person_lawfully_holding_two_posts_approves_where_the_profile_does_not_forbid_it(
    town: Town, process: Process
) -> None:
    DocumentKind.objects.filter(slug="resolucion").update(two_person_rule="")
    task = to_sign(town, process, MONDAY)
    lawyer = reassign(town, MAYOR, LAWYER)

    firmar(task, lawyer)

    assert Visado.objects.get().capacity == "Jefe de Asesoría Jurídica"
    signature = Signature.objects.get(post__slug=MAYOR)
    assert (signature.person, signature.capacity) == (lawyer, "Alcalde")
    assert "Alcalde" in stamp_of(signature)


def test_a13_a_favourable_opinion_is_an_approval_too(town: Town) -> None:
    process = town.opens("resolucion", "ois", "jefe-ois")
    town.passes(process, "informar", "jefe-ois")
    DocumentKind.objects.update(two_person_rule="")
    DocumentKind.objects.filter(slug="informe").update(two_person_rule="drafting")
    drafter = reassign(town, LAWYER, "jefe-ois", on=MONDAY)
    opinion = town.task(process, "opinar")

    with pytest.raises(TwoPeopleNeeded, match="redactó"):
        outcomes.record_outcome(opinion, step_of(opinion), workflows.Decision(outcome="favourable"), drafter, MONDAY)
    assert not Opinion.objects.exists()


def test_a13_two_tabs_at_once_give_one_visado(town: Town, process: Process, monkeypatch: pytest.MonkeyPatch) -> None:
    """The other tab's approval lands between this tab's first look and its last transaction."""
    task = town.task(process, "visar")
    lawyer = reassign(town, MAYOR, LAWYER)
    recorded = visados._recorded

    def late(visado: Visado, check: Any) -> Visado:
        other = Visado.objects.create(
            version=visado.version,
            post=Post.objects.get(slug=MAYOR),
            person=lawyer,
            kind="visado",
            content_sha256="0" * 64,
            cms=b"",
            given_at=TUESDAY,
        )
        assert other.pk
        return recorded(visado, check)

    monkeypatch.setattr(visados, "_recorded", late)

    with pytest.raises(TwoPeopleNeeded, match="como «Alcalde»"):
        visar(task, lawyer)
    assert not Visado.objects.filter(post__slug=LAWYER).exists()


def test_a_grant_that_ends_while_the_key_answers_leaves_nothing_signed(
    town: Town, process: Process, monkeypatch: pytest.MonkeyPatch
) -> None:
    DocumentKind.objects.update(two_person_rule="")
    task = to_sign(town, process, MONDAY)
    deputy, grant = covers(town, MAYOR, "gerente-municipal")
    made = signatures.signed_file

    def meanwhile(*args: Any) -> Any:
        Grant.objects.filter(pk=grant.pk).update(from_on=date(2026, 11, 1), to_on=date(2026, 11, 2))
        return made(*args)

    monkeypatch.setattr(signatures, "signed_file", meanwhile)
    with pytest.raises(OutsideCompetence, match="rige desde"):
        firmar(task, deputy)
    assert not Signature.objects.filter(post__slug=MAYOR).exists()
    assert town.act(process).state == DocumentState.FOR_DISPATCH


def test_an_absence_that_begins_while_the_key_answers_leaves_no_visado(
    town: Town, process: Process, monkeypatch: pytest.MonkeyPatch
) -> None:
    task, lawyer = town.task(process, "visar"), town.person(LAWYER)
    recorded = visados._recorded

    def meanwhile(visado: Visado, check: Any) -> Visado:
        house.register_absence(
            person=lawyer, from_on=TUESDAY.date(), to_on=None, reason="Licencia", by=lawyer, at=TUESDAY
        )
        return recorded(visado, check)

    monkeypatch.setattr(visados, "_recorded", meanwhile)
    with pytest.raises(OutsideCompetence, match="está ausente"):
        visar(task, lawyer)
    assert not Visado.objects.exists()


def test_dr_09_the_paper_is_typeset_anew_for_the_substitute_under_the_same_number(town: Town, process: Process) -> None:
    DocumentKind.objects.update(two_person_rule="")
    titular = town.person(MAYOR)
    task = to_sign(town, process, TUESDAY)
    number = Number.objects.get(document=town.act(process)).label
    assert Slot.objects.get(version__document=town.act(process)).person == titular

    deputy, _grant = covers(town, MAYOR, "gerente-municipal")
    firmar(task, deputy)

    signature = Signature.objects.get(post__slug=MAYOR)
    assert (signature.slot.person, signature.slot.capacity) == (deputy, "Suplente de Alcalde")
    assert Number.objects.get(document=town.act(process)).label == number
    paper = stamp_of(signature)
    assert deputy.full_name in paper
    assert paper.casefold().count(titular.full_name.casefold()) == 1
    assert f"Por: {titular.full_name}, Alcalde (titular)" in paper


def test_a_later_place_that_names_another_waits_for_a_paper_that_names_who_signs(town: Town, process: Process) -> None:
    DocumentKind.objects.update(two_person_rule="")
    to_sign(town, process, TUESDAY)
    act, mayor = town.act(process), Post.objects.get(slug=MAYOR)
    slot = Slot.objects.select_related("person", "post").get(version__document=act)
    deputy, _grant = covers(town, MAYOR, "gerente-municipal")
    standing = signing.standing_of(document=act, post=mayor, at=TUESDAY, person=deputy)

    with pytest.raises(StepRefused, match="se compone otra vez con el mismo número"):
        acts._check_named(slot, standing)
