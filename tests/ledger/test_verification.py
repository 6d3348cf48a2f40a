"""Each kind of tampering, on a chain in memory."""

from dataclasses import replace

import pytest

from ledger.enums import Tampering
from ledger.ports import Finding, Head, Link, Row, Verification
from ledger.rules.chain import GENESIS, link_hash
from ledger.rules.verification import verify


def entry(row_id: int, *, second: int | None = None, kind: str = "thing.done", hour: int = 10) -> Row:
    at = f"2023-05-09 {hour:02}:00:{second if second is not None else row_id:02}.000000"
    return Row(True, row_id, at, "person:1", f"thing:{row_id}", at, kind, "{}")


def reading(row_id: int, *, second: int) -> Row:
    return Row(False, row_id, f"2023-05-09 10:00:{second:02}.000000", "person:2", "thing:1", "", "", "")


def sealed(row: Row, *, after: Link | None, sealed_at: str = "2023-05-09 10:01:00.000000") -> Link:
    sequence, previous_hash = (after.sequence + 1, after.hash) if after else (1, GENESIS)
    digest = link_hash(previous_hash=previous_hash, row=row, sequence=sequence, sealed_at=sealed_at)
    ids = (row.row_id, None) if row.is_entry else (None, row.row_id)
    return Link(sequence, previous_hash, digest, sealed_at, ids[0], ids[1], row)


def chain_of(*rows: Row) -> list[Link]:
    links: list[Link] = []
    for row in rows:
        links.append(sealed(row, after=links[-1] if links else None))
    return links


def whole() -> list[Link]:
    return chain_of(entry(1), entry(2), reading(1, second=3), entry(3), entry(4), entry(5), entry(6))


def found(links: list[Link], **also: object) -> list[Finding]:
    return list(verify(links, **also).findings)  # type: ignore[arg-type]


def resealed(links: list[Link], start: int) -> list[Link]:
    """What somebody makes who may write everything: all seals anew from there to the end."""
    kept = links[:start]
    for link in links[start:]:
        assert link.row is not None
        kept.append(sealed(link.row, after=kept[-1] if kept else None, sealed_at="2023-05-09 11:00:00.000000"))
    return kept


def test_a_whole_chain_is_clean() -> None:
    links = whole()
    heads = [Head(3, links[2].hash), Head(7, links[6].hash)]

    result = verify(links, heads=heads, unsealed=[entry(7)])

    assert result == Verification((), Head(7, links[6].hash), 2, 1)
    assert result.is_clean


def test_an_empty_chain_is_clean() -> None:
    assert verify([]) == Verification((), None, 0, 0)


@pytest.mark.parametrize("change", [{"kind": "thing.undone"}, {"actor": "person:9"}, {"facts": '{"a": 1}'}])
def test_an_edited_entry_is_found(change: dict[str, str]) -> None:
    links = whole()
    assert links[3].row is not None
    links[3] = links[3]._replace(row=links[3].row._replace(**change))  # type: ignore[arg-type]

    assert found(links) == [Finding(Tampering.EDITED, 4, entry_id=3)]


def test_an_edited_reading_is_found() -> None:
    links = whole()
    assert links[2].row is not None
    links[2] = links[2]._replace(row=links[2].row._replace(actor="person:9"))

    assert found(links) == [Finding(Tampering.EDITED, 3, reading_id=1)]


def test_an_edited_seal_is_found() -> None:
    links = whole()
    links[3] = links[3]._replace(sealed_at="2023-05-08 10:00:00.000000")

    assert found(links) == [Finding(Tampering.EDITED, 4, entry_id=3)]


def test_an_edited_and_resealed_entry_is_found_by_the_next_one() -> None:
    links = whole()
    links[3] = sealed(entry(3, kind="thing.undone"), after=links[2])

    assert found(links) == [Finding(Tampering.REWRITTEN, 4, entry_id=3)]


def test_a_first_link_that_does_not_begin_the_chain_is_found() -> None:
    before = sealed(entry(1), after=None)
    link = sealed(entry(1), after=before)
    digest = link_hash(previous_hash=before.hash, row=entry(1), sequence=1, sealed_at=link.sealed_at)

    assert found([link._replace(sequence=1, hash=digest)]) == [Finding(Tampering.REWRITTEN, 1, entry_id=1)]


def test_a_deleted_row_is_found_by_its_seal() -> None:
    links = whole()
    links[3] = links[3]._replace(row=None)

    assert found(links) == [Finding(Tampering.DELETED, 4, entry_id=3)]


def test_a_row_deleted_with_its_seal_is_found_by_the_gap() -> None:
    links = whole()
    del links[3:5]

    assert found(links) == [Finding(Tampering.DELETED, 4, other=5)]


def test_a_deletion_is_found_though_the_rest_was_renumbered() -> None:
    links = whole()
    del links[3]
    links[3:] = [link._replace(sequence=link.sequence - 1) for link in links[3:]]

    assert found(links) == [Finding(Tampering.DELETED, 4, other=4)]


def test_two_deletions_with_renumbering_are_both_found() -> None:
    links = whole()
    del links[4], links[1]
    links = [link._replace(sequence=place) for place, link in enumerate(links, start=1)]

    assert found(links) == [Finding(Tampering.DELETED, 2, other=2), Finding(Tampering.DELETED, 4, other=4)]


@pytest.mark.parametrize("is_sealed_well", [True, False])
def test_an_insertion_is_found_though_the_rest_was_renumbered(is_sealed_well: bool) -> None:
    links = whole()
    intruder = sealed(entry(9, second=4), after=links[2])
    if not is_sealed_well:
        intruder = intruder._replace(hash="f" * 64)
    links[3:] = [intruder, *(link._replace(sequence=link.sequence + 1) for link in links[3:])]

    assert found(links) == [Finding(Tampering.INSERTED, 4, entry_id=9)]


def test_an_insertion_before_the_first_is_found() -> None:
    links = whole()
    intruder = sealed(entry(9, second=1), after=None)
    links = [intruder, *(link._replace(sequence=link.sequence + 1) for link in links)]

    assert found(links) == [Finding(Tampering.INSERTED, 1, entry_id=9)]


def test_an_insertion_at_the_end_with_a_false_seal_is_found() -> None:
    links = whole()
    links.append(sealed(entry(7), after=links[-1])._replace(hash="f" * 64))

    assert found(links) == [Finding(Tampering.EDITED, 8, entry_id=7)]


def test_a_late_entry_with_an_old_id_is_found_once_the_sealer_took_it() -> None:
    links = chain_of(entry(1), entry(3, hour=13), entry(2))

    assert found(links) == [Finding(Tampering.INSERTED, 3, entry_id=2)]


def test_a_late_entry_with_an_old_id_is_found_before_the_sealer_takes_it() -> None:
    links = chain_of(entry(1), reading(3, second=1), entry(3, hour=13), reading(4, second=2))

    assert found(links, unsealed=[entry(2)]) == [Finding(Tampering.INSERTED, None, entry_id=2)]


def test_a_late_reading_with_an_old_id_is_found_before_the_sealer_takes_it() -> None:
    late = reading(4, second=2)._replace(recorded_at="2023-05-09 14:00:00.000000")
    links = chain_of(entry(1), late)

    assert found(links, unsealed=[reading(3, second=1)]) == [Finding(Tampering.INSERTED, None, reading_id=3)]


def test_transactions_that_committed_out_of_order_are_no_finding() -> None:
    assert found(chain_of(entry(1), entry(3), entry(2)), unsealed=[entry(2)]) == []


def test_a_clock_that_was_set_back_is_told_once_and_proves_nothing() -> None:
    links = chain_of(entry(1, hour=15), entry(2), entry(3))

    result = verify(links)

    assert result.findings == (Finding(Tampering.CLOCK_BACK, 2, entry_id=2),)
    assert result.is_clean


@pytest.mark.parametrize(("first", "second"), [(3, 4), (3, 5)])
def test_a_swap_of_rows_is_found(first: int, second: int) -> None:
    links = whole()
    one, other = links[first], links[second]
    links[first] = one._replace(row=other.row, entry_id=other.entry_id)
    links[second] = other._replace(row=one.row, entry_id=one.entry_id)

    swap = Finding(Tampering.SWAPPED, first + 1, entry_id=other.entry_id, other=second + 1)
    assert found(links) == [swap]


def test_a_swap_of_what_two_entries_say_is_found() -> None:
    links = whole()
    one, other = links[3], links[5]
    assert one.row is not None
    assert other.row is not None
    links[3] = one._replace(row=other.row._replace(row_id=one.row.row_id))
    links[5] = other._replace(row=one.row._replace(row_id=other.row.row_id))

    assert found(links) == [Finding(Tampering.SWAPPED, 4, entry_id=3, other=6)]


@pytest.mark.parametrize(("first", "second"), [(3, 4), (3, 5)])
def test_a_swap_of_sequence_numbers_is_found(first: int, second: int) -> None:
    links = whole()
    one, other = links[first], links[second]
    links[first], links[second] = other._replace(sequence=one.sequence), one._replace(sequence=other.sequence)

    assert [finding.kind for finding in found(links)] == [Tampering.SWAPPED]
    assert [(finding.sequence, finding.other) for finding in found(links)] == [(first + 1, second + 1)]


def test_rows_edited_at_random_are_no_swap() -> None:
    links = whole()
    for place in (2, 3, 5):
        row = links[place].row
        assert row is not None
        links[place] = links[place]._replace(row=row._replace(actor=f"person:{place + 50}"))

    assert [finding.kind for finding in found(links)] == [Tampering.EDITED] * 3


def test_a_swap_of_other_tables_is_two_edits() -> None:
    links = whole()
    links[2], links[3] = (
        links[2]._replace(row=links[3].row, entry_id=3, reading_id=None),
        links[3]._replace(row=links[2].row, entry_id=None, reading_id=1),
    )

    assert {finding.kind for finding in found(links)} == {Tampering.EDITED}


def test_a_chain_made_anew_to_its_end_is_found_by_a_kept_head() -> None:
    links = whole()
    heads = [Head(link.sequence, link.hash) for link in (links[1], links[5], links[6])]
    links[3] = links[3]._replace(row=entry(3, kind="thing.undone"))

    result = verify(resealed(links, 3), heads=heads)

    assert result.findings == (Finding(Tampering.REPLACED, 3, other=6),)
    assert result.heads_agreeing == 1


def test_a_cut_tail_is_found_by_a_kept_head() -> None:
    links = whole()
    head = Head(7, links[6].hash)

    assert found(links[:5], heads=[head], ids_missing_at_end=True) == [Finding(Tampering.TAIL_CUT, 6, other=7)]


def test_seals_cut_from_their_entries_are_found_by_a_kept_head() -> None:
    links = whole()
    head = Head(7, links[6].hash)

    assert found(links[:6], heads=[head], unsealed=[entry(6)]) == [Finding(Tampering.TAIL_CUT, 7, other=7)]


def test_a_tail_cut_after_the_last_kept_head_is_found_by_the_ids_given_out() -> None:
    links = whole()
    head = Head(2, links[1].hash)

    assert found(links[:5], heads=[head], ids_missing_at_end=True) == [Finding(Tampering.TAIL_CUT, 6)]


def test_an_older_backup_is_found_by_a_kept_head() -> None:
    links = whole()
    heads = [Head(2, links[1].hash), Head(7, links[6].hash)]

    assert found(links[:4], heads=heads) == [Finding(Tampering.OLDER_BACKUP, 5, other=7)]
    assert found([], heads=heads) == [Finding(Tampering.OLDER_BACKUP, 1, other=7)]


def test_an_older_backup_on_which_work_went_on_is_found_by_a_kept_head() -> None:
    links = whole()
    heads = [Head(2, links[1].hash), Head(6, links[5].hash)]
    after = links[:3]
    for row in (entry(3, second=30), entry(4, second=31), entry(5, second=32), entry(6, second=33)):
        after.append(sealed(row, after=after[-1]))

    assert found(after, heads=heads) == [Finding(Tampering.REPLACED, 3, other=6)]


def test_every_finding_but_the_clock_is_proof() -> None:
    finding = Finding(Tampering.EDITED, 1)

    assert finding.is_proof
    assert not replace(finding, kind=Tampering.CLOCK_BACK).is_proof
