"""What text becomes before any engine sees it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.ports import Clause
from search.rules.extracts import extract, hit_spans
from search.rules.questions import query
from search.rules.text import fold, stem
from search.rules.tokens import terms, tokens

FAMILIES = [
    "resolución resoluciones resolucion",
    "aprobar apruébese aprueba aprobado aprobación aprobó",
    "publicar publíquese publique publicación",
    "plan planes",
    "gobierno gobiernos",
    "año años",
    "unidad unidades",
    "comité comités comites",
    "ley leyes",
    "interés intereses interes",
    "juez jueces",
    "trámite trámites tramite",
]


@pytest.mark.parametrize("family", FAMILIES)
def test_forms_of_one_word_share_a_stem(family: str) -> None:
    assert len({stem(word) for word in family.split()}) == 1


@pytest.mark.parametrize(("one", "other"), [("año", "ano"), ("peña", "pena"), ("caña", "cana")])
def test_a_tilde_makes_another_letter(one: str, other: str) -> None:
    assert stem(one) != stem(other)


def test_fold_joins_a_tilde_that_was_stored_apart() -> None:
    assert fold("AN\u0303O U\u0301til pingüino") == "año util pinguino"


@pytest.mark.parametrize(
    "written",
    ["61-2011-PCM", "061-2011-PCM", "N° 61 - 2011 - PCM", "N.° 061-2011-PCM", "Nº 061–2011/PCM", "O61-2011-pcm"],
)
def test_spellings_of_one_number_give_the_same_terms(written: str) -> None:
    assert terms(written) == ["61-2011", "61", "2011", "pcm"]


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("740-2023-MDP-GM-OAJ/NEE", ["740-2023", "740", "2023", "mdp", "gm", "oaj", "nee"]),
        ("0296-2023-MDP/A", ["296-2023", "296", "2023", "mdp", "a"]),
        ("000200", ["200"]),
        ("10-11-2023", ["10", "11", "2023"]),
        ("1,250,300", ["1250300"]),
        ("gober-\nnanza", terms("gobernanza")),
        ("de la y el", []),
        ("la niña no vino", ["niñ", "no", "vin"]),
    ],
)
def test_terms(written: str, expected: list[str]) -> None:
    assert terms(written) == expected


@given(st.text(max_size=300))
def test_tokens_stand_where_they_say_in_any_text(text: str) -> None:
    for token in tokens(text):
        assert 0 <= token.start < token.end <= len(text)
        assert token.term
        assert " " not in token.term


@given(st.text(max_size=200))
def test_any_question_is_understood_somehow(typed: str) -> None:
    asked = query(typed)

    assert all(clause.terms for clause in asked.clauses + asked.excluded)


def test_a_field_with_a_wrong_value_is_looked_for_as_words() -> None:
    assert query("año:nuevo").clauses == (Clause(("nuev",)),)
    assert query("fecha:45/13/2023").from_on is None
    assert query("fecha:xyz-2023").from_on is None
    assert query("asunto:compra").clauses == (Clause(("asunt",)), Clause(("compr",)))


def test_two_spans_of_days_are_narrowed_to_what_both_allow() -> None:
    asked = query("año:2023 desde:2023-03-01 hasta:30/6/2023")

    assert (str(asked.from_on), str(asked.to_on)) == ("2023-03-01", "2023-06-30")


def test_extract_escapes_what_the_page_says() -> None:
    shown = extract("<script>alert(1)</script> & el plan", query("plan").clauses)

    assert shown.html == "&lt;script&gt;alert(1)&lt;/script&gt; &amp; el <mark>plan</mark>"


def test_extract_marks_a_number_with_its_siglas_as_one() -> None:
    shown = extract("conforme a la N.° 061 - 2011 - PCM, se dispone", query("61-2011-PCM").clauses)

    assert "<mark>061 - 2011 - PCM</mark>" in shown.html


def test_extract_of_a_long_page_begins_shortly_before_the_hit() -> None:
    text = "palabra " * 400 + "hallazgo " + "palabra " * 400

    shown = extract(text, query("hallazgo").clauses)

    assert shown.html.startswith("…palabra")
    assert shown.html.endswith("palabra…")
    assert "<mark>hallazgo</mark>" in shown.html
    assert len(shown.html) < 300


def test_extract_without_hit_is_the_beginning_of_the_page() -> None:
    assert extract("Uno dos tres", query("cuatro").clauses) == extract("Uno dos tres", ())


def test_phrase_is_marked_only_where_its_words_follow_one_another() -> None:
    text = "gobierno del plan; plan de gobierno"

    assert hit_spans(text, query('"plan de gobierno"').clauses) == [(19, 35)]


def test_a_phrase_of_stop_words_asks_nothing() -> None:
    assert query('"de la"').is_empty


def test_a_phrase_can_be_left_out() -> None:
    asked = query('plan -"gobierno digital" -borrador')

    assert asked.excluded == (Clause(("gobiern", "digital")), Clause(("borrador",)))
