"""Days and moments as people write them: weekday first, months as in Peru, whatever locale the server has."""

from datetime import date, datetime

WEEKDAYS = ("lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo")
MONTHS = (
    "enero",
    "febrero",
    "marzo",
    "abril",
    "mayo",
    "junio",
    "julio",
    "agosto",
    "setiembre",
    "octubre",
    "noviembre",
    "diciembre",
)
ABBREVIATION = 3


def day_short(day: date, *, today: date) -> str:
    """Return ``vie 13 oct``, with the year when it is not today's."""
    plain = f"{WEEKDAYS[day.weekday()][:ABBREVIATION]} {day.day} {MONTHS[day.month - 1][:ABBREVIATION]}"
    return plain if day.year == today.year else f"{plain} {day.year}"


def day_with_year(day: date) -> str:
    """Return ``vie 13 oct 2023``, whatever year it is."""
    return f"{WEEKDAYS[day.weekday()][:ABBREVIATION]} {day.day} {MONTHS[day.month - 1][:ABBREVIATION]} {day.year}"


def day_and_number(day: date) -> str:
    """Return ``mié 18``: where the month is already told."""
    return f"{WEEKDAYS[day.weekday()][:ABBREVIATION]} {day.day}"


def day_long(day: date) -> str:
    """Return ``viernes 13 de octubre de 2023``."""
    return f"{day_in_year(day)} de {day.year}"


def day_in_year(day: date) -> str:
    """Return ``viernes 13 de octubre``."""
    return f"{WEEKDAYS[day.weekday()]} {day.day} de {MONTHS[day.month - 1]}"


def hour(moment: datetime) -> str:
    """Return ``16:48`` of a moment that is already in the zone of the reader."""
    return f"{moment:%H:%M}"


def thousands(number: int) -> str:
    """Return the number with a thin space every three digits, from five digits on and in thousands."""
    return f"{number:,}".replace(",", "\u2009")
