"""Reads a whole chain and says what was done to it, and where."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum, auto

from ledger.enums import Tampering
from ledger.ports import Finding, Head, Link, Row, Verification
from ledger.rules.chain import GENESIS, link_hash

LONGEST_TRANSACTION = timedelta(hours=1)
SWAPS_TRIED = 200


def verify(
    links: Iterable[Link], *, heads: Sequence[Head] = (), unsealed: Sequence[Row] = (), ids_missing_at_end: bool = False
) -> Verification:
    """Return what is wrong with the chain.

    Found from the chain alone: a row that was edited, deleted, inserted or swapped with another, and a seal that was
    made anew. A chain that was made anew up to its end, cut, or replaced by an older backup is whole in itself: only
    heads that were kept elsewhere show it.

    :param links: all seals in the order of their sequence, each with its row.
    :param heads: heads kept outside the database, read *before* the links.
    :param unsealed: rows without a seal, read after the links.
    :param ids_missing_at_end: the database has given out higher ids than it holds rows for.
    """
    walk = _Walk(wanted={})
    for head in heads:
        walk.wanted.setdefault(head.sequence, []).append(head)
    for link in links:
        walk.step(link)
    walk.name_swaps()
    walk.end(unsealed, ids_missing_at_end)
    return Verification(tuple(walk.findings), walk.head, walk.heads_agreeing, len(unsealed))


class _Standing(Enum):
    """How a link stands in the chain: as sealed, whole but at another number, or not as sealed."""

    IN_PLACE = auto()
    MOVED = auto()
    WRONG = auto()


@dataclass
class _Newest:
    """The highest id and the latest moment seen so far in one table."""

    row_id: int = 0
    recorded_at: str = ""


@dataclass
class _Walk:
    """Where the reading stands. ``shift`` counts links that were put in or taken out with all later ones renumbered."""

    wanted: dict[int, list[Head]]
    findings: list[Finding] = field(default_factory=list)
    edited: list[tuple[int, Link]] = field(default_factory=list)
    previous: Link | None = None
    previous_standing: _Standing = _Standing.IN_PLACE
    shift: int = 0
    heads_agreeing: int = 0
    last_agreeing: int = 0
    entries: _Newest = field(default_factory=_Newest)
    readings: _Newest = field(default_factory=_Newest)

    @property
    def head(self) -> Head | None:
        return Head(self.previous.sequence, self.previous.hash) if self.previous else None

    def step(self, link: Link) -> None:
        """Take the next link. The common case, nothing wrong, costs one hash and a few comparisons."""
        expected, previous_hash = (self.previous.sequence + 1, self.previous.hash) if self.previous else (1, GENESIS)
        standing = self._standing(link)
        if link.sequence != expected:
            self._report(Tampering.DELETED, sequence=expected, other=link.sequence - 1)
        elif link.previous_hash != previous_hash and standing is _Standing.IN_PLACE:
            self._report_broken(link)
        if link.row:
            self._check_order(link, link.row)
        if link.sequence in self.wanted:
            self._check_heads(link)
        self.previous, self.previous_standing = link, standing

    def _standing(self, link: Link) -> _Standing:
        if link.row is None:
            self._report(Tampering.DELETED, link)
            return _Standing.IN_PLACE
        if _fits(link, link.row, link.sequence - self.shift):
            return _Standing.IN_PLACE
        return self._explain(link, link.row)

    def _explain(self, link: Link, row: Row) -> _Standing:
        """Say why the hash does not fit: others were renumbered, or else this row is not what was sealed."""
        if self._is_second_of_swap(link, row):
            self.findings[-1] = Finding(
                Tampering.SWAPPED, link.sequence - 1, link.entry_id, link.reading_id, other=link.sequence
            )
            self.shift += 1
            return _Standing.WRONG
        if _fits(link, row, link.sequence - self.shift - 1):
            self.shift += 1
            if self.previous_standing is _Standing.WRONG and self.edited:
                del self.findings[self.edited.pop()[0]]
            self._report(Tampering.INSERTED, self.previous)
            return _Standing.MOVED
        if _fits(link, row, link.sequence - self.shift + 1):
            self.shift -= 1
            self._report(Tampering.DELETED, sequence=link.sequence, other=link.sequence)
            return _Standing.MOVED
        self.edited.append((len(self.findings), link))
        self._report(Tampering.EDITED, link)
        return _Standing.WRONG

    def _is_second_of_swap(self, link: Link, row: Row) -> bool:
        """Return whether two neighbours exchanged their numbers: the first looked as if one before it were gone."""
        return self.previous_standing is _Standing.MOVED and _fits(link, row, link.sequence - self.shift - 2)

    def _report_broken(self, link: Link) -> None:
        """The link remembers another hash of the one before: that one was changed and sealed anew."""
        if self.previous is None:
            self._report(Tampering.REWRITTEN, link)
        elif self.previous_standing is not _Standing.WRONG:
            self._report(Tampering.REWRITTEN, self.previous)

    def _check_order(self, link: Link, row: Row) -> None:
        """A row far older than those before it came late: with a low id it was put in, else the clock went back."""
        newest = self.entries if row.is_entry else self.readings
        if row.recorded_at < newest.recorded_at and _is_much_older(row.recorded_at, newest.recorded_at):
            if row.row_id < newest.row_id:
                self._report(Tampering.INSERTED, link)
            elif not any(finding.kind == Tampering.CLOCK_BACK for finding in self.findings):
                self._report(Tampering.CLOCK_BACK, link)
        newest.row_id = max(newest.row_id, row.row_id)
        newest.recorded_at = max(newest.recorded_at, row.recorded_at)

    def _check_heads(self, link: Link) -> None:
        for head in self.wanted.pop(link.sequence):
            if head.hash == link.hash:
                self.heads_agreeing += 1
                self.last_agreeing = link.sequence
            elif not any(finding.kind == Tampering.REPLACED for finding in self.findings):
                self._report(Tampering.REPLACED, sequence=self.last_agreeing + 1, other=link.sequence)

    def name_swaps(self) -> None:
        """Turn pairs of edited rows that fit in each other's place into swaps."""
        edited = self.edited[:SWAPS_TRIED]
        swapped: dict[int, Finding] = {}
        for index, (place, one) in enumerate(edited):
            for other_place, other in edited[index + 1 :]:
                if other_place not in swapped and _are_swapped(one, other):
                    finding = Finding(
                        Tampering.SWAPPED, one.sequence, one.entry_id, one.reading_id, other=other.sequence
                    )
                    swapped[place] = swapped[other_place] = finding
        named = [swapped.get(place, finding) for place, finding in enumerate(self.findings)]
        self.findings = list(dict.fromkeys(named))

    def end(self, unsealed: Sequence[Row], ids_missing_at_end: bool) -> None:
        """Look at what the chain does not reach: heads beyond its end, rows that the sealer passed by."""
        last = self.previous.sequence if self.previous else 0
        if self.wanted:
            kind = Tampering.TAIL_CUT if ids_missing_at_end or unsealed else Tampering.OLDER_BACKUP
            self._report(kind, sequence=last + 1, other=max(self.wanted))
        elif ids_missing_at_end:
            self._report(Tampering.TAIL_CUT, sequence=last + 1)
        for row in unsealed:
            newest = self.entries if row.is_entry else self.readings
            if row.row_id < newest.row_id and _is_much_older(row.recorded_at, newest.recorded_at):
                ids = (row.row_id, None) if row.is_entry else (None, row.row_id)
                self.findings.append(Finding(Tampering.INSERTED, None, *ids))

    def _report(
        self, kind: Tampering, link: Link | None = None, *, sequence: int | None = None, other: int | None = None
    ) -> None:
        if link is None:
            self.findings.append(Finding(kind, sequence, other=other))
        else:
            self.findings.append(Finding(kind, link.sequence, link.entry_id, link.reading_id, other=other))


def _is_much_older(earlier: str, later: str) -> bool:
    """Return whether ``earlier`` lies further back than any open transaction could explain."""
    return datetime.fromisoformat(earlier) + LONGEST_TRANSACTION < datetime.fromisoformat(later)


def _fits(link: Link, row: Row, sequence: int) -> bool:
    found = link_hash(previous_hash=link.previous_hash, row=row, sequence=sequence, sealed_at=link.sealed_at)
    return found == link.hash


def _are_swapped(one: Link, other: Link) -> bool:
    """Return whether each stands in the other's place: their rows, their rows' columns, or their numbers."""
    if one.row is None or other.row is None or one.row.is_entry != other.row.is_entry:
        return False
    return (
        (_fits(one, other.row, one.sequence) and _fits(other, one.row, other.sequence))
        or (_fits(one, one.row, other.sequence) and _fits(other, other.row, one.sequence))
        or (
            _fits(one, other.row._replace(row_id=one.row.row_id), one.sequence)
            and _fits(other, one.row._replace(row_id=other.row.row_id), other.sequence)
        )
    )
