"""The few things that the desk itself keeps: how a person likes to see it, and what became of a batch."""

from organization.models import Person


def choose_theme(*, person: Person, theme: str) -> None:
    """Keep whether the person wants the desk light, dark, or as their machine says (empty)."""
    person.theme = theme
    person.save(update_fields=["theme"])
