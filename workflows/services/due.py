"""Answers cases one line at a time, by the law that this installation has loaded, or by its files where it has none.

The fields and the conventions: docs/legal-clock.md.
"""

import json
from collections.abc import Iterator, Mapping
from datetime import date
from functools import lru_cache
from pathlib import Path
from time import monotonic
from typing import BinaryIO, Protocol

from django.conf import settings
from django.db import DatabaseError
from django.utils.translation import gettext as _

from law import selectors as law
from law.enums import Regime
from law.errors import LawError, LineRefused, OutsideCalendar
from law.models import CalendarSpan
from law.rules.business_days import Calendar, whole_calendar
from law.rules.law_book import LawBook
from law.rules.legal_dates import FilingRegime
from law.services import due_lines
from law.services.in_files import LawInFiles
from law.services.profile import read_profile
from law.services.profile_files import TomlFile
from organization import selectors as organization
from organization.errors import EntityMissing

MAX_LINE_BYTES = 1_000_000
FRESH_SECONDS = 1.0
BOM = b"\xef\xbb\xbf"
CALENDARS_KEPT = 500


class LawHere(Protocol):
    """The law of this installation: the entity's place, calendars, and rules with the entity's regime."""

    place: str
    book: LawBook

    def calendar_of(self, place: str, as_of: date | None) -> Calendar: ...


class LoadedLaw:
    """The law of the database, read again when a second has passed: another process may have loaded more."""

    def __init__(self) -> None:
        self._read_at = monotonic()
        self.place = organization.entity().place
        self.book = law.law_book()
        self.calendar_of = lru_cache(CALENDARS_KEPT)(law.calendar_of)

    def is_fresh(self) -> bool:
        return monotonic() - self._read_at < FRESH_SECONDS


class LawOfProfile:
    """The law of the entity's files, on an installation where nothing was loaded."""

    def __init__(self, folder: Path) -> None:
        profile, faults = read_profile(folder)
        if faults:
            raise LineRefused(_("El perfil tiene fallas: corríjalas con check_law. La primera: %s") % faults[0])
        files = LawInFiles(profile)
        self.place = str(TomlFile(folder / "entity.toml").values.get("place", ""))
        self.book = files.book
        self.calendar_of = lru_cache(CALENDARS_KEPT)(files.calendar_of)


class Answers:
    """Answers lines. The law is read when the first line needs it: one that brings its calendar needs no database."""

    def __init__(self) -> None:
        self._loaded: LoadedLaw | None = None
        self._files: LawOfProfile | None = None

    def of(self, source: BinaryIO) -> Iterator[dict[str, object]]:
        """Yield an answer for each line that is not blank, in order, as soon as it is read."""
        number = 0
        while line := source.readline(MAX_LINE_BYTES + 1):
            number += 1
            is_whole = line.endswith(b"\n") or len(line) <= MAX_LINE_BYTES
            _skip_rest(source, is_whole=is_whole)
            if number == 1:
                line = line.removeprefix(BOM)
            if line.strip():
                yield self._answer(line, number) if is_whole else _too_long(number)

    def _answer(self, line: bytes, number: int) -> dict[str, object]:
        found: Mapping[str, object] = {}
        try:
            found = due_lines.line_of(_text(line))
            return self.answer(due_lines.read(found))
        except OutsideCalendar as error:
            missing = _("No se puede contar: no hay calendario de %(year)s; cárguelo.") % {"year": error.year}
            return {"id": due_lines.id_of(found), "line": number, "error": missing}
        except LawError as error:
            return {"id": due_lines.id_of(found), "line": number, "error": str(error)}

    def answer(self, line: due_lines.DueLine) -> dict[str, object]:
        """Return the answer to a line that was understood.

        :raises LawError: the law that is loaded does not give it.
        """
        day = due_lines.day_of(line)
        calendar = self._calendar(line)
        regime = self._regime(line, day)
        return due_lines.answer(line, calendar=calendar, regime=regime, sources=self._law().book.sources_on(day))

    def _calendar(self, line: due_lines.DueLine) -> Calendar:
        if line.non_working is not None:
            return whole_calendar(line.non_working)
        here = self._law()
        return here.calendar_of(line.place or here.place, line.as_of)

    def _regime(self, line: due_lines.DueLine, day: date) -> FilingRegime:
        """Return what the line brings; what it leaves out is the entity's of that day."""
        own = self._law().book.regime_on(day)
        if line.regime is None:
            return FilingRegime(own.kind, line.closes or own.closes, own.norm)
        closes = line.closes or own.closes
        if line.regime == Regime.OFFICE_HOURS and closes is None:
            raise LineRefused(_("Falta «closes»: la hora a la que cierra la atención, como 16:30."))
        return FilingRegime(line.regime, closes, own.norm if own.kind == line.regime else "")

    def _law(self) -> LawHere:
        """Return the law that is loaded, or that of the entity's files where none is."""
        if self._loaded is not None and self._loaded.is_fresh():
            return self._loaded
        if self._files is not None:
            return self._files
        if _is_loaded():
            self._loaded = LoadedLaw()
            return self._loaded
        self._files = LawOfProfile(settings.BASE_DIR / "entities" / settings.ENTITY)
        return self._files


def as_text(answer: Mapping[str, object]) -> str:
    """Return an answer as one line of JSON; letters that no encoding has are escaped."""
    text = json.dumps(answer, ensure_ascii=False)
    try:
        text.encode()
    except UnicodeEncodeError:
        return json.dumps(answer)
    return text


def _is_loaded() -> bool:
    """Return whether this database has the law of its entity."""
    try:
        return CalendarSpan.objects.exists() and organization.entity() is not None
    except (DatabaseError, EntityMissing):
        return False


def _text(line: bytes) -> str:
    try:
        return line.decode()
    except UnicodeDecodeError:
        raise LineRefused(_("La línea no es texto UTF-8. Guárdela así y repítala.")) from None


def _skip_rest(source: BinaryIO, *, is_whole: bool) -> None:
    while not is_whole:
        rest = source.readline(MAX_LINE_BYTES)
        is_whole = not rest or rest.endswith(b"\n")


def _too_long(number: int) -> dict[str, object]:
    return {"id": None, "line": number, "error": _("La línea es demasiado larga. Escriba un solo caso en cada una.")}
