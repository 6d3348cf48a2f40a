"""The one place that talks to Typst."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import typst
from django.conf import settings

from docs_store.ports import Place

TEMPLATES_DIR = Path(__file__).parent / "templates"
FONTS_DIR = Path(__file__).parent / "fonts"
# Where the text of a sheet stands, in mm from the top left corner: left, top, right, bottom. Outside lie the heading
# and the band, which say the same on every page.
TEXT_AREA_MM = (28, 37, 188, 262)
UNDATED = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Compiled:
    """The bytes, how many pages they have and the places that the template left empty."""

    pdf: bytes
    pages: int
    places: tuple[Place, ...]


@cache
def fonts() -> typst.Fonts:
    """Return our own fonts, read once: neither the system's nor Typst's take part."""
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[FONTS_DIR])


@cache
def own_heading() -> str:
    """Return the entity's own ``heading.typ``, or nothing where it uses the common heading."""
    path = Path(settings.BASE_DIR) / "entities" / settings.ENTITY / "templates" / "heading.typ"
    return path.read_text(encoding="utf-8") if path.is_file() else ""


def compile_sheet(
    template: str, frame: Mapping[str, Any], text: Mapping[str, Any], *, dated: date | None, own: str | None = None
) -> Compiled:
    """Typeset ``frame`` and ``text`` with a template.

    ``text`` is apart because Typst remembers each paragraph that it has set under the frame it stood in: after an
    edit only what changed is set anew. ``dated`` is the day in the file's properties; without it a fixed one keeps
    the bytes a function of the data alone. ``own`` is the source of a heading, else the entity's.

    Each call has its own compiler, which holds the data of this one document: threads share nothing but the fonts.
    """
    compiler = typst.Compiler(
        _main(template, frame, text, own_heading() if own is None else own),
        root=TEMPLATES_DIR,
        font_paths=fonts(),
        ignore_system_fonts=True,
        package_path=TEMPLATES_DIR,
        package_cache_path=TEMPLATES_DIR,
    )
    # The query comes first: after compile this binding no longer finds a source that was handed in as bytes.
    found = json.loads(compiler.query("<measured>", field="value"))
    pdf = compiler.compile(format="pdf", pdf_standards=["a-2a", "ua-1"], timestamp=_moment(dated))
    if not isinstance(pdf, bytes):
        raise TypeError("Typst gave no PDF")
    return Compiled(pdf, _pages(found), _places(found))


def _main(template: str, frame: Mapping[str, Any], text: Mapping[str, Any], own: str) -> bytes:
    """Return the source that calls a template with its data.

    The data goes in as JSON in string literals and not as ``sys_inputs``: those are part of Typst's library, and
    another library makes it forget all that it has set before.
    """
    source = (
        f'#import "{template}": render\n'
        f"#render(json(bytes({_literal(frame)})), json(bytes({_literal(text)})), own: {_quoted(own)})\n"
    )
    return source.encode()


def _literal(data: Mapping[str, Any]) -> str:
    return _quoted(json.dumps(data, ensure_ascii=False, separators=(",", ":")))


def _quoted(text: str) -> str:
    """Return the text as a Typst string: of its escapes, those for backslash, quote and line end are JSON's."""
    return json.dumps(text, ensure_ascii=False)


def _moment(dated: date | None) -> datetime:
    return datetime(dated.year, dated.month, dated.day, 12, tzinfo=UTC) if dated else UNDATED


def _pages(found: list[dict[str, Any]]) -> int:
    return next(int(value["pages"]) for value in found if "pages" in value)


def _places(found: list[dict[str, Any]]) -> tuple[Place, ...]:
    places = [
        Place(
            order=value["order"],
            page=value["page"],
            left_mm=round(value["left"], 2),
            top_mm=round(value["top"], 2),
            width_mm=value["width"],
            height_mm=value["height"],
        )
        for value in found
        if "order" in value
    ]
    return tuple(sorted(places, key=lambda place: place.order))
