"""The organisation in time, as the desk draws it: a row for each post, under its unit, with who held it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _

from desk.rules.bars import Bar, Look, Month, Stay, Window, bars, height_px, month_marks, vacancies
from organization.enums import GrantKind
from organization.models import Appointment, Grant, Person, Post
from organization.selectors import Place
from organization.selectors.timeline import Branch, PostLife, tree_between

SOON = timedelta(days=30)
COVERS = frozenset({GrantKind.SUBSTITUTION, GrantKind.CHARGE})
THERE = frozenset({Look.HELD, Look.COVER})


@dataclass(frozen=True)
class Row:
    """A post of the tree on the chosen day; a unit without posts has one row, without a post."""

    branch: Branch
    post: Post | None
    is_first: bool
    is_closed: bool
    bars: tuple[Bar, ...]
    places: tuple[Place, ...]
    acts: tuple[Appointment | Grant, ...]

    @property
    def height_px(self) -> int:
        return height_px(self.bars)

    @property
    def indent(self) -> int:
        """Return how deep the row is drawn: six levels are told apart, deeper ones stand with the sixth."""
        return min(self.branch.depth, 6)

    @property
    def former(self) -> str:
        """Return the siglas that the unit bore before those of the day."""
        before = [row.siglas for row in self.branch.former if row.siglas != self.branch.name.siglas]
        return before[-1] if before else ""


@dataclass(frozen=True)
class Chart:
    """The rows over a window of days, with what is drawn behind all of them."""

    window: Window
    on: date
    rows: tuple[Row, ...]
    months: tuple[Month, ...]

    @property
    def now(self) -> str:
        return f"{self.window.place(self.on):.3f}%"

    @property
    def pill(self) -> str:
        """Return where the day's label stands: whole, also at the edges."""
        return f"{min(max(self.window.place(self.on), 11), 89):.3f}%"

    @property
    def soon_width(self) -> str:
        return f"{self.window.place(self.on + SOON + timedelta(days=1)) - self.window.place(self.on):.3f}%"

    @property
    def offset(self) -> int:
        """Return the day's place as the slider counts it."""
        return (self.on - self.window.first).days

    @property
    def units(self) -> int:
        return len({row.branch.unit.pk for row in self.rows})


def chart_of(window: Window, on: date, places: Iterable[Place], *, closed: frozenset[int]) -> Chart:
    """Return the chart of the organisation in the window, as it stands on the day.

    :param closed: the units whose branches are folded away.
    """
    by_post: dict[int, list[Place]] = {}
    for place in places:
        by_post.setdefault(place.post.pk, []).append(place)
    rows: list[Row] = []
    folded_at: int | None = None
    for branch in tree_between(window.first, window.last, on=on):
        if folded_at is not None and branch.depth > folded_at:
            continue
        folded_at = branch.depth if branch.unit.pk in closed else None
        rows += _rows(branch, window, by_post, is_closed=folded_at is not None)
    return Chart(window, on, tuple(rows), tuple(month_marks(window)))


def _rows(branch: Branch, window: Window, by_post: Mapping[int, list[Place]], *, is_closed: bool) -> list[Row]:
    lives = branch.posts[:1] if is_closed else branch.posts
    if not lives:
        return [Row(branch, None, True, is_closed, (), (), ())]
    return [
        Row(
            branch,
            life.post,
            number == 0,
            is_closed,
            tuple(bars(_stays(life, branch), window)),
            tuple(by_post.get(life.post.pk, ())),
            (*life.appointments, *life.grants),
        )
        for number, life in enumerate(lives)
    ]


def stays_of(life: PostLife) -> list[Stay]:
    """Return who was at the post and when, by whichever act."""
    return [_held(row) for row in life.appointments] + [_given(row) for row in life.grants]


def _stays(life: PostLife, branch: Branch) -> list[Stay]:
    """Return who was at the post and when, with the stretches in which nobody was."""
    found = stays_of(life)
    there = [(stay.first, stay.last) for stay in found if stay.look in THERE]
    empty = vacancies(there, branch.unit.valid_from, branch.unit.valid_to)
    return found + [Stay(first, last, Look.VACANT, (_("sin titular"),)) for first, last in empty]


def _held(row: Appointment) -> Stay:
    name = row.person.full_name
    look = Look.WAITING if row.awaits_act else Look.HELD
    return Stay(row.from_on, row.to_on, look, (f"{name} · {row.act}", name, brief_name(row.person)), act_key(row))


def _given(row: Grant) -> Stay:
    words = {
        GrantKind.CHARGE: _("%(name)s (e)"),
        GrantKind.SUBSTITUTION: _("%(name)s, suplente"),
        GrantKind.SIGNATURE: _("%(name)s, por firma delegada"),
        GrantKind.COMPETENCE: _("%(name)s, por delegación"),
    }[GrantKind(row.kind)]
    long, brief = words % {"name": row.person.full_name}, words % {"name": brief_name(row.person)}
    look = Look.WAITING if row.awaits_act else Look.COVER if row.kind in COVERS else Look.DELEGATION
    return Stay(row.from_on, row.to_on, look, (f"{long} · {row.act}", long, brief), act_key(row))


def brief_name(person: Person) -> str:
    """Return the first name and the first surname."""
    return " ".join(words.split()[0] for words in (person.given_names, person.surnames) if words.split())


def act_key(row: Appointment | Grant) -> str:
    """Return how the page names the row of an act: ``g7`` a grant, ``a7`` an appointment."""
    return f"{'g' if isinstance(row, Grant) else 'a'}{row.pk}"
