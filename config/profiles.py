"""An entity profile as a whole: every room reads its own files; all of them are loaded in one transaction, or none."""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from types import ModuleType

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from config.turns import Turn, take_turn
from docs_store.services import profile as docs_store
from law.ports import ProfileFault
from law.services import profile as law
from law.services.profile_rows import ACTOR
from ledger import selectors as entries
from ledger import services as ledger
from organization.services import profile as organization
from workflows.services import profile as workflows

PROFILES = settings.BASE_DIR / "entities"
LOADED, SUBJECT = "profile.loaded", "entity:1"
ROOMS: tuple[ModuleType, ...] = (law, organization, docs_store, workflows)
READ_BY_ROOMS = ("*.toml", "*.csv", "routes/*.bpmn", "templates/*.typ")
LOADER_VERSION = "1"


class ProfileMissing(Exception):
    """There is no profile of that name; the sentence lists those that there are."""

    def __init__(self, name: str) -> None:
        super().__init__(
            _("No hay un perfil «%(name)s». Elija uno de estos: %(known)s.")
            % {"name": name, "known": ", ".join(names())}
        )


class ProfileFaulty(Exception):
    """The profile has faults, and nothing of it was loaded."""

    def __init__(self, faults: Sequence[ProfileFault]) -> None:
        super().__init__(
            _("Hay %(count)s por corregir; no se cargó nada.")
            % {"count": _("una falla") if len(faults) == 1 else _("%d fallas") % len(faults)}
        )
        self.faults = tuple(faults)


def names() -> list[str]:
    """Return the names of the profiles that are there."""
    return sorted(path.parent.name for path in PROFILES.glob("*/entity.toml"))


def check(name: str) -> list[ProfileFault]:
    """Return every fault of the profile, in the order of its files; nothing is loaded.

    :raises ProfileMissing: there is no such profile.
    """
    return _read(_folder(name)).faults


def load(name: str, *, at: datetime) -> bool:
    """Load the profile, and return whether there was anything to load since the last time.

    :raises ProfileMissing: there is no such profile.
    :raises ProfileFaulty: something in it is wrong; nothing was loaded.
    :raises OtherEntity: this installation serves another entity.
    """
    folder = _folder(name)
    facts = {"entity": name, "sha256": _fingerprint(folder)}
    if _last_loaded() == facts:
        return False
    reading = _read(folder)
    if reading.faults:
        raise ProfileFaulty(reading.faults)
    with transaction.atomic():
        take_turn(Turn.LOAD_ENTITY)
        if _last_loaded() == facts:
            return False
        for room, parsed in reading.parts:
            room.load_profile(parsed, at=at)
        ledger.record(LOADED, subject=SUBJECT, facts=facts, by=ACTOR, at=at)
    return True


class _Reading:
    """What each room read of a profile, and everything that is wrong with it."""

    def __init__(self) -> None:
        self.parts: list[tuple[ModuleType, object]] = []
        self.faults: list[ProfileFault] = []


def _read(folder: Path) -> _Reading:
    reading = _Reading()
    for room in ROOMS:
        parsed, faults = room.read_profile(folder)
        reading.parts.append((room, parsed))
        reading.faults.extend(_from_here(fault) for fault in faults)
    return reading


def _folder(name: str) -> Path:
    if name not in names():
        raise ProfileMissing(name)
    return PROFILES / name


def _from_here(fault: ProfileFault) -> ProfileFault:
    """Return the fault with its file as seen from the project's folder."""
    path = Path(fault.file)
    if not path.is_relative_to(settings.BASE_DIR):
        return fault
    return ProfileFault(str(path.relative_to(settings.BASE_DIR)), fault.line, fault.sentence)


def _last_loaded() -> dict[str, str] | None:
    entry = entries.entries_about([SUBJECT]).filter(kind=LOADED).last()
    return entry.facts if entry else None


def _fingerprint(folder: Path) -> str:
    """Return one hash of all that the rooms read, and of what decides how they load it."""
    digest = hashlib.sha256(f"{LOADER_VERSION} {settings.DEMO}".encode())
    for root in (law.NATIONAL, folder):
        for path in sorted(path for pattern in READ_BY_ROOMS for path in root.glob(pattern)):
            digest.update(f"\n{path.relative_to(root)}\n".encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()
