"""The ledger: the chain itself, and the contents that it recorded beside those that the database holds."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from config.upkeep.checks.spool import Spool
from config.upkeep.differences import Difference, Kind
from docs_store.management.commands.verify_ledger import UNSEALED_SHOWN, sentence
from docs_store.models import Version
from docs_store.services.heads import kept_heads
from ledger import selectors
from ledger.models import Entry
from ledger.rules.verification import verify

TABLES = (
    "recorded (version INTEGER PRIMARY KEY, sha256 TEXT, size INTEGER)",
    "held (version INTEGER PRIMARY KEY, sha256 TEXT, size INTEGER)",
)


def differences() -> Iterator[Difference]:
    """Yield what verification proves to be changed, then each version that is not as it was recorded."""
    yield from _chain()
    with Spool(*TABLES) as spool:
        held = Version.objects.order_by().values_list("pk", "sha256", "size_bytes")
        spool.fill("held", held.iterator())
        spool.fill("recorded", _recorded())
        yield from _versions(spool)


def _chain() -> Iterator[Difference]:
    kept, lost = kept_heads()
    seen = verify(
        selectors.links(),
        heads=kept,
        unsealed=selectors.unsealed(limit=UNSEALED_SHOWN, from_start=True),
        ids_missing_at_end=selectors.are_ids_missing_at_end(),
    )
    for finding in (*seen.findings, *lost):
        if finding.is_proof:
            yield Difference(Kind.LEDGER, f"seal:{finding.sequence}", sentence(finding))


def _recorded() -> Iterator[tuple[int, str, int]]:
    """Yield what the ledger says of each version: its facts name the row, the hash and the size."""
    entries = Entry.objects.filter(subject__startswith="document:").order_by().values_list("facts", flat=True)
    for facts in entries.iterator():
        if {"version", "sha256", "bytes"} <= facts.keys():
            yield facts["version"], facts["sha256"], facts["bytes"]


def _versions(spool: Spool) -> Iterator[Difference]:
    """The rows held were read first: whatever was added meanwhile is recorded and not yet held, above the last one."""
    last = next(spool.ask("SELECT coalesce(max(version), 0) FROM held"))[0]
    gone = "SELECT version FROM recorded WHERE version <= ? AND version NOT IN (SELECT version FROM held)"
    for (version,) in spool.ask(gone, last):
        yield Difference(
            Kind.ROW_MISSING,
            f"version:{version}",
            _("La versión %(version)d consta en el libro y no está en la base de datos.") % {"version": version},
        )
    for (version,) in spool.ask("SELECT version FROM held WHERE version NOT IN (SELECT version FROM recorded)"):
        yield Difference(
            Kind.ROW_UNRECORDED,
            f"version:{version}",
            _("La versión %(version)d está en la base de datos y no consta en el libro.") % {"version": version},
        )
    changed = (
        "SELECT version FROM held JOIN recorded r USING (version) WHERE held.sha256 <> r.sha256 OR held.size <> r.size"
    )
    for (version,) in spool.ask(changed):
        yield Difference(
            Kind.ROW_CHANGED,
            f"version:{version}",
            _("La versión %(version)d no es la que registró el libro: su resumen o su tamaño es otro.")
            % {"version": version},
        )
