"""Every write of the document store, and the few reads that go with them."""

from docs_store.selectors import canonical_sha256, open_version, series_of
from docs_store.services.composition import typeset_cargo_document, typeset_document
from docs_store.services.documents import (
    add_annex,
    annul_document,
    change_kind,
    publish,
    reopen_draft,
    start_document,
    submit_for_visado,
)
from docs_store.services.emission import emit, file_document
from docs_store.services.expedientes import grant_access, open_expediente
from docs_store.services.numbers import annul_number, declare_block, reserve_number, take_number
from docs_store.services.versions import (
    ReceivedFile,
    ReceivedText,
    attach_file,
    attach_received,
    receive_file,
    receive_text,
    save_draft,
    save_received,
    store_signed,
)
from docs_store.typesetting import check_printable, check_text, printable

__all__ = [
    "ReceivedFile",
    "ReceivedText",
    "add_annex",
    "annul_document",
    "annul_number",
    "attach_file",
    "attach_received",
    "canonical_sha256",
    "change_kind",
    "check_printable",
    "check_text",
    "declare_block",
    "emit",
    "file_document",
    "grant_access",
    "open_expediente",
    "open_version",
    "printable",
    "publish",
    "receive_file",
    "receive_text",
    "reopen_draft",
    "reserve_number",
    "save_draft",
    "save_received",
    "series_of",
    "start_document",
    "store_signed",
    "submit_for_visado",
    "take_number",
    "typeset_cargo_document",
    "typeset_document",
]
