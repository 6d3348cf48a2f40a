"""DR-04: every pattern of the field, printed exactly."""

import pytest

from docs_store.errors import NumberPartMissing
from docs_store.rules.numbering import render, strange_tokens, tokens_of

GOLDEN = [
    ("1555-2011-MPC-AL", "{seq:03}-{year}-MPC-AL", 1555, 2011, "", "", ""),
    ("181-2011-MPC-GM", "{seq:03}-{year}-MPC-{siglas}", 181, 2011, "GM", "MPC/GM", ""),
    ("000200", "{seq:06}", 200, 2010, "", "", ""),
    ("315-2011-MPC/GM-GI", "{seq:03}-{year}-{siglas_path}", 315, 2011, "GI", "MPC/GM-GI", ""),
    ("050-2011-MPC-GM", "{seq:03}-{year}-MPC-{siglas}", 50, 2011, "GM", "MPC/GM", ""),
    ("423-2023-A-MDP/LC", "{seq:03}-{year}-A-MDP/LC", 423, 2023, "", "", ""),
    ("0296-2023-MDP/A", "{seq:04}-{year}-MDP/A", 296, 2023, "", "", ""),
    ("262-2023-MDP/GM/EMHA", "{seq:03}-{year}-MDP/{siglas}/{initials}", 262, 2023, "GM", "", "EMHA"),
    ("740-2023-MDP-GM-OAJ/NEE", "{seq:03}-{year}-MDP-GM-{siglas}/{initials}", 740, 2023, "OAJ", "", "NEE"),
    ("003-2023-MDP-GM-OAJ/NEE", "{seq:03}-{year}-MDP-GM-{siglas}/{initials}", 3, 2023, "OAJ", "", "NEE"),
    ("432-2023-MDP/OIS/FAGL-J", "{seq:03}-{year}-MDP/{siglas}/{initials}-J", 432, 2023, "OIS", "", "FAGL"),
    ("496-2023-MDP/DIS/FAGL-J", "{seq:03}-{year}-MDP/{siglas}/{initials}-J", 496, 2023, "DIS", "", "FAGL"),
    ("010-2023/MPH/RAC", "{seq:03}-{year}/MPH/{initials}", 10, 2023, "", "", "RAC"),
    ("001-2023", "{seq:03}-{year}", 1, 2023, "CGTD", "", ""),
    ("45-2011-GR.CAJ/P", "{seq}-{year}-GR.CAJ/P", 45, 2011, "", "", ""),
    ("0087-2011-GR.CAJ/GRPPAT/CIS", "{seq:04}-{year}-{siglas_path}", 87, 2011, "CIS", "GR.CAJ/GRPPAT/CIS", ""),
    ("002-2011-GR.CAJ-GRPPAT/CIS", "{seq:03}-{year}-GR.CAJ-GRPPAT/{siglas}", 2, 2011, "CIS", "", ""),
    ("009-2011-GR.CAJ/GGR", "{seq:03}-{year}-{siglas_path}", 9, 2011, "GGR", "GR.CAJ/GGR", ""),
    ("020-2005-GR.CAJ-CR", "{seq:03}-{year}-GR.CAJ-{siglas}", 20, 2005, "CR", "", ""),
    ("294-2013-INVERMET-SGP", "{seq:03}-{year}-INVERMET-SGP", 294, 2013, "", "", ""),
    ("251-2013-INVERMET-OPP", "{seq:03}-{year}-{siglas_path}", 251, 2013, "OPP", "INVERMET-OPP", ""),
    ("251-2017-TR", "{seq:03}-{year}-TR", 251, 2017, "", "", ""),
    ("030-2017-MTPE/4/13", "{seq:03}-{year}-{siglas_path}", 30, 2017, "OGETIC", "MTPE/4/13", ""),
    ("1631-2017-MTPE/4/8", "{seq:03}-{year}-{siglas_path}", 1631, 2017, "OGAJ", "MTPE/4/8", ""),
    ("000085-2024-MC", "{seq:06}-{year}-MC", 85, 2024, "", "", ""),
    ("172-2024/MINSA", "{seq:03}-{year}/MINSA", 172, 2024, "", "", ""),
    ("D000043-2024-CONADIS-PRE", "D{seq:06}-{year}-CONADIS-{siglas}", 43, 2024, "PRE", "", ""),
]


@pytest.mark.parametrize("case", GOLDEN, ids=[case[0] for case in GOLDEN])
def test_a_number_is_printed_as_its_entity_prints_it(case: tuple[str, str, int, int, str, str, str]) -> None:
    printed, pattern, seq, year, siglas, siglas_path, initials = case

    number = render(pattern, seq=seq, year=year, siglas=siglas, siglas_path=siglas_path, initials=initials)

    assert number == printed
    assert strange_tokens(pattern) == ()


@pytest.mark.parametrize("pattern", ["{siglas}", "{siglas_path}", "{initials}"])
def test_a_part_that_is_missing_is_told_and_never_printed_empty(pattern: str) -> None:
    with pytest.raises(NumberPartMissing, match="falta las"):
        render("{seq}-" + pattern, seq=1, year=2023, siglas="", siglas_path="", initials="")


@pytest.mark.parametrize(
    ("pattern", "strange"),
    [
        ("{seq}-{anio}", ("{anio}",)),
        ("{seq:3}-{year}", ("{seq:3}",)),
        ("{seq}-{year:04}", ("{year:04}",)),
        ("{seq}-{Year}", ("{Year}",)),
        ("{seq}-{year", ("{",)),
        ("{seq}}-{}", ("}", "{}")),
    ],
)
def test_what_is_no_token_is_found(pattern: str, strange: tuple[str, ...]) -> None:
    assert strange_tokens(pattern) == strange


def test_tokens_are_told_by_name() -> None:
    assert tokens_of("{seq:03}-{year}-MDP/{siglas}") == {"seq", "year", "siglas"}
