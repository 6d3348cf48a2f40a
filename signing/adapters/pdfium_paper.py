"""Reads what is printed on pages, by pdfium.

Only for files of our own making: a hostile one can abort the process. The library knows no threads: one at a time.
"""

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager

import pypdfium2

from docs_store.typesetting import ONE_AT_A_TIME
from signing.errors import NotASignablePdf
from signing.ports import WidgetBox


class PdfiumPaper:
    """The ``Paper`` of PDF files."""

    def sizes(self, pdf: bytes) -> Sequence[tuple[float, float]]:
        with _opened(pdf) as document:
            return [document.get_page_size(index) for index in range(len(document))]

    def text_in(self, pdf: bytes, boxes: Sequence[WidgetBox]) -> Sequence[str]:
        with _opened(pdf) as document:
            return [_text_under(document, box) for box in boxes]


def _text_under(document: pypdfium2.PdfDocument, box: WidgetBox) -> str:
    with closing(document[box.page - 1]) as page, closing(page.get_textpage()) as text:
        found: str = text.get_text_bounded(left=box.left, bottom=box.bottom, right=box.right, top=box.top)
        return found.strip()


@contextmanager
def _opened(pdf: bytes) -> Iterator[pypdfium2.PdfDocument]:
    with ONE_AT_A_TIME:
        try:
            document = pypdfium2.PdfDocument(pdf)
        except pypdfium2.PdfiumError as error:
            raise NotASignablePdf from error
        with closing(document):
            yield document
