"""Places and signatures in a PDF by pyHanko, so that the file stays PDF/A-2a and PDF/UA-1."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from io import BytesIO

from pyhanko.pdf_utils.form_tools import get_single_field_annot
from pyhanko.pdf_utils.generic import ArrayObject, DictionaryObject, IndirectObject, NameObject, NumberObject
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import SigFieldSpec, SigSeedSubFilter, append_signature_field
from pyhanko.sign.general import SigningError as VendorSigningError
from pyhanko.sign.signers.cms_embedder import PdfCMSEmbedder, SigIOSetup, SigObjSetup
from pyhanko.sign.signers.constants import ESIC_EXTENSION_1
from pyhanko.sign.signers.pdf_byterange import SignatureObject

from signing.adapters.flat_reader import open_flat
from signing.adapters.stamp import draw_stamp
from signing.errors import NotASignablePdf, SignatureTooLarge
from signing.ports import FieldPlace, Prepared, SigningOrder, WidgetBox
from signing.rules.geometry import box_of

BYTES_RESERVED = 16384
DIGEST = "sha256"


class QuietWriter(IncrementalPdfFileWriter):
    """Appends a revision that changes nothing but what it was asked for.

    The library would also write its own name and the machine's clock into the file's properties: another moment
    than the signature's, and three objects more in each revision.
    """

    def _update_meta(self) -> None:
        return


class PyHankoEnvelope:
    """The ``Envelope`` of PDF files. Every call appends one revision; what was there stays byte for byte."""

    def reserve(self, pdf: bytes, fields: Sequence[FieldPlace]) -> bytes:
        with _translated_errors():
            writer = _writer(_with_line_end(pdf))
            writer.ensure_output_version(version=(1, 7))  # type: ignore[no-untyped-call]
            writer.register_extension(ESIC_EXTENSION_1)
            for field in fields:
                _reserve_one(writer, field)
            return _written(writer)

    def prepare(self, pdf: bytes, order: SigningOrder) -> Prepared:
        with _translated_errors():
            writer = _writer(_with_line_end(pdf))
            steps = PdfCMSEmbedder().write_cms(order.field_name, writer, existing_fields_only=True)
            field = next(steps).get_object()
            if order.stamp:
                draw_stamp(writer, get_single_field_annot(field), order.stamp)
            steps.send(SigObjSetup(sig_placeholder=_signature_object(order)))
            digest, output = steps.send(SigIOSetup(md_algorithm=DIGEST, in_place=True))
            return Prepared(
                pdf=output.getvalue(),
                digest=digest.document_digest,
                hole_start=digest.reserved_region_start,
                hole_end=digest.reserved_region_end,
            )

    def embed(self, prepared: Prepared, cms: bytes) -> bytes:
        start, end = prepared.hole_start + 1, prepared.hole_end - 1
        digits = cms.hex().upper().encode()
        if len(digits) > end - start:
            raise SignatureTooLarge
        filled = BytesIO(prepared.pdf)
        filled.seek(start)
        filled.write(digits)
        return filled.getvalue()

    def boxes(self, pdf: bytes) -> Sequence[WidgetBox]:
        with _translated_errors():
            reader = PdfFileReader(BytesIO(pdf))
            pages = range(int(reader.root["/Pages"]["/Count"]))
            return [box for page in pages for box in _boxes_of_page(reader, page)]


@contextmanager
def _translated_errors() -> Iterator[None]:
    """Turn what the library says of a file that it cannot use into our error."""
    try:
        yield
    except (PdfError, VendorSigningError, ValueError, KeyError, TypeError, IndexError, AttributeError) as error:
        raise NotASignablePdf from error


def _writer(pdf: bytes) -> QuietWriter:
    reader = open_flat(pdf)
    writer = QuietWriter(reader.stream, prev=reader)
    if reader.encrypted:
        raise NotASignablePdf
    return writer


def _with_line_end(pdf: bytes) -> bytes:
    """A file that ends at ``%%EOF`` gets its line end, or the next object would stick to it (6.1.9)."""
    return pdf if pdf.endswith((b"\n", b"\r")) else pdf + b"\n"


def _written(writer: QuietWriter) -> bytes:
    writer.write_in_place()  # type: ignore[no-untyped-call]
    written: bytes = writer.prev.stream.getvalue()
    return written


def _reserve_one(writer: QuietWriter, field: FieldPlace) -> None:
    box = None
    if field.place is not None:
        box = _rounded(box_of(field.place, _page_size(writer, field.place.page)))
    append_signature_field(
        writer,
        SigFieldSpec(
            sig_field_name=field.name,
            on_page=field.place.page - 1 if field.place else 0,
            box=box,
            readable_field_name=field.spoken_name,
        ),
    )
    if field.place is not None and "/StructTreeRoot" in writer.root:
        _tag(writer, field.name)


def _rounded(box: WidgetBox) -> tuple[int, int, int, int]:
    return round(box.left), round(box.bottom), round(box.right), round(box.top)


def _page_size(writer: QuietWriter, page: int) -> tuple[float, float]:
    reference, _unused = writer.find_page_for_modification(page - 1)  # type: ignore[no-untyped-call]
    node = reference.get_object()
    while "/MediaBox" not in node:
        node = node["/Parent"]
    left, bottom, right, top = node["/MediaBox"]
    return float(right - left), float(top - bottom)


def _tag(writer: QuietWriter, field_name: str) -> None:
    """Give the field its Form element in the structure tree, after the last element of its page.

    The element's /K is the reference itself: in an array, pyHanko would call filling the place illegitimate.
    """
    field = next(f for f in writer.root["/AcroForm"]["/Fields"] if f.get_object()["/T"] == field_name)
    widget, tree = field.get_object(), writer.root["/StructTreeRoot"]
    parent, key = _document_element(tree), tree["/ParentTreeNextKey"]
    page = widget.raw_get("/P")
    reference = DictionaryObject({NameObject("/Type"): NameObject("/OBJR"), NameObject("/Obj"): field})
    element = writer.add_object(
        DictionaryObject(
            {
                NameObject("/Type"): NameObject("/StructElem"),
                NameObject("/S"): NameObject("/Form"),
                NameObject("/P"): parent,
                NameObject("/Pg"): page,
                NameObject("/K"): reference,
            }
        )
    )
    children, numbers = parent.get_object()["/K"], tree["/ParentTree"]["/Nums"]
    children.insert(_after_page(children, page), element)
    numbers.extend([NumberObject(key), element])
    widget[NameObject("/StructParent")] = NumberObject(key)
    tree[NameObject("/ParentTreeNextKey")] = NumberObject(key + 1)
    for changed in (children, numbers, widget, tree):
        writer.update_container(changed)


def _document_element(tree: DictionaryObject) -> IndirectObject:
    roots = tree["/K"]
    element: IndirectObject = roots.raw_get(0) if isinstance(roots, ArrayObject) else tree.raw_get("/K")
    return element


def _after_page(children: ArrayObject, page: IndirectObject) -> int:
    """Return where in reading order an element at the end of this page belongs."""
    position = len(children)
    for index in range(len(children) - 1, -1, -1):
        if _page_of(children[index]) == page.reference:
            return index + 1
    return position


def _page_of(element: object) -> object:
    node = element.get_object() if isinstance(element, IndirectObject) else element
    if not isinstance(node, DictionaryObject):
        return None
    page = node.raw_get("/Pg") if "/Pg" in node else None
    if page is not None:
        return page.reference
    kids = node.get("/K")
    if isinstance(kids, ArrayObject) and kids:
        return _page_of(kids.raw_get(len(kids) - 1))
    return _page_of(kids) if isinstance(kids, DictionaryObject) else None


def _signature_object(order: SigningOrder) -> SignatureObject:
    return SignatureObject(
        timestamp=order.at,
        subfilter=SigSeedSubFilter.PADES,
        bytes_reserved=BYTES_RESERVED,
        name=order.signer_name or None,
        reason=order.reason or None,
    )


def _boxes_of_page(reader: PdfFileReader, page: int) -> Iterator[WidgetBox]:
    reference, _unused = reader.find_page_for_modification(page)
    for annotation in reference.get_object().get("/Annots", ()):
        node = annotation.get_object()
        if node.get("/Subtype") != "/Widget":
            continue
        x1, y1, x2, y2 = (float(number) for number in node["/Rect"])
        box = WidgetBox(page + 1, min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2))
        if box.right > box.left and box.top > box.bottom:
            yield box
