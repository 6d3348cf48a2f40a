"""Expedientes: their numbers, and who may see them and their documents."""

from datetime import date, datetime

import pytest
from django.core.exceptions import ObjectDoesNotExist
from django.db import IntegrityError, transaction

from docs_store import selectors as stored
from docs_store import services as docs
from docs_store.enums import AccessLevel, DocumentState, NumberState
from docs_store.errors import NoSeries
from docs_store.models import Access, Document, Expediente, Number
from ledger.models import Entry
from organization.enums import Role
from organization.models import Person
from tests.docs_store.conftest import Office
from tests.factories import (
    LIMA,
    NOON,
    appoint,
    make_document,
    make_expediente,
    make_person,
    make_post,
    make_series,
    make_unit,
)

TODAY = NOON.date()


def test_an_expediente_opens_with_the_next_number_of_its_register(office: Office) -> None:
    first = docs.open_expediente(subject="Plan", origin="Consultor", by=office.chief, at=NOON)
    second = docs.open_expediente(subject="Otro", by=None, at=NOON)

    assert (first.label, second.label) == ("1-2023", "2-2023")
    number = Number.objects.get(label="1-2023")
    assert (number.state, number.owner) == (NumberState.USED, f"expediente:{first.pk}")
    entry = Entry.objects.get(subject=f"expediente:{first.pk}")
    assert (entry.kind, entry.actor, entry.at) == ("expediente.opened", office.chief.actor, NOON)
    assert "Plan" not in str(entry.facts)


def test_without_a_register_nothing_is_opened(db: None) -> None:
    with pytest.raises(NoSeries):
        docs.open_expediente(subject="Plan", by=None, at=NOON)

    assert not Expediente.objects.exists()


def test_access_is_granted_once_to_each_reader(office: Office) -> None:
    expediente, unit, person = make_expediente(), make_unit(), make_person()

    for _time in range(2):
        docs.grant_access(expediente, unit=unit, reason="pase", at=NOON)
        docs.grant_access(expediente, person=person, reason="parte", at=NOON)
        docs.grant_access(expediente, public=True, reason="publicado", at=NOON, by=office.chief)

    assert Access.objects.filter(expediente=expediente).count() == 3
    assert Entry.objects.filter(kind="access.granted", subject=f"expediente:{expediente.pk}").count() == 3


def test_an_access_without_a_reader_is_refused_by_the_database(office: Office) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        docs.grant_access(office.expediente, reason="nadie", at=NOON)


# Who may see what


def seen(person: Person | None, on: date = TODAY) -> set[Expediente]:
    return set(stored.visible_expedientes(person, on))


def test_a_unit_sees_what_was_given_to_it_while_the_person_holds_a_post_there(office: Office) -> None:
    other = make_expediente(units=(make_unit(),))
    newcomer = make_person()
    appoint(newcomer, make_post(unit=office.unit), from_on=date(2023, 10, 1), to_on=date(2023, 10, 31))

    assert seen(office.chief) == {office.expediente}
    assert seen(newcomer) == {office.expediente}
    assert seen(newcomer, date(2023, 9, 30)) == set()
    assert seen(newcomer, date(2023, 11, 1)) == set()
    assert other not in seen(office.chief)


def test_a_person_sees_what_was_given_to_them_and_everybody_what_is_public(office: Office) -> None:
    citizen = make_person(None)
    theirs, public = make_expediente(), make_expediente(access_level=AccessLevel.PUBLIC)
    disclosed = make_expediente()
    docs.grant_access(theirs, person=citizen, reason="parte", at=NOON)
    docs.grant_access(disclosed, public=True, reason="transparencia", at=NOON)

    assert seen(citizen) == {theirs, public, disclosed}
    assert seen(None) == {public, disclosed}


@pytest.mark.parametrize("role", [Role.SECRETARIAT, Role.ARCHIVE, Role.AUDITOR])
def test_a_few_roles_see_all(office: Office, role: Role) -> None:
    reader = make_person(post=make_post(unit=make_unit(role=role)))
    draft = make_document(office.expediente)

    assert seen(reader) == {office.expediente}
    assert draft in stored.visible_documents(reader, TODAY)
    assert "all" in stored.reader_tokens(reader, TODAY)


def test_the_intake_role_sees_only_what_it_holds(office: Office) -> None:
    clerk = make_person(post=make_post(unit=make_unit(role=Role.INTAKE)))

    assert seen(clerk) == set()


def emitted(document: Document) -> Document:
    version = document.versions.create(number=1, stage="file", sha256="0" * 64, size_bytes=1, stored_at=NOON)
    document.state, document.emitted_at, document.emitted_version = DocumentState.EMITTED, NOON, version
    document.save()
    return document


def test_drafts_are_for_those_who_hold_the_file(office: Office) -> None:
    citizen, official = make_person(None), make_person()
    for reader in (citizen, official):
        docs.grant_access(office.expediente, person=reader, reason="parte", at=NOON)
    draft, act = make_document(office.expediente), emitted(make_document(office.expediente))

    assert set(stored.visible_documents(office.chief, TODAY)) == {draft, act}
    assert set(stored.visible_documents(official, TODAY)) == {draft, act}
    assert set(stored.visible_documents(citizen, TODAY)) == {act}


def test_a_stranger_sees_only_what_was_published(office: Office) -> None:
    act = emitted(make_document(office.expediente))
    stranger = make_person()

    assert set(stored.visible_documents(stranger, TODAY)) == set()

    docs.publish(document=act, channel="Portal", by=office.chief, at=NOON)

    assert set(stored.visible_documents(stranger, TODAY)) == {act}
    assert set(stored.visible_documents(None, TODAY)) == {act}
    assert seen(stranger) == set()


def test_tokens_name_the_units_and_the_person(office: Office) -> None:
    assert stored.reader_tokens(None, TODAY) == {"public"}
    assert stored.reader_tokens(office.chief, TODAY) == {
        "public", f"unit:{office.unit.pk}", f"person:{office.chief.pk}",
    }  # fmt: skip


def test_what_a_person_may_see_is_asked_in_two_queries(office: Office, django_assert_num_queries: object) -> None:
    with django_assert_num_queries(2):  # type: ignore[operator]
        list(stored.visible_expedientes(office.chief, TODAY))
    with django_assert_num_queries(2):  # type: ignore[operator]
        list(stored.visible_documents(office.chief, TODAY))


def test_the_register_starts_again_with_lima_s_year(office: Office) -> None:
    make_series("registro-entrada", pattern="{seq:05}-{year}")
    last_second = datetime(2023, 12, 31, 23, 59, 59, tzinfo=LIMA)
    midnight = datetime(2024, 1, 1, tzinfo=LIMA)

    labels = [
        docs.take_number(series_slug="registro-entrada", owner="filing:1", by=None, at=at).label
        for at in (NOON, last_second, midnight)
    ]

    assert labels == ["00001-2023", "00002-2023", "00001-2024"]


def test_an_unknown_register_is_refused(office: Office) -> None:
    with pytest.raises(NoSeries, match="salida"):
        docs.take_number(series_slug="salida", owner="filing:1", by=None, at=NOON)
    with pytest.raises(ObjectDoesNotExist):
        Number.objects.get(owner="filing:1")
