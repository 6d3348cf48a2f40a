"""Why something of the entity is not written down: its tree, its posts, its people, their days."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from organization.errors.base import OrganizationError


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


class ExportRefused(OrganizationError):
    """The folder holds something already, or cannot be written; nothing there was overwritten."""

    def __init__(self, folder: object) -> None:
        super().__init__(
            _("No se puede escribir en «%(folder)s». Indique una carpeta nueva o vacía en la que pueda escribir.")
            % {"folder": folder}
        )


class GovernmentRefused(OrganizationError):
    """The file of a change of government has faults, each with its line; nothing was changed."""

    def __init__(self, faults: Sequence[object]) -> None:
        super().__init__(_("Hay %(count)d por corregir en el archivo; no se cambió nada.") % {"count": len(faults)})
        self.faults = tuple(faults)


class SeatTaken(OrganizationError):
    """Somebody else holds the post on one of those days; choose other days or end that appointment first."""


class ActMissing(OrganizationError):
    """An appointment or a grant names the act that gives it."""

    def __init__(self, sentence: str = "") -> None:
        super().__init__(sentence or _("Escriba el acto que otorga el cargo."))


class DatesCrossed(OrganizationError):
    """What is asked ends before it starts."""

    def __init__(self) -> None:
        super().__init__(_("La fecha final es anterior a la inicial. Corrija una de las dos."))


class SiglasTaken(OrganizationError):
    """Another unit bears those siglas on one of those days; choose others."""


class SuccessionRefused(OrganizationError):
    """A unit cannot end that way; the sentence says what to change."""


class MoveRefused(OrganizationError):
    """A unit cannot hang from another one so; the sentence says what to change."""


class CycleInUnits(OrganizationError):
    """The unit would hang from itself; choose another parent."""


class UsernameTaken(OrganizationError):
    """Another person signs in with that name; choose another."""


class AbsenceOverlaps(OrganizationError):
    """The person is absent already on one of those days; correct that absence or choose other days."""


class AbstentionRefused(OrganizationError):
    """The abstention cannot be registered so; the sentence says what to change."""


class PostRefused(OrganizationError):
    """The post cannot be created so; the sentence says what to change."""


class PostEnds(OrganizationError):
    """The post does not exist on all of those days, or cannot end so; the sentence says what to change."""
