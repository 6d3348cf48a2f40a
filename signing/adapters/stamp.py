"""Draws the first page of a PDF as the appearance of a signature, in as few objects as conformance allows.

Each object of a revision costs every later opening of the file; the library's own import writes twice as many.
"""

from io import BytesIO

from pyhanko.pdf_utils.generic import ArrayObject, DictionaryObject, IndirectObject, PdfObject, StreamObject, pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader

FONT_DESCRIPTOR = "/FontDescriptor"
OPTIONAL_IN_A_DESCRIPTOR = "/CIDSet"


def draw_stamp(writer: IncrementalPdfFileWriter, widget: DictionaryObject, pdf: bytes) -> None:
    """Give the widget the page as its appearance; a reader fits it into the widget's rectangle."""
    page_reference, resources = PdfFileReader(BytesIO(pdf)).find_page_for_modification(0)
    page = page_reference.get_object()
    parts = page["/Contents"]
    streams = parts if isinstance(parts, ArrayObject) else [parts]
    direct = _direct(resources)
    direct.container_ref = page.container_ref
    drawing = StreamObject(
        {
            pdf_name("/Type"): pdf_name("/XObject"),
            pdf_name("/Subtype"): pdf_name("/Form"),
            pdf_name("/BBox"): ArrayObject(page["/MediaBox"]),
            pdf_name("/Resources"): writer.import_object(direct),
        },
        stream_data=b"\n".join(stream.get_object().data for stream in streams),
    )
    drawing.compress()
    widget[pdf_name("/AP")] = DictionaryObject({pdf_name("/N"): writer.add_object(drawing)})
    writer.update_container(widget)


def _direct(value: PdfObject) -> PdfObject:
    """Return the value with what it points to put in its place, but for streams and font descriptors."""
    node = value.get_object() if isinstance(value, IndirectObject) else value
    if isinstance(node, StreamObject):
        return value
    if isinstance(node, DictionaryObject):
        if node.get("/Type") == FONT_DESCRIPTOR:
            node.pop(OPTIONAL_IN_A_DESCRIPTOR, None)
            return value
        return DictionaryObject({name: _direct(node.raw_get(name)) for name in node})
    if isinstance(node, ArrayObject):
        return ArrayObject(_direct(node.raw_get(index)) for index in range(len(node)))
    return node
