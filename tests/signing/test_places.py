"""Places stand on free paper, inside the page, apart from one another."""

import pytest

from docs_store.ports import Place
from signing import services as signing
from signing.errors import NotASignablePdf, OverlapsText
from signing.ports import WidgetBox
from signing.rules.geometry import box_of, is_inside, overlap
from signing.signer import get_envelope
from tests.factories import make_pdf
from tests.signing.acts import make_act, make_signer, read, typeset_act

FREE = Place(order=1, page=1, left_mm=104, top_mm=200, width_mm=84, height_mm=28)


def _reserve(pdf: bytes, *places: Place) -> bytes:
    return signing.reserve_places(pdf=pdf, places=places, names=[f"Firma {place.order}" for place in places])


def test_every_place_is_reserved_in_one_revision_with_its_spoken_name() -> None:
    finished = typeset_act([make_signer("Gerente Municipal"), make_signer("Alcalde")])

    pdf = _reserve(finished.pdf, *finished.places)

    assert pdf.startswith(finished.pdf)
    assert pdf.count(b"%%EOF") == finished.pdf.count(b"%%EOF") + 1
    assert len(get_envelope().boxes(pdf)) == 2
    assert b"/TU (Firma 1)" in pdf


def test_a_file_without_places_stays_as_it_is() -> None:
    pdf = make_pdf()

    assert signing.reserve_places(pdf=pdf, places=[], names=[]) == pdf


@pytest.mark.parametrize(
    "place",
    [
        Place(1, 1, 20, 20, 84, 28),
        Place(1, 1, 150, 200, 84, 28),
        Place(1, 1, 104, 280, 84, 28),
        Place(1, 1, -10, 200, 84, 28),
        Place(1, 1, 104, 200, 0, 28),
        Place(1, 1, 104, 200, 84, 0),
        Place(1, 2, 104, 200, 84, 28),
        Place(1, 0, 104, 200, 84, 28),
    ],
    ids=["over text", "right", "bottom", "left", "no width", "no height", "no such page", "page zero"],
)
def test_a_place_over_text_or_outside_its_page_is_refused(place: Place) -> None:
    with pytest.raises(OverlapsText):
        _reserve(make_pdf("Texto firmado"), place)


def test_two_places_on_one_spot_are_refused() -> None:
    with pytest.raises(OverlapsText, match="se pisan"):
        _reserve(make_pdf(), FREE, Place(2, 1, 60, 210, 84, 28))


def test_a_place_over_a_reserved_one_is_refused() -> None:
    reserved = _reserve(make_pdf(), FREE)

    with pytest.raises(OverlapsText, match="se pisan"):
        _reserve(reserved, Place(2, 1, 60, 210, 84, 28))


def test_the_seal_does_not_cover_text_either() -> None:
    from tests.signing.acts import AT

    with pytest.raises(OverlapsText):
        signing.seal(make_pdf("Cargo"), Place(1, 1, 20, 20, 78, 21), AT)


@pytest.mark.parametrize("pdf", [b"", b"hola", b"%PDF-1.7\n%%EOF\n", make_pdf()[:200]])
def test_what_is_no_pdf_gets_no_place(pdf: bytes) -> None:
    with pytest.raises(NotASignablePdf):
        _reserve(pdf, FREE)


def test_a_plan_is_written_once() -> None:
    act = make_act("Gerente Municipal", "Alcalde")
    slots = act.slots

    again = signing.plan_signatures(version=act.version, places=[FREE], posts=[None])

    assert [slot.pk for slot in again] == [slot.pk for slot in slots]
    assert [slot.post for slot in slots] == [signer.post for signer in act.signers]
    assert len(get_envelope().boxes(read(act.version))) == 2


def test_millimetres_become_points_from_the_bottom_left() -> None:
    box = box_of(Place(1, 1, 25.4, 25.4, 50.8, 25.4), (595, 842))

    assert box == WidgetBox(page=1, left=72, bottom=842 - 144, right=216, top=842 - 72)
    assert is_inside(box, (595, 842))
    assert not is_inside(box, (200, 842))


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        (WidgetBox(1, 50, 50, 150, 150), True),
        (WidgetBox(1, 100, 0, 200, 100), False),
        (WidgetBox(2, 50, 50, 150, 150), False),
        (WidgetBox(1, 10, 10, 20, 20), True),
    ],
)
def test_boxes_that_touch_do_not_overlap(other: WidgetBox, expected: bool) -> None:
    assert overlap(WidgetBox(1, 0, 0, 100, 100), other) is expected
