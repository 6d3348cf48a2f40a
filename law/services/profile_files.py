"""The plain files of an entity profile while they are read: each fault with its file, its line and what to do.

Every room reads its own files with these two. A cell that cannot be understood is noted and stands for a harmless
value: nothing of a profile with a fault is loaded.
"""

import csv
import re
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, time
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from law.ports import ProfileFault

COMMENT = "#"
YES, NO = frozenset({"1", "true", "sí", "si"}), frozenset({"0", "false", "no", ""})
TOML_LINE = re.compile(r"at line (\d+)")
SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


class ProfileFile:
    """A file of the profile and the faults found in it so far."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.faults: list[ProfileFault] = []

    def fault(self, line: int, sentence: str) -> None:
        """Note that something is wrong on that line."""
        self.faults.append(ProfileFault(str(self.path), line, sentence))

    def read_text(self) -> str | None:
        """Return the text, or note why it cannot be read."""
        try:
            return self.path.read_text(encoding="utf-8-sig")
        except FileNotFoundError:
            self.fault(1, _("Falta este archivo. Créelo, aunque solo tenga los nombres de sus columnas."))
        except (OSError, UnicodeDecodeError):
            self.fault(1, _("No se puede leer este archivo. Guárdelo como texto UTF-8 y revise sus permisos."))
        return None


class Row:
    """One line of a table. Its cells are read by what they must be."""

    def __init__(self, table: "Table", line: int, cells: Mapping[str, str]) -> None:
        self.table = table
        self.line = line
        self.cells = cells

    def fault(self, sentence: str) -> None:
        """Note that something is wrong on this line."""
        self.table.fault(self.line, sentence)

    def text(self, column: str) -> str:
        """Return the cell; it may be empty."""
        return self.cells[column]

    def needed(self, column: str) -> str:
        """Return the cell, which must say something."""
        value = self.cells[column]
        if not value:
            self.fault(_("Falta «%(column)s». Escríbalo.") % {"column": column})
        return value

    def slug(self, column: str) -> str:
        """Return the cell, which must be a code: small letters, digits and hyphens."""
        value = self.needed(column)
        if value and not SLUG.fullmatch(value):
            self.fault(
                _("«%(value)s» no sirve de código en «%(column)s». Use minúsculas sin tilde, cifras y guiones.")
                % {"value": value, "column": column}
            )
        return value

    def day(self, column: str) -> date | None:
        """Return the cell as a day, or nothing if it is empty."""
        value = self.cells[column]
        if not value:
            return None
        try:
            return date.fromisoformat(value)
        except ValueError:
            self.fault(
                _("«%(column)s» debe ser un día como 2023-11-10 y dice «%(value)s».")
                % {"column": column, "value": value}
            )
            return None

    def needed_day(self, column: str) -> date:
        """Return the cell as a day; it must be one."""
        self.needed(column)
        return self.day(column) or date.min

    def hour(self, column: str) -> time | None:
        """Return the cell as an hour of the day, or nothing if it is empty."""
        value = self.cells[column]
        try:
            return time.fromisoformat(value) if value else None
        except ValueError:
            self.fault(
                _("«%(column)s» debe ser una hora como 16:30 y dice «%(value)s».") % {"column": column, "value": value}
            )
            return None

    def flag(self, column: str) -> bool:
        """Return the cell as yes or no; empty is no."""
        value = self.cells[column].lower()
        if value not in YES | NO:
            self.fault(_("«%(column)s» debe ser 1 o 0 y dice «%(value)s».") % {"column": column, "value": value})
        return value in YES

    def number(self, column: str) -> int:
        """Return the cell as a whole number."""
        value = self.needed(column)
        if value and not value.isdigit():
            self.fault(
                _("«%(column)s» debe ser un número entero y dice «%(value)s».") % {"column": column, "value": value}
            )
            return 0
        return int(value or 0)

    def choice(self, column: str, choices: Iterable[str]) -> str:
        """Return the cell, which must be empty or one of these words."""
        value, known = self.cells[column], list(choices)
        if value and value not in known:
            self.fault(
                _("«%(column)s» dice «%(value)s». Escriba una de estas palabras: %(known)s.")
                % {"column": column, "value": value, "known": ", ".join(known)}
            )
        return value

    def needed_choice(self, column: str, choices: Iterable[str]) -> str:
        """Return the cell, which must be one of these words."""
        self.needed(column)
        return self.choice(column, choices)

    def reference(self, column: str, known: Iterable[str], *, file: str) -> str:
        """Return the cell, which must be a code that the other file defines, or empty."""
        value = self.cells[column]
        if value and value not in known:
            self.fault(
                _("«%(value)s» no está en %(file)s. Corrija «%(column)s» o añada allí su línea.")
                % {"value": value, "file": file, "column": column}
            )
        return value

    def needed_reference(self, column: str, known: Iterable[str], *, file: str) -> str:
        """Return the cell, which must be a code that the other file defines."""
        self.needed(column)
        return self.reference(column, known, file=file)


class Table(ProfileFile):
    """A CSV file with named columns. Blank lines and lines that begin with ``#`` are skipped."""

    def __init__(
        self,
        path: Path,
        columns: Sequence[str],
        *,
        more: Sequence[str] = (),
        is_optional: bool = False,
        text: str | None = None,
    ) -> None:
        """:param more: columns that may follow; where they are missing, their cells are empty.
        :param text: what the file says, where somebody sent it; nothing is read from the path then.
        """
        super().__init__(path)
        self.columns, self._more = tuple(columns), tuple(more)
        if text is None:
            text = "" if is_optional and not path.exists() else self.read_text()
        self.rows: tuple[Row, ...] = tuple(self._rows(text.splitlines())) if text else ()

    def _rows(self, lines: Sequence[str]) -> Iterator[Row]:
        numbered = [(at, line) for at, line in enumerate(lines, start=1) if line.strip() and line[0] != COMMENT]
        if not numbered or not self._has_its_columns(*numbered[0]):
            return
        for at, line in numbered[1:]:
            cells = [cell.strip() for cell in next(csv.reader([line]))]
            if len(cells) != len(self.columns):
                self.fault(
                    at,
                    _("La línea tiene %(found)s celdas y debe tener %(wanted)s: %(columns)s.")
                    % {"found": len(cells), "wanted": len(self.columns), "columns": ", ".join(self.columns)},
                )
                continue
            blank = dict.fromkeys(self._more, "")
            yield Row(self, at, blank | dict(zip(self.columns, cells, strict=True)))

    def _has_its_columns(self, at: int, line: str) -> bool:
        found = tuple(cell.strip() for cell in next(csv.reader([line])))
        needed, rest = found[: len(self.columns)], found[len(self.columns) :]
        if needed == self.columns and rest == tuple(name for name in self._more if name in rest):
            self.columns = found
            return True
        self.fault(at, _("La primera línea debe decir: %(columns)s") % {"columns": ",".join(self.columns)})
        return False

    def check_unique(self, *columns: str) -> None:
        """Note each line whose cells in these columns repeat an earlier line's."""
        seen: dict[tuple[str, ...], int] = {}
        for row in self.rows:
            key = tuple(row.cells[column] for column in columns)
            first = seen.setdefault(key, row.line)
            if first != row.line:
                row.fault(
                    _("«%(value)s» ya está en la línea %(line)s. Quite una de las dos.")
                    % {"value": " ".join(key), "line": first}
                )


class TomlFile(ProfileFile):
    """A TOML file whose fields are read by what they must be."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self._text = self.read_text() or ""
        self.values: dict[str, Any] = {}
        try:
            self.values = tomllib.loads(self._text)
        except tomllib.TOMLDecodeError as error:
            line = TOML_LINE.search(str(error))
            self.fault(
                int(line[1]) if line else 1, _('No se entiende esta línea. Escríbala como TOML: campo = "valor"')
            )

    def text(
        self, field: str, *, default: str | None = None, fits: Callable[[str], bool] = bool, hint: str = ""
    ) -> str:
        """Return the field as text.

        :param default: what an absent field means; without it the field must be there.
        :param fits: whether the text can be right; ``hint`` says what would be.
        """
        if field not in self.values and default is not None:
            return default
        value = self.values.get(field)
        if not isinstance(value, str) or not fits(value):
            self.fault(self.line_of(field), _("Escriba «%(field)s». %(hint)s") % {"field": field, "hint": hint})
            return ""
        return value

    def line_of(self, field: str) -> int:
        """Return the line that sets the field, or the first one."""
        pattern = re.compile(rf"\s*{re.escape(field)}\s*=")
        lines = enumerate(self._text.splitlines(), start=1)
        return next((at for at, line in lines if pattern.match(line)), 1)
