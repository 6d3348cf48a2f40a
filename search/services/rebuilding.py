"""Builds the index again beside the one that answers, and compares an index with the store of record."""

import json
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from hashlib import sha256
from typing import Protocol

from docs_store.models import Document
from search.errors import IndexDiffers
from search.index import get_index
from search.ports import Build, Held, IndexedDocument
from search.selectors.records import findable, indexed, readers_of
from search.services.documents import index_document

BATCH_SIZE = 200
SAMPLE = 200
MOST_NAMED = 100
"""So many differences are named; the count tells of all."""

Told = Callable[[int, int], None]
"""Hears how many of how many documents are done."""


class _Holding(Protocol):
    """An index, or one that is being built."""

    def ids(self) -> Iterator[int]: ...

    def held(self, document_id: int) -> Held | None: ...


@dataclass(frozen=True)
class Comparison:
    """An index beside the store of record.

    ``missing`` and ``foreign`` are ids of documents that only one of the two has, ``differing`` those of the sample
    that the index holds otherwise; ``digest`` is the SHA-256 over the sample as the store of record has it.
    """

    recorded: int
    indexed: int
    missing: tuple[int, ...]
    foreign: tuple[int, ...]
    differing: tuple[int, ...]
    sampled: int
    digest: str

    @property
    def is_equal(self) -> bool:
        return not (self.missing or self.foreign or self.differing or self.recorded != self.indexed)


def reindex(*, tell: Told = lambda _done, _total: None) -> Comparison:
    """Build the whole index again beside the one that answers, compare it with the record, and put it in its place.

    A build that died is gone on with where it stopped. What is written meanwhile reaches both.

    :raises IndexDiffers: the new index is not what the record says; it was thrown away, the former one answers on.
    :raises SearchUnavailable: the engine does not answer; run again, it goes on from there.
    """
    build = get_index().build()
    _fill(build, tell)
    comparison = _mended(build)
    if not comparison.is_equal:
        build.drop()
        raise IndexDiffers(comparison.missing + comparison.foreign + comparison.differing)
    build.publish()
    return comparison


def compare(held: _Holding, *, sample: int = SAMPLE) -> Comparison:
    """Compare every id, and the whole content of ``sample`` documents spread evenly, with the store of record."""
    recorded = findable().count()
    every = max(1, recorded // sample) if sample else 0
    missing, foreign, differing, counted = _Named(), _Named(), _Named(), 0
    digest, sampled = sha256(), 0
    for position, (document_id, is_recorded, is_held) in enumerate(_paired(_recorded_ids(), held.ids())):
        counted += is_held
        if not is_held:
            missing.add(document_id)
        elif not is_recorded:
            foreign.add(document_id)
        elif every and position % every == 0:
            wanted = _digest_of_record(document_id)
            digest.update(wanted)
            sampled += 1
            if wanted != _digest_of_index(held.held(document_id)):
                differing.add(document_id)
    return Comparison(recorded, counted, tuple(missing), tuple(foreign), tuple(differing), sampled, digest.hexdigest())


def is_index_stale() -> bool:
    """Return whether the index is empty although there is something to find, or of a form that is no longer."""
    index = get_index()
    return not index.is_current() or (index.count() == 0 and findable().exists())


def _fill(build: Build, tell: Told) -> None:
    """Add what the build does not hold yet, in the order of ids."""
    total, last = findable().count(), build.last
    done = findable().filter(pk__lte=last).count()
    while batch := list(findable().filter(pk__gt=last)[:BATCH_SIZE]):
        _add(build, batch)
        last, done = batch[-1].pk, done + len(batch)
        tell(done, max(total, done))


def _mended(build: Build) -> Comparison:
    """Compare, and bring in what changed while the build went on and has not come through the outbox yet."""
    first = compare(build)
    if first.is_equal:
        return first
    if first.missing:
        _add(build, list(findable().filter(pk__in=first.missing)))
    for document_id in first.foreign:
        build.remove(document_id)
    index_document(*findable().filter(pk__in=first.differing))
    return compare(build)


def _add(build: Build, documents: list[Document]) -> None:
    readers = {document.expediente_id: readers_of(document.expediente) for document in documents}
    build.add([indexed(document) for document in documents], readers)


def _recorded_ids() -> Iterator[int]:
    return findable().prefetch_related(None).values_list("pk", flat=True).iterator(chunk_size=2_000)


def _paired(recorded: Iterator[int], held: Iterator[int]) -> Iterator[tuple[int, bool, bool]]:
    """Yield each id of two ascending lists once: (id, is in the first, is in the second)."""
    one, other = next(recorded, None), next(held, None)
    while one is not None or other is not None:
        if other is None or (one is not None and one < other):
            assert one is not None
            yield one, True, False
            one = next(recorded, None)
        elif one is None or other < one:
            yield other, False, True
            other = next(held, None)
        else:
            yield one, True, True
            one, other = next(recorded, None), next(held, None)


class _Named(list[int]):
    """The first few ids of what may be very many."""

    def add(self, document_id: int) -> None:
        if len(self) < MOST_NAMED:
            self.append(document_id)


def _digest_of_record(document_id: int) -> bytes:
    document = findable().filter(pk=document_id).first()
    if document is None:
        return b""
    return _digest(Held(indexed(document), readers_of(document.expediente)))


def _digest_of_index(held: Held | None) -> bytes:
    return _digest(held) if held is not None else b"?"


def _digest(held: Held) -> bytes:
    """Return the SHA-256 of all that an index holds of a document, and of who may read it."""
    content = _plain(held.document) | {"readers": sorted(held.readers)}
    return sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).digest()


def _plain(document: IndexedDocument) -> dict[str, object]:
    return asdict(document) | {"emitted_on": document.emitted_on.isoformat()}
