"""Every read of the document store that is more than a look-up by id."""

from docs_store.selectors.access import (
    reach_of,
    reader_tokens,
    visible_documents,
    visible_expedientes,
)
from docs_store.selectors.documents import (
    FiledDocument,
    document_by_cvd,
    document_label,
    documents_of,
    folio_count,
    leaves_of,
    living_number,
    pattern_of,
    series_of,
)
from docs_store.selectors.frames import (
    annex_lines,
    author_of,
    frame_of,
    preview,
    printed_sheet,
    verification_page,
    verification_url,
)
from docs_store.selectors.renditions import has_images, page_image, read_file
from docs_store.selectors.versions import (
    canonical_sha256,
    latest_content,
    latest_paper,
    latest_text,
    latest_version,
    open_version,
)

__all__ = [
    "FiledDocument",
    "annex_lines",
    "author_of",
    "canonical_sha256",
    "document_by_cvd",
    "document_label",
    "documents_of",
    "folio_count",
    "frame_of",
    "has_images",
    "latest_content",
    "latest_paper",
    "latest_text",
    "latest_version",
    "leaves_of",
    "living_number",
    "open_version",
    "page_image",
    "pattern_of",
    "preview",
    "printed_sheet",
    "reach_of",
    "read_file",
    "reader_tokens",
    "series_of",
    "verification_page",
    "verification_url",
    "visible_documents",
    "visible_expedientes",
]
