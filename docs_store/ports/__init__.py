"""Protocols of the document store and the values that cross its border."""

from docs_store.ports.archive import Archive, FileReport, Stored
from docs_store.ports.drafts import DRAFT_LISTS, DRAFT_TEXTS, Article, Draft, Section
from docs_store.ports.receipts import Cargo, CargoFile, Cedula, CedulaRecourse, Talon
from docs_store.ports.sheets import (
    AnnexLine,
    Frame,
    Place,
    Rubric,
    SealText,
    SignerPlace,
    StampText,
    Typeset,
    VisadoBlock,
)

__all__ = [
    "DRAFT_LISTS",
    "DRAFT_TEXTS",
    "AnnexLine",
    "Archive",
    "Article",
    "Cargo",
    "CargoFile",
    "Cedula",
    "CedulaRecourse",
    "Draft",
    "FileReport",
    "Frame",
    "Place",
    "Rubric",
    "SealText",
    "Section",
    "SignerPlace",
    "StampText",
    "Stored",
    "Talon",
    "Typeset",
    "VisadoBlock",
]
