"""Moments as sentences say them."""

from datetime import datetime

WEEKDAYS = ("lun", "mar", "mié", "jue", "vie", "sáb", "dom")
LONG_WEEKDAYS = ("lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo")
MONTHS = ("ene", "feb", "mar", "abr", "may", "jun", "jul", "ago", "set", "oct", "nov", "dic")
LONG_MONTHS = (
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


def short_moment(local: datetime, *, year: int) -> str:
    """Return ``jue 9 nov, 10:12``, with the year when it is another than this one."""
    day = f"{WEEKDAYS[local.weekday()]} {local.day} {MONTHS[local.month - 1]}"
    return f"{day}{'' if local.year == year else f' {local.year}'}, {local:%H:%M}"


def long_moment(local: datetime) -> str:
    """Return ``jueves 9 de noviembre de 2023, 10:12``."""
    month = LONG_MONTHS[local.month - 1]
    return f"{LONG_WEEKDAYS[local.weekday()]} {local.day} de {month} de {local.year}, {local:%H:%M}"
