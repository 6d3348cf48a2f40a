"""What every page's look rests on: icons that exist, nothing inline, colours that can be told apart."""

import re
from pathlib import Path

import pytest
from django.conf import settings

from config.templatetags.chasqui import CLOCK_ICONS, STATE_LOOKS
from config.vendor.purge import purged
from desk.templatetags.desk import TAB_ICONS

BASE = Path(settings.BASE_DIR)
TEMPLATES = sorted(path for path in BASE.glob("*/templates/**/*.html") if ".venv" not in path.parts)
SPRITE = (BASE / "config/static/vendor/bootstrap-icons/icons.svg").read_text()
SHEET = (BASE / "config/static/css/base.css").read_text()
INLINE = re.compile(r"\sstyle=|\son[a-z]+=|<script(?![^>]*\ssrc=)|javascript:", re.IGNORECASE)
PAIRS = [
    # token, ground, least ratio (WCAG 2.1: 4.5 for text, 3 for strokes)
    ("tinta", "papel", 4.5),
    ("piedra-600", "papel", 4.5),
    ("piedra-600", "piedra-50", 4.5),
    ("anil", "papel", 4.5),
    ("anil", "anil-tinte", 4.5),
    ("cochinilla", "papel", 4.5),
    ("cochinilla", "cochinilla-tinte", 4.5),
    ("qolle", "qolle-tinte", 4.5),
    ("chilca", "chilca-tinte", 4.5),
    ("airampo", "airampo-tinte", 4.5),
    ("piedra-700", "piedra-100", 4.5),
    ("sobre-color", "anil", 4.5),
    ("sobre-color", "cochinilla", 4.5),
    ("borde", "papel", 3),
    ("qolle-vivo", "papel", 3),
]


def icons_used() -> set[str]:
    found: set[str] = set()
    for path in TEMPLATES:
        found |= set(re.findall(r'{%\s*icon\s+"([\w-]+)"', path.read_text()))
    return found | set(CLOCK_ICONS.values()) | {look[0] for look in STATE_LOOKS.values()} | set(TAB_ICONS.values())


def test_every_icon_is_in_the_sprite() -> None:
    drawn = set(re.findall(r'<symbol id="([\w-]+)"', SPRITE))

    assert icons_used() - drawn == set()


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(BASE)))
def test_no_page_has_style_or_script_of_its_own(path: Path) -> None:
    assert not INLINE.search(path.read_text())


def tokens(block: str) -> dict[str, str]:
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{3,6})", block))


def luminance(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(digit * 2 for digit in colour[1:])
    channels = [int(digits[place : place + 2], 16) / 255 for place in (0, 2, 4)]
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("token", "ground", "least"), PAIRS)
def test_colours_can_be_read_on_their_ground(theme: str, token: str, ground: str, least: float) -> None:
    light = tokens(SHEET.split("@media (prefers-color-scheme: dark)")[0])
    dark = light | tokens(SHEET.split(':root[data-theme="dark"] {')[1].split("}")[0])
    colours = light if theme == "light" else dark

    high, low = sorted((luminance(colours[token]), luminance(colours[ground])), reverse=True)
    assert (high + 0.05) / (low + 0.05) >= least


def test_both_ways_to_the_dark_theme_have_the_same_colours() -> None:
    followed = SHEET.split(':root:not([data-theme="light"]) {')[1].split("}")[0]
    chosen = SHEET.split(':root[data-theme="dark"] {')[1].split("}")[0]

    assert tokens(followed) == tokens(chosen)


def test_purging_keeps_elements_and_named_classes_alone() -> None:
    css = (
        "/*! licence */:root{--bs-blue:#00f}body{margin:0}.btn{a:b}.btn-primary{c:d}"
        ".btn:hover,.card{e:f}@media (min-width:1px){.card{g:h}.btn{i:j}}@keyframes x{to{k:l}}"
    )

    assert purged(css, frozenset({"btn"})) == (
        "/*! licence */\nbody{margin:0}.btn{a:b}.btn:hover{e:f}@media (min-width:1px){.btn{i:j}}\n"
    )
