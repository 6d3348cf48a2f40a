import pytest

from law.rules.places import places_of


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        ("PE", ("PE",)),
        ("PE-CUS", ("PE", "PE-CUS")),
        ("080909", ("PE", "PE-CUS", "0809", "080909")),
        ("08", ("PE", "PE-CUS")),
        ("150101", ("PE", "PE-LMA", "1501", "150101")),
        ("1502", ("PE", "PE-LIM", "1502")),
    ],
)
def test_a_place_keeps_its_own_days_and_those_of_what_it_lies_in(place: str, expected: tuple[str, ...]) -> None:
    assert places_of(place) == expected
