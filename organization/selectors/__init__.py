"""Who may, who is competent on a day, and under which names: every read of the organization room."""

from organization.selectors.abstentions import abstentions_from, designated_unit, stance_of
from organization.selectors.competence import Competent, candidates_for, competent_for
from organization.selectors.holding import (
    holder_of,
    holders,
    holders_of,
    members_of,
    posts_of,
    titulars_of,
    vacant_posts,
)
from organization.selectors.people import ADMINISTERING, closed_people, may_administer, open_enrolments, person_named
from organization.selectors.places import Place, appointments_on, ending_between, places_on, units_ending_between
from organization.selectors.profile import profile_here
from organization.selectors.roles import Seat, has_role, roles_of, seats_on
from organization.selectors.rows import given_of, held_by
from organization.selectors.units import (
    entity,
    hanging_from,
    head_post,
    head_posts,
    post_after,
    tree,
    unit_after,
    unit_by_siglas,
    unit_label,
    unit_labels,
    unit_name,
    unit_names,
    units_above,
    units_on,
    with_predecessors,
)

__all__ = [
    "ADMINISTERING",
    "Competent",
    "Place",
    "Seat",
    "abstentions_from",
    "appointments_on",
    "candidates_for",
    "closed_people",
    "competent_for",
    "designated_unit",
    "ending_between",
    "entity",
    "given_of",
    "hanging_from",
    "has_role",
    "head_post",
    "head_posts",
    "held_by",
    "holder_of",
    "holders",
    "holders_of",
    "may_administer",
    "members_of",
    "open_enrolments",
    "person_named",
    "places_on",
    "post_after",
    "posts_of",
    "profile_here",
    "roles_of",
    "seats_on",
    "stance_of",
    "titulars_of",
    "tree",
    "unit_after",
    "unit_by_siglas",
    "unit_label",
    "unit_labels",
    "unit_name",
    "unit_names",
    "units_above",
    "units_ending_between",
    "units_on",
    "vacant_posts",
    "with_predecessors",
]
