"""What grants somebody a capacity: an act of the archive, signed or still a draft, and what nobody may delegate."""

from pathlib import Path

import pytest

from config import profiles
from docs_store.models import Document
from ledger.models import Entry
from ledger.services import deliver_due
from organization import selectors as organization
from organization import services as house
from organization.enums import GrantKind
from organization.errors import AlreadyCovered, CycleOfDelegations, GrantRefused, SeatTaken
from organization.models import Appointment, Grant, Post
from organization.services.profile import read_profile
from tests.cases.conftest import MONDAY, Town
from workflows import services as workflows
from workflows.services import acts
from workflows.services.play import DEMO_PIN

DAY = MONDAY.date()


def post(slug: str) -> Post:
    return Post.objects.get(slug=slug)


def grants(town: Town, kind: GrantKind, of: str, to: str, *scope: str, document: Document | None = None) -> Grant:
    return workflows.grant_by_act(
        grant=Grant(
            kind=kind,
            post=post(of),
            person=town.person(to),
            own_post=post(to),
            from_on=DAY,
            to_on=None,
            act="R.A. 500-2026",
            scope=list(scope),
            document_id=document.pk if document else None,
        ),
        by=town.person("secretario-general"),
        at=MONDAY,
    )


@pytest.fixture
def draft(town: Town) -> Document:
    """An informe that grants something, written and not signed yet."""
    process = town.opens("resolucion", "ois", "jefe-ois")
    task = town.task(process, "informar")
    town.writes(task, "jefe-ois")
    task.refresh_from_db()
    document: Document | None = task.document
    assert document is not None
    return document


def sign(document: Document, town: Town) -> None:
    acts.emit_alone(document=document, post=post("jefe-ois"), pin=DEMO_PIN, by=town.person("jefe-ois"), at=MONDAY)
    while deliver_due(worker="test", limit=100):
        pass


def test_a_grant_by_an_unsigned_draft_is_kept_and_counts_once_it_is_signed(town: Town, draft: Document) -> None:
    given = grants(town, GrantKind.COMPETENCE, "jefe-oaj", "jefe-opp", document=draft)
    assert given.awaits_act
    assert post("jefe-oaj") not in organization.posts_of(town.person("jefe-opp"), DAY)

    sign(draft, town)

    assert post("jefe-oaj") in organization.posts_of(town.person("jefe-opp"), DAY)
    assert Entry.objects.get(kind="post.act_signed").facts == {"grant": given.pk, "document": draft.pk}
    assert not grants(town, GrantKind.COMPETENCE, "jefe-oaf", "jefe-opp", document=draft).awaits_act


def test_a_draft_stands_in_nobodys_way_and_comes_too_late_then(town: Town, draft: Document) -> None:
    waiting = grants(town, GrantKind.COMPETENCE, "jefe-oaj", "jefe-opp", document=draft)
    grants(town, GrantKind.COMPETENCE, "jefe-oaj", "jefe-oaf")

    sign(draft, town)

    assert Grant.objects.get(pk=waiting.pk).awaits_act
    facts = Entry.objects.get(kind="post.act_without_effect").facts
    assert facts == {"grant": waiting.pk, "why": "AlreadyCovered", "document": draft.pk}


def test_an_appointment_by_a_draft_seats_nobody_until_it_is_signed(town: Town, draft: Document) -> None:
    held = Appointment.objects.get(post=post("jefe-opp"), to_on__isnull=True)
    person, by = town.person("jefe-oaf"), town.person("secretario-general")
    house.end_appointment(appointment=held, to_on=DAY, by=by, at=MONDAY)
    waiting = house.appoint(
        post=post("jefe-opp"),
        person=person,
        from_on=DAY.replace(day=17),
        to_on=None,
        act="Proyecto",
        document_id=draft.pk,
        awaits_act=True,
        by=by,
        at=MONDAY,
    )
    assert organization.holder_of(post("jefe-opp"), DAY.replace(day=17)) is None

    sign(draft, town)

    assert organization.holder_of(post("jefe-opp"), DAY.replace(day=17)) == person
    waiting.refresh_from_db()
    assert not waiting.awaits_act


def test_dr_08_the_signature_of_what_exhausts_the_route_is_not_delegated(town: Town) -> None:
    with pytest.raises(GrantRefused, match="La firma de «resolucion» no se delega"):
        grants(town, GrantKind.SIGNATURE, "alcalde", "gerente-municipal", "resolucion", "oficio")
    assert not Grant.objects.exists()

    assert grants(town, GrantKind.SIGNATURE, "alcalde", "gerente-municipal", "oficio").scope == ["oficio"]
    assert grants(town, GrantKind.COMPETENCE, "alcalde", "gerente-municipal", "resolucion").scope == ["resolucion"]


def test_a_ring_of_delegations_and_a_second_cover_are_refused(town: Town) -> None:
    grants(town, GrantKind.COMPETENCE, "alcalde", "gerente-municipal")
    with pytest.raises(CycleOfDelegations, match="Hay un ciclo de delegaciones: Gerente Municipal → Alcalde"):
        grants(town, GrantKind.COMPETENCE, "gerente-municipal", "alcalde")
    with pytest.raises(AlreadyCovered, match="ya lo cubre"):
        grants(town, GrantKind.COMPETENCE, "alcalde", "jefe-oaf")


def test_an_appointment_over_anothers_in_a_single_seat_is_refused(town: Town) -> None:
    with pytest.raises(SeatTaken, match="ya lo ocupa María Elena Quispe Salazar en esas fechas"):
        house.appoint(
            post=post("alcalde"),
            person=town.person("jefe-oaf"),
            from_on=DAY,
            to_on=None,
            act="R.A. 1",
            by=town.person("secretario-general"),
            at=MONDAY,
        )
    assert Appointment.objects.filter(post__slug="alcalde").count() == 1


def test_a_profile_that_delegates_what_cannot_be_is_refused_on_its_line(tmp_path: Path) -> None:
    folder = tmp_path / "pichari-2023"
    folder.mkdir()
    for file in (profiles.PROFILES / "pichari-2023").glob("*.*"):
        (folder / file.name).write_bytes(file.read_bytes())
    (folder / "grants.csv").write_text(
        "kind,post,username,own_post,from_on,to_on,act,scope\n"
        "signature,alcalde,gerente-municipal,gerente-municipal,2023-11-06,,R.A. 1,resolucion oficio\n"
    )

    _profile, faults = read_profile(folder)

    assert [(fault.line, "«resolucion» no se delega" in fault.sentence) for fault in faults] == [(2, True)]
