"""Reads one file that may be hostile: a program of its own, in a process with limits, that imports nothing of ours.

``reader.py read <kind>`` takes the bytes from its standard input and writes JSON, one line each: ``{"pages": n}`` or
``{"refusal": word}``, then the text of each page. ``reader.py draw <kind> <page> <width>`` writes one PNG.
It may not open a file or a socket once its input is read, nor use more memory or time than it is given.
"""

import codecs
import contextlib
import io
import json
import re
import resource
import sys
import zipfile
import zlib
from collections.abc import Callable, Iterator
from xml.etree.ElementTree import iterparse

import pypdfium2
from PIL import Image, JpegImagePlugin, PngImagePlugin
from pypdfium2 import raw

MEMORY_BYTES = 512 * 1024 * 1024
CPU_SECONDS = 20
LAST_DESCRIPTOR = 2
TEXT_CHARACTERS_PER_PAGE = 100_000
TEXT_CHARACTERS = 10_000_000
XML_BYTES = 50_000_000
PIXELS_OPENED = 250_000_000
PIXELS_DRAWN = 50_000_000
PIXELS_OF_A_PAGE = 20_000_000
HEIGHT_PER_WIDTH = 4
ESCAPED_NAME_SIGN = re.compile(rb"#([0-9a-fA-F]{2})")
ESCAPED_NAME = re.compile(rb"/[^\s/<>()\[\]{}%]*#[0-9a-fA-F]{2}[^\s/<>()\[\]{}%]*")
PROGRAM = re.compile(rb"/(?:JavaScript|Launch)(?![A-Za-z0-9])")
OBJECT_STREAM = re.compile(rb"/ObjStm\b.{0,400}?stream\r?\n", re.DOTALL)
OBJECT_STREAM_BYTES = 5_000_000
PROGRAM_FILE = re.compile(
    r"\.(exe|com|scr|bat|cmd|msi|dll|js|jse|vbs|vbe|wsf|hta|ps1|jar|lnk|sh|py|html?|svg|zip|rar|7z)$", re.IGNORECASE
)
PARAGRAPHS = re.compile(r"\}(p|h)$")
NEEDED_ENCODINGS = ("ascii", "latin-1", "cp437", "utf-16-le")
# Why a file is refused: the words of ``docs_store.enums.Refusal``, which this program may not import.
ENCRYPTED, DAMAGED, UNSAFE = "encrypted", "damaged", "unsafe"

Image.MAX_IMAGE_PIXELS = PIXELS_OPENED
IMAGE_PLUGINS = {"png": PngImagePlugin.PngImageFile, "jpeg": JpegImagePlugin.JpegImageFile}


class Refused(Exception):
    """The file is refused; the word says why."""


def limit() -> None:
    """Give up memory, time, and the right to open anything."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (LAST_DESCRIPTOR + 1, LAST_DESCRIPTOR + 1))


# Reading: the first thing yielded is the number of pages.


def read_pdf(content: bytes) -> Iterator[int | str | None]:
    document = _opened_pdf(content)
    if len(document) == 0:
        raise Refused(DAMAGED)
    if _has_program(document, content):
        raise Refused(UNSAFE)
    yield len(document)
    for number in range(len(document)):
        yield _page_text(document, number)


def _opened_pdf(content: bytes) -> pypdfium2.PdfDocument:
    try:
        return pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError as error:
        is_locked = raw.FPDF_GetLastError() in {raw.FPDF_ERR_PASSWORD, raw.FPDF_ERR_SECURITY}
        raise Refused(ENCRYPTED if is_locked else DAMAGED) from error


def _has_program(document: pypdfium2.PdfDocument, content: bytes) -> bool:
    """Return whether the PDF runs something, hides its pages in a form program, or carries a program."""
    if any(PROGRAM.search(part) for part in _plain_parts(content)):
        return True
    if raw.FPDFDoc_GetJavaScriptActionCount(document) > 0:
        return True
    if document.get_formtype() in {raw.FORMTYPE_XFA_FULL, raw.FORMTYPE_XFA_FOREGROUND}:
        return True
    attachments = (document.get_attachment(number) for number in range(document.count_attachments()))
    return any(PROGRAM_FILE.search(attachment.get_name().strip()) for attachment in attachments)


def _plain_parts(content: bytes) -> Iterator[bytes]:
    """Yield the file as it stands, its names unescaped, then what its compressed object streams hold."""
    yield ESCAPED_NAME.sub(lambda name: ESCAPED_NAME_SIGN.sub(_sign, name.group()), content)
    for stream in OBJECT_STREAM.finditer(content):
        with contextlib.suppress(zlib.error):
            packed = content[stream.end() : stream.end() + OBJECT_STREAM_BYTES]
            yield zlib.decompressobj().decompress(packed, OBJECT_STREAM_BYTES)


def _sign(escaped: re.Match[bytes]) -> bytes:
    return bytes([int(escaped.group(1), 16)])


def _page_text(document: pypdfium2.PdfDocument, number: int) -> str:
    try:
        page = document[number]
    except pypdfium2.PdfiumError:
        return ""
    text_page = page.get_textpage()
    count = min(text_page.count_chars(), TEXT_CHARACTERS_PER_PAGE)
    text: str = text_page.get_text_range(0, count) if count > 0 else ""
    text_page.close()
    page.close()
    return text.replace("\0", "").replace("\r\n", "\n")


def read_image(content: bytes, kind: str) -> Iterator[int | str | None]:
    image = _opened_image(content, kind)
    if image.width * image.height > PIXELS_OPENED:
        raise Refused(UNSAFE)
    yield 1


def _opened_image(content: bytes, kind: str) -> Image.Image:
    try:
        return IMAGE_PLUGINS[kind](io.BytesIO(content))
    except Image.DecompressionBombError as error:
        raise Refused(UNSAFE) from error
    except Exception as error:  # whatever a decoder does with a broken file
        raise Refused(DAMAGED) from error


def read_office(content: bytes, kind: str) -> Iterator[int | str | None]:
    """Yield an unknown number of pages, then all paragraphs as one text."""
    member = {"docx": "word/document.xml", "odt": "content.xml"}[kind]
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive, archive.open(member) as stored:
            text = "\n".join(_paragraphs(stored.read(XML_BYTES)))
    except Exception as error:  # whatever a decoder does with a broken file
        raise Refused(DAMAGED) from error
    yield None
    yield text[:TEXT_CHARACTERS]


def _paragraphs(xml: bytes) -> Iterator[str]:
    for _event, element in iterparse(io.BytesIO(xml)):
        if PARAGRAPHS.search(element.tag):
            yield "".join(element.itertext())
            element.clear()


# Drawing


def draw_pdf(content: bytes, page: int, width: int) -> Image.Image:
    document = _opened_pdf(content)
    if not 1 <= page <= len(document):
        raise Refused(DAMAGED)
    document.init_forms()  # a signature's stamp is a form's widget: without this it is not drawn
    sheet = document[page - 1]
    wide, high = sheet.get_size()
    if wide <= 0 or high <= 0:
        raise Refused(DAMAGED)
    scale = min(width / wide, width * HEIGHT_PER_WIDTH / high, (PIXELS_OF_A_PAGE / (wide * high)) ** 0.5)
    drawn: Image.Image = sheet.render(scale=scale, rev_byteorder=True).to_pil().convert("RGB")
    return drawn


def draw_image(content: bytes, kind: str, width: int) -> Image.Image:
    image = _opened_image(content, kind)
    image.draft("RGB", (width, width * HEIGHT_PER_WIDTH))
    if image.width * image.height > PIXELS_DRAWN:
        raise Refused(UNSAFE)
    image.thumbnail((width, width * HEIGHT_PER_WIDTH))
    return image.convert("RGB")


# The program


def _read(kind: str, content: bytes) -> None:
    """Write the report line by line: what was written stays good if the rest takes too long."""
    left = TEXT_CHARACTERS
    try:
        found = _found(kind, content)
        _say({"pages": next(found)})
        for text in found:
            _say(str(text)[: max(left, 0)])
            left -= len(str(text))
    except Refused as refused:
        _say({"refusal": str(refused)})


def _found(kind: str, content: bytes) -> Iterator[int | str | None]:
    if kind == "pdf":
        return read_pdf(content)
    return read_image(content, kind) if kind in IMAGE_PLUGINS else read_office(content, kind)


def _say(value: object) -> None:
    sys.stdout.write(json.dumps(value) + "\n")
    sys.stdout.flush()


def _draw(kind: str, content: bytes, page: int, width: int) -> None:
    draw: Callable[[], Image.Image] = (
        (lambda: draw_pdf(content, page, width)) if kind == "pdf" else (lambda: draw_image(content, kind, width))
    )
    drawn = io.BytesIO()
    draw().save(drawn, "PNG")
    sys.stdout.buffer.write(drawn.getvalue())


def main(command: str, kind: str, *numbers: str) -> None:
    for encoding in NEEDED_ENCODINGS:
        codecs.lookup(encoding)  # Python opens a file for each at its first use
    Image.preinit()
    content = sys.stdin.buffer.read()
    limit()
    if command == "read":
        _read(kind, content)
    else:
        _draw(kind, content, *(int(number) for number in numbers))


if __name__ == "__main__":
    main(*sys.argv[1:])
