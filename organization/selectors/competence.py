"""Who is competent on a day, with the acts that make it."""

from dataclasses import dataclass
from datetime import date

from organization.enums import Capacity
from organization.models import Grant, Person, Post
from organization.rules import competence
from organization.rules.competence import ActKind, Link
from organization.selectors.rows import person_name, post_name, rows_of


@dataclass(frozen=True)
class Competent:
    """Who is competent as a post on a day, in which capacity, for whom, by which acts."""

    post: Post
    person: Person
    capacity: Capacity
    chain: tuple[Link, ...]
    titular: Person | None = None
    grant: Grant | None = None


def competent_for(
    post: Post, on: date, *, kind: ActKind, person: Person | None = None, file: int | None = None
) -> Competent:
    """Return who is competent for the kind of act as the post that day, and the chain of acts that makes them so.

    :param person: ask for this person alone; without one, for whom the act falls to.
    :param file: the expediente that the act belongs to: who abstained from it is not competent there.
    :raises NotCompetent: nobody, or not this person; its sentence says which link fails and what would mend it.
    """
    rows = rows_of({post.pk}, None, file)
    found = competence.competent_for(kind, post_name(post), on, rows.facts(), person_name(person) if person else None)
    people = rows.people
    titular = people[found.titular.pk] if found.titular else None
    grant = next((g for g in rows.grants if found.grant is not None and g.pk == found.grant.pk), None)
    return Competent(post, people[found.person.pk], found.capacity, found.chain, titular, grant)


def candidates_for(post: Post, on: date, file: int | None = None) -> list[Person]:
    """Return everybody whom an act in force that day names for the post, present or not, once each."""
    rows = rows_of({post.pk}, on, file)
    own = {row.person_id: row.person for row in rows.appointments if row.post_id == post.pk}
    own |= {row.designee_id: row.designee for row in rows.abstentions if row.post_id == post.pk}
    return list((own | {row.person_id: row.person for row in rows.grants}).values())
