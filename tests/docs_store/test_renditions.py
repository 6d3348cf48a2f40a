"""The reader: what it finds in good files, and what hostile ones can do to it (nothing to us)."""

import subprocess
import sys
import zlib
from functools import cache
from pathlib import Path

import pytest

from docs_store.enums import Refusal
from docs_store.errors import PageMissing
from docs_store.rules.file_types import DOCX, JPEG, ODT, PDF, PNG, TEXT
from docs_store.selectors import renditions
from docs_store.selectors.renditions import draw_page, read_file
from tests.docs_store import files
from tests.factories import assemble_pdf, make_pdf

JS = b"/OpenAction << /S /JavaScript /JS (app.alert\\(1\\)) >>"


def test_pages_of_a_pdf_and_the_text_of_each() -> None:
    report = read_file(make_pdf("El año nuevo", "Página dos"), PDF.media_type)

    assert (report.pages, report.texts, report.refusal) == (2, ("El año nuevo", "Página dos"), None)


@pytest.mark.parametrize(
    ("content", "media_type", "pages", "texts"),
    [
        (files.png(), PNG.media_type, 1, ()),
        (files.jpeg(), JPEG.media_type, 1, ()),
        (files.docx(), DOCX.media_type, None, ("Solicito licencia\nGracias",)),
        (files.odt(), ODT.media_type, None, ("Solicitud\nPido copia",)),
        ("Señor".encode("latin-1"), TEXT.media_type, 1, ("Señor",)),
    ],
    ids=["png", "jpeg", "docx", "odt", "text"],
)
def test_pages_and_text_of_other_types(content: bytes, media_type: str, pages: int, texts: tuple[str, ...]) -> None:
    report = read_file(content, media_type)

    assert (report.pages, report.texts, report.refusal) == (pages, texts, None)


def test_a_pdf_that_opens_without_a_password_is_read_although_it_forbids_printing() -> None:
    assert read_file(files.encrypted_pdf(user=""), PDF.media_type).texts == ("Reservado",)


def test_links_and_harmless_attachments_are_no_programs() -> None:
    link = files.pdf_with(b"/OpenAction [3 0 R /Fit] /URI << /Base (https://example.com) >>")

    assert read_file(link, PDF.media_type).refusal is None
    assert read_file(with_attachment("planilla.xlsx"), PDF.media_type).refusal is None


def with_attachment(name: str) -> bytes:
    return files.pdf_with(
        b"/Names << /EmbeddedFiles << /Names [(a) 4 0 R] >> >>",
        b"<< /Type /Filespec /F (%s) /UF (%s) /EF << /F 5 0 R >> >>" % (name.encode(), name.encode()),
        b"<< /Type /EmbeddedFile /Length 2 >>\nstream\nMZ\nendstream",
    )


def deflated_page(stream: bytes, filters: bytes) -> bytes:
    return assemble_pdf(
        [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Count 1 /Kids [3 0 R] >>",
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R >>",
            b"<< /Length %d /Filter %s >>\nstream\n%s\nendstream" % (len(stream), filters, stream),
        ]
    )


@pytest.mark.parametrize(
    ("content", "media_type", "refusal"),
    [
        (files.encrypted_pdf(), PDF.media_type, Refusal.ENCRYPTED),
        (b"%PDF-1.7\nnothing more", PDF.media_type, Refusal.DAMAGED),
        (make_pdf("cut")[:200], PDF.media_type, Refusal.DAMAGED),
        (assemble_pdf([b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Count 0 /Kids [] >>"]), PDF.media_type,
         Refusal.DAMAGED),
        (files.pdf_with(JS), PDF.media_type, Refusal.UNSAFE),
        (files.pdf_with(JS.replace(b"/JavaScript", b"/J#61va#53cript")), PDF.media_type, Refusal.UNSAFE),
        (files.compressed_pdf(JS), PDF.media_type, Refusal.UNSAFE),
        (files.compressed_pdf(b"/OpenAction << /S /Launch /F (cmd.exe) >>"), PDF.media_type, Refusal.UNSAFE),
        (files.pdf_with(b"/AcroForm << /Fields [] /XFA 4 0 R >>",
         b"<< /Length 11 >>\nstream\n<xdp></xdp>\nendstream"), PDF.media_type, Refusal.UNSAFE),
        (with_attachment("factura.exe"), PDF.media_type, Refusal.UNSAFE),
        (files.png()[:60], PNG.media_type, None),
        (b"\x89PNG\r\n\x1a\nrubbish", PNG.media_type, Refusal.DAMAGED),
        (files.png_flood(), PNG.media_type, Refusal.UNSAFE),
        (b"\xff\xd8\xff\xd9", JPEG.media_type, Refusal.DAMAGED),
        (files.packed({"word/document.xml": b"<not closed"}), DOCX.media_type, Refusal.DAMAGED),
    ],
)  # fmt: skip
def test_what_the_reader_refuses(content: bytes, media_type: str, refusal: Refusal | None) -> None:
    assert read_file(content, media_type).refusal == refusal


BOMBS = (
    "deflate bomb",
    "double deflate bomb",
    "200 000 nested arrays",
    "200 000 nested marks",
    "page tree in a circle",
    "page of a thousand kilometres",
    "laughs",
)


@cache
def bombs() -> dict[str, bytes]:
    laughs = b"".join(b'<!ENTITY l%d "%s">' % (n + 1, b"&l%d;" % n * 10) for n in range(12))
    return {
        "deflate bomb": deflated_page(zlib.compress(bytes(100_000_000)), b"/FlateDecode"),
        "double deflate bomb": deflated_page(
            zlib.compress(zlib.compress(b" " * 100_000_000)), b"[/FlateDecode /FlateDecode]"
        ),
        "200 000 nested arrays": files.pdf_with(b"/A " + b"[" * 200_000 + b"]" * 200_000),
        "200 000 nested marks": deflated_page(zlib.compress(b"q " * 200_000), b"/FlateDecode"),
        "page tree in a circle": assemble_pdf(
            [b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Count 5 /Kids [2 0 R 2 0 R] >>"]
        ),
        "page of a thousand kilometres": make_pdf("Hola").replace(b"[0 0 595 842]", b"[0 0 9e9 9e9]"),
        "laughs": files.packed(
            {"word/document.xml": b'<!DOCTYPE a [<!ENTITY l0 "ha">' + laughs + b"]><w xmlns='u'><p>&l12;</p></w>"}
        ),
    }


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_costs_its_reader_at_most(name: str) -> None:
    media_type = DOCX.media_type if name == "laughs" else PDF.media_type

    report = read_file(bombs()[name], media_type)

    assert report.refusal is not None or report.pages is not None


def test_a_reader_that_runs_out_of_time_keeps_what_it_read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    slow = tmp_path / "reader.py"
    slow.write_text('import time; print(\'{"pages": 2}\\n"uno"\\n"do\', end="", flush=True); time.sleep(60)')
    monkeypatch.setattr(renditions, "READER", slow)
    monkeypatch.setattr(renditions, "SECONDS_AT_MOST", 0.5)

    report = read_file(make_pdf("uno", "dos"), PDF.media_type)

    assert (report.pages, report.texts) == (2, ("uno",))


def test_a_reader_that_dies_reports_damage(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    dying = tmp_path / "reader.py"
    dying.write_text("import os; os.abort()")
    monkeypatch.setattr(renditions, "READER", dying)

    assert read_file(make_pdf("uno"), PDF.media_type).refusal == Refusal.DAMAGED
    with pytest.raises(PageMissing):
        draw_page(make_pdf("uno"), PDF.media_type, 1, 200)


PROBE = """
import runpy, resource, socket, sys
reader = runpy.run_path(sys.argv[1])
reader["limit"]()
for attempt in (lambda: socket.socket(), lambda: open("/etc/passwd"), lambda: bytearray(600_000_000)):
    try:
        attempt()
        print("allowed")
    except (OSError, MemoryError) as error:
        print(type(error).__name__)
"""


def test_the_reader_can_open_no_socket_and_no_file_and_has_its_memory_limited() -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROBE, str(renditions.READER)], capture_output=True, text=True, check=True
    )

    assert done.stdout.split() == ["OSError", "OSError", "MemoryError"]


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (make_pdf("Hola"), PDF.media_type),
        (files.png(900, 600), PNG.media_type),
        (files.jpeg(900, 600), JPEG.media_type),
    ],
)
def test_a_page_is_drawn_as_wide_as_asked(content: bytes, media_type: str) -> None:
    image = draw_page(content, media_type, 1, 300)

    assert image.startswith(b"\x89PNG")
    assert int.from_bytes(image[16:20], "big") == 300


@pytest.mark.parametrize(
    ("content", "media_type", "page"),
    [
        (make_pdf("Hola"), PDF.media_type, 2),
        (b"%PDF-1.7", PDF.media_type, 1),
        (b"\xff\xd8\xff\xd9", JPEG.media_type, 1),
    ],
)
def test_a_page_that_cannot_be_drawn_says_so(content: bytes, media_type: str, page: int) -> None:
    with pytest.raises(PageMissing, match="vista previa"):
        draw_page(content, media_type, page, 300)
