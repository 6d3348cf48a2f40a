"""The file's side of a signature: what is appended, and what opens it quickly."""

from collections.abc import Callable
from io import BytesIO

import pytest
from pyhanko.pdf_utils.generic import Reference
from pyhanko.pdf_utils.misc import PdfReadError
from pyhanko.pdf_utils.reader import PdfFileReader

from docs_store.ports import Place
from signing.adapters.flat_reader import open_flat
from signing.errors import NotASignablePdf, SignatureTooLarge
from signing.ports import FieldPlace, Key, Prepared, Secret, SigningOrder
from signing.rules.acceptance import accept
from signing.services.authority import Subject, demo_authority, trust_list
from signing.signer import get_envelope, get_signer, get_validator
from tests.factories import make_pdf
from tests.signing.attacks import AT, STAMP

SIGNERS = 6
SECRET = Secret("x" * 32)


@pytest.fixture
def key() -> Key:
    issued = demo_authority().issue(Subject("Ana Quispe", "IDCPE-00000001"), SECRET)
    return Key("envelope", issued.certificate, issued.encrypted_key)


def _places(count: int) -> list[FieldPlace]:
    return [
        FieldPlace(f"Firma{order}", f"Firma {order}", Place(order, 1, 20, 40 + order * 30, 84, 28))
        for order in range(1, count + 1)
    ]


def _sign(pdf: bytes, field: str, key: Key) -> bytes:
    prepared = get_envelope().prepare(pdf, SigningOrder(field, AT, "Autor", "Ana", STAMP))
    return get_envelope().embed(prepared, get_signer().sign(prepared.digest, key, SECRET, at=AT).cms)


def _signed(count: int, key: Key) -> bytes:
    pdf = get_envelope().reserve(make_pdf("Acto"), _places(count))
    for order in range(1, count + 1):
        pdf = _sign(pdf, f"Firma{order}", key)
    return pdf


def test_a_file_with_many_signatures_is_accepted_whole(key: Key) -> None:
    pdf = _signed(SIGNERS, key)

    finding = get_validator().inspect(pdf, trust_list())

    assert accept(finding, expected=SIGNERS).is_accepted
    assert [found.field_name for found in finding.signatures] == [f"Firma{order}" for order in range(1, SIGNERS + 1)]


def test_a_file_with_many_revisions_is_opened_as_one_and_says_the_same(key: Key) -> None:
    pdf = _signed(SIGNERS - 1, key)

    flat, whole = open_flat(pdf), PdfFileReader(BytesIO(pdf))

    assert flat.last_startxref == whole.last_startxref
    assert flat.trailer["/Size"] == whole.trailer["/Size"]
    for number in range(1, int(whole.trailer["/Size"])):
        assert repr(_object(flat, number)) == repr(_object(whole, number))


def _object(reader: PdfFileReader, number: int) -> object:
    try:
        return reader.get_object(Reference(number, 0, reader))
    except PdfReadError:
        return None  # a number that was never used


@pytest.mark.parametrize(
    "change",
    [
        lambda pdf: pdf.replace(b"/Prev ", b"/XRefStm 1 /Prev "),
        lambda pdf: pdf.replace(b"00000 n \n", b"00001 n \n", 1),
        lambda pdf: pdf + b" " * 300,
    ],
    ids=["hybrid", "generation", "padding"],
)
def test_a_file_with_anything_unusual_is_left_to_the_library(change: Callable[[bytes], bytes], key: Key) -> None:
    pdf = change(_signed(SIGNERS, key))

    try:
        expected = PdfFileReader(BytesIO(pdf)).last_startxref
    except Exception as refused:
        with pytest.raises(type(refused)):
            open_flat(pdf)
    else:
        assert open_flat(pdf).last_startxref == expected


def test_the_machines_clock_and_the_librarys_name_are_not_written(key: Key) -> None:
    pdf = _signed(1, key)

    assert b"/ModDate" not in pdf
    assert b"pyHanko" not in pdf
    assert get_validator().inspect(pdf, trust_list()).signatures[0].claimed_at == AT


def test_a_place_is_signed_once(key: Key) -> None:
    pdf = _signed(1, key)

    with pytest.raises(NotASignablePdf):
        _sign(pdf, "Firma1", key)
    with pytest.raises(NotASignablePdf):
        _sign(pdf, "Firma9", key)


def test_a_signature_that_does_not_fit_is_refused() -> None:
    prepared = Prepared(pdf=bytes(100), digest=b"", hole_start=10, hole_end=20)

    with pytest.raises(SignatureTooLarge):
        get_envelope().embed(prepared, b"12345")


def test_a_file_that_ends_at_its_mark_gets_its_line_end(key: Key) -> None:
    pdf = get_envelope().reserve(make_pdf().rstrip(), _places(1))

    assert b"%%EOF\n" in pdf
    assert accept(get_validator().inspect(_sign(pdf, "Firma1", key), trust_list()), expected=1).is_accepted


def test_a_running_event_loop_does_not_stop_a_signature(key: Key) -> None:
    import asyncio

    async def inside() -> bytes:
        return _signed(1, key)

    assert accept(get_validator().inspect(asyncio.run(inside()), trust_list()), expected=1).is_accepted
