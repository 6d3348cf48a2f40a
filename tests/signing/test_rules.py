"""Rules of signing that need no file and no database."""

from datetime import datetime

import pytest

from signing.ports import Secret
from signing.rules.passphrase import personal_passphrase, server_passphrase
from signing.rules.revisions import revision_ends, signatures_in
from signing.rules.visado_text import visado_statement
from signing.rules.wording import long_moment, short_moment
from tests.signing.acts import LIMA


@pytest.mark.parametrize(
    ("moment", "short", "long"),
    [
        (datetime(2023, 11, 9, 10, 12, tzinfo=LIMA), "jue 9 nov, 10:12", "jueves 9 de noviembre de 2023, 10:12"),
        (datetime(2013, 9, 1, 0, 5, tzinfo=LIMA), "dom 1 set 2013, 00:05", "domingo 1 de setiembre de 2013, 00:05"),
    ],
)
def test_moments_in_words(moment: datetime, short: str, long: str) -> None:
    assert short_moment(moment, year=2023) == short
    assert long_moment(moment) == long


@pytest.mark.parametrize(
    ("pdf", "ends"),
    [
        (b"", []),
        (b"%%EOF", [5]),
        (b"a%%EOF\nb%%EOF\r\n", [6, 7, 13, 15]),
        (b"%%EOF\r", [5, 6]),
    ],
)
def test_where_a_file_could_end(pdf: bytes, ends: list[int]) -> None:
    assert revision_ends(pdf) == ends


LONG = b"0" * 200


@pytest.mark.parametrize(
    ("hole", "expected"),
    [
        (b"3003020101" + LONG, [bytes.fromhex("3003020101")]),
        (b"3081030201FF" + LONG, [bytes.fromhex("3081030201FF")]),
        (b"3180" + LONG, []),
        (b"3080" + LONG, []),
        (b"3088" + LONG, []),
        (b"3082FFFF" + LONG, []),
        (b"30", []),
    ],
)
def test_signatures_are_found_without_their_padding(hole: bytes, expected: list[bytes]) -> None:
    assert list(signatures_in(b"<< /Contents <" + hole + b"> >>")) == expected


def test_the_same_pin_gives_another_passphrase_on_another_server() -> None:
    one, other = server_passphrase("a"), server_passphrase("b")

    assert personal_passphrase(one, Secret("1")).reveal() != personal_passphrase(other, Secret("1")).reveal()
    assert personal_passphrase(one, Secret("1")).reveal() != personal_passphrase(one, Secret("2")).reveal()
    assert personal_passphrase(one, Secret("1")).reveal() != b"1"


def test_what_a_visado_signs_never_changes_its_spelling() -> None:
    said = visado_statement(content_sha256="ab", kind="visto", post_slug="jefe-oaj")

    assert said == b"chasqui-visado-1\ncontent-sha256: ab\nkind: visto\npost: jefe-oaj\n"
