"""Files that people hand in, good and bad, made here."""

import io
import struct
import zipfile
import zlib

from PIL import Image
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.writer import copy_into_new_writer

from tests.factories import assemble_pdf, make_pdf

WORD = (
    b'<?xml version="1.0"?><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
    b"<w:body><w:p><w:r><w:t>Solicito </w:t></w:r><w:r><w:t>licencia</w:t></w:r></w:p>"
    b"<w:p><w:r><w:t>Gracias</w:t></w:r></w:p></w:body></w:document>"
)
WRITER = (
    b'<?xml version="1.0"?><office:document-content xmlns:office="o" xmlns:text="t"><office:body><office:text>'
    b"<text:h>Solicitud</text:h><text:p>Pido <text:span>copia</text:span></text:p>"
    b"</office:text></office:body></office:document-content>"
)
ODT_TYPE = b"application/vnd.oasis.opendocument.text"


def packed(members: dict[str, bytes], *, comment: bytes = b"") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.comment = comment
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


def docx(**more: bytes) -> bytes:
    return packed({"[Content_Types].xml": b"<Types/>", "word/document.xml": WORD, **more})


def odt(**more: bytes) -> bytes:
    return packed({"mimetype": ODT_TYPE, "content.xml": WRITER, **more})


def png(width: int = 40, height: int = 30) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (width, height), "navy").save(out, "PNG")
    return out.getvalue()


def jpeg(width: int = 40, height: int = 30) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (width, height), "navy").save(out, "JPEG")
    return out.getvalue()


def png_flood(width: int = 60_000, height: int = 60_000) -> bytes:
    """A few bytes that claim to be 3.6 thousand million pixels."""
    parts = [b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0), b"IDAT" + zlib.compress(b"\0"), b"IEND"]
    chunks = b"".join(struct.pack(">I", len(part) - 4) + part + struct.pack(">I", zlib.crc32(part)) for part in parts)
    return b"\x89PNG\r\n\x1a\n" + chunks


def encrypted_pdf(*, user: str = "secreta", owner: str = "dueña") -> bytes:
    writer = copy_into_new_writer(PdfFileReader(io.BytesIO(make_pdf("Reservado"))))
    writer.encrypt(owner, user)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def pdf_with(catalogue: bytes, *objects: bytes) -> bytes:
    """A PDF of one empty page whose catalogue says more; ``objects`` are numbered from 4."""
    return assemble_pdf(
        [
            b"<< /Type /Catalog /Pages 2 0 R " + catalogue + b" >>",
            b"<< /Type /Pages /Count 1 /Kids [3 0 R] >>",
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>",
            *objects,
        ]
    )


def compressed_pdf(catalogue: bytes) -> bytes:
    """The same, its catalogue out of sight in a compressed object stream."""
    inner = b"1 0 << /Type /Catalog /Pages 2 0 R " + catalogue + b" >>"
    packed_objects = zlib.compress(inner)
    out = io.BytesIO(b"%PDF-1.7\n")
    out.seek(0, io.SEEK_END)
    places = {}
    bodies = {
        2: b"<< /Type /Pages /Count 1 /Kids [3 0 R] >>",
        3: b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>",
        4: b"<< /Type /ObjStm /N 1 /First 4 /Filter /FlateDecode /Length %d >>\nstream\n%s\nendstream"
        % (len(packed_objects), packed_objects),
    }
    for number, body in bodies.items():
        places[number] = out.tell()
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, body))
    start = out.tell()
    rows = [(0, 0, 255), (2, 4, 0), *((1, places[number], 0) for number in (2, 3, 4)), (1, start, 0)]
    table = zlib.compress(b"".join(struct.pack(">BIB", *row) for row in rows))
    out.write(
        b"5 0 obj\n<< /Type /XRef /Size 6 /W [1 4 1] /Root 1 0 R /Filter /FlateDecode /Length %d >>\n"
        b"stream\n%s\nendstream\nendobj\nstartxref\n%d\n%%%%EOF\n" % (len(table), table, start)
    )
    return out.getvalue()
