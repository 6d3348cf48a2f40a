"""Uploads and signatures while the S3 store fails: refused in a sentence or kept, never a row without its bytes."""

import hashlib
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from docs_store import services as docs
from docs_store.archive import get_archive
from docs_store.enums import DocumentState
from docs_store.errors import ArchiveUnavailable
from docs_store.models import Version
from docs_store.services import keeping
from tests.cases.ceremony_steps import ONE_SIGNER
from tests.cases.conftest import MONDAY, Town, town  # noqa: F401 -- a fixture
from tests.cases.test_bad_input import NOT_KEPT, brought_to, recorded
from tests.docs_store.conftest import Office, office  # noqa: F401 -- a fixture
from tests.factories import make_draft, make_pdf
from tests.servers.proxy import FaultProxy, Mode

pytestmark = pytest.mark.servers
UNAVAILABLE = b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n"
PDF = make_pdf("Informe de la oficina")
FAULTS: dict[str, dict[str, Any]] = {
    "down": {"mode": Mode.REFUSE},
    "503": {"mode": Mode.ANSWER, "answer": UNAVAILABLE},
    "cut": {"cut_after": 40, "mode": Mode.CUT},
    "slow": {"mode": Mode.SLOW, "delay": 30.0},
    "hung": {"mode": Mode.HANG},
    "lost": {"mode": Mode.LOSE},
}


class AnswersToWritesLost(FaultProxy):
    """Passes the question whether an object is there; the write that follows arrives, its answer never does."""

    def __init__(self, url: str, lost: int) -> None:
        super().__init__(url)
        self.left = lost

    def _spoil(self, data: bytes, answered: int) -> bytes | None:
        is_refusal = data.startswith((b"HTTP/1.1 404", b"HTTP/1.1 412"))
        if is_refusal or self.left == 0:
            return data
        self.left -= 1
        return None


class Failing(FaultProxy):
    """Passes everything until ``fail`` is called, and again after ``works``."""

    def __init__(self, url: str, fault: dict[str, Any]) -> None:
        super().__init__(url)
        self._fault = fault

    def fail(self) -> None:
        for name, value in sorted(self._fault.items()):  # the mode comes after what it needs
            setattr(self, name, value)

    def works(self) -> None:
        self.mode = Mode.PASS


@pytest.fixture
def failing(request: pytest.FixtureRequest, settings: Any, tmp_path: Path, fresh_archive: str) -> Iterator[Failing]:
    with Failing(f"{fresh_archive}&timeout=0.5", FAULTS[request.param]) as proxy:
        settings.DATA_DIR, settings.ARCHIVE = tmp_path, {**settings.ARCHIVE, "url": proxy.url}
        yield proxy


def assert_each_row_has_its_bytes() -> None:
    for version in Version.objects.all():
        with docs.open_version(version) as content:
            assert hashlib.sha256(content.read()).hexdigest() == version.sha256
    assert keeping.check_archive(at=MONDAY, is_whole=True).faults == []


@pytest.mark.parametrize("failing", sorted(FAULTS), indirect=True)
def test_an_upload_is_refused_in_a_sentence_and_the_same_call_works_later(
    office: Office,  # noqa: F811
    failing: Failing,
) -> None:
    document = office.document()
    before = recorded()

    def attach() -> Version:
        return docs.attach_file(
            document=document, name="informe.pdf", content=io.BytesIO(PDF), by=office.chief, at=MONDAY
        )

    failing.fail()
    with pytest.raises(ArchiveUnavailable) as refused:
        attach()
    with pytest.raises(ArchiveUnavailable):
        docs.save_draft(document=document, content=make_draft(), by=office.chief, at=MONDAY)

    assert str(refused.value) == NOT_KEPT
    assert recorded() == before
    failing.works()
    assert attach().number == 1
    assert_each_row_has_its_bytes()


@pytest.mark.parametrize("failing", ["down", "lost", "slow"], indirect=True)
def test_an_act_is_not_signed_and_the_same_step_signs_it_later(
    town: Town,  # noqa: F811
    failing: Failing,
) -> None:
    process = brought_to(town, ONE_SIGNER, "firmar")
    act, before = town.act(process), recorded()

    failing.fail()
    with pytest.raises(ArchiveUnavailable) as refused:
        town.passes(process, "firmar", "alcalde", "signed")

    assert str(refused.value) == NOT_KEPT
    assert recorded() == before
    assert town.steps(process) == ["firmar"]
    failing.works()
    town.passes(process, "firmar", "alcalde", "signed")
    act.refresh_from_db()
    assert act.state == DocumentState.EMITTED
    assert_each_row_has_its_bytes()


@pytest.mark.parametrize("lost", [1, 3], ids=["once", "each time"])
def test_a_file_that_was_kept_but_whose_answer_was_lost_is_kept_once(
    office: Office,  # noqa: F811
    settings: Any,
    tmp_path: Path,
    fresh_archive: str,
    lost: int,
) -> None:
    with AnswersToWritesLost(fresh_archive, lost) as proxy:
        settings.DATA_DIR, settings.ARCHIVE = tmp_path, {**settings.ARCHIVE, "url": proxy.url}
        document = office.document()
        for _attempt in range(3):
            try:
                docs.attach_file(
                    document=document, name="informe.pdf", content=io.BytesIO(PDF), by=office.chief, at=MONDAY
                )
            except ArchiveUnavailable:
                assert not Version.objects.exists()
            else:
                break

        assert proxy.left == 0
        assert Version.objects.count() == 1
        assert [each.sha256 for each in get_archive().stored()] == [hashlib.sha256(PDF).hexdigest()]
        assert_each_row_has_its_bytes()
