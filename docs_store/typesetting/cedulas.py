"""The cédula that goes with a document, the cargo that comes back signed, and several papers as one for the printer."""

from collections.abc import Sequence
from contextlib import closing
from io import BytesIO
from typing import Any

import pypdfium2

from docs_store.ports import Cedula, Frame, Typeset
from docs_store.typesetting import wording
from docs_store.typesetting.compiler import compile_sheet
from docs_store.typesetting.frames import clean, heading, sheet_data
from docs_store.typesetting.runs import runs
from docs_store.typesetting.texts import ONE_AT_A_TIME


def typeset_cedula(cedula: Cedula, frame: Frame) -> Typeset:
    """Typeset what the person keeps. It never refuses: a character that no font has prints as an empty box."""
    return _typeset("cedula.typ", "Cédula de notificación", cedula, frame)


def typeset_cargo_of_cedula(cedula: Cedula, frame: Frame) -> Typeset:
    """Typeset what comes back filled in by hand: who received it, or what was met in each visit."""
    return _typeset("cedula-cargo.typ", "Cargo de la cédula", cedula, frame)


def joined(pdfs: Sequence[bytes]) -> bytes:
    """Return several papers as one file for a printer, with what is drawn on each page, stamps too.

    Only for files that were typeset here: a hostile one can abort the process. The seals of the parts cover nothing in
    the whole: it is a copy on its way to paper.
    """
    with ONE_AT_A_TIME, closing(pypdfium2.PdfDocument.new()) as whole:
        for pdf in pdfs:
            with closing(pypdfium2.PdfDocument(pdf)) as part:
                whole.import_pages(part)
        kept = BytesIO()
        whole.save(kept)
        return kept.getvalue()


def _typeset(template: str, title: str, cedula: Cedula, frame: Frame) -> Typeset:
    compiled = compile_sheet(template, _data(title, clean(cedula), clean(frame)), {}, dated=frame.date_on)
    return Typeset(compiled.pdf, compiled.pages, compiled.places)


def _data(title: str, cedula: Cedula, frame: Frame) -> dict[str, Any]:
    named = f"{title} N.° {cedula.label}"
    pages = f"{cedula.pages} página{'' if cedula.pages == 1 else 's'}" if cedula.pages else ""
    day = wording.weekday_date(frame.date_on) if frame.date_on else ""
    return {
        **sheet_data(frame, title=named, running=[title, " ", [f"N.° {cedula.label}"]]),
        "heading": heading(frame, frame.unit_name or frame.entity_location),
        "kind": runs(title),
        "label": [[f"N.° {cedula.label}"]],
        "city_date": runs(wording.place_and_date(frame.city, day)),
        "party": runs(", ".join(part for part in (cedula.party, cedula.party_id) if part)),
        "means": runs(cedula.means),
        "place": runs(cedula.place),
        "procedure": runs(cedula.procedure),
        "document": runs(", ".join(part for part in (cedula.document, pages, "texto completo adjunto") if part)),
        "authority": runs(", ".join(part for part in (cedula.authority, cedula.authority_address) if part)),
        "decides": runs(cedula.decides),
        "takes_effect": runs(cedula.takes_effect),
        "counts_when": runs(cedula.counts_when),
        "recourses": [
            {"name": runs(each.name), "organ": runs(each.organ), "term": runs(each.term)} for each in cedula.recourses
        ],
        "route": runs(cedula.route),
        "norm": runs(cedula.norm),
    }
