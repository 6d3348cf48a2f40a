"""Places: reserved in the file before the first signature, planned in the database, in their order."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from docs_store.models import Version
from docs_store.ports import Place
from organization.models import Person, Post
from signing.errors import OverlapsText, PlaceRefused
from signing.models import Slot
from signing.ports import FieldPlace, WidgetBox
from signing.rules.geometry import box_of, is_inside, overlap
from signing.signer import get_envelope, get_paper


def reserve_places(*, pdf: bytes, places: Sequence[Place], names: Sequence[str]) -> bytes:
    """Return the file with every place reserved, in one revision. Call it before the first signature.

    :param names: how each place is read aloud, in the same order: ``Firma: Alcalde``.
    :raises OverlapsText: a place stands over text, over another place, or outside its page.
    :raises NotASignablePdf: the file cannot be read, or is encrypted.
    """
    if not places:
        return pdf
    check_places(pdf, places)
    fields = [FieldPlace(field_name(place), name, place) for place, name in zip(places, names, strict=True)]
    return get_envelope().reserve(pdf, fields)


@dataclass(frozen=True)
class Named:
    """Whom the paper names in a place, and in which capacity."""

    person: Person
    capacity: str


def plan_signatures(
    *, version: Version, places: Sequence[Place], posts: Sequence[Post | None], named: Sequence[Named | None] = ()
) -> list[Slot]:
    """Write down who signs the typeset version, in which order and where; a repeated call changes nothing.

    :param named: whom the paper names in each place, in the same order.
    """
    with transaction.atomic():
        Version.objects.select_for_update(no_key=True).get(pk=version.pk)
        planned = list(version.slots.order_by("order"))
        if planned:
            return planned
        return [
            Slot.objects.create(
                version=version,
                order=place.order,
                field_name=field_name(place),
                post=post,
                page=place.page,
                left_mm=place.left_mm,
                top_mm=place.top_mm,
                width_mm=place.width_mm,
                height_mm=place.height_mm,
                person=who.person if who else None,
                capacity=who.capacity if who else "",
            )
            for place, post, who in zip(places, posts, named or [None] * len(posts), strict=True)
        ]


def field_name(place: Place) -> str:
    """Return the technical name of the place's field."""
    return f"Firma{place.order}"


def check_places(pdf: bytes, places: Sequence[Place]) -> None:
    """Return if every place stands on free paper: a stamp drawn over text would hide what was signed.

    :raises OverlapsText: a place stands over text, over another place, or outside its page.
    """
    sizes = get_paper().sizes(pdf)
    boxes = []
    for place in places:
        if not 1 <= place.page <= len(sizes) or not is_inside(
            box_of(place, sizes[place.page - 1]), sizes[place.page - 1]
        ):
            raise OverlapsText(_("El lugar de la firma queda fuera de la página. Vuelva a componer el documento."))
        boxes.append(box_of(place, sizes[place.page - 1]))
    _check_apart([*get_envelope().boxes(pdf), *boxes])
    for box, text in zip(boxes, get_paper().text_in(pdf, boxes), strict=True):
        if text:
            raise OverlapsText(page=box.page)


def is_paper_clean(pdf: bytes) -> bool:
    """Return whether no widget of the file covers text or another widget. For files of our own making."""
    boxes = list(get_envelope().boxes(pdf))
    try:
        _check_apart(boxes)
    except PlaceRefused:
        return False
    return not any(get_paper().text_in(pdf, boxes))


def _check_apart(boxes: Sequence[WidgetBox]) -> None:
    for index, box in enumerate(boxes):
        if any(overlap(box, other) for other in boxes[index + 1 :]):
            raise OverlapsText(_("Dos lugares de firma se pisan. Vuelva a componer el documento."))
