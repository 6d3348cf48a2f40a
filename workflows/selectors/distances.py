"""How far away a party lives, as the tables that are loaded say (PL-04)."""

from datetime import date

from law import selectors as law
from law.rules.deadlines import Distance
from organization import selectors as organization
from organization.models import Person


def distance_of(party: Person, on: date) -> Distance | None:
    """Return what is added to a term of this party's own that runs from that day; nothing for who lives here.

    Only what the citizen must do is given it: never a term of the entity.
    """
    if not party.place:
        return None
    return law.distance(lives_in=party.place, acts_in=organization.entity().place, on=on)


def home_of(party: Person, on: date) -> str:
    """Return where a party said that they live, as the tables of that day call it; empty for who lives here."""
    if not party.place:
        return ""
    rows = law.distances(organization.entity().place, on).filter(lives_in=party.place)
    return next((row.lives_in_name for row in rows if row.lives_in_name), party.place)
