"""The relay line tells the truth about who held a file and for how long."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

import pytest
from django.template.loader import render_to_string

from tests.workflows.relay_cases import YEAR_2011, YEAR_2023, cajamarca, day, pichari, pichari_returned
from workflows.rules.relay import Course, Leg, LegKind, Wide, gutter, leg_days, micro, sentence, wide
from workflows.rules.relay.micro import CARD
from workflows.rules.relay.sentence import leg_sentence
from workflows.rules.relay.strokes import strokes


def words(drawing: Wide) -> list[str]:
    return [caption.words for caption in drawing.captions]


class OnADay:
    """Places told by the day of the month and by the length of the row's name."""

    def x(self, day: date) -> float:
        return day.day

    def y(self, holder: str) -> float:
        return len(holder)


def test_pichari_takes_fifty_eight_business_days() -> None:
    course = pichari()

    assert str(sentence(course)) == "58 días hábiles, 8 pases, 1 devolución. Lo tiene Alcaldía desde el mié 8 nov."
    assert [leg_days(course, leg) for leg in course.legs] == [0, 8, 7, 0, 24, 11, 6, 0, 2]


def test_a_day_declared_non_working_takes_one_off() -> None:
    course = pichari()
    calendar = replace(YEAR_2023, non_working=YEAR_2023.non_working | {date(2023, 10, 9)})

    shorter = Course(course.legs, course.today, calendar)

    assert sentence(shorter).totals.startswith("57 días hábiles")


def test_rows_stand_in_order_of_first_appearance_with_the_origin_at_the_bottom() -> None:
    rows = sorted(wide(pichari()).rows, key=lambda row: row.y)

    assert [row.label for row in rows] == ["Alcaldía", "OAJ", "GM", "OIS", "Comité", "Consultor"]


def test_the_excess_is_hatched_from_the_last_day_of_the_term() -> None:
    drawing = wide(pichari())

    assert len(drawing.hatches) == 2
    assert "24 días · plazo 7 · 17 de exceso" in words(drawing)
    assert "11 · plazo 7" in words(drawing)
    legal = drawing.hatches[0]
    per_day = legal.width / 17
    assert drawing.today_x == pytest.approx(legal.x + per_day * (58 - 22), abs=1)


def test_weekends_and_holidays_take_no_width() -> None:
    drawing = wide(pichari_returned())
    places = {tick.words: tick.x for tick in drawing.ticks}

    friday_to_wednesday = places["hoy mié 18"] - places["vie 13 oct"]
    assert friday_to_wednesday == pytest.approx(3 / 8 * (places["jue 31 ago"] - places["vie 18 ago"]), abs=0.2)


def test_a_return_is_marked_and_nothing_is_redrawn() -> None:
    drawing = wide(pichari_returned())

    assert [mark.look for mark in drawing.marks].count("return") == 1
    assert drawing.marks[-1].look == "now"
    assert {(tick.words, tick.note) for tick in drawing.ticks} >= {
        ("vie 18 ago", "Carta 010"),
        ("mié 20 set", "fin del plazo"),
        ("vie 13 oct", "devuelto"),
        ("hoy mié 18", ""),
        ("mar 24 oct", "vence OIS"),
        ("jue 9 nov", "previsto"),
    }
    assert sentence(pichari_returned()).totals == "42 días hábiles, 5 pases, 1 devolución."


def test_ticks_never_touch_one_another() -> None:
    for course in (pichari(), pichari_returned(), cajamarca()):
        spans = [(t.text_x - len(t.words) * 3.2, t.text_x + len(t.words) * 3.2) for t in wide(course).ticks]
        assert all(left[1] <= right[0] for left, right in pairwise(spans))


def test_parallel_legs_open_and_join_with_a_thick_stroke_and_wait_in_dots() -> None:
    drawing = wide(cajamarca())
    by_look = {path.look: path.d for path in drawing.paths}

    assert by_look["thick"].count("M") == 6
    assert by_look["wait"].count("M") == 2
    assert [mark.look for mark in drawing.marks].count("tick") == 2
    assert ("jue 4 ago", "se abre en tres") in {(tick.words, tick.note) for tick in drawing.ticks}
    assert "conformidad · 3" in words(drawing)


def test_an_open_round_names_all_who_have_it() -> None:
    course = cajamarca()
    open_round = Course(
        (*course.legs[:2], replace(course.legs[2], until=None), replace(course.legs[3], until=None)),
        date(2011, 8, 8),
        YEAR_2011,
    )

    assert sentence(open_round).holder == "Lo tienen DRAJ y GGR."
    assert [mark.look for mark in wide(open_round).marks].count("tick") == 1


def test_a_finished_file_has_no_holder_and_no_line_for_today() -> None:
    legs = (*pichari().legs[:-1], replace(pichari().legs[-1], until=day(11, 10)))
    course = Course(legs, day(12, 20), YEAR_2023)

    assert wide(course).today_x is None
    assert str(sentence(course)) == "58 días hábiles, 8 pases, 1 devolución. Terminó el vie 10 nov."


def test_a_copy_is_a_tail_without_work() -> None:
    legs = (
        Leg("GM", day(9, 11), None),
        Leg("OPP", day(9, 11), None, (0,), kind=LegKind.COPY),
    )
    course = Course(legs, day(9, 13), YEAR_2023)

    assert sentence(course).holder == "Lo tiene GM desde el lun 11 set."
    assert [mark.look for mark in wide(course).marks] == ["done", "now"]
    assert len(gutter(course).cells) == 2
    assert leg_sentence(course, legs[1]) == "OPP, copia para conocimiento, lun 11 set"


def test_many_short_holders_fold_into_one_row() -> None:
    start = day(3, 1)
    legs = [Leg("Origen", start, start + timedelta(days=7))]
    for number in range(9):
        legs.append(Leg(f"U{number}", start + timedelta(days=7), start + timedelta(days=7), (number,)))
    legs.append(Leg("Destino", start + timedelta(days=7), None, (9,)))

    rows = [row.label for row in wide(Course(tuple(legs), day(3, 20), YEAR_2023)).rows]

    assert rows == ["Origen", "+9 unidades", "Destino"]


def test_a_very_long_way_is_broken_before_its_last_return() -> None:
    legs = (
        Leg("A", day(1, 3), day(6, 1)),
        Leg("B", day(6, 1), day(7, 3), (0,)),
        Leg("A", day(7, 3), None, (1,), is_return=True),
    )

    drawing = wide(Course(legs, day(8, 31), YEAR_2023))

    assert drawing.break_x == pytest.approx(drawing.left + 8 + (1160 - 40 - drawing.left - 8) * 0.3, abs=1)


def test_micro_sizes_keep_inside_their_frame() -> None:
    for course in (pichari(), pichari_returned(), cajamarca()):
        for size in ((104, 26), CARD):
            drawing = micro(course, size=size)
            assert (drawing.width, drawing.height) == size
            assert all(4 <= mark.y <= size[1] - 4 and mark.x <= size[0] for mark in drawing.marks)


def test_gutter_puts_the_newest_first_and_plans_above_it() -> None:
    cells = gutter(pichari_returned()).cells

    assert [cell.mark for cell in cells[:5]] == ["plan", "plan", "plan", "now", "return"]
    now = cells[3]
    assert [run.look for run in now.above] == ["plan"]
    assert [run.look for run in now.below] == ["done"]
    assert cells[-1].below == ()


def test_gutter_of_parallel_legs_runs_them_side_by_side() -> None:
    cells = gutter(cajamarca(), newest_first=False).cells

    joined = next(cell for cell in cells if cell.mark == "done" and len(cell.across) == 3)
    assert len(joined.above) == 3
    assert len({cell.x for cell in cells}) == 5


def test_a_planned_leg_runs_on_to_the_step_that_waits_for_the_one_beside_it() -> None:
    legs = (
        Leg("Alcaldía", day(9, 11)),
        Leg("SG", day(9, 12), day(9, 15), (0,), kind=LegKind.PLANNED, verb="notificar"),
        Leg("OTIC", day(9, 12), day(9, 20), (0,), kind=LegKind.PLANNED, verb="publicar"),
        Leg("Archivo", day(9, 20), day(9, 27), (1, 2), kind=LegKind.PLANNED, verb="archivar"),
    )

    drawn = strokes(Course(legs, day(9, 11), YEAR_2023), OnADay())

    across = sorted((stroke.x1, stroke.x2) for stroke in drawn if stroke.y1 == stroke.y2 == len("SG"))
    assert across == [(12, 15), (15, 20)]
    assert {stroke.look for stroke in drawn if stroke.y1 == stroke.y2 == len("SG")} == {"plan"}


def test_every_drawing_is_a_picture_with_its_sentence() -> None:
    course = pichari_returned()
    linked = Course(tuple(replace(leg, href="#p1") for leg in course.legs), course.today, course.calendar)

    page = render_to_string("workflows/relay/wide.html", {"drawing": wide(linked), "sentence": sentence(linked)})

    assert 'aria-label="42 días hábiles, 5 pases, 1 devolución. Lo tiene OIS desde el vie 13 oct."' in page
    assert page.count('<a href="#p1"') == len(linked.legs)
    assert "style=" not in page
