"""Cargos on A4 and on the 80 mm roll, and the talón with the tracking key."""

from typing import Any

from docs_store.ports import Cargo, CargoFile, Frame, Talon, Typeset
from docs_store.typesetting import wording
from docs_store.typesetting.compiler import compile_sheet
from docs_store.typesetting.frames import clean, code_address, heading, sheet_data
from docs_store.typesetting.qr import qr_svg
from docs_store.typesetting.runs import runs

SHORT_HASH_ENDS = 8
FULL_HASHES_UP_TO = 10


def typeset_cargo(cargo: Cargo, frame: Frame) -> Typeset:
    """Typeset a receipt on A4, with the place of the entity's seal as its place 1.

    It never refuses: a character that no font has prints as an empty box.
    """
    compiled = compile_sheet("cargo.typ", _data(clean(cargo), clean(frame)), {}, dated=frame.date_on)
    return Typeset(compiled.pdf, compiled.pages, compiled.places)


def typeset_roll(cargo: Cargo, frame: Frame) -> bytes:
    """Typeset the receipt for the counter's 80 mm printer. It is a copy to take along: neither sealed nor kept."""
    return compile_sheet("roll.typ", _data(clean(cargo), clean(frame)), {}, dated=frame.date_on).pdf


def typeset_talon(talon: Talon) -> bytes:
    """Typeset the 80 mm talón with the tracking key. The caller keeps neither it nor the key."""
    talon = clean(talon)
    data = {
        "title": f"Talón del trámite {talon.label}",
        "issuer": talon.entity_name,
        "entity": runs(talon.entity_name),
        "unit": runs(talon.unit_name),
        "label": [[talon.label]],
        "key": wording.grouped(talon.key.replace("-", "").replace(" ", ""), " "),
        "qr": qr_svg(talon.key_url),
        "site": wording.shown_address(talon.site),
    }
    return compile_sheet("talon.typ", data, {}, dated=None).pdf


def _data(cargo: Cargo, frame: Frame) -> dict[str, Any]:
    title = "Constancia de presentación" if cargo.is_automatic else "Cargo de recepción"
    return {
        **sheet_data(frame, title=f"{title} {cargo.register_label}", running=[title, " ", [cargo.register_label]]),
        "heading": heading(frame, frame.unit_name or frame.entity_location),
        "kind": runs(title),
        "label": [[cargo.register_label]],
        "presented": wording.weekday_moment(cargo.presented_at),
        "counts_from": wording.weekday_date(cargo.counts_from),
        "party": runs(", ".join(part for part in (cargo.party, cargo.party_id) if part)),
        "on_behalf_of": runs(cargo.on_behalf_of),
        "subject": runs(cargo.subject),
        "procedure": runs(cargo.procedure),
        "destination": runs(cargo.destination),
        "notified_by": runs(cargo.notified_by),
        "received_by": runs(cargo.received_by),
        "case": [[cargo.expediente]] if cargo.expediente else [],
        "files": [_file(file, full=len(cargo.files) <= FULL_HASHES_UP_TO) for file in cargo.files],
        "folios": str(sum(file.folios or 0 for file in cargo.files)),
        "missing": runs("; ".join(cargo.missing)),
        "cure_by": wording.weekday_date(cargo.cure_by) if cargo.cure_by else "",
        "answer_by": wording.weekday_date(cargo.answer_by) if cargo.answer_by else "",
        "term": runs(cargo.term),
        "if_unanswered": runs(cargo.if_unanswered),
        "why_unanswered": runs(cargo.why_unanswered),
        "receipt_qr": qr_svg(code_address(frame)),
        "site": wording.shown_address(frame.verify_url),
        "cvd": wording.grouped(frame.cvd, "-"),
    }


def _file(file: CargoFile, *, full: bool) -> dict[str, Any]:
    ends = f"{file.sha256[:SHORT_HASH_ENDS]}…{file.sha256[-SHORT_HASH_ENDS:]}" if file.sha256 else ""
    parts = [file.sha256[:32], file.sha256[32:]] if full else [ends]
    return {
        "title": runs(file.title),
        "folios": "" if file.folios is None else str(file.folios),
        "sha256": [wording.grouped(part, " ") if full else part for part in parts if part],
        "short": ends,
    }
