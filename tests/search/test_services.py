"""From the store of record to the index."""

from datetime import UTC, date, datetime

import pytest
from django.core.management import call_command

from docs_store.enums import AccessLevel, DocumentState, Stage
from docs_store.models import Access, Document, DocumentKind, Expediente, PageText, Version
from ledger import services as ledger
from organization.models import Person, Unit, UnitAlias, UnitName
from search import services
from search.ports import EVERYONE, SEES_ALL, Index
from search.selectors import Hit, find

EVERYTHING = frozenset({SEES_ALL})
AT = datetime(2023, 11, 10, 15, 0, tzinfo=UTC)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("index")]


def a_unit() -> Unit:
    unit = Unit.objects.create(slug="ois", valid_from=date(2020, 1, 1))
    UnitName.objects.create(
        unit=unit, name="División de Informática", siglas="DIS", valid_from=date(2020, 1, 1), valid_to=date(2023, 6, 30)
    )
    UnitName.objects.create(
        unit=unit, name="Oficina de Informática y Sistemas", siglas="OIS", valid_from=date(2023, 7, 1)
    )
    UnitAlias.objects.create(unit=unit, siglas="UIS")
    return unit


def an_emitted(
    *pages: str, unit: Unit | None = None, title: str = "Pide un acto", label: str = "432-2023-MDP/OIS/FAGL-J"
) -> Document:
    kind, _ = DocumentKind.objects.get_or_create(slug="informe", defaults={"name": "Informe", "template": "informe"})
    number = Expediente.objects.count() + 1
    expediente = Expediente.objects.create(label=f"{number}-2023", subject="Reclamo de Rufino Quispe", opened_at=AT)
    document = Document.objects.create(
        expediente=expediente, kind=kind, title=title, unit=unit, created_at=AT, label=label
    )
    version = Version.objects.create(
        document=document,
        number=1,
        stage=Stage.SIGNED,
        sha256="0" * 64,
        size_bytes=1,
        media_type="application/pdf",
        name="informe.pdf",
        stored_at=AT,
    )
    for page, text in enumerate(pages, start=1):
        PageText.objects.create(version=version, page=page, text=text)
    document.state, document.emitted_at, document.emitted_version = DocumentState.EMITTED, AT, version
    document.save()
    return document


def found(words: str, tokens: frozenset[str] = EVERYTHING) -> list[Hit]:
    return list(find(words, tokens=tokens).hits)


def test_emitted_document_is_findable_by_text_number_and_unit() -> None:
    document = an_emitted("Primera página", "La acequia mayor", unit=a_unit())

    services.index_document(document)

    hit = found("acequia")[0]
    assert (hit.document_id, hit.page, hit.unit_siglas) == (document.pk, 2, "OIS")
    assert str(hit.emitted_on) == "2023-11-10"
    for words in ("432-2023", "unidad:OIS", "unidad:DIS", "unidad:uis", "tipo:informe acequia", "Informática acequia"):
        assert [hit.document_id for hit in found(words)] == [document.pk], words


def test_day_is_that_of_lima() -> None:
    document = an_emitted("La acequia")
    document.emitted_at = datetime(2023, 11, 11, 3, 0, tzinfo=UTC)

    services.index_document(document)

    assert str(found("acequia")[0].emitted_on) == "2023-11-10"


def test_draft_is_not_searched() -> None:
    document = an_emitted("La acequia")
    services.index_document(document)
    document.state = DocumentState.DRAFT

    services.index_document(document)

    assert found("acequia") == []


def test_annulled_document_is_still_found_and_says_so() -> None:
    document = an_emitted("La acequia")
    document.state, document.annulled_at, document.annul_reason = DocumentState.ANNULLED, AT, "Nulidad de oficio"
    document.save()

    services.index_document(document)

    assert found("acequia")[0].state == "annulled"


def test_document_whose_text_cannot_be_read_is_found_by_its_title() -> None:
    services.index_document(an_emitted(title="Plano de la acequia"))

    assert found("plano")[0].page == 1


def test_readers_are_units_persons_and_the_public() -> None:
    document = an_emitted("La acequia")
    unit = a_unit()
    Access.objects.create(expediente=document.expediente, unit=unit, since=AT, reason="derivación")
    services.index_document(document)
    assert found("acequia", frozenset({f"unit:{unit.pk}"}))
    assert not found("acequia", frozenset({EVERYONE, "unit:999"}))

    Access.objects.create(expediente=document.expediente, is_public=True, since=AT, reason="publicación")
    services.refresh_access(Expediente.objects.get(pk=document.expediente_id))

    assert found("acequia", frozenset({EVERYONE}))


def test_public_expediente_is_read_by_everyone() -> None:
    document = an_emitted("La acequia")
    document.expediente.access_level = AccessLevel.PUBLIC
    document.expediente.save()

    services.index_document(document)

    assert found("acequia", frozenset({EVERYONE}))


def test_published_act_does_not_lead_to_what_its_expediente_says_of_people() -> None:
    document = an_emitted("La acequia")
    services.index_document(document)
    assert found("Rufino")
    document.is_public = True
    document.save()

    services.index_document(document)

    assert not found("Rufino")
    assert found("acequia", frozenset({EVERYONE}))


def test_reindex_builds_the_same_index_again(index: Index) -> None:
    documents = [an_emitted("La acequia") for _ in range(3)]
    unit = a_unit()
    Access.objects.create(expediente=documents[0].expediente, unit=unit, since=AT, reason="derivación")
    assert services.is_index_stale()

    call_command("reindex", if_needed=True)

    assert index.count() == 3
    assert [hit.document_id for hit in found("acequia", frozenset({f"unit:{unit.pk}"}))] == [documents[0].pk]
    assert not services.is_index_stale()


def test_reindex_if_needed_leaves_a_good_index_alone(index: Index, capsys: pytest.CaptureFixture[str]) -> None:
    services.index_document(an_emitted("La acequia"))

    call_command("reindex", if_needed=True)

    assert "al día" in capsys.readouterr().out


def deliver(kind: str, subject: str) -> None:
    ledger.record(kind, subject=subject, facts={}, by="system:worker", at=AT)
    while ledger.deliver_due(worker="test"):
        pass


def test_emission_and_access_reach_the_index_through_the_outbox() -> None:
    document = an_emitted("La acequia")
    unit = a_unit()

    deliver("document.emitted", f"document:{document.pk}")
    assert found("acequia")
    Access.objects.create(expediente=document.expediente, unit=unit, since=AT, reason="derivación")
    deliver("access.granted", f"expediente:{document.expediente_id}")

    assert found("acequia", frozenset({f"unit:{unit.pk}"}))


def test_publication_and_annulment_reach_the_index_through_the_outbox() -> None:
    document = an_emitted("La acequia")
    document.is_public = True
    document.save()
    deliver("document.published", f"document:{document.pk}")
    assert found("acequia", frozenset({EVERYONE}))
    document.state, document.annulled_at, document.annul_reason = DocumentState.ANNULLED, AT, "Nulidad de oficio"
    document.save()

    deliver("document.annulled", f"document:{document.pk}")

    assert found("acequia", frozenset({EVERYONE}))[0].state == "annulled"


def test_corrected_subject_reaches_the_index_through_the_outbox() -> None:
    document = an_emitted("La acequia")
    services.index_document(document)
    Expediente.objects.filter(pk=document.expediente_id).update(subject="Solicita copia del plano")

    deliver("filing.corrected", f"expediente:{document.expediente_id}")

    assert found("plano")
    assert not found("reclamo")


def test_a_person_may_be_the_reader() -> None:
    document = an_emitted("La acequia")
    person = Person.objects.create(given_names="Ana", id_kind="dni", id_number="00000001")
    Access.objects.create(expediente=document.expediente, person=person, since=AT, reason="parte")

    services.index_document(document)

    assert found("acequia", frozenset({f"person:{person.pk}"}))


def test_a_unit_without_a_name_is_known_by_its_code() -> None:
    services.index_document(an_emitted("La acequia", unit=Unit.objects.create(slug="almacen", valid_from=AT)))

    assert found("unidad:almacen")[0].unit_siglas == "almacen"
