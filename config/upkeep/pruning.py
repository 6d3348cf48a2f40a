"""Making room where backups lie: older ones go, and with them the objects that none of those left needs.

Never the newest finished one, and nothing at all unless that one is whole. While objects are deleted a mark stands in
the place, at which no backup counts on what is there; and while another backup is half made, no object is deleted.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from time import monotonic

from django.utils import timezone
from django.utils.translation import gettext as _

from config.upkeep import restoring
from config.upkeep.carrying import Say
from config.upkeep.checks.spool import Spool
from config.upkeep.errors import BackupDamaged, NewerFormat, WrongPassphrase
from config.upkeep.places import OBJECTS, Place, check_unmarked, moment_of
from docs_store.errors import ObjectDamaged, ObjectMissing
from ledger import services as ledger

HALF_MADE = timedelta(days=1)
"""What has no manifest after so long was broken off, and is not gone on with."""
PRUNES_SECONDS = 4 * 60 * 60
"""Then the rest waits for the next time: well before the mark ends."""
NEEDED = "needed (sha256 TEXT PRIMARY KEY) WITHOUT ROWID"
MOST_RECORDED = 100


@dataclass(frozen=True)
class Keep:
    """How many backups stay, or for how many days; the newest one in any case."""

    count: int | None = None
    days: int | None = None

    def superfluous(self, names: list[str], *, at: datetime) -> list[str]:
        """Return those that may go, the oldest first."""
        older = names[:-1]
        if self.count is not None:
            return older[: max(len(names) - self.count, 0)]
        if self.days is not None:
            return [name for name in older if moment_of(name) < at - timedelta(days=self.days)]
        return []


@dataclass
class Pruned:
    """Which backups went, which of them the store keeps from deletion, and how many objects went with them."""

    gone: list[str] = field(default_factory=list)
    retained: list[str] = field(default_factory=list)
    objects: int = 0


def prune(place: Place, *, keep: Keep, passphrase: str, at: datetime, say: Say) -> Pruned:
    """Delete what is superfluous and what was broken off; interrupted, the next time goes on from there.

    :raises UpkeepError: the newest is not whole, or somebody else deletes here; nothing was deleted.
    :raises ArchiveUnavailable: the place does not answer; the call may be repeated.
    """
    pruned, names = Pruned(), place.names()
    superfluous = keep.superfluous(names, at=at)
    broken_off = [name for name in place.unfinished() if moment_of(name) < at - HALF_MADE]
    if not (superfluous or broken_off):
        return pruned
    restoring.opened(place, name=names[-1], passphrase=passphrase).check(say)
    with _marked(place):
        for name in [*superfluous, *broken_off]:
            (pruned.gone if place.remove(name) else pruned.retained).append(name)
        if any(moment_of(name) >= at - HALF_MADE for name in place.unfinished()):
            say(_("  otra copia está a medias: los objetos que sobran se borran la próxima vez"))
        else:
            pruned.objects = _prune_objects(place, passphrase, at, say)
    facts = {"backups": pruned.gone[:MOST_RECORDED], "count": len(pruned.gone), "objects": pruned.objects}
    ledger.record("system.backups_pruned", subject="installation:backup", facts=facts, by="system:backup", at=at)
    return pruned


@contextmanager
def _marked(place: Place) -> Iterator[None]:
    check_unmarked(place)
    place.mark(timezone.now())
    try:
        yield
    finally:
        place.unmark()


def _prune_objects(place: Place, passphrase: str, at: datetime, say: Say) -> int:
    """Delete the objects that no finished backup names; return how many."""
    until, count = monotonic() + PRUNES_SECONDS, 0
    with Spool(NEEDED) as spool:
        try:
            for name in place.names():
                backup = restoring.opened(place, name=name, passphrase=passphrase)
                spool.fill("needed", ((digest,) for digest, _size in backup.objects()))
                spool.fill("needed", ((digest,) for digest in backup.belongings.head_objects))
        except (WrongPassphrase, NewerFormat, BackupDamaged, ObjectMissing, ObjectDamaged):
            say(
                _("  la copia %(name)s no se abre con esta frase, o está dañada: no se borra ningún objeto")
                % {"name": name}
            )
            return 0
        for stored in place.archive(OBJECTS).stored():
            is_needed = next(spool.ask("SELECT 1 FROM needed WHERE sha256 = ?", stored.sha256), None)
            if not is_needed and place.remove_object(stored.sha256, before=at):
                count += 1
            if monotonic() > until:
                break
    return count
