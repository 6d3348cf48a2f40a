"""Where signatures, visados and the seal stand."""

from dataclasses import replace

import pytest

from docs_store.ports import Article, Draft, Place, Section, Typeset
from docs_store.typesetting import typeset
from tests.docs_store import papers
from tests.docs_store.papers import ACT, ANNEX, DRAFT, FRAME, VISADO, act_frame, lines_above, signers, text_inside

SENTENCE = "La oficina revisó el proyecto con su responsable, su costo y su indicador dentro del plazo. "


def overlap(one: Place, other: Place) -> bool:
    return (
        one.page == other.page
        and abs(one.left_mm - other.left_mm) < one.width_mm
        and abs(one.top_mm - other.top_mm) < one.height_mm
    )


def check_places(sheet: Typeset, count: int) -> None:
    assert [place.order for place in sheet.places] == list(range(1, count + 1))
    assert {place.page for place in sheet.places} == {sheet.places[0].page}
    for place in sheet.places:
        assert (place.width_mm, place.height_mm) == (84, 28)
        assert place.left_mm >= 16
        assert place.left_mm + place.width_mm <= 188
        assert place.top_mm + place.height_mm <= 262
        assert text_inside(sheet, place) == ""
        assert not any(overlap(place, other) for other in sheet.places if other != place)


@pytest.mark.parametrize("count", range(1, 7))
@pytest.mark.parametrize("signing", range(1, 4))
def test_one_to_six_visados_and_one_to_three_signers_do_not_meet(count: int, signing: int) -> None:
    sheet = typeset(ACT, act_frame(visados=(VISADO,) * count, signers=signers(signing)))

    check_places(sheet, signing)
    assert papers.text_of(sheet.pdf, sheet.places[0].page).count("Doy visto bueno") == count


def test_the_first_signer_of_an_act_stands_at_the_right_margin_and_the_second_at_16_mm() -> None:
    sheet = typeset(ACT, act_frame(signers=signers(3)))

    first, second, third = sheet.places
    assert (first.left_mm, second.left_mm, third.left_mm) == (104, 16, 104)
    assert first.top_mm == second.top_mm
    assert third.top_mm == pytest.approx(first.top_mm - 32, abs=0.02)


def test_the_only_signer_of_an_informe_stands_at_the_left_margin() -> None:
    assert typeset(DRAFT, FRAME).places[0].left_mm == 28


@pytest.mark.parametrize("count", [10, 11, 30])
def test_as_many_as_signed_an_acta_have_their_places(count: int) -> None:
    sheet = typeset(DRAFT, replace(FRAME, template="acta", signers=signers(count)[::-1]))

    assert [place.order for place in sheet.places] == list(range(1, count + 1))
    for place in sheet.places:
        assert place.top_mm >= 37
        assert place.top_mm + place.height_mm <= 262
        assert text_inside(sheet, place) == ""
        assert not any(overlap(place, other) for other in sheet.places if other != place)


def test_two_signers_beside_rubrics_stand_one_above_the_other() -> None:
    sheet = typeset(DRAFT, replace(FRAME, signers=signers(2), rubrics=papers.RUBRICS))

    assert [place.left_mm for place in sheet.places] == [104, 104]
    check_places(sheet, 2)


@pytest.mark.parametrize("lines", range(18, 44))
def test_at_least_two_lines_of_text_stand_above_the_signature(lines: int) -> None:
    draft = replace(DRAFT, sections=(Section("", ("Una línea sola.",) * lines),), closing="", copies=())

    sheet = typeset(draft, FRAME)

    check_places(sheet, 1)
    assert lines_above(sheet, sheet.places[0]) >= 2


@pytest.mark.parametrize("sentences", range(1, 60, 3))
def test_a_long_last_paragraph_is_cut_and_nothing_of_it_is_lost(sentences: int) -> None:
    numbered = "".join(f"{SENTENCE}Frase{number}fin. " for number in range(sentences))
    draft = replace(DRAFT, sections=(Section("Análisis", (numbered, numbered)),), closing="", copies=())

    sheet = typeset(draft, FRAME)

    check_places(sheet, 1)
    assert lines_above(sheet, sheet.places[0]) >= 2
    text = papers.text_of(sheet.pdf)
    assert all(text.count(f"Frase{number}fin.") == 2 for number in range(sentences))


def test_a_long_last_article_leaves_only_its_last_lines_with_the_signature() -> None:
    act = replace(ACT, articles=(Article("Encargar", SENTENCE * 28),), closing="")

    sheet = typeset(act, act_frame())

    check_places(sheet, 1)
    assert sheet.places[0].page == 2
    assert "Artículo único.- Encargar La oficina" in papers.text_of(sheet.pdf, 1)
    assert lines_above(sheet, sheet.places[0]) >= 2


def test_long_posts_and_many_annexes_fit() -> None:
    long_visado = replace(VISADO, post=papers.LONG_POST, person="María de los Ángeles Villanueva Ejemplo")
    frame = act_frame(visados=(VISADO, long_visado, VISADO, VISADO), annexes=(ANNEX,) * 12, unit_name=papers.LONG_UNIT)

    sheet = typeset(ACT, replace(frame, signers=signers(2)))

    check_places(sheet, 2)
    text = papers.text_of(sheet.pdf)
    assert text.count("Plan de la oficina, 146 páginas") == 12
    assert text.count("Territorial") == 1


def test_the_longest_real_strings_fit_the_heading() -> None:
    frame = replace(
        FRAME,
        entity_name="Ministerio de Trabajo y Promoción del Empleo",
        unit_name=papers.LONG_UNIT,
        author_post=papers.LONG_POST,
        label="0087-2011-GR.CAJ/GRPPAT/CIS",
    )
    draft = Draft(subject="Despliegue del Modelo de Gestión Documental", sections=(Section("", ("Línea.",) * 40),))

    sheet = typeset(draft, frame)

    heading = Place(0, 2, 28, 29.3, 160, 6)
    assert sheet.pages == 2
    assert text_inside(sheet, heading) == ""


def test_a_document_without_signers_has_no_places() -> None:
    assert typeset(DRAFT, replace(FRAME, signers=())).places == ()
