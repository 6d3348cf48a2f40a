"""Absence cover on a real route (DR-08, DR-09): work passes over and returns, and each signature says as what."""

from datetime import datetime, timedelta

import pypdfium2 as pdfium
import pytest

from docs_store.models import DocumentKind, Number
from docs_store.selectors import open_version
from organization import selectors as organization
from organization import services as house
from organization.enums import GrantKind
from organization.models import Grant, Person, Post
from signing.errors import OutsideCompetence
from signing.models import Signature, Visado
from tests.cases.conftest import MONDAY, Town, text_of
from workflows import services as workflows
from workflows.errors import NobodyHolds, TaskNotFound
from workflows.models import Process, Task
from workflows.services import acts, rounds
from workflows.services.engine import step_of
from workflows.services.play import DEMO_PIN

TUESDAY, WEDNESDAY, THURSDAY = (MONDAY + timedelta(days=n) for n in (1, 2, 3))


def away(town: Town, post: str) -> Person:
    titular = town.person(post)
    house.register_absence(
        person=titular,
        from_on=TUESDAY.date(),
        to_on=WEDNESDAY.date(),
        reason="Licencia por salud",
        by=town.person("secretario-general"),
        at=MONDAY,
    )
    return titular


def grant(town: Town, kind: GrantKind, post: str, to: str, *scope: str) -> Grant:
    return house.grant_capacity(
        grant=Grant(
            kind=kind,
            post=Post.objects.get(slug=post),
            person=town.person(to),
            own_post=Post.objects.get(slug=to),
            from_on=TUESDAY.date(),
            to_on=WEDNESDAY.date(),
            act="R.A. 422-2026",
            scope=list(scope),
        ),
        by=town.person("secretario-general"),
        at=MONDAY,
    )


def informs(task: Task, by: Person, at: datetime = TUESDAY) -> None:
    workflows.save_step_text(task_id=task.pk, content=text_of(task), by=by, at=at, outcome="done")
    workflows.complete_step(task_id=task.pk, decision=workflows.Decision(outcome="done", pin=DEMO_PIN), by=by, at=at)


def stamp_of(signature: Signature) -> str:
    """Return what the paper says, stamps included."""
    with open_version(signature.after) as content:
        paper = pdfium.PdfDocument(content.read())
    paper.init_forms()
    page = paper[len(paper) - 1]
    page.flatten()
    return " ".join(str(paper[len(paper) - 1].get_textpage().get_text_bounded()).split())


def may_open(task: Task, by: Person, at: datetime) -> bool:
    try:
        workflows.open_task(task_id=task.pk, by=by, at=at)
    except TaskNotFound:
        return False
    return True


@pytest.fixture
def process(town: Town) -> Process:
    return town.opens("resolucion", "ois", "jefe-ois")


def test_dr_09_work_is_the_substitutes_from_the_first_day_to_the_last_and_returns(town: Town, process: Process) -> None:
    titular, substitute = away(town, "jefe-ois"), town.person("jefe-oaj")
    grant(town, GrantKind.SUBSTITUTION, "jefe-ois", "jefe-oaj")
    task = town.task(process, "informar")

    days = (MONDAY, TUESDAY, WEDNESDAY, THURSDAY)
    assert [may_open(task, titular, day) for day in days] == [True, False, False, True]
    assert [may_open(task, substitute, day) for day in days] == [False, True, True, False]


def test_dr_09_a_substitutes_signature_names_both_people_the_capacity_and_the_act(town: Town, process: Process) -> None:
    titular, substitute = away(town, "jefe-ois"), town.person("jefe-oaj")
    given = grant(town, GrantKind.SUBSTITUTION, "jefe-ois", "jefe-oaj")

    informs(town.task(process, "informar"), substitute)

    signature = Signature.objects.get()
    assert (signature.person, signature.post.slug) == (substitute, "jefe-ois")  # type: ignore[union-attr]
    assert signature.capacity == "Suplente de Jefe de Informática y Sistemas"
    assert [link["kind"] for link in signature.chain] == ["appointment", "absence", "grant", "appointment"]
    assert signature.chain[2]["id"] == given.pk
    assert "salud" not in repr(signature.chain)
    paper = stamp_of(signature)
    assert "Suplente de Jefe de Informática y Sistemas" in paper
    assert substitute.full_name in paper
    assert f"Por: {titular.full_name}, Jefe de Informática y Sistemas (titular)" in paper
    assert "Suplencia: R.A. 422-2026" in paper


def test_nothing_is_signed_by_an_absentee(town: Town, process: Process) -> None:
    task = town.task(process, "informar")
    town.writes(task, "jefe-ois")
    titular = away(town, "jefe-ois")
    task.refresh_from_db()

    with pytest.raises(TaskNotFound):
        workflows.complete_step(
            task_id=task.pk, decision=workflows.Decision(outcome="done", pin=DEMO_PIN), by=titular, at=TUESDAY
        )
    document = task.document
    assert document is not None
    post = Post.objects.get(slug="jefe-ois")
    with pytest.raises(OutsideCompetence, match="está ausente"):
        acts.emit_alone(document=document, post=post, pin=DEMO_PIN, by=titular, at=TUESDAY)
    with pytest.raises(NobodyHolds, match="Registre una suplencia"):
        acts.number_document(document=document, posts=[post], by=town.person("secretario-general"), at=TUESDAY)
    assert not Signature.objects.exists()
    assert not Number.objects.filter(document__isnull=False).exists()


def test_a_signature_outside_the_scope_is_refused_with_its_chain_and_what_would_mend_it(
    town: Town, process: Process
) -> None:
    away(town, "jefe-ois")
    grant(town, GrantKind.SUBSTITUTION, "jefe-ois", "jefe-oaj", "oficio")

    with pytest.raises(OutsideCompetence, match="no comprende «informe»; solo: oficio"):
        informs(town.task(process, "informar"), town.person("jefe-oaj"))
    assert not Signature.objects.exists()


def test_a_delegated_signature_is_given_beside_the_holder_but_not_where_the_kind_forbids_it(
    town: Town, process: Process
) -> None:
    grant(town, GrantKind.SIGNATURE, "jefe-ois", "jefe-oaj")
    task, delegate = town.task(process, "informar"), town.person("jefe-oaj")
    DocumentKind.objects.filter(slug="informe").update(is_own_signature_only=True)

    with pytest.raises(OutsideCompetence, match="no se puede delegar") as refused:
        informs(task, delegate)
    assert not Number.objects.filter(document__isnull=False).exists()
    assert [link.act for link in refused.value.chain][-1] == "R.A. 422-2026"  # type: ignore[attr-defined]
    assert not Signature.objects.exists()

    DocumentKind.objects.update(is_own_signature_only=False)
    informs(task, delegate)
    assert Signature.objects.get().capacity == "Por Jefe de Informática y Sistemas"


def test_a_visado_keeps_the_capacity_and_is_refused_outside_competence(town: Town, process: Process) -> None:
    town.passes(process, "informar", "jefe-ois")
    town.passes(process, "opinar", "jefe-oaj", "favourable")
    town.passes(process, "proyectar", "secretario-general")
    away(town, "jefe-oaj")
    grant(town, GrantKind.CHARGE, "jefe-oaj", "jefe-ois")
    task, post = town.task(process, "visar"), Post.objects.get(slug="jefe-oaj")
    charged = organization.holder_of(post, TUESDAY.date())
    assert charged == town.person("jefe-ois")

    with pytest.raises(OutsideCompetence, match="está ausente"):
        rounds.endorse(task=task, step=step_of(task), post=post, pin=DEMO_PIN, by=town.person("jefe-oaj"), at=TUESDAY)
    assert not Visado.objects.exists()

    decision = workflows.Decision(outcome="endorsed", pin=DEMO_PIN)
    workflows.complete_step(task_id=task.pk, decision=decision, by=charged, at=TUESDAY)
    visado = Visado.objects.get()
    assert (visado.person, visado.capacity) == (charged, "Jefe de Asesoría Jurídica (e)")
    assert [link["kind"] for link in visado.chain] == ["appointment", "absence", "grant", "appointment"]
