"""Who holds what on a day, as pure functions of dated rows."""

from datetime import date

import pytest

from organization.rules.holding import Holding, Span, contains, gaps, holder_on, holders_on, overlap, overlaps, valid_on
from organization.rules.tree import Move, Tree, cycles

FORMER = Holding(post=1, person=10, first=date(2019, 1, 1), last=date(2022, 12, 31))
CURRENT = Holding(post=1, person=20, first=date(2023, 1, 1))


@pytest.mark.parametrize(
    ("on", "person"),
    [
        (date(2018, 12, 31), None),
        (date(2019, 1, 1), 10),
        (date(2022, 12, 31), 10),
        (date(2023, 1, 1), 20),
        (date(2030, 1, 1), 20),
    ],
)
def test_both_ends_of_an_appointment_belong_to_it(on: date, person: int | None) -> None:
    assert holder_on([CURRENT, FORMER], on) == person


def test_a_post_without_appointments_is_vacant() -> None:
    assert holder_on([], date(2023, 1, 1)) is None


def test_a_post_of_several_seats_tells_the_newest_first() -> None:
    holdings = [Holding(1, 10, date(2020, 1, 1)), Holding(1, 20, date(2021, 1, 1)), Holding(1, 30, date(2030, 1, 1))]

    assert holders_on(holdings, date(2023, 1, 1)) == [20, 10]


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (Span(date(2020, 1, 1)), Span(date(2025, 1, 1)), True),
        (Span(date(2020, 1, 1), date(2020, 6, 30)), Span(date(2020, 6, 30)), True),
        (Span(date(2020, 1, 1), date(2020, 6, 29)), Span(date(2020, 6, 30)), False),
        (Span(date(2021, 1, 1)), Span(date(2020, 1, 1), date(2020, 12, 31)), False),
    ],
)
def test_spans_overlap_where_they_share_a_day(one: Span, other: Span, expected: bool) -> None:
    assert overlap(one, other) is expected
    assert overlap(other, one) is expected
    assert bool(overlaps([one, other])) is expected


def test_the_row_of_a_day_is_found() -> None:
    spans = [Span(date(2020, 1, 1), date(2020, 12, 31)), Span(date(2021, 1, 1))]

    assert valid_on(spans, date(2021, 5, 1)) == spans[1]
    assert valid_on(spans, date(2019, 5, 1)) is None


def test_a_span_contains_another_only_whole() -> None:
    assert contains(Span(date(2020, 1, 1)), Span(date(2021, 1, 1), date(2021, 2, 1)))
    assert not contains(Span(date(2020, 1, 1), date(2022, 1, 1)), Span(date(2021, 1, 1)))
    assert not contains(Span(date(2020, 1, 1)), Span(date(2019, 12, 31)))


def test_gaps_are_the_first_days_without_a_row() -> None:
    life = Span(date(2020, 1, 1), date(2023, 12, 31))

    assert gaps([], life) == [date(2020, 1, 1)]
    assert gaps([Span(date(2020, 1, 1))], life) == []
    assert gaps([Span(date(2020, 1, 1), date(2020, 6, 30)), Span(date(2020, 7, 1), date(2023, 12, 31))], life) == []
    assert gaps([Span(date(2020, 2, 1), date(2020, 6, 30)), Span(date(2021, 1, 1), date(2021, 1, 2))], life) == [
        date(2020, 1, 1),
        date(2020, 7, 1),
        date(2021, 1, 3),
    ]
    assert gaps([Span(date(2020, 1, 1)), Span(date(2021, 1, 1), date(2021, 2, 1))], life) == []


def test_a_ring_of_units_is_found_once() -> None:
    parents = {"a": "b", "b": "c", "c": "a", "d": "a", "e": None, "f": "e", "g": "g"}

    assert [sorted(ring) for ring in cycles(parents)] == [["a", "b", "c"], ["g"]]
    assert cycles({"a": None, "b": "a", "c": "missing"}) == []


def test_above_reaches_as_far_as_the_tree_goes() -> None:
    day = date(2026, 1, 1)
    tree = Tree({1: None, 2: 1, 3: 2, 4: 1})

    assert tree.above(3, day) == [2, 1]
    assert tree.above(1, day) == []
    assert tree.above(4, day) == [1]
    assert Tree({5: 6, 6: 5}).above(5, day) == [6]


def test_a_unit_hangs_where_its_last_move_before_the_day_put_it() -> None:
    tree = Tree(
        {1: None, 2: 1, 3: 1},
        [Move(3, None, date(2024, 1, 1)), Move(3, 2, date(2022, 1, 1)), Move(2, None, date(2023, 6, 1))],
    )

    assert [tree.parent(3, date(year, 12, 31)) for year in (2021, 2022, 2023, 2024)] == [1, 2, 2, None]
    assert tree.above(3, date(2022, 1, 1)) == [2, 1]
    assert tree.above(3, date(2023, 6, 1)) == [2]
    assert tree.places(3, Span(date(2020, 1, 1), date(2024, 6, 30))) == [
        (Span(date(2020, 1, 1), date(2021, 12, 31)), 1),
        (Span(date(2022, 1, 1), date(2023, 12, 31)), 2),
        (Span(date(2024, 1, 1), date(2024, 6, 30)), None),
    ]


def test_a_ring_is_found_on_the_first_day_on_which_it_closes() -> None:
    crossing = [Move("a", "b", date(2022, 1, 1)), Move("b", None, date(2022, 1, 1))]
    tree = Tree({"a": None, "b": "a"}, crossing)
    assert tree.rings() == []

    [(day, ring)] = Tree({"a": None, "b": "a"}, crossing[:1]).rings()
    assert (day, sorted(ring)) == (date(2022, 1, 1), ["a", "b"])
