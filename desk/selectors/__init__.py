"""What the desk's pages ask of several rooms at once."""

from desk.selectors.desks import Desk, desk_of

__all__ = ["Desk", "desk_of"]
