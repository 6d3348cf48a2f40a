"""A new version of the index is built beside the one that answers: nothing is lost, nobody waits. On each adapter."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.core.management import CommandError, call_command

from docs_store.models import Access
from search import services
from search.errors import IndexDiffers, SearchUnavailable
from search.ports import EVERYONE, SEES_ALL, Build, Index
from search.selectors import find
from tests.search.corpus import CORPUS, indexed
from tests.search.test_index import found, paper
from tests.search.test_services import AT, a_unit, an_emitted

ROOT = Path(__file__).resolve().parent.parent.parent
NOBODY: dict[int, frozenset[str]] = {1: frozenset()}
MOST_VERSIONS = 40


@pytest.fixture
def build(index: Index) -> Iterator[Build]:
    index.replace([paper(1, "acequia"), paper(2, "acequia menor")])
    yield index.build()


def test_a_build_answers_only_when_it_is_published(index: Index, build: Build) -> None:
    build.add([paper(1, "puente")], NOBODY)
    assert (sorted(found("acequia")), found("puente")) == ([1, 2], [])

    build.publish()

    assert (found("acequia"), found("puente")) == ([], [1])
    assert index.count() == 1
    assert list(index.ids()) == [1]


def test_what_is_written_meanwhile_reaches_both(index: Index, build: Build) -> None:
    index.replace([paper(3, "canal")])
    index.remove(2)
    index.set_readers(1, frozenset({"unit:5"}))
    assert found("canal", frozenset({"unit:5"})) == [3]

    build.add([paper(1, "acequia")], {1: frozenset()})
    build.publish()

    assert found("canal", frozenset({"unit:5"})) == [3]
    assert found("acequia", frozenset({"unit:5"})) == [1]


def test_a_build_never_overwrites_what_is_newer(index: Index, build: Build) -> None:
    index.replace([paper(1, "canal nuevo")])
    index.set_readers(1, frozenset())

    build.add([paper(1, "acequia vieja"), paper(2, "acequia")], {1: frozenset({"unit:5"})})
    build.publish()

    assert found("canal") == [1]
    assert found("vieja") == []
    assert found("acequia", frozenset({"unit:5"})) == []


def test_a_reader_revoked_meanwhile_finds_nothing_in_the_new_version(index: Index, build: Build) -> None:
    build.add([paper(1, "acequia"), paper(2, "acequia")], {1: frozenset({"unit:5"})})

    index.set_readers(1, frozenset({"unit:6"}))
    build.publish()

    assert found("acequia", frozenset({"unit:5"})) == []
    assert sorted(found("acequia", frozenset({"unit:6"}))) == [1, 2]


def test_a_build_is_gone_on_with(index: Index, build: Build) -> None:
    build.add([paper(1, "acequia")], NOBODY)

    again = index.build()

    assert again.last == 1
    assert list(again.ids()) == [1]


def test_a_dropped_build_leaves_no_trace(index: Index, build: Build) -> None:
    build.add([paper(9, "puente")], NOBODY)

    build.drop()

    assert found("puente") == []
    assert index.build().last == 0


def test_a_build_that_another_process_finished_says_so(index: Index, build: Build) -> None:
    index.build().publish()

    with pytest.raises(SearchUnavailable):
        build.add([paper(1, "acequia")], NOBODY)


def test_nobody_waits_and_nothing_is_missing_while_versions_change(index: Index) -> None:
    index.replace([indexed(slug) for slug in CORPUS])
    expected = found("planes", limit=50)
    answers: list[list[int]] = []
    stop = threading.Event()

    def search() -> None:
        while not stop.is_set():
            answers.append(found("planes", limit=50))

    searching = threading.Thread(target=search)
    searching.start()
    try:
        for version in range(MOST_VERSIONS):
            if version >= 2 and len(answers) > 5:  # two take 25 ms: on a busy machine nobody has asked much by then
                break
            new = index.build()
            for slug in CORPUS:
                new.add([indexed(slug)], {})
            new.publish()
    finally:
        stop.set()
        searching.join()

    assert len(answers) > 5
    assert all(sorted(answer) == sorted(expected) for answer in answers)


BUILDER = """
import django; django.setup()
from search.index import get_index
from tests.search.test_index import paper
build = get_index().build()
number = 0
while True:
    number += 1
    build.add([paper(number, f"acequia {number}")], {1: frozenset({"unit:5"})})
    print(number, flush=True)
"""


@pytest.mark.kill
def test_a_build_that_was_killed_goes_on_where_it_stopped(index: Index) -> None:
    environment = os.environ | {"SEARCH_URL": django_settings.SEARCH["url"], "PYTHONPATH": str(ROOT)}
    child = subprocess.Popen([sys.executable, "-c", BUILDER], env=environment, cwd=ROOT, stdout=subprocess.PIPE)
    assert child.stdout is not None
    told = [int(child.stdout.readline()) for _ in range(7)][-1]
    child.send_signal(signal.SIGKILL)
    child.stdout.close()
    child.wait()

    build = index.build()

    assert build.last >= told
    held = list(build.ids())
    assert held[:told] == list(range(1, told + 1))
    numbers = range(build.last, build.last + 31)
    build.add([paper(number, f"acequia {number}") for number in numbers], {1: frozenset({"unit:5"})})
    build.publish()
    assert list(index.ids()) == list(range(1, numbers.stop))
    assert len(found("acequia", frozenset({"unit:5"}), limit=numbers.stop)) == numbers.stop - 1


@pytest.mark.django_db
def test_reindex_compares_every_document_and_tells_how_far_it_is(
    index: Index, capsys: pytest.CaptureFixture[str]
) -> None:
    documents = [an_emitted("La acequia", unit=None) for _ in range(3)]
    Access.objects.create(expediente=documents[0].expediente, unit=a_unit(), since=AT, reason="derivación")
    index.replace([paper(documents[-1].pk + 50, "de otro tiempo")])

    call_command("reindex")

    out = capsys.readouterr().out
    assert "3 de 3 documentos (100 %)" in out
    assert "Índice reconstruido: 3 documentos" in out
    assert services.compare(index).is_equal
    assert found("tiempo") == []


@pytest.mark.django_db
def test_comparison_names_what_is_missing_foreign_and_different(index: Index) -> None:
    one, two, three = (an_emitted("La acequia", "El canal") for _ in range(3))
    services.reindex()
    index.remove(one.pk)
    index.replace([paper(three.pk + 1, "ajeno")])
    held = index.held(two.pk)
    assert held is not None
    index.set_readers(held.document.expediente_id, frozenset({EVERYONE}))

    compared = services.compare(index)

    assert (compared.missing, compared.foreign, compared.differing) == ((one.pk,), (three.pk + 1,), (two.pk,))
    assert not compared.is_equal


@pytest.mark.django_db
def test_what_changed_during_a_reindex_is_brought_in(index: Index) -> None:
    early, late = an_emitted("La acequia"), an_emitted("El canal")
    begun = index.build()
    begun.add([paper(late.pk, "otra cosa"), paper(late.pk + 7, "ajeno")], {1: frozenset()})

    services.reindex()

    assert services.compare(index).is_equal
    assert {hit.document_id for hit in find("acequia canal", tokens=frozenset({SEES_ALL})).hits} == set()
    assert found("acequia") == [early.pk]
    assert found("canal") == [late.pk]


@pytest.mark.django_db
def test_a_build_that_says_more_than_it_holds_is_thrown_away(index: Index) -> None:
    """More is missing than can be on its way through the outbox."""
    documents = [an_emitted() for _ in range(103)]
    services.index_document(documents[0])
    index.build().add([paper(documents[-1].pk, "el último")], NOBODY)

    with pytest.raises(IndexDiffers, match="Vuelva a ejecutar"):
        services.reindex()

    assert index.count() < len(documents)
    index.build().add([paper(documents[-1].pk, "el último")], NOBODY)
    with pytest.raises(CommandError, match="el anterior"):
        call_command("reindex")
    services.reindex()
    assert services.compare(index).is_equal


def test_held_document_is_what_was_stored(index: Index) -> None:
    document = indexed("directiva2")
    index.replace([document])
    index.set_readers(document.expediente_id, frozenset({"unit:5"}))

    held = index.held(document.document_id)

    assert held is not None
    assert held.document.pages == document.pages
    assert set(held.document.marks) == set(document.marks)
    assert held.document.head == document.head
    assert held.readers == {"unit:5"}
    assert index.held(999) is None
    assert index.is_current()
