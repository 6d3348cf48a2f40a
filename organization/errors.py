"""What the organization room refuses. ``str(error)`` is the sentence for the person."""


class OrganizationError(Exception):
    """Base class: the organization does not allow what was asked."""


class EntityNotLoaded(OrganizationError):
    """No entity profile was loaded yet."""

    def __init__(self) -> None:
        super().__init__("Todavía no se cargó ninguna entidad. Ejecute manage.py load_entity.")


class SeatTaken(OrganizationError):
    """The single-seat post has another holder on one of those days."""
