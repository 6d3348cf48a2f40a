"""The attack matrix, generated with an authority of its own: each file, and whether it may be accepted."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from io import BytesIO
from typing import TypedDict, Unpack, cast

from cryptography import x509
from pyhanko.pdf_utils.generic import (
    ArrayObject,
    DictionaryObject,
    FloatObject,
    NameObject,
    NumberObject,
    StreamObject,
    TextStringObject,
    pdf_name,
)
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter
from pyhanko.sign.signers.cms_embedder import PdfCMSEmbedder, SigIOSetup, SigMDPSetup, SigObjSetup
from pyhanko.sign.signers.pdf_byterange import SignatureObject

from docs_store.ports import Place
from signing.ports import FieldPlace, Key, Secret, SigningOrder, TrustList
from signing.services.authority import Authority, Issued, Subject, demo_authority
from signing.signer import get_envelope, get_signer
from tests.factories import make_pdf

AT = datetime(2023, 11, 10, 20, 22, 7, tzinfo=UTC)
PASS = Secret("x" * 32)
FREE = Place(order=1, page=1, left_mm=104, top_mm=200, width_mm=84, height_mm=28)
FREE_TOO = Place(order=2, page=1, left_mm=10, top_mm=200, width_mm=84, height_mm=28)
OVER_TEXT = Place(order=1, page=1, left_mm=20, top_mm=20, width_mm=84, height_mm=28)
STAMP = make_pdf("Firmado")
TEXT = "Se aprueba el gasto de 100 soles"

Change = Callable[[IncrementalPdfFileWriter], None]


class IssueOptions(TypedDict, total=False):
    """What a certificate may be given besides its name."""

    valid_from: datetime
    valid_to: datetime
    can_sign: bool


@dataclass(frozen=True)
class Sample:
    """One file, how many signatures it should bear, and whether it is genuine."""

    name: str
    pdf: bytes
    expected: int = 1
    is_genuine: bool = False


def key_of(issued: Issued) -> Key:
    return Key(x509.load_der_x509_certificate(issued.certificate).serial_number.__str__(), *_parts(issued))


def _parts(issued: Issued) -> tuple[bytes, bytes]:
    return issued.certificate, issued.encrypted_key


def sign(pdf: bytes, field: str, key: Key, *, at: datetime = AT, stamp: bytes = STAMP) -> bytes:
    prepared = get_envelope().prepare(pdf, SigningOrder(field, at, "Autor", "Alcalde", stamp))
    return get_envelope().embed(prepared, get_signer().sign(prepared.digest, key, PASS, at=at).cms)


def reserve(pdf: bytes, *places: Place) -> bytes:
    return get_envelope().reserve(pdf, [FieldPlace(f"Firma{p.order}", f"Firma {p.order}", p) for p in places])


def trusted(name: str = "Ana Quispe", **options: Unpack[IssueOptions]) -> Key:
    return key_of(demo_authority().issue(Subject(name, "IDCPE-00000001"), PASS, **options))


class Workshop:
    """Makes every sample from one genuine file with one signature and one with two."""

    def __init__(self) -> None:
        self.key, self.second = trusted(), trusted("Luis Rojas")
        self.plain = make_pdf(TEXT)
        self.reserved = reserve(self.plain, FREE, FREE_TOO)
        self.one = sign(reserve(self.plain, FREE), "Firma1", self.key)
        self.half = sign(self.reserved, "Firma1", self.key)
        self.two = sign(self.half, "Firma2", self.second)

    @cached_property
    def controls(self) -> list[Sample]:
        return list(self._controls())

    def _controls(self) -> Iterator[Sample]:
        yield Sample("one signature", self.one, 1, True)
        yield Sample("two signatures", self.two, 2, True)
        yield Sample("unseen signature", self._unseen(), 1, True)
        yield Sample("certified", _certified(reserve(self.plain, FREE), MDPPerm.FILL_FORMS, self.key), 1, True)

    @cached_property
    def attacks(self) -> list[Sample]:
        return list(self._attacks())

    def _attacks(self) -> Iterator[Sample]:
        yield from self._universal_forgery()
        yield from self._incremental_saving()
        yield from self._wrapping()
        yield from self._plain_edits()
        yield from self._after_signing()
        yield from self._shadow()
        yield from self._overlays()
        yield from self._certificates()
        yield from self._counts()

    def _unseen(self) -> bytes:
        reserved = get_envelope().reserve(self.plain, [FieldPlace("Sello", "Sello", None)])
        return sign(reserved, "Sello", self.key, stamp=b"")

    # A signature that says nothing

    def _universal_forgery(self) -> Iterator[Sample]:
        hole = re.search(rb"/Contents <([0-9A-F]+)>", self.one)
        span = re.search(rb"/ByteRange \[[^\]]*\] *", self.one)
        assert hole and span
        size = len(hole.group(0))
        contents = {
            "zero": b"/Contents <" + b"0" * (size - 12) + b">",
            "null": b"/Contents null",
            "empty": b"/Contents <>",
            "absent": b"/Nothing <>",
            "number": b"/Contents 0",
        }
        ranges = {
            "null": b"/ByteRange null",
            "empty": b"/ByteRange []",
            "negative": b"/ByteRange [0 -1 -1 -1]",
            "short": b"/ByteRange [0 10]",
            "huge": b"/ByteRange [0 99999999 0 99999999]",
            "absent": b"/Nothing []",
            "whole": b"/ByteRange [0 %d 0 0]" % len(self.one),
        }
        for name, value in contents.items():
            yield Sample(f"USF contents {name}", self._put(hole.span(), value))
        for name, value in ranges.items():
            yield Sample(f"USF range {name}", self._put(span.span(), value))

    def _put(self, span: tuple[int, int], value: bytes) -> bytes:
        start, end = span
        return self.one[:start] + value.ljust(end - start) + self.one[end:]

    # What is appended

    def _incremental_saving(self) -> Iterator[Sample]:
        update = b"\n5 0 obj\n<< /Length 0 >>\nstream\n\nendstream\nendobj\n"
        start = int(self.one.rsplit(b"startxref", 1)[1].split()[0])
        yield Sample("ISA valid xref", _edited(self.one, _overwrite_page))
        yield Sample("ISA object without xref", self.one + update)
        yield Sample(
            "ISA trailer only", self.one + b"trailer\n<< /Size 9 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % start
        )
        yield Sample("ISA copied signature", _edited(self.one, _copy_signature))

    def _wrapping(self) -> Iterator[Sample]:
        span = re.search(rb"/ByteRange \[(\d+) (\d+) (\d+) (\d+)\]( *)", self.one)
        assert span
        numbers = [int(span.group(place)) for place in range(1, 5)]
        hole_end = numbers[2]
        moved = b"%% hidden\n" * 20
        shifted = b"/ByteRange [%d %d %d %d]" % (0, numbers[1], numbers[2] + len(moved), numbers[3])
        body = self.one[: span.start()] + shifted.ljust(len(span.group(0))) + self.one[span.end() : hole_end]
        yield Sample("SWA second range moved", body + moved + self.one[hole_end:])
        yield Sample("SWA trimmed hole", self._trimmed())

    def _trimmed(self) -> bytes:
        hole = re.search(rb"/Contents <([0-9A-F]+?)(0{64,})>", self.one)
        assert hole
        start, end = hole.span(2)
        hidden = b"> /Hidden (" + b"x" * (end - start - 12) + b")"
        return self.one[:start] + hidden.ljust(end - start + 1) + self.one[end + 1 :]

    def _plain_edits(self) -> Iterator[Sample]:
        place = self.one.index(b"100 soles")
        yield Sample("one byte", self.one[:place] + b"900 soles" + self.one[place + 9 :])
        yield Sample("trailing bytes", self.one + b"\n%% more\n")
        yield Sample("one trailing byte", self.one + b" ")
        yield Sample("truncated", self.one[:-40])
        yield Sample("prefix", b"%PDF-1.4\n" + self.one)
        yield Sample("signature of another file", self._foreign_cms())

    def _foreign_cms(self) -> bytes:
        other = sign(reserve(make_pdf("Otro acto"), FREE), "Firma1", self.key)
        theirs = re.search(rb"/Contents <([0-9A-F]+)>", other)
        ours = re.search(rb"/Contents <([0-9A-F]+)>", self.one)
        assert theirs and ours
        start, end = ours.span(1)
        return self.one[:start] + theirs.group(1) + self.one[end:]

    def _after_signing(self) -> Iterator[Sample]:
        yield Sample("JavaScript on opening", _edited(self.one, _open_action))
        for kind in ("/FreeText", "/Stamp", "/Redact", "/Square"):
            yield Sample(f"annotation {kind}", _edited(self.one, _annotate(kind)))
        yield Sample("title changed", _edited(self.one, _retitle))
        yield Sample("page added", _edited(self.one, _add_page))
        yield Sample("page removed", _edited(self.one, _no_pages))
        yield Sample("field added", _edited(self.one, _add_text_field))
        for level in (MDPPerm.NO_CHANGES, MDPPerm.FILL_FORMS, MDPPerm.ANNOTATE):
            certified = _certified(reserve(self.plain, FREE), level, self.key)
            for kind in ("/FreeText", "/Stamp"):
                yield Sample(f"annotation {kind} on {level.name}", _edited(certified, _annotate(kind)))
            yield Sample(f"JavaScript on {level.name}", _edited(certified, _open_action))
        yield Sample("document is gone between two signatures", _between(self, _overwrite_page), 2)
        yield Sample("annotation between two signatures", _between(self, _annotate("/FreeText")), 2)

    def _shadow(self) -> Iterator[Sample]:
        prepared = _edited(self.plain, _hidden_field)
        signed = sign(reserve(prepared, FREE), "Firma1", self.key)
        yield Sample("shadow: value replaced", _edited(signed, _fill_hidden))
        yield Sample("shadow: overlay freed", _edited(signed, _free_hidden))
        first = sign(reserve(prepared, FREE, FREE_TOO), "Firma1", self.key)
        covered = sign(_edited(first, _fill_hidden), "Firma2", self.second)
        yield Sample("shadow: value replaced and signed over", covered, 2)

    # What covers what

    def _overlays(self) -> Iterator[Sample]:
        stranger = key_of(Authority.create("Otra").issue(Subject("X", "IDCPE-9"), PASS))
        for name, key in (("trusted", self.second), ("stranger", stranger)):
            first = sign(reserve(self.plain, FREE), "Firma1", self.key)
            over = Place(order=2, page=1, left_mm=20, top_mm=20, width_mm=84, height_mm=28)
            yield Sample(f"SSA {name} covers text", sign(_reserve_late(first, over), "Firma2", key), 2)
        yield Sample("first signature covers text", sign(reserve(self.plain, OVER_TEXT), "Firma1", self.key))
        both = reserve(self.plain, FREE, Place(order=2, page=1, left_mm=90, top_mm=205, width_mm=84, height_mm=28))
        yield Sample("places overlap", sign(sign(both, "Firma1", self.key), "Firma2", self.second), 2)

    def _certificates(self) -> Iterator[Sample]:
        day = timedelta(days=1)
        foreign = key_of(Authority.create("Otra").issue(Subject("X", "IDCPE-9"), PASS))
        keys = {
            "expired": trusted("Vencida", valid_from=AT - 9 * day, valid_to=AT - day),
            "not yet valid": trusted("Futura", valid_from=AT + day, valid_to=AT + 9 * day),
            "foreign": foreign,
            "for enciphering": trusted("Cifrado", can_sign=False),
        }
        for name, key in keys.items():
            yield Sample(f"certificate {name}", sign(reserve(self.plain, FREE), "Firma1", key))

    def _counts(self) -> Iterator[Sample]:
        yield Sample("one of two stripped", self.half, 2)
        yield Sample("both stripped", self.reserved, 2)
        yield Sample("one too many", self.two, 1)


def _edited(pdf: bytes, change: Change) -> bytes:
    writer = IncrementalPdfFileWriter(BytesIO(pdf))
    change(writer)
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def _certified(pdf: bytes, level: MDPPerm, key: Key) -> bytes:
    """Sign as the library does when the signature says which changes may follow."""
    steps = PdfCMSEmbedder().write_cms("Firma1", IncrementalPdfFileWriter(BytesIO(pdf)), existing_fields_only=True)
    next(steps)
    place = SignatureObject(timestamp=AT, subfilter=SigSeedSubFilter.PADES, bytes_reserved=16384)
    steps.send(SigObjSetup(place, mdp_setup=SigMDPSetup("sha256", certify=True, docmdp_perms=level)))
    digest, output = steps.send(SigIOSetup(md_algorithm="sha256"))
    steps.send(get_signer().sign(digest.document_digest, key, PASS, at=AT).cms)
    return cast(bytes, output.getvalue())


def _between(workshop: Workshop, change: Change) -> bytes:
    return sign(_edited(workshop.half, change), "Firma2", workshop.second)


def _page(writer: IncrementalPdfFileWriter) -> DictionaryObject:
    return cast(DictionaryObject, writer.root["/Pages"]["/Kids"][0].get_object())


def _overwrite_page(writer: IncrementalPdfFileWriter) -> None:
    page = _page(writer)
    page[NameObject("/Contents")] = writer.add_object(StreamObject(stream_data=b"BT /F1 14 Tf 72 770 Td (Otro) Tj ET"))
    writer.update_container(page)


def _copy_signature(writer: IncrementalPdfFileWriter) -> None:
    field = writer.root["/AcroForm"]["/Fields"][0].get_object()
    field[NameObject("/V")] = writer.add_object(DictionaryObject(field["/V"]))
    writer.update_container(field)
    _overwrite_page(writer)


def _open_action(writer: IncrementalPdfFileWriter) -> None:
    script = DictionaryObject(
        {pdf_name("/S"): pdf_name("/JavaScript"), pdf_name("/JS"): TextStringObject("app.alert(1)")}
    )
    writer.root[NameObject("/OpenAction")] = script
    writer.update_root()


def _annotate(kind: str) -> Change:
    def change(writer: IncrementalPdfFileWriter) -> None:
        page = _page(writer)
        box = ArrayObject(FloatObject(number) for number in (72, 700, 272, 790))
        note = DictionaryObject(
            {
                pdf_name("/Type"): pdf_name("/Annot"),
                pdf_name("/Subtype"): pdf_name(kind),
                pdf_name("/Rect"): box,
                pdf_name("/Contents"): TextStringObject("900 soles"),
            }
        )
        notes = page["/Annots"]
        notes.append(writer.add_object(note))
        writer.update_container(notes)

    return change


def _retitle(writer: IncrementalPdfFileWriter) -> None:
    writer.set_info(DictionaryObject({pdf_name("/Title"): TextStringObject("Otro acto")}))
    _open_action(writer)


def _add_page(writer: IncrementalPdfFileWriter) -> None:
    pages = writer.root["/Pages"]
    extra = DictionaryObject(
        {
            pdf_name("/Type"): pdf_name("/Page"),
            pdf_name("/Parent"): writer.root.raw_get("/Pages"),
            pdf_name("/MediaBox"): ArrayObject(NumberObject(number) for number in (0, 0, 595, 842)),
        }
    )
    pages["/Kids"].append(writer.add_object(extra))
    pages[NameObject("/Count")] = NumberObject(2)
    writer.update_container(pages)


def _no_pages(writer: IncrementalPdfFileWriter) -> None:
    pages = writer.root["/Pages"]
    pages[NameObject("/Kids")] = ArrayObject()
    pages[NameObject("/Count")] = NumberObject(0)
    writer.update_container(pages)


def _add_text_field(writer: IncrementalPdfFileWriter) -> None:
    fields = writer.root["/AcroForm"]["/Fields"]
    fields.append(writer.add_object(_text_field("Monto", "900")))
    writer.update_container(fields)


def _text_field(name: str, value: str) -> DictionaryObject:
    return DictionaryObject(
        {
            pdf_name("/FT"): pdf_name("/Tx"),
            pdf_name("/T"): TextStringObject(name),
            pdf_name("/V"): TextStringObject(value),
            pdf_name("/Type"): pdf_name("/Annot"),
            pdf_name("/Subtype"): pdf_name("/Widget"),
            pdf_name("/Rect"): ArrayObject(FloatObject(number) for number in (72, 400, 172, 420)),
        }
    )


def _hidden_field(writer: IncrementalPdfFileWriter) -> None:
    field = writer.add_object(_text_field("Monto", "100"))
    page = _page(writer)
    page[NameObject("/Annots")] = ArrayObject([field])
    writer.root[NameObject("/AcroForm")] = writer.add_object(
        DictionaryObject({pdf_name("/Fields"): ArrayObject([field])})
    )
    writer.update_container(page)
    writer.update_root()


def _fill_hidden(writer: IncrementalPdfFileWriter) -> None:
    field = writer.root["/AcroForm"]["/Fields"][0].get_object()
    field[NameObject("/V")] = TextStringObject("900")
    writer.update_container(field)


def _free_hidden(writer: IncrementalPdfFileWriter) -> None:
    page = _page(writer)
    page[NameObject("/Annots")] = ArrayObject(list(page["/Annots"])[1:])
    writer.update_container(page)


def _reserve_late(pdf: bytes, place: Place) -> bytes:
    return get_envelope().reserve(pdf, [FieldPlace(f"Firma{place.order}", "Firma", place)])


def empty_trust() -> TrustList:
    return TrustList((), (), (), "none")
