"""Dates, codes and names as paper writes them in Peru. No locale of the machine takes part."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from zoneinfo import ZoneInfo

from law.rules.dates import MONTHS, WEEKDAYS, day_long

LIMA = ZoneInfo("America/Lima")
GROUP = 4
# The article before a name is its first noun's; a name that begins otherwise takes none.
FEMININE = frozenset(
    {"Autoridad", "Contraloría", "Defensoría", "Dirección", "Municipalidad", "Superintendencia", "Universidad"}
)
MASCULINE = frozenset({"Consejo", "Fondo", "Gobierno", "Instituto", "Ministerio", "Organismo", "Programa", "Servicio"})


def long_date(day: date) -> str:
    """Return ``10 de noviembre de 2023``."""
    return f"{day.day} de {MONTHS[day.month - 1]} de {day.year}"


def weekday_date(day: date) -> str:
    """Return ``viernes 10 de noviembre de 2023``."""
    return day_long(day)


def weekday_moment(at: datetime) -> str:
    """Return ``viernes 10 de noviembre de 2023, 10:16``, in Lima's time."""
    local = at.astimezone(LIMA)
    return f"{weekday_date(local.date())}, {local:%H:%M}"


def exact_moment(at: datetime) -> str:
    """Return ``10/11/2023 15:22:07 −05:00``, in Lima's time with its offset."""
    local = at.astimezone(LIMA)
    return f"{local:%d/%m/%Y %H:%M:%S} {_offset(local)}"


def weekday_exact_moment(at: datetime) -> str:
    """Return ``viernes 10/11/2023 15:22:07 −05:00``."""
    return f"{WEEKDAYS[at.astimezone(LIMA).weekday()]} {exact_moment(at)}"


def short_date(day: date) -> str:
    """Return ``10/11/2023``."""
    return f"{day:%d/%m/%Y}"


def place_and_date(city: str, day: str) -> str:
    """Return ``Lima, 10 de noviembre de 2023``, without what is missing."""
    return ", ".join(part for part in (city, day) if part)


def grouped(code: str, separator: str) -> str:
    """Return the code in groups of four."""
    return separator.join(groups(code))


def groups(code: str) -> Iterator[str]:
    """Yield the code's groups of four."""
    for start in range(0, len(code), GROUP):
        yield code[start : start + GROUP]


def with_article(name: str) -> str:
    """Return ``la Municipalidad …``, ``el Gobierno …``, or the name alone."""
    head = name.split(" ", 1)[0]
    if head in FEMININE:
        return f"la {name}"
    return f"el {name}" if head in MASCULINE else name


def shown_address(url: str) -> str:
    """Return the address as people read it: without scheme and closing slash."""
    return url.removeprefix("https://").removeprefix("http://").rstrip("/")


def _offset(local: datetime) -> str:
    written = local.strftime("%z")
    sign = "−" if written.startswith("-") else "+"
    return f"{sign}{written[1:3]}:{written[3:5]}"


def considerandos(texts: Iterable[str]) -> tuple[str, ...]:
    """Return each reason as an act gives it, ``Que, …;``: one that begins with a small letter is completed."""
    kept = (text.strip() for text in texts if text.strip())
    return tuple(f"Que, {text}" if text[0].islower() and not text.startswith("que,") else text for text in kept)


def vistos(texts: Iterable[str]) -> tuple[str, ...]:
    """Return the antecedents as one sentence, ``El Informe…; la Opinión…; y el Acta…; y,``. A typed sentence stays."""
    kept = [text.strip() for text in texts if text.strip()]
    if not kept or (len(kept) == 1 and not kept[0][-1].isalnum()):
        return tuple(kept)
    parts = [text.rstrip(" ;,.") for text in kept]
    parts[0] = parts[0][:1].upper() + parts[0][1:]
    joined = "; ".join(parts) if len(parts) == 1 else f"{'; '.join(parts[:-1])}; y {parts[-1]}"
    return (f"{joined}; y,",)
