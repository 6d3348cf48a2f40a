"""How an act words its antecedents and its reasons."""

from docs_store.typesetting.wording import considerandos, vistos


def test_a_reason_that_begins_with_a_small_letter_is_completed() -> None:
    assert considerandos(["el Comité aprobó cinco planes;", " ", "Estando a lo expuesto;", "Que, ya está;"]) == (
        "Que, el Comité aprobó cinco planes;",
        "Estando a lo expuesto;",
        "Que, ya está;",
    )


def test_antecedents_become_one_sentence() -> None:
    assert vistos(["el Informe N.° 1", "la Opinión N.° 2;", "las Actas N.° 3 y 4"]) == (
        "El Informe N.° 1; la Opinión N.° 2; y las Actas N.° 3 y 4; y,",
    )
    assert vistos(["el Informe N.° 1"]) == ("El Informe N.° 1; y,",)


def test_a_sentence_that_was_typed_whole_stays() -> None:
    assert vistos(["El Informe N.° 1 y el Acta N.° 2; y,"]) == ("El Informe N.° 1 y el Acta N.° 2; y,",)
    assert vistos([]) == ()
