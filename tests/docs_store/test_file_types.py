"""What is received by its content, and what is refused with which sentence."""

import io
import struct
import zipfile

import pytest

from docs_store.errors import (
    DocsStoreError,
    FileIsDamaged,
    FileIsEncrypted,
    FileIsMislabelled,
    FileIsUnsafe,
    UploadRefused,
)
from docs_store.rules import file_types
from docs_store.rules.file_types import DOCX, JPEG, ODT, PDF, PNG, TEXT, FileType, detect
from tests.docs_store import files
from tests.factories import make_pdf

PDF_BYTES = make_pdf("Solicitud")


@pytest.mark.parametrize(
    ("content", "name", "expected"),
    [
        (PDF_BYTES, "solicitud.pdf", PDF),
        (PDF_BYTES, "foto.png", PDF),
        (files.png(), "plano.png", PNG),
        (files.jpeg(), "foto.JPG", JPEG),
        (files.docx(), "carta.docx", DOCX),
        (files.odt(), "carta.odt", ODT),
        ("Solicito licencia, señor Alcalde".encode(), "nota.txt", TEXT),
        ("Solicito licencia, señor Alcalde".encode("latin-1"), "nota.txt", TEXT),
        ("Dice “licencia”".encode("cp1252"), "Oficio N.° 23", TEXT),
        (b"BMW y GIF89a son siglas", "siglas", TEXT),
    ],
)
def test_a_type_is_known_by_its_content(content: bytes, name: str, expected: FileType) -> None:
    assert detect(content, name) is expected


def overlapping() -> bytes:
    """A ZIP whose second member is the first one's bytes again."""
    packed = files.docx()
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        last = archive.infolist()[-1]
    place = packed.rfind(b"PK\x01\x02")
    return packed[: place + 42] + struct.pack("<I", 0) + packed[place + 46 :] if last.header_offset else packed


def with_member_count(content: bytes, members: int) -> bytes:
    place = content.rfind(b"PK\x05\x06")
    return content[: place + 8] + struct.pack("<HH", members, members) + content[place + 12 :]


def encrypted_member(content: bytes) -> bytes:
    place = content.find(b"PK\x01\x02")
    return content[: place + 8] + struct.pack("<H", 1) + content[place + 10 :]


REFUSED: dict[str, tuple[bytes, type[DocsStoreError]]] = {
    "program.exe": (b"MZ\x90\x00\x03\x00\x00\x00", UploadRefused),
    "drawing.cdr": (b"RIFF\x00\x10\x00\x00CDR9", UploadRefused),
    "picture.gif": (b"GIF89a\x01\x00\x01\x00\x00", UploadRefused),
    "picture.svg": (b'<svg xmlns="http://www.w3.org/2000/svg"></svg>', UploadRefused),
    "picture.txt": (b"\xef\xbb\xbf\n<SVG onload=alert(1)>", UploadRefused),
    "page.html": (b"<!DOCTYPE html><script>alert(1)</script>", UploadRefused),
    "script.js": (b"alert(1)", UploadRefused),
    "script.txt": (b"#!/bin/sh\nrm -rf /", UploadRefused),
    "letter.rtf": (b"{\\rtf1 hola}", UploadRefused),
    "letter.doc": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500), UploadRefused),
    "wide.txt": ("Notepad".encode("utf-16"), UploadRefused),
    "sheet.xlsx": (files.packed({"[Content_Types].xml": b"", "xl/workbook.xml": b""}), UploadRefused),
    "folder.zip": (files.packed({"a.pdf": PDF_BYTES}), UploadRefused),
    "drawing.odg": (
        files.packed({"mimetype": b"application/vnd.oasis.opendocument.graphics", "content.xml": b""}),
        UploadRefused,
    ),
    "text.pdf": (b"esto es texto", FileIsMislabelled),
    "late.pdf": (b"\n\n" + PDF_BYTES, FileIsDamaged),
    "html.pdf": (PDF_BYTES[:9] + b"<html><script>alert(1)</script>" + PDF_BYTES[9:], FileIsUnsafe),
    "zip.pdf": (PDF_BYTES + files.packed({"a.exe": b"MZ"}), FileIsUnsafe),
    "zip with a comment.pdf": (PDF_BYTES + files.packed({"a.exe": b"MZ"}, comment=b"%%EOF\n"), FileIsUnsafe),
    "gif.pdf": (b"GIF89a" + PDF_BYTES, FileIsDamaged),
    "cut.png": (files.png()[:-20], FileIsDamaged),
    "headless.png": (file_types.PNG_SIGNATURE, FileIsDamaged),
    "flood.png": (files.png_flood(), FileIsUnsafe),
    "flat.png": (files.png_flood(0, 0), FileIsUnsafe),
    "zip.png": (files.png() + files.packed({"a.exe": b"MZ"}), FileIsUnsafe),
    "cut.jpg": (files.jpeg()[:200], FileIsDamaged),
    "zip.jpg": (files.jpeg() + files.packed({"a.exe": b"MZ"}), FileIsUnsafe),
    "cut.docx": (files.docx()[:-40], FileIsDamaged),
    "broken.docx": (b"PK\x03\x04" + b"PK\x05\x06" + bytes(18), UploadRefused),
    "listless.docx": (files.docx().replace(b"PK\x01\x02", b"PK\x01\x03"), FileIsDamaged),
    "bomb.docx": (files.docx(**{"word/media/a.bin": bytes(30_000_000)}), FileIsUnsafe),
    "overlap.docx": (overlapping(), FileIsUnsafe),
    "many.docx": (with_member_count(files.docx(), 60_000), FileIsUnsafe),
    "slip.docx": (files.docx(**{"../../etc/cron.d/x": b""}), FileIsUnsafe),
    "absolute.docx": (files.docx(**{"/etc/passwd": b""}), FileIsUnsafe),
    "macro.docx": (files.docx(**{"word/vbaProject.bin": b""}), FileIsUnsafe),
    "macro.odt": (files.odt(**{"Basic/script-lc.xml": b""}), FileIsUnsafe),
    "tail.docx": (files.docx() + b"more", FileIsUnsafe),
    "locked.docx": (encrypted_member(files.docx()), FileIsEncrypted),
}


@pytest.mark.parametrize("name", sorted(REFUSED))
def test_each_bad_file_gets_its_sentence(name: str) -> None:
    content, error = REFUSED[name]

    with pytest.raises(UploadRefused) as refused:
        detect(content, name)

    assert type(refused.value) is error
    assert f"“{name}”" in str(refused.value)


def test_words_are_read_as_written_in_windows_and_elsewhere() -> None:
    assert file_types.decoded_text("\ufeffAño".encode()) == "Año"
    assert file_types.decoded_text("Año “nuevo”".encode("cp1252")) == "Año “nuevo”"
    assert file_types.decoded_text(b"\x81\x8d") is None
    assert file_types.decoded_text(b"a\0b") is None
