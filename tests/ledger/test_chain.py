import hashlib
import json
from datetime import UTC, datetime, timedelta, timezone

from ledger.ports import Row
from ledger.rules.chain import GENESIS, link_hash, moment, spelling

AT = "2023-05-09 15:00:00.000000"
ENTRY = Row(True, 12, AT, 'person:7 "ñ"', "document:3", AT, "document.emitted", '{"a": 1, "b": "x\\u00f1"}')
READING = Row(False, 4, AT, "person:7", "expediente:3", "", "", "")


def test_an_entry_is_spelled_as_json_with_sorted_keys() -> None:
    text = spelling(row=ENTRY, sequence=9, sealed_at=AT)

    assert json.dumps(json.loads(text), sort_keys=True) == text
    assert json.loads(text) == {
        "actor": 'person:7 "ñ"', "at": AT, "entry": 12, "facts": {"a": 1, "b": "xñ"}, "kind": "document.emitted",
        "recorded_at": AT, "sealed_at": AT, "sequence": 9, "subject": "document:3",
    }  # fmt: skip


def test_a_reading_is_spelled_as_json_with_sorted_keys() -> None:
    text = spelling(row=READING, sequence=9, sealed_at=AT)

    assert json.dumps(json.loads(text), sort_keys=True) == text
    assert json.loads(text)["reading"] == 4


def test_the_hash_covers_the_previous_one_and_the_row() -> None:
    expected = hashlib.sha256(f"{GENESIS}\n{spelling(row=ENTRY, sequence=1, sealed_at=AT)}".encode()).hexdigest()

    assert link_hash(previous_hash=GENESIS, row=ENTRY, sequence=1, sealed_at=AT) == expected
    assert link_hash(previous_hash="1" * 64, row=ENTRY, sequence=1, sealed_at=AT) != expected


def test_a_moment_is_spelled_in_utc_with_microseconds() -> None:
    lima = timezone(timedelta(hours=-5))

    assert moment(datetime(2023, 5, 9, 10, 0, tzinfo=lima)) == AT
    assert moment(datetime(2023, 5, 9, 15, 0, 0, 12, tzinfo=UTC)) == "2023-05-09 15:00:00.000012"
