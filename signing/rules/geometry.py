"""Rectangles: from millimetres on paper to points of a page, and which ones collide."""

from docs_store.ports import Place
from signing.ports import WidgetBox

POINTS_PER_MM = 72 / 25.4
SLACK_POINTS = 0.5


def box_of(place: Place, page_size: tuple[float, float]) -> WidgetBox:
    """Return the place in points from the bottom left corner of its page."""
    _width, height = page_size
    left = place.left_mm * POINTS_PER_MM
    top = height - place.top_mm * POINTS_PER_MM
    return WidgetBox(
        page=place.page,
        left=left,
        bottom=top - place.height_mm * POINTS_PER_MM,
        right=left + place.width_mm * POINTS_PER_MM,
        top=top,
    )


def is_inside(box: WidgetBox, page_size: tuple[float, float]) -> bool:
    """Return whether the box has a size and lies wholly on its page."""
    width, height = page_size
    has_size = box.right - box.left > SLACK_POINTS and box.top - box.bottom > SLACK_POINTS
    fits = (
        box.left >= -SLACK_POINTS
        and box.bottom >= -SLACK_POINTS
        and box.right <= width + SLACK_POINTS
        and box.top <= height + SLACK_POINTS
    )
    return has_size and fits


def overlap(one: WidgetBox, other: WidgetBox) -> bool:
    """Return whether two boxes share more than a hair of paper."""
    return (
        one.page == other.page
        and one.left < other.right - SLACK_POINTS
        and other.left < one.right - SLACK_POINTS
        and one.bottom < other.top - SLACK_POINTS
        and other.bottom < one.top - SLACK_POINTS
    )
