"""Verifies the whole chain of the ledger against itself and against the heads kept in the archive."""

import argparse
import sys
from collections.abc import Callable
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils.translation import gettext as _

from docs_store.errors import ArchiveUnavailable
from docs_store.services.heads import kept_heads
from ledger import selectors
from ledger.enums import Tampering
from ledger.ports import Finding, Head, Verification
from ledger.rules.verification import verify

UNSEALED_SHOWN = 100_000
FINDINGS_SHOWN = 50


class Command(BaseCommand):
    help = "Verifica el libro: dice si algo fue alterado, borrado, intercalado, intercambiado o repuesto, y dónde."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--head",
            dest="heads",
            type=_head,
            action="append",
            default=[],
            metavar="SECUENCIA:RESUMEN",
            help="Una cabeza anotada fuera de esta máquina; se puede repetir.",
        )

    def handle(self, **options: Any) -> None:
        """Print the findings and end with 1 if one of them is proof of a change."""
        try:
            kept, lost = kept_heads()
        except ArchiveUnavailable as error:
            self._end(str(error))
        seen = verify(
            selectors.links(),
            heads=[*kept, *options["heads"]],
            unsealed=selectors.unsealed(limit=UNSEALED_SHOWN, from_start=True),
            ids_missing_at_end=selectors.are_ids_missing_at_end(),
        )
        findings = [*seen.findings, *lost]
        for finding in findings[:FINDINGS_SHOWN]:
            self.stdout.write(sentence(finding))
        self.stdout.write(_extent(seen))
        proofs = [finding for finding in findings if finding.is_proof]
        if proofs:
            self._end(_("El libro NO está íntegro: %(count)d hallazgos.") % {"count": len(proofs)})
        self.stdout.write(_("El libro está íntegro."))

    def _end(self, reason: str) -> None:
        self.stderr.write(reason)
        sys.exit(1)


def sentence(finding: Finding) -> str:
    """Return the finding in words: what, and where."""
    return _SENTENCES[finding.kind](finding)


def _extent(seen: Verification) -> str:
    return _("Sellados: %(sealed)d; por sellar: %(unsealed)d; cabezas guardadas que coinciden: %(heads)d.") % {
        "sealed": seen.head.sequence if seen.head else 0,
        "unsealed": seen.unsealed,
        "heads": seen.heads_agreeing,
    }


def _head(text: str) -> Head:
    sequence, colon, digest = text.partition(":")
    if not (colon and sequence.isdigit() and len(digest) == 64):
        raise argparse.ArgumentTypeError("escriba la secuencia, dos puntos y los 64 dígitos del resumen")
    return Head(int(sequence), digest.lower())


def _place(finding: Finding) -> str:
    """Return ``secuencia 7, asiento 5``, as much of it as is known."""
    parts = []
    if finding.sequence is not None:
        parts.append(_("secuencia %(n)d") % {"n": finding.sequence})
    if finding.entry_id is not None:
        parts.append(_("asiento %(n)d") % {"n": finding.entry_id})
    if finding.reading_id is not None:
        parts.append(_("lectura %(n)d") % {"n": finding.reading_id})
    return ", ".join(parts)


def _deleted(finding: Finding) -> str:
    if finding.entry_id is not None or finding.reading_id is not None:
        return _("Borrado: %(place)s; queda su sello.") % {"place": _place(finding)}
    return _("Borrado: faltan las secuencias %(first)d a %(last)d.") % {
        "first": finding.sequence,
        "last": finding.other,
    }


def _tail_cut(finding: Finding) -> str:
    if finding.other is None:
        return _("Final cortado: faltan asientos después de la secuencia %(last)d.") % {"last": _last(finding)}
    return _("Final cortado: la cadena termina en la secuencia %(last)d y llegó a la %(kept)d.") % {
        "last": _last(finding),
        "kept": finding.other,
    }


def _older_backup(finding: Finding) -> str:
    return _(
        "Copia anterior: la cadena termina en la secuencia %(last)d y el archivo guarda la cabeza %(kept)d; "
        "se repuso una copia anterior de la base o se cortó su final."
    ) % {"last": _last(finding), "kept": finding.other}


def _replaced(finding: Finding) -> str:
    return _(
        "Cadena repuesta: entre las secuencias %(first)d y %(last)d no es la que guarda el archivo; "
        "se rehízo, o se repuso una copia anterior y se siguió escribiendo."
    ) % {"first": finding.sequence, "last": finding.other}


def _last(finding: Finding) -> int:
    return (finding.sequence or 1) - 1


_SENTENCES: dict[Tampering, Callable[[Finding], str]] = {
    Tampering.EDITED: lambda f: _("Alterado: %(place)s; no es lo que se selló.") % {"place": _place(f)},
    Tampering.REWRITTEN: lambda f: (
        _("Alterado y vuelto a sellar: %(place)s; el sello siguiente recuerda otro resumen.") % {"place": _place(f)}
    ),
    Tampering.DELETED: _deleted,
    Tampering.INSERTED: lambda f: _("Intercalado: %(place)s.") % {"place": _place(f)},
    Tampering.SWAPPED: lambda f: (
        _("Intercambiado: %(place)s, con la secuencia %(other)d.") % {"place": _place(f), "other": f.other}
    ),
    Tampering.TAIL_CUT: _tail_cut,
    Tampering.OLDER_BACKUP: _older_backup,
    Tampering.REPLACED: _replaced,
    Tampering.HEAD_LOST: lambda f: (
        _("Cabeza perdida: la de la secuencia %(n)d falta en el archivo o fue alterada.") % {"n": f.sequence}
    ),
    Tampering.CLOCK_BACK: lambda f: (
        _("Aviso: %(place)s es más de una hora anterior a los que le preceden; ¿se atrasó el reloj?")
        % {"place": _place(f)}
    ),
}
