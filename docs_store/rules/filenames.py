"""The name under which a file that somebody handed in is kept and given out."""

import re
import unicodedata

NAME_LENGTH = 150
NAMELESS = "archivo"
FORBIDDEN = re.compile(r'[<>:"|?*/\\]+')
EXTENSION = re.compile(r"\.(?=[0-9]*[A-Za-z])[A-Za-z0-9]{1,5}$")
DEVICES = frozenset({"con", "prn", "aux", "nul", "conin$", "conout$"}) | {
    f"{port}{digit}" for port in ("com", "lpt") for digit in "0123456789¹²³"
}


def safe_name(name: str, extensions: tuple[str, ...] = (), replaced: frozenset[str] = frozenset()) -> str:
    """Return the name without a path and without what a file system, a header or a screen would misread.

    Folders, control signs, marks that turn the reading direction, Windows' forbidden signs and device names go;
    an ending that is none of ``extensions`` is replaced by the first one if it is among ``replaced``, else that
    one is added.

    :param extensions: the endings that the content may have, with their dot and in lower case.
    :param replaced: endings that speak of another content, and would mislead.
    """
    stem, ending = _split(_plain(name))
    if extensions and ending.lower() not in extensions:
        stem, ending = (stem if ending.lower() in replaced else stem + ending), extensions[0]
    stem = stem.strip(" .") or NAMELESS
    if stem.split(".")[0].strip().lower() in DEVICES:
        stem = f"_{stem}"
    return stem[: NAME_LENGTH - len(ending)].rstrip(" .") + ending


def ending_of(name: str) -> str:
    """Return the name's ending in lower case, with its dot, or nothing: ``N.° 23`` has none."""
    return _split(_plain(name))[1].lower()


def document_name(words: str, ending: str) -> str:
    """Return the name of a file that we make ourselves: ``Informe 432-2023-X-OIS-J.pdf``."""
    return safe_name(words.replace("/", "-") + ending, (ending,))


def _plain(name: str) -> str:
    last = re.split(r"[/\\]", name)[-1]
    shown = "".join(c for c in unicodedata.normalize("NFC", last) if unicodedata.category(c)[0] != "C")
    return " ".join(FORBIDDEN.sub("-", shown).split())


def _split(name: str) -> tuple[str, str]:
    found = EXTENSION.search(name)
    return (name[: found.start()], found.group()) if found else (name, "")
