"""Whose days count in a place.

A place is told by ISO 3166-2 (``PE-CUS``) or by ubigeo (``080909``: department, province, district). Both name the same
departments, so that a region's holiday holds wherever one of its districts is told by its ubigeo. The province of Lima
is ``PE-LMA``, apart from the region of Lima.
"""

import re

COUNTRY = "PE"
DEPARTMENT, PROVINCE, DISTRICT = 2, 4, 6
LIMA_PROVINCE, LIMA_METROPOLITAN = "1501", "PE-LMA"
REGIONS = (
    *("PE-AMA", "PE-ANC", "PE-APU", "PE-ARE", "PE-AYA", "PE-CAJ", "PE-CAL", "PE-CUS", "PE-HUV", "PE-HUC"),
    *("PE-ICA", "PE-JUN", "PE-LAL", "PE-LAM", "PE-LIM", "PE-LOR", "PE-MDD", "PE-MOQ", "PE-PAS", "PE-PIU"),
    *("PE-PUN", "PE-SAM", "PE-TAC", "PE-TUM", "PE-UCA"),
)
"""In the order of the departments' ubigeo: 01 is Amazonas, 25 is Ucayali."""
UBIGEO = re.compile(r"[0-9]{2}(?:[0-9]{2}){0,2}")
ISO = re.compile(r"[A-Z]{2}(?:-[A-Z0-9]{1,3})?")


def places_of(place: str) -> tuple[str, ...]:
    """Return the places whose non-working days hold in this one, the widest first and itself last.

    :param place: ISO 3166-2, an ubigeo or a country.
    """
    if place.isdigit():
        return (COUNTRY, *_region_of(place), *(place[:n] for n in (PROVINCE, DISTRICT) if n <= len(place)))
    country, _dash, rest = place.partition("-")
    return (country, place) if rest else (place,)


def is_place(text: str) -> bool:
    """Return whether there is such a place: a country, a region of Peru, an ubigeo within one of its departments."""
    if UBIGEO.fullmatch(text):
        return 1 <= int(text[:DEPARTMENT]) <= len(REGIONS)
    if not ISO.fullmatch(text):
        return False
    return not text.startswith(f"{COUNTRY}-") or text in REGIONS or text == LIMA_METROPOLITAN


def _region_of(ubigeo: str) -> tuple[str, ...]:
    if ubigeo.startswith(LIMA_PROVINCE):
        return (LIMA_METROPOLITAN,)
    department = int(ubigeo[:DEPARTMENT])
    return (REGIONS[department - 1],) if 1 <= department <= len(REGIONS) else (ubigeo[:DEPARTMENT],)
