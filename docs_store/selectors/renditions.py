"""What can be derived from a file's bytes: its pages, their text, their images.

The bytes may be hostile: another process reads them, with limits, and its death is only an answer.
"""

import contextlib
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from django.conf import settings

from docs_store.enums import Refusal
from docs_store.errors import PageMissing
from docs_store.models import Version
from docs_store.ports import FileReport
from docs_store.rules import file_types
from docs_store.selectors.versions import open_version

READER = Path(__file__).parent.parent / "adapters" / "reader.py"
SECONDS_AT_MOST = 20
TEXT_CHARACTERS = 10_000_000
NARROWEST_PX, WIDEST_PX = 64, 2000
KIND_OF = {
    file_types.PDF.media_type: "pdf",
    file_types.PNG.media_type: "png",
    file_types.JPEG.media_type: "jpeg",
    file_types.DOCX.media_type: "docx",
    file_types.ODT.media_type: "odt",
}
DRAWN = frozenset({"pdf", "png", "jpeg"})


def read_file(content: bytes, media_type: str) -> FileReport:
    """Return the pages of a file and the text of each.

    A file that makes the reader crash or run out of memory before its pages are counted is reported as damaged;
    after that, the text read so far is kept.
    """
    if media_type == file_types.TEXT.media_type:
        return FileReport(pages=1, texts=((file_types.decoded_text(content) or "")[:TEXT_CHARACTERS],))
    lines = _lines(_run(content, "read", KIND_OF[media_type]))
    if not lines:
        return FileReport(pages=None, texts=(), refusal=Refusal.DAMAGED)
    if "refusal" in lines[0]:
        return FileReport(pages=None, texts=(), refusal=Refusal(lines[0]["refusal"]))
    return FileReport(pages=lines[0]["pages"], texts=tuple(str(line) for line in lines[1:]))


def has_images(version: Version) -> bool:
    """Return whether the version's pages can be drawn."""
    return KIND_OF.get(version.media_type) in DRAWN


def page_image(version: Version, page: int, width_px: int) -> bytes:
    """Return a page (from 1) as PNG, drawn once and kept under ``DATA_DIR/cache``.

    :raises PageMissing: there is no such page, or no program of ours can draw it.
    :raises ArchiveUnavailable: trying again later may help.
    """
    width = min(max(width_px, NARROWEST_PX), WIDEST_PX)
    if not has_images(version) or not 1 <= page <= (version.pages or 1):
        raise PageMissing
    kept = Path(settings.DATA_DIR) / "cache" / version.sha256 / f"{page}-{width}.png"
    if kept.is_file():
        return kept.read_bytes()
    with open_version(version) as content:
        image = draw_page(content.read(), version.media_type, page, width)
    _keep(kept, image)
    return image


def draw_page(content: bytes, media_type: str, page: int, width_px: int) -> bytes:
    """Return a page of these bytes (from 1) as PNG.

    :raises PageMissing: there is no such page, or the reader could not draw it.
    """
    numbers = (str(page), str(width_px)) if media_type == file_types.PDF.media_type else ("1", str(width_px))
    image = _run(content, "draw", KIND_OF[media_type], *numbers)
    if not image.startswith(file_types.PNG_SIGNATURE):
        raise PageMissing
    return image


def _run(content: bytes, *arguments: str) -> bytes:
    """Return what the reader wrote until it ended, crashed, or its time was over."""
    command = [sys.executable, "-I", str(READER), *arguments]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, env={}) as reader:
        try:
            written, _none = reader.communicate(content, timeout=SECONDS_AT_MOST)
        except subprocess.TimeoutExpired:
            reader.kill()
            written, _none = reader.communicate()
    return written


def _lines(written: bytes) -> list[Any]:
    """Return the values of the whole lines; a reader that was killed may have left half of one."""
    return [json.loads(line) for line in written.split(b"\n")[:-1]]


def _keep(path: Path, image: bytes) -> None:
    """Write the image whole or not at all: two readers may draw the same page at once.

    Where the cache cannot be written the page is drawn again next time; whoever reads now gets it all the same.
    """
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as staged:
            staged.write(image)
        Path(staged.name).rename(path)
