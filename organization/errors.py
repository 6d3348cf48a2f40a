"""What the organization room refuses. ``str(error)`` is the sentence for the person."""

from django.utils.translation import gettext as _


class OrganizationError(Exception):
    """Base class: the entity's units, posts or people do not allow what was asked."""


class EntityMissing(OrganizationError):
    """No profile was loaded yet."""

    def __init__(self) -> None:
        super().__init__(_("Todavía no hay una entidad cargada. Cargue su perfil con «manage.py load_entity»."))


class OtherEntity(OrganizationError):
    """The installation serves another entity: one installation, one entity."""

    def __init__(self, served: str, asked: str) -> None:
        super().__init__(
            _("Esta instalación sirve a «%(served)s». Para «%(asked)s» use otra carpeta de datos, con DATA_DIR=…")
            % {"served": served, "asked": asked}
        )


class SeatTaken(OrganizationError):
    """Somebody else holds the post on one of those days; choose other days or end that appointment first."""


class ActMissing(OrganizationError):
    """An appointment names the act that grants it."""

    def __init__(self) -> None:
        super().__init__(_("Escriba el acto que otorga el cargo."))


class DatesCrossed(OrganizationError):
    """What is asked ends before it starts."""

    def __init__(self) -> None:
        super().__init__(_("La fecha final es anterior a la inicial. Corrija una de las dos."))


class SiglasTaken(OrganizationError):
    """Another unit bears those siglas on one of those days; choose others."""


class CycleInUnits(OrganizationError):
    """The unit would hang from itself; choose another parent."""


class UsernameTaken(OrganizationError):
    """Another person signs in with that name; choose another."""
