"""verify_system names each difference between database, archive, index and ledger, and nothing on a whole system."""

import io
import json
import secrets
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import transaction
from django.test import override_settings
from django.utils import timezone

from config.upkeep import verification
from config.upkeep.differences import Depth, Difference, Kind
from docs_store.archive import get_archive
from docs_store.enums import NumberState, Stage
from docs_store.models import Document, Number, SeriesYear, Version
from docs_store.rules.digests import object_key
from ledger import services as ledger
from ledger.models import Entry, Seal
from search.index import get_index
from search.ports import Index
from search.services import index_document
from signing.models import Signature
from tests.cases.conftest import MONDAY, Town
from tests.conftest import new_index_url
from tests.servers import backing

WHOLE = Depth()
SWEPT = timedelta(days=8)
"""An object is swept once it is a day old and its first lock is over: seven days on S3."""


@pytest.fixture(scope="module")
def played(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """A system in which two informes were signed, sealed and indexed, in a transaction that the tests nest in."""
    folder = tmp_path_factory.mktemp("verified")
    archive = f"file://{folder}/archive"
    if backing.is_server("ARCHIVE_URL"):
        archive = backing.archive_place(settings.ARCHIVE["url"], f"t{secrets.token_hex(5)}")
    places = {
        "ARCHIVE": {**settings.ARCHIVE, "url": archive},
        "SEARCH": {**settings.SEARCH, "url": new_index_url(folder)},
    }
    with override_settings(DEMO=True, **places), django_db_blocker.unblock(), transaction.atomic():
        town = Town("pichari-2023")
        process = town.opens("resolucion", "ois", "jefe-ois")
        first = town.passes(process, "informar", "jefe-ois").document
        town.passes(process, "opinar", "jefe-oaj", "favourable")
        while ledger.deliver_due(worker="test"):
            continue
        ledger.seal_pending()
        assert first is not None
        yield first.pk
        transaction.set_rollback(True)


@pytest.fixture
def whole(played: int, db: None) -> Document:
    """The first informe of that system; what the test does to the database is undone."""
    return Document.objects.get(pk=played)


@pytest.fixture
def whole_index(whole: Document) -> Iterator[Index]:
    """The index, to be spoiled: it is made anew afterwards."""
    yield get_index()
    get_index().clear()
    for document in Document.objects.filter(emitted_version__isnull=False):
        index_document(document)


def found(depth: Depth = WHOLE, *, at: datetime | None = None) -> list[Difference]:
    return list(verification.differences(depth, at=at or timezone.now(), say=lambda line: None))


def kinds(**options: Any) -> list[str]:
    return [difference.kind for difference in found(**options)]


def subjects(kind: Kind, **options: Any) -> list[str]:
    differences = found(**options)
    assert {difference.kind for difference in differences} == {kind}
    assert all(difference.sentence for difference in differences)
    return [difference.subject for difference in differences]


def add_version(document: Document, sha256: str, size: int, **values: Any) -> Version:
    last = document.versions.count()
    return Version.objects.create(
        document=document,
        stage=Stage.FILE,
        sha256=sha256,
        size_bytes=size,
        media_type="text/plain",
        name="a.txt",
        stored_at=MONDAY,
        **{"number": last + 1, **values},
    )


def recorded(version: Version, **other: Any) -> Version:
    facts = {"version": version.pk, "sha256": version.sha256, "bytes": version.size_bytes, **other}
    ledger.record("document.saved", subject=f"document:{version.document_id}", facts=facts, by="person:1", at=MONDAY)
    return version


def test_a_whole_system_has_no_difference(whole: Document) -> None:
    assert found() == []
    assert found(Depth(1)) == []


def test_what_is_on_its_way_is_no_difference(whole: Document) -> None:
    get_archive().put(io.BytesIO(b"bytes whose row is not written yet"))
    town = Town()
    town.passes(town.opens("resolucion", "ois", "jefe-ois"), "informar", "jefe-ois")  # not delivered, not sealed

    assert found() == []


def test_a_row_without_object_is_named(whole: Document) -> None:
    version = recorded(add_version(whole, "ab" * 32, 3))

    assert subjects(Kind.OBJECT_MISSING) == [f"version:{version.pk}"]


def test_an_object_without_row_is_named_once_it_could_be_swept(whole: Document) -> None:
    digest = get_archive().put(io.BytesIO(b"of nobody"))

    assert found() == []
    assert f"object:{digest}" in subjects(Kind.OBJECT_UNKNOWN, at=timezone.now() + SWEPT)


def test_an_object_of_another_size_than_its_row_is_named(whole: Document) -> None:
    digest = get_archive().put(io.BytesIO(b"three"))
    version = recorded(add_version(whole, digest, 3))

    assert subjects(Kind.OBJECT_SIZE) == [f"version:{version.pk}"]


@pytest.mark.embedded
def test_an_object_whose_bytes_changed_is_named(whole: Document) -> None:
    digest = get_archive().put(io.BytesIO(b"bytes"))
    version = recorded(add_version(whole, digest, 5))
    path = Path(unquote(urlsplit(settings.ARCHIVE["url"]).path)) / object_key(digest)
    path.chmod(0o644)
    path.write_bytes(b"BYTES")

    assert subjects(Kind.OBJECT_DAMAGED) == [f"version:{version.pk}"]
    assert found(Depth(0)) == []


def test_a_version_that_the_ledger_does_not_know_is_named(whole: Document) -> None:
    version = add_version(whole, whole.versions.all()[0].sha256, whole.versions.all()[0].size_bytes)

    assert subjects(Kind.ROW_UNRECORDED) == [f"version:{version.pk}"]


def test_a_version_that_was_deleted_is_named(whole: Document) -> None:
    kept = whole.versions.all()[0]
    values = {"version": kept.pk + 100, "sha256": kept.sha256, "bytes": kept.size_bytes}
    ledger.record("document.saved", subject=f"document:{whole.pk}", facts=values, by="person:1", at=MONDAY)
    recorded(add_version(whole, kept.sha256, kept.size_bytes, pk=kept.pk + 101))

    assert subjects(Kind.ROW_MISSING) == [f"version:{kept.pk + 100}"]


def test_a_version_that_is_not_as_it_was_recorded_is_named(whole: Document) -> None:
    kept = whole.versions.all()[0]
    version = recorded(add_version(whole, kept.sha256, kept.size_bytes), sha256="cd" * 32)

    assert subjects(Kind.ROW_CHANGED) == [f"version:{version.pk}"]


def test_a_seal_that_was_made_up_is_named(whole: Document) -> None:
    entry = Entry.objects.create(at=MONDAY, recorded_at=timezone.now(), actor="person:1", kind="x", subject="x:1")
    last = Seal.objects.order_by("sequence").last()
    assert last is not None
    Seal.objects.create(
        sequence=last.sequence + 1, entry=entry, previous_hash=last.hash, hash="0" * 64, sealed_at=timezone.now()
    )

    assert subjects(Kind.LEDGER) == [f"seal:{last.sequence + 1}"]


def test_a_number_that_is_gone_is_named(whole: Document) -> None:
    counter = SeriesYear.objects.all()[0]
    SeriesYear.objects.filter(pk=counter.pk).update(next_value=counter.next_value + 2)

    (difference,) = found()

    assert difference.kind == Kind.NUMBER_GAP
    assert f"{counter.next_value} a {counter.next_value + 1}" in difference.sentence


def test_a_number_beyond_its_counter_is_named(whole: Document) -> None:
    number = Number.objects.filter(document=None)[0]
    counter = SeriesYear.objects.get(series=number.series, year=number.year)
    SeriesYear.objects.filter(pk=counter.pk).update(next_value=counter.next_value - 1)

    assert kinds() == [Kind.NUMBER_DOUBLED]


def test_a_number_that_contradicts_its_document_is_named(whole: Document) -> None:
    number = Number.objects.get(document=whole)
    Number.objects.filter(pk=number.pk).update(state=NumberState.RESERVED)

    assert subjects(Kind.NUMBER_MISPLACED) == [f"number:{number.pk}"]


def test_a_signature_that_the_bytes_do_not_bear_is_named(whole: Document) -> None:
    signature = Signature.objects.filter(document=whole)[0]
    Signature.objects.filter(pk=signature.pk).update(cms_sha256="ef" * 32)

    assert subjects(Kind.SIGNATURE_BYTES) == [f"signature:{signature.pk}"]


def test_a_document_that_the_index_lacks_is_named(whole: Document, whole_index: Index) -> None:
    whole_index.remove(whole.pk)

    assert subjects(Kind.INDEX_MISSING) == [f"document:{whole.pk}"]


def test_a_document_that_only_the_index_has_is_named(whole: Document, whole_index: Index) -> None:
    held = whole_index.held(whole.pk)
    assert held is not None
    whole_index.replace([replace(held.document, document_id=whole.pk + 500)])

    assert subjects(Kind.INDEX_UNKNOWN) == [f"document:{whole.pk + 500}"]


def test_a_document_that_the_index_lets_others_read_is_named(whole: Document, whole_index: Index) -> None:
    whole_index.set_readers(whole.expediente_id, frozenset({"public"}))

    assert f"document:{whole.pk}" in subjects(Kind.INDEX_STALE)


def test_the_command_says_so_and_ends_well(whole: Document) -> None:
    out, err = io.StringIO(), io.StringIO()

    call_command("verify_system", "--all", stdout=out, stderr=err)

    assert "El sistema está íntegro." in err.getvalue()
    assert "firmas: 2" in out.getvalue()


def test_the_command_prints_each_difference_as_json_and_fails(whole: Document, whole_index: Index) -> None:
    whole_index.remove(whole.pk)
    out, err = io.StringIO(), io.StringIO()

    with pytest.raises(SystemExit) as ended:
        call_command("verify_system", "--json", stdout=out, stderr=err)

    assert ended.value.code == 1
    difference, summary = map(json.loads, out.getvalue().splitlines())
    assert (difference["kind"], difference["subject"]) == ("index_missing", f"document:{whole.pk}")
    assert summary["differences"] == 1
    assert summary["compared"]["signatures"] == 2


@pytest.mark.embedded
def test_an_archive_that_does_not_answer_is_told(whole: Document, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    elsewhere = {**settings.ARCHIVE, "url": f"file://{tmp_path}/file/archive"}

    with override_settings(ARCHIVE=elsewhere), pytest.raises(CommandError, match="No se pudo verificar"):
        call_command("verify_system", stdout=io.StringIO(), stderr=io.StringIO())
