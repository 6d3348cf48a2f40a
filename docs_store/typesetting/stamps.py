"""The visible stamps of signatures and of the entity's seal, as one-page files of the size of their place."""

from typing import Any

from docs_store.ports import SealText, StampText
from docs_store.typesetting import wording
from docs_store.typesetting.compiler import compile_sheet
from docs_store.typesetting.frames import clean
from docs_store.typesetting.runs import Runs, runs


def typeset_stamp(text: StampText) -> bytes:
    """Typeset the stamp of a signature, 84 × 28 mm. A substitute's names the titular and the granting act."""
    text = clean(text)
    lines = [
        _line(runs("Firmado digitalmente por")),
        _line(runs(text.post), strong=True),
        _line(runs(text.person)),
        _line(runs(_entity(text.entity_name, text.ruc))),
        _line(runs(f"Por: {text.titular_post} (titular)" if text.titular_post else "")),
        _line(runs(text.act)),
        _line(runs(f"Motivo: {text.reason}" if text.reason else "")),
        _line([[wording.weekday_exact_moment(text.signed_at)]]),
    ]
    return _stamp(f"Firma de {text.post}", lines, width_mm=84, height_mm=28)


def typeset_seal(text: SealText) -> bytes:
    """Typeset the entity's seal on a cargo, 78 × 21 mm."""
    text = clean(text)
    lines = [
        _line(runs("Sello de la entidad"), strong=True),
        _line(runs(_entity(text.entity_name, text.ruc))),
        _line(runs(f"Recibido por {text.received_by}" if text.received_by else "")),
        _line([[wording.weekday_exact_moment(text.sealed_at)]]),
    ]
    return _stamp(f"Sello de {text.entity_name}", lines, width_mm=78, height_mm=21)


def _stamp(title: str, lines: list[dict[str, Any]], *, width_mm: int, height_mm: int) -> bytes:
    data = {
        "title": title,
        "issuer": "",
        "width": width_mm,
        "height": height_mm,
        "lines": [line for line in lines if line["text"]],
    }
    return compile_sheet("stamp.typ", data, {}, dated=None).pdf


def _line(text: Runs, *, strong: bool = False) -> dict[str, Any]:
    return {"text": text, "strong": strong}


def _entity(name: str, ruc: str) -> str:
    return f"{name}, RUC {ruc}" if ruc else name
