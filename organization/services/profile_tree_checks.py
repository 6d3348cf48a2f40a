"""What hangs from what in a profile, on every day: no ring, and nothing under a unit that does not exist then."""

from django.utils.translation import gettext as _

from law.services.profile_files import Row, Table
from organization.ports import OrganizationProfile, UnitLine
from organization.rules.holding import Span, contains, covers
from organization.rules.tree import Move, Tree


def check_tree(units: Table, moves: Table, profile: OrganizationProfile) -> None:
    """Check the tree of ``units.csv`` and the moves of ``unit_moves.csv`` together; each fault on the line to mend."""
    lines = {unit.slug: unit for unit in profile.units}
    moved = {(move.unit, move.first): row for move, row in zip(profile.moves, moves.rows, strict=True)}
    _check_moves(moves, profile, lines)
    tree = Tree(
        {unit.slug: unit.parent or None for unit in profile.units},
        (Move(move.unit, move.parent or None, move.first) for move in profile.moves),
    )
    rows = {unit.slug: row for unit, row in zip(profile.units, units.rows, strict=True)}
    for day, ring in tree.rings():
        row = next((moved[unit, day] for unit in ring if (unit, day) in moved), rows[ring[-1]])
        row.fault(
            _("Hay un ciclo: %(ring)s. Cambie la unidad superior («parent») de una de ellas.")
            % {"ring": " → ".join([*ring, ring[0]])}
        )
    for unit in profile.units:
        for span, parent in tree.places(unit.slug, unit):
            _check_place(moved.get((unit.slug, span.first), rows[unit.slug]), span, lines.get(parent or ""))


def _check_place(row: Row, span: Span, parent: UnitLine | None) -> None:
    if parent is not None and not contains(parent, span):
        row.fault(
            _("La unidad existe en días en que «%(parent)s» no existe. Corrija sus fechas o su unidad superior.")
            % {"parent": parent.slug}
        )


def _check_moves(table: Table, profile: OrganizationProfile, lines: dict[str, UnitLine]) -> None:
    """A unit moves once a day, while it exists."""
    seen = set()
    for move, row in zip(profile.moves, table.rows, strict=True):
        unit = lines.get(move.unit)
        if unit is not None and not covers(unit, move.first):
            row.fault(_("La unidad no existe ese día. Corrija «from_on», o las fechas de la unidad en units.csv."))
        if (move.unit, move.first) in seen:
            row.fault(_("La unidad ya se traslada ese día. Deje una sola línea."))
        seen.add((move.unit, move.first))
