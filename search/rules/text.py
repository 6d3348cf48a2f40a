"""Words without accents, plurals and endings. Spanish: ñ is a letter of its own, never an n."""

import re
import threading
import unicodedata
from functools import lru_cache

import snowballstemmer

COMBINING_TILDE = "\u0303"
KEPT_WORDS = 100_000
SHORTEST_PLURAL = 4

_STOP_WORDS = (
    "a al ante con contra de del desde e el en entre la las lo los n o para por que se segun sin sobre su sus u un una "
    "unos unas y"
)
STOP_WORDS = frozenset(_STOP_WORDS.split())
"""Words that say nothing of what a document is about. "no" stays: a denial is about it."""

_SINGULARS_IN_ES = (
    "antes autobus cortes despues entonces frances ingles interes jueves lunes martes marques miercoles portugues "
    "reves traves viernes"
)
SINGULARS_IN_ES = frozenset(_SINGULARS_IN_ES.split())
"""Words that end as a plural does and are none."""

SINGULARS = {
    "intereses": "interes",
    "jueces": "juez",
    "veces": "vez",
    "voces": "voz",
    "raices": "raiz",
    "cruces": "cruz",
    "luces": "luz",
}
"""Plurals that change their last letter."""

PLURAL_ES = re.compile(r"[lnrdyj]es$")
ORDER_TO_ITSELF = re.compile(r"[áéíóú]\w*[ae]n?se$|\w{5}ese$")
"""*Apruébese*, *notifíquense*: the form in which an act orders; in the singular also when its accent is missing."""

CHANGED_STEMS = {
    "aprueb": "aprob",
    "comprueb": "comprob",
    "prueb": "prob",
    "resuelv": "resolv",
    "devuelv": "devolv",
    "encuentr": "encontr",
    "muestr": "mostr",
    "requier": "requer",
    "cuent": "cont",
    "cierr": "cerr",
}
"""Verbs of this field whose vowel changes (*aprueba*, *aprobar*): the changed stem and the plain one."""

NO_PART_OF_A_TERM = re.compile(r"[\W_]")
"""Signs that some letters fall into (⒈ is ``1.``): engines split terms there, each in its own way."""

HARD_SOUNDS = (("qu", "c"), ("gu", "g"))
"""*publique* and *publicar* write one sound in two ways."""


class _Stemmers(threading.local):
    """One for each thread: a stemmer keeps the word that it is at in itself."""

    def __init__(self) -> None:
        self.spanish = snowballstemmer.stemmer("spanish")


_stemmers = _Stemmers()


def fold(text: str) -> str:
    """Return the text in lower case without accents; ñ keeps its tilde."""
    plain = text.casefold()
    if plain.isascii():
        return plain
    signs = unicodedata.normalize("NFKD", plain)
    kept = [
        sign
        for before, sign in zip(" " + signs, signs, strict=False)
        if not unicodedata.combining(sign) or (sign == COMBINING_TILDE and before == "n")
    ]
    return unicodedata.normalize("NFC", "".join(kept))


@lru_cache(maxsize=KEPT_WORDS)
def stem(word: str) -> str:
    """Return the stem of a word as typed, the same for its plural and with or without its accents."""
    folded = fold(word)
    if ORDER_TO_ITSELF.search(word.casefold()):
        folded = folded.removesuffix("se")
    root: str = _stemmers.spanish.stemWord(_singular(folded))
    for written, sound in HARD_SOUNDS:
        root = root.removesuffix(written) + sound if root.endswith(written) else root
    root = CHANGED_STEMS.get(root, root)
    return root if root.isalnum() else NO_PART_OF_A_TERM.sub("", root.casefold()) or word


def _singular(word: str) -> str:
    """Return the folded word without a plural's ending: the stemmer takes *gobiernos* for a verb otherwise."""
    if len(word) < SHORTEST_PLURAL or word[-1] != "s" or word in SINGULARS_IN_ES:
        return word
    if word in SINGULARS:
        return SINGULARS[word]
    if PLURAL_ES.search(word):
        return word[:-2]
    return word[:-1] if word[-2] in "aeo" else word
