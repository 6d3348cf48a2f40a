"""The few cases that all others are copies of: played through the services, as the screens would."""

import io
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone

from ledger import services as ledger
from signing import services as signing
from workflows.models import Process
from workflows.services.demo import Demo, DemoCase, read_demo
from workflows.services.play import DEMO_PIN
from workflows.services.presentations import UploadedPaper

DAYS_OF_A_CLOSED_CASE = 45
ONE_OF_THE_OTHERS = 6
FIRST_MONTHS = timedelta(days=120)
PAPERS = {
    "documento-de-identidad.txt": "Copia del documento de identidad de quien presenta, legible y vigente.",
    "recibo.txt": "Recibo del derecho de trámite, con el número de la operación y la fecha del pago.",
    "croquis.txt": "Croquis de ubicación del predio, con sus linderos y la calle más cercana.",
    "declaracion.txt": "Declaración jurada de quien presenta sobre la verdad de lo que acompaña.",
}


@dataclass
class Clerk(Demo):
    """Plays cases as the demo does; citizens bring their papers along."""

    def _papers(self, case: DemoCase, at: datetime) -> list[UploadedPaper]:
        """Return the petition, and three or four papers that go with it."""
        along = list(PAPERS)[: 3 + len(case.subject) % 2]
        return [_paper("solicitud.txt", f"{case.petition}\n{at.isoformat()}"), *map(_paper, along)]


def _paper(name: str, text: str = "") -> UploadedPaper:
    title = name.removesuffix(".txt").replace("-", " ").capitalize()
    return UploadedPaper(name, io.BytesIO((text or PAPERS[name]).encode()), title)


def clerk(now: datetime) -> tuple[Clerk, list[DemoCase]]:
    """Return who plays, and the profile's cases."""
    (settings.DATA_DIR / "demo").touch()
    signing.ensure_authority()
    cases, words = read_demo(settings.BASE_DIR / "entities" / settings.ENTITY)
    return Clerk(words, now, DEMO_PIN), cases


def play_closed(now: datetime) -> Iterator[Process]:
    """Play cases of the profile to their end, in the weeks before now.

    All of citizens and every sixth of the others: at a counter there are far more petitions than acts.
    """
    player, cases = clerk(now)
    inner = [case for case in cases if not case.party]
    for minute, case in enumerate([*(case for case in cases if case.party), *inner[::ONE_OF_THE_OTHERS]]):
        yield player.play(to_its_end(case), minute=minute)


def play_open(now: datetime) -> Iterator[Process]:
    """Play every case of the profile up to the step that it waits at."""
    player, cases = clerk(now)
    for minute, case in enumerate(sorted(cases, key=lambda case: -case.days_ago)):
        yield player.play(case, minute=minute)


def to_its_end(case: DemoCase) -> DemoCase:
    """Return the case without the step that it waits at."""
    return replace(case, days_ago=DAYS_OF_A_CLOSED_CASE, pace=1, stop="", unopened=False)


def template_moment() -> datetime:
    """Return the moment up to which cases are played: now, or the last December where the year is young.

    The cases that are played all lie in one year, as their numbers do.
    """
    now = timezone.now()
    this_year = now.replace(month=1, day=1)
    return now if now - this_year > FIRST_MONTHS else this_year - timedelta(days=15)


def settle() -> None:
    """Deliver and seal all that waits."""
    while ledger.deliver_due(worker="scale", limit=500):
        pass
    while ledger.seal_pending(limit=10_000):
        pass
