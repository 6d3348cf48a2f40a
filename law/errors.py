"""What the law room refuses. ``str(error)`` is the sentence for the person."""

from django.utils.translation import gettext as _


class LawError(Exception):
    """Base class: the law that is loaded does not answer what was asked."""


class OutsideCalendar(LawError):
    """A day was asked for that the loaded calendar does not reach; load its year."""

    def __init__(self, year: int) -> None:
        super().__init__(year)
        self.year = year

    def __str__(self) -> str:
        return _("No hay calendario de %(year)s. Cárguelo en el perfil y repita la cuenta.") % {"year": self.year}


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
