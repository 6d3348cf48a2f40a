"""Structured drafts to finished PDF/A-2a and PDF/UA-1 bytes. Pure: the same values give the same bytes.

Safe to call from any thread. What a person typed is data here, never markup.
"""

from docs_store.typesetting.cedulas import joined, typeset_cargo_of_cedula, typeset_cedula
from docs_store.typesetting.compiler import TEXT_AREA_MM
from docs_store.typesetting.printable import check_printable, check_text, printable
from docs_store.typesetting.receipts import typeset_cargo, typeset_roll, typeset_talon
from docs_store.typesetting.sheets import TEMPLATES, heading_fault, typeset
from docs_store.typesetting.stamps import typeset_seal, typeset_stamp
from docs_store.typesetting.texts import ONE_AT_A_TIME, texts_of_sheet

__all__ = [
    "ONE_AT_A_TIME",
    "TEMPLATES",
    "TEXT_AREA_MM",
    "check_printable",
    "check_text",
    "heading_fault",
    "joined",
    "printable",
    "texts_of_sheet",
    "typeset",
    "typeset_cargo",
    "typeset_cargo_of_cedula",
    "typeset_cedula",
    "typeset_roll",
    "typeset_seal",
    "typeset_stamp",
    "typeset_talon",
]
