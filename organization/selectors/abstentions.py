"""Who keeps out of which expediente, and who acts there instead."""

from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Subquery

from organization.models import Abstention
from organization.selectors.rows import in_force


def stance_of(person_id: int, on: date, *, file: str, post: str) -> dict[str, Exists]:
    """Return two columns for a query of tasks: whether the person abstained there, and whether they are designated.

    :param file: where the query finds the expediente's id, and ``post`` the post's.
    """
    rows = Abstention.objects.filter(in_force(on), expediente_id=OuterRef(file))
    return {
        "has_abstained": Exists(rows.filter(person=person_id)),
        "is_designated": Exists(rows.filter(designee=person_id, post=OuterRef(post))),
    }


def designated_unit(expediente_id: int, on: date) -> Any:
    """Return a column for a query of posts: the unit of whom an abstention designates for this expediente, or null."""
    rows = Abstention.objects.filter(in_force(on), expediente_id=expediente_id, post=OuterRef("pk")).order_by("-pk")
    return Subquery(rows.values("designee_post__unit")[:1])


def abstentions_from(expediente_id: int, on: date) -> list[Abstention]:
    """Return the abstentions from an expediente that are in force that day, with people and posts."""
    rows = Abstention.objects.filter(in_force(on), expediente_id=expediente_id)
    return list(rows.select_related("person", "designee", "post", "designee_post__unit"))
