"""What the law room refuses. ``str(error)`` is the sentence for the person."""

from datetime import date

from django.utils.translation import gettext as _


def day_plain(day: date) -> str:
    """Return ``09/03/2026``, the same on every system."""
    return f"{day.day:02}/{day.month:02}/{day.year:04}"


class LawError(Exception):
    """Base class: the law that is loaded does not answer what was asked."""


class OutsideCalendar(LawError):
    """A day was asked for that the loaded calendar does not reach; load its year."""

    def __init__(self, year: int) -> None:
        super().__init__(year)
        self.year = year

    def __str__(self) -> str:
        return _("No hay calendario de %(year)s; cárguelo y repita la cuenta.") % {"year": self.year}


class CalendarMissing(LawError):
    """No calendar is loaded for the place; load the entity's profile."""

    def __init__(self, place: str) -> None:
        super().__init__(place)
        self.place = place

    def __str__(self) -> str:
        return _("No hay calendario de %(place)s. Cargue el perfil de la entidad.") % {"place": self.place}


class UnknownTerm(LawError):
    """No norm that is loaded gives a term of that code; load it."""

    def __init__(self, slug: str) -> None:
        super().__init__(slug)
        self.slug = slug

    def __str__(self) -> str:
        return _("No hay un plazo con el código %(slug)s. Cárguelo con su norma.") % {"slug": self.slug}


class SuspensionBackwards(LawError):
    """A suspension ends before it starts; correct one of its days."""

    def __init__(self, first: date, last: date) -> None:
        super().__init__(first, last)
        self.first, self.last = first, last

    def __str__(self) -> str:
        return _("La suspensión que empieza el %(first)s termina antes, el %(last)s. Corrija uno de los dos días.") % {
            "first": day_plain(self.first),
            "last": day_plain(self.last),
        }


class SuspensionsOverlap(LawError):
    """Two suspensions share a day; join them or correct their days."""

    def __init__(self, first: date, second: date) -> None:
        super().__init__(first, second)
        self.first, self.second = first, second

    def __str__(self) -> str:
        return _(
            "La suspensión del %(first)s y la del %(second)s se cruzan: comparten días. "
            "Júntelas en una o corrija sus días."
        ) % {"first": day_plain(self.first), "second": day_plain(self.second)}


class SuspensionAfterExpiry(LawError):
    """A term that is over cannot be suspended; what follows from its end follows."""

    def __init__(self, due_on: date) -> None:
        super().__init__(due_on)
        self.due_on = due_on

    def __str__(self) -> str:
        return _("El plazo venció el %(due)s: un plazo vencido no se suspende.") % {"due": day_plain(self.due_on)}


class ExtensionTooLate(LawError):
    """An extension was asked for after the due day (PL-07); it cannot be given."""

    def __init__(self, requested_on: date, due_on: date) -> None:
        super().__init__(requested_on, due_on)
        self.requested_on, self.due_on = requested_on, due_on

    def __str__(self) -> str:
        return _(
            "La prórroga se pidió el %(requested)s y el plazo venció el %(due)s. "
            "Solo se concede la que se pide hasta el día del vencimiento."
        ) % {"requested": day_plain(self.requested_on), "due": day_plain(self.due_on)}


class SecondExtension(LawError):
    """A term was extended already (PL-07); it cannot be extended again."""

    def __str__(self) -> str:
        return _("El plazo se prorroga una sola vez. Deje una sola prórroga.")


class SecondObservation(LawError):
    """A filing was observed already, for other defects (IN-10); only what was not cured may be observed again."""

    def __str__(self) -> str:
        return _(
            "El escrito ya fue observado una vez, y una sola vez se observa. Solo puede reiterar lo que no se subsanó."
        )


class SuspensionTooLong(LawError):
    """A suspension at the citizen's request passes what the norm allows (PL-08); shorten it."""

    def __init__(self, days: int, allowed: int) -> None:
        super().__init__(days, allowed)
        self.days, self.allowed = days, allowed

    def __str__(self) -> str:
        return _(
            "La suspensión pedida es de %(days)s días hábiles y puede ser de %(allowed)s como máximo. Acórtela."
        ) % {"days": self.days, "allowed": self.allowed}


class TermTooLong(LawError):
    """A procedure's term passes the general maximum and no law allows it (PL-05); name the law or shorten it."""

    def __init__(self, days: int, allowed: int) -> None:
        super().__init__(days, allowed)
        self.days, self.allowed = days, allowed

    def __str__(self) -> str:
        return _(
            "El plazo es de %(days)s días hábiles y el máximo es de %(allowed)s, salvo que una ley dé más. "
            "Indique esa ley o acorte el plazo."
        ) % {"days": self.days, "allowed": self.allowed}


class SilenceMissing(LawError):
    """A procedure does not say what silence means (PL-11); say whether it is automatic, positive or negative."""

    def __str__(self) -> str:
        return _(
            "El procedimiento no dice si es de aprobación automática, de silencio positivo o de silencio negativo. "
            "Indíquelo con su norma."
        )


class LineRefused(LawError):
    """A line of cases cannot be understood; the sentence names the field and says what to write."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence

    def __str__(self) -> str:
        return self.sentence
