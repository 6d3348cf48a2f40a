"""What is known to be down and since when: a small record that health checks and failing calls keep.

Pages read it and never ask a backing service themselves. It lies beside the data, one for each machine, and forgets:
what nobody has confirmed for a while is no longer known to be down.
"""

import logging
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from django.core.cache import caches
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from law import selectors as law
from law.rules import dates

CALENDAR_LAST = "calendar-last-day"
KNOWN_SECONDS = 90
"""Several times the pause between two health checks."""
logger = logging.getLogger(__name__)


class Service(StrEnum):
    """What the site stands on: servers, the processes that work behind it, this machine's disk and clock, and the
    calendar by which terms are counted."""

    DATABASE = "database"
    ARCHIVE = "archive"
    INDEX = "index"
    BROKER = "broker"
    MAIL = "mail"
    WORKER = "worker"
    SEALER = "sealer"
    SCHEDULER = "scheduler"
    DISK = "disk"
    CLOCK = "clock"
    IDENTITY = "identity"
    CALENDAR = "calendar"


@dataclass(frozen=True)
class Limit:
    """What a person at the desk, and what a citizen, can and cannot do while something is down."""

    desk: str | Promise
    portal: str | Promise


@dataclass(frozen=True)
class Notice:
    """One line of the notice on the screens."""

    what: str
    still: str


FAILS: Mapping[Service, str | Promise] = {
    Service.ARCHIVE: gettext_lazy("El archivo no responde desde %(since)s."),
    Service.INDEX: gettext_lazy("El buscador no responde desde %(since)s."),
    Service.BROKER: gettext_lazy("La cola de trabajos no responde desde %(since)s."),
    Service.MAIL: gettext_lazy("El correo no sale desde %(since)s."),
    Service.WORKER: gettext_lazy("Los trabajos pendientes esperan desde %(since)s."),
}
LIMITS: Mapping[Service, Limit] = {
    Service.ARCHIVE: Limit(
        desk=gettext_lazy(
            "Puede ver los expedientes y tramitar; adjuntar, firmar y abrir documentos esperan a que vuelva."
        ),
        portal=gettext_lazy("Puede consultar su trámite; adjuntar y abrir documentos esperan a que vuelva."),
    ),
    Service.INDEX: Limit(
        desk=gettext_lazy(
            "Puede tramitar y firmar; se busca por número, asunto y tipo, no en los textos. Nada se pierde."
        ),
        portal=gettext_lazy("Puede presentar y consultar; se busca por número, título y tipo, no en los textos."),
    ),
    Service.BROKER: Limit(
        desk=gettext_lazy("Puede trabajar como siempre; lo nuevo puede tardar algo más en hallarse y avisarse."),
        portal=gettext_lazy("Puede presentar y consultar como siempre; los avisos pueden tardar algo más."),
    ),
    Service.MAIL: Limit(
        desk=gettext_lazy("Puede tramitar y firmar; los correos esperan y saldrán solos cuando vuelva."),
        portal=gettext_lazy("Puede presentar y consultar; los correos esperan y saldrán solos cuando vuelva."),
    ),
    Service.WORKER: Limit(
        desk=gettext_lazy("Puede tramitar y firmar; lo nuevo tarda en hallarse y los correos, en salir."),
        portal=gettext_lazy("Puede presentar y consultar; los correos pueden tardar."),
    ),
}


def note_down(service: Service, *, at: datetime, why: str = "") -> None:
    """Remember that the service failed at that moment; known since earlier, it stays down since then.

    :param why: the class of the error and its place, for the log; never its message, which may hold anything.
    """
    with suppress(OSError):  # a full disk must not make matters worse
        record = caches["conditions"]
        if record.add(service, at, KNOWN_SECONDS):
            logger.warning("a service does not answer", extra={"service": service.value, "error": why})
        else:
            record.touch(service, KNOWN_SECONDS)


def note_up(service: Service) -> None:
    """Remember that the service works."""
    with suppress(OSError):
        if caches["conditions"].delete(service):
            logger.warning("a service answers again", extra={"service": service.value})


def down_since(service: Service) -> datetime | None:
    """Return since when the service is known to be down, or nothing."""
    return _known([service]).get(service)


def notices(*, for_desk: bool, at: datetime) -> list[Notice]:
    """Return what the screens have to say, one line for each service that is known to be down."""
    found = _known(FAILS)
    return [
        Notice(
            str(FAILS[service]) % {"since": _since(found[service], at)},
            str(LIMITS[service].desk if for_desk else LIMITS[service].portal),
        )
        for service in FAILS
        if service in found
    ]


def note_calendar(last: date) -> None:
    """Remember the last day of the calendar that is loaded."""
    with suppress(OSError):
        caches["conditions"].set(CALENDAR_LAST, last, KNOWN_SECONDS)


def calendar_notices(today: date) -> list[Notice]:
    """Return what who administers has to know of the calendar: that it ends soon, and what waits for the next one."""
    last: date | None = _known([CALENDAR_LAST]).get(CALENDAR_LAST)
    sentence = law.ending(last, today) if last is not None else ""
    still = _("Después de ese día no se cuenta ningún plazo y mesa de partes no recibe.")
    return [Notice(sentence, still)] if sentence else []


def _known(services: Iterable[str]) -> dict[str, Any]:
    try:
        return caches["conditions"].get_many(services)
    except OSError:
        return {}


def _since(moment: datetime, at: datetime) -> str:
    here, today = timezone.localtime(moment), timezone.localtime(at).date()
    if here.date() == today:
        return _("las %(hour)s") % {"hour": dates.hour(here)}
    return _("el %(day)s, %(hour)s") % {"day": dates.day_short(here.date(), today=today), "hour": dates.hour(here)}
