"""Whose days count in a place."""

COUNTRY = "PE"
UBIGEO_DIGITS = (2, 4)


def places_of(place: str) -> tuple[str, ...]:
    """Return the places whose non-working days hold in this one, the widest first and itself last.

    :param place: ISO 3166-2 (``PE-CUS``), an ubigeo (``080909``: department, province, district) or a country.
    """
    if place.isdigit():
        within = [place[:digits] for digits in UBIGEO_DIGITS if digits < len(place)]
        return (COUNTRY, *within, place)
    country, _dash, rest = place.partition("-")
    return (country, place) if rest else (place,)
