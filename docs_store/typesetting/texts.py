"""What a sheet of ours says, page by page: for search, and for whoever reads it as text."""

from contextlib import closing
from threading import Lock

import pypdfium2

from docs_store.typesetting.compiler import TEXT_AREA_MM

POINTS_PER_MM = 72 / 25.4
ONE_AT_A_TIME = Lock()
"""The library knows no threads: whoever opens a file with it inside this process holds this lock."""


def texts_of_sheet(pdf: bytes) -> tuple[str, ...]:
    """Return the text of each page, without the heading and the band, which say the same on every page.

    Only for files that were typeset here: a hostile one can abort the process.
    """
    with ONE_AT_A_TIME, closing(pypdfium2.PdfDocument(pdf)) as document:
        return tuple(_text(document, index) for index in range(len(document)))


def _text(document: pypdfium2.PdfDocument, index: int) -> str:
    left, top, right, bottom = (edge * POINTS_PER_MM for edge in TEXT_AREA_MM)
    with closing(document[index]) as page, closing(page.get_textpage()) as text:
        height = page.get_height()
        found: str = text.get_text_bounded(left=left, bottom=height - bottom, right=right, top=height - top)
        return found
