"""A draft and its frame to an A4 document."""

import re
from textwrap import shorten
from typing import Any

from docs_store.ports import AnnexLine, Draft, Frame, Section, SignerPlace, Typeset, VisadoBlock
from docs_store.typesetting import wording
from docs_store.typesetting.compiler import compile_sheet
from docs_store.typesetting.frames import clean, heading, sheet_data
from docs_store.typesetting.printable import check_printable
from docs_store.typesetting.runs import Runs, paragraphs, runs

# What a kind of document may name as its template, and the file that sets it.
TEMPLATES = {
    "resolucion": "resolucion.typ",
    "informe": "informe.typ",
    "memorandum": "informe.typ",
    "opinion-legal": "informe.typ",
    "oficio": "carta.typ",
    "carta": "carta.typ",
    "acta": "acta.typ",
    "proveido": "proveido.typ",
    "anexo": "anexo.typ",
    "exposicion": "exposicion.typ",
}
# An act shows where its entity is; every other document shows the unit that it comes from.
UNDER_THE_ENTITY = frozenset({"resolucion", "anexo", "exposicion"})
UNNUMBERED_SECTIONS = frozenset({"oficio", "carta", "anexo"})
WITHOUT_NUMBER = frozenset({"anexo", "exposicion"})
MOST_ANNEXES_BESIDE_THE_SIGNATURE = 8
LONGEST_RUNNING_HEAD = 80
SURE_TO_FIT_A_VISADO = 24
_TYPED_NUMBER = re.compile(r"\s*(?:\d+(?:\.\d+)*[.)\-]?|[IVXLC]+[.)\-])\s")


def typeset(draft: Draft, frame: Frame) -> Typeset:
    """Typeset a draft as the kind of document that its frame names.

    Without a label and a code it is the preview of a draft: marked *Proyecto*, with an outline where each
    signature will stand and no place reserved.

    :raises UnprintableCharacter: the draft holds a character that no font has.
    """
    check_printable(draft)
    frame = clean(frame)
    text = _text(draft, numbered=frame.template not in UNNUMBERED_SECTIONS)
    compiled = compile_sheet(TEMPLATES[frame.template], _frame(draft, frame), text, dated=frame.date_on)
    return Typeset(compiled.pdf, compiled.pages, compiled.places)


def heading_fault(source: str) -> str:
    """Return what is wrong with an entity's own ``heading.typ``, in Typst's words, or nothing."""
    sample = Frame(
        template="informe",
        kind_name="Informe",
        entity_name="Gobierno Regional de la Muestra y del Ejemplo",
        entity_location="Lima",
        ruc="",
        unit_name="Oficina de Planeamiento, Presupuesto y Acondicionamiento Territorial",
        label="001-2026-EJEMPLO",
    )
    draft = Draft(sections=(Section("", ("Uno.",) * 60),))
    text = _text(draft, numbered=True)
    try:
        compile_sheet(TEMPLATES[sample.template], _frame(draft, sample), text, dated=None, own=source)
    except RuntimeError as error:
        return str(error)
    return ""


def _frame(draft: Draft, frame: Frame) -> dict[str, Any]:
    """Return all that is not typed."""
    line = frame.entity_location if frame.template in UNDER_THE_ENTITY else frame.unit_name
    return {
        **sheet_data(frame, title=_title(draft, frame), running=_running(draft, frame)),
        "heading": heading(frame, line or frame.entity_location or frame.unit_name),
        "kind": runs(frame.kind_name),
        "label": [[_number_sign(frame)]] if _number_sign(frame) else [],
        "city_date": runs(_city_date(frame)),
        "city_weekday": runs(_city_weekday(frame)),
        "motto": runs(frame.motto),
        "author": {"post": runs(frame.author_post), "name": runs(frame.author_name)},
        "signers": [_signer(signer) for signer in sorted(frame.signers, key=lambda signer: signer.order)],
        "visados": [_visado(visado) for visado in frame.visados],
        "annexes": [_annex(annex) for annex in frame.annexes],
        "annexes_apart": len(frame.annexes) > MOST_ANNEXES_BESIDE_THE_SIGNATURE,
    }


def _text(draft: Draft, *, numbered: bool) -> dict[str, Any]:
    """Return the draft's own words."""
    return {
        "subject": runs(draft.subject),
        "addressee": {
            "name": runs(draft.addressee_name),
            "post": runs(draft.addressee_post),
            "place": runs(draft.addressee_place),
        },
        "references": paragraphs(draft.references),
        "vistos": paragraphs(wording.vistos(draft.vistos)),
        "considerandos": paragraphs(wording.considerandos(draft.considerandos)),
        "sections": _sections(draft.sections, numbered=numbered),
        "articles": [{"verb": runs(a.verb.strip()), "text": runs(a.text.strip())} for a in draft.articles],
        "closing": runs(draft.closing),
        "copies": paragraphs(draft.copies),
        "attendees": paragraphs(draft.attendees),
    }


def _sections(sections: tuple[Section, ...], *, numbered: bool) -> list[dict[str, Any]]:
    """Return the sections with their numbers; one that was typed with its number keeps it."""
    found: list[dict[str, Any]] = []
    number = 0
    for section in sections:
        own = numbered and bool(section.heading.strip()) and not _TYPED_NUMBER.match(section.heading)
        number += own
        texts = [text for text in section.paragraphs if text.strip()]
        found.append(
            {
                "number": f"{number}." if own else "",
                "heading": runs(section.heading.strip()),
                "paragraphs": [
                    {"number": f"{number}.{position}" if own and len(texts) > 1 else "", "text": runs(text)}
                    for position, text in enumerate(texts, start=1)
                ],
            }
        )
    return found


def _number_sign(frame: Frame) -> str:
    """Return the number as it is printed; a draft says when it gets one, an annex has none."""
    if frame.label:
        return frame.label if frame.label.startswith("N.°") else f"N.° {frame.label}"
    has_none = frame.cvd or frame.template in WITHOUT_NUMBER
    return "" if has_none else "N.° (se asigna al numerar)"


def _name(frame: Frame) -> str:
    """Return kind and number."""
    return f"{frame.kind_name} {_number_sign(frame)}".strip()


def _running(draft: Draft, frame: Frame) -> Runs:
    """Return the running head: kind and number, or what an annex without a number is called."""
    sign = _number_sign(frame)
    if sign:
        return [frame.kind_name, " ", [sign]]
    return runs(shorten(draft.subject or frame.kind_name, LONGEST_RUNNING_HEAD, placeholder="…"))


def _title(draft: Draft, frame: Frame) -> str:
    """Return the title in the file's properties."""
    named = _name(frame)
    return f"{named}: {draft.subject}" if draft.subject and not frame.label else named


def _city_date(frame: Frame) -> str:
    return wording.place_and_date(frame.city, wording.long_date(frame.date_on)) if frame.date_on else frame.city


def _city_weekday(frame: Frame) -> str:
    return wording.place_and_date(frame.city, wording.weekday_date(frame.date_on)) if frame.date_on else frame.city


def _signer(signer: SignerPlace) -> dict[str, Any]:
    return {"order": signer.order, "post": runs(signer.post), "person": runs(signer.person)}


def _visado(visado: VisadoBlock) -> dict[str, Any]:
    return {
        "post": runs(visado.post),
        "person": runs(visado.person),
        "kind": runs(visado.kind),
        "at": wording.exact_moment(visado.given_at),
        "long": max(len(visado.post), len(visado.person)) > SURE_TO_FIT_A_VISADO,
    }


def _annex(annex: AnnexLine) -> dict[str, Any]:
    pages = "" if annex.pages is None else f"{annex.pages} {'página' if annex.pages == 1 else 'páginas'}"
    return {"title": runs(annex.title), "pages": pages, "sha256": wording.grouped(annex.sha256, " ")}
