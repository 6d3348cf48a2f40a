"""Rows that tests start from: as few arguments as possible, and every one can be given."""

import io
from datetime import date, datetime
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value

from docs_store.enums import AccessLevel, Reset
from docs_store.models import Access, Document, DocumentKind, Expediente, Series, SeriesPattern
from docs_store.ports import Draft, Section
from organization.enums import IdKind
from organization.models import Appointment, Entity, Person, Post, Unit, UnitName
from organization.services.factors import PERIOD_SECONDS

LIMA = ZoneInfo("America/Lima")
LONG_AGO = date(2000, 1, 1)
NOON = datetime(2023, 10, 13, 12, tzinfo=LIMA)
_serial = count(1)


def make_entity(**values: Any) -> Entity:
    """Return the one entity; it is made at the first call."""
    defaults: dict[str, Any] = {
        "slug": "muni",
        "name": "Municipalidad Distrital de Pichari",
        "short_name": "Pichari",
        "ruc": "20000000001",
        "location": "La Convención, Cusco",
        "city": "Pichari",
        "place": "cusco",
        "public_url": "https://pichari.example",
    }
    entity, _is_new = Entity.objects.update_or_create(pk=1, defaults=defaults | values)
    return entity


def make_unit(slug: str = "", *, name: str = "", siglas: str = "", siglas_path: str = "", **values: Any) -> Unit:
    """Return a new unit with one name, valid since long ago."""
    slug = slug or f"unidad-{next(_serial)}"
    unit = Unit.objects.create(slug=slug, **{"valid_from": LONG_AGO, **values})
    UnitName.objects.create(
        unit=unit,
        name=name or f"Oficina {slug}",
        siglas=siglas or slug.upper(),
        siglas_path=siglas_path or siglas or slug.upper(),
        valid_from=unit.valid_from,
    )
    return unit


def make_post(slug: str = "", *, unit: Unit | None = None, title: str = "", **values: Any) -> Post:
    """Return a new post that heads its unit; without a unit it gets a new one."""
    slug = slug or f"puesto-{next(_serial)}"
    return Post.objects.create(
        slug=slug, unit=unit or make_unit(), title=title or f"Jefe {slug}", **{"is_head": True, **values}
    )


def make_person(username: str | None = "", *, post: Post | None = None, **values: Any) -> Person:
    """Return a new person, appointed to the post since long ago. ``username=None``: a citizen, who cannot sign in."""
    number = next(_serial)
    username = f"persona-{number}" if username == "" else username
    person = Person(
        username=username,
        **{
            "given_names": (username or f"Ciudadano {number}").capitalize(),
            "surnames": "Quispe Rojas",
            "id_kind": IdKind.DNI,
            "id_number": f"{number:08}",
            "initials": "XQR",
            **values,
        },
    )
    person.set_unusable_password()
    person.save()
    if post is not None:
        appoint(person, post)
    return person


def appoint(person: Person, post: Post, *, from_on: date = LONG_AGO, to_on: date | None = None) -> Appointment:
    """Let the person hold the post."""
    return Appointment.objects.create(
        post=post, person=person, from_on=from_on, to_on=to_on, act="Resolución de designación"
    )


def make_kind(slug: str = "informe", *, name: str = "", template: str = "", is_act: bool = False) -> DocumentKind:
    """Return the kind of document with this code; it is made at the first call."""
    kind, _is_new = DocumentKind.objects.get_or_create(
        slug=slug, defaults={"name": name or slug.capitalize(), "template": template or "informe", "is_act": is_act}
    )
    return kind


def make_series(
    slug: str = "informe",
    *,
    kind: DocumentKind | None = None,
    unit: Unit | None = None,
    pattern: str = "{seq:03}-{year}-MDP/{siglas_path}",
    reset: Reset = Reset.YEARLY,
) -> Series:
    """Return a new series with one pattern, valid since long ago."""
    series = Series.objects.create(slug=slug, kind=kind, unit=unit, reset=reset)
    SeriesPattern.objects.create(series=series, pattern=pattern, valid_from=LONG_AGO)
    return series


def make_expediente(
    subject: str = "Plan de gobierno digital",
    *,
    units: tuple[Unit, ...] = (),
    at: datetime = NOON,
    access_level: AccessLevel = AccessLevel.INTERNAL,
    **values: Any,
) -> Expediente:
    """Return a new expediente that these units may read."""
    expediente = Expediente.objects.create(
        subject=subject,
        opened_at=at,
        access_level=access_level,
        **{"label": f"{next(_serial):06}-{at.year}", **values},
    )
    for unit in units:
        Access.objects.create(expediente=expediente, unit=unit, since=at, reason="origen")
    return expediente


def make_document(
    expediente: Expediente | None = None,
    *,
    kind: DocumentKind | None = None,
    title: str = "Informe sobre el plan",
    at: datetime = NOON,
    **values: Any,
) -> Document:
    """Return a new draft without a version yet. ``unit``, ``post`` and the rest of its columns may be given."""
    return Document.objects.create(
        expediente=expediente or make_expediente(), kind=kind or make_kind(), title=title, created_at=at, **values
    )


def make_draft(subject: str = "Solicita opinión sobre el plan", *paragraphs: str, **values: Any) -> Draft:
    """Return a structured text with one section."""
    texts = paragraphs or ("El plan ordena los proyectos de gobierno digital de los próximos años.",)
    return Draft(
        subject=subject,
        **{
            "addressee_name": "Elsa Huamán Ayala",
            "addressee_post": "Gerente Municipal",
            "sections": (Section("Antecedentes", texts),),
            "closing": "Es cuanto informo.",
            **values,
        },
    )


def make_pdf(*texts: str) -> bytes:
    """Return a small PDF with one page for each text, in a font that every reader has."""
    pages = texts or ("Hola",)
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Count %d /Kids [%s] >>"
        % (len(pages), b" ".join(b"%d 0 R" % (4 + 2 * place) for place in range(len(pages)))),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    for place, text in enumerate(pages):
        stream = b"BT /F1 14 Tf 72 770 Td (%s) Tj ET" % text.encode("cp1252")
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 3 0 R >> >> "
            b"/Contents %d 0 R >>" % (5 + 2 * place)
        )
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream))
    return assemble_pdf(objects)


def assemble_pdf(objects: list[bytes], trailer: bytes = b"") -> bytes:
    """Return a PDF of these objects, numbered from 1; the first one is the catalogue."""
    out = io.BytesIO()
    out.write(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
    places = []
    for number, body in enumerate(objects, start=1):
        places.append(out.tell())
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, body))
    start = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    out.write(b"".join(b"%010d 00000 n \n" % place for place in places))
    out.write(b"trailer\n<< /Size %d /Root 1 0 R %s >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, trailer, start))
    return out.getvalue()


def code_at(seed: str, at: datetime) -> str:
    """Return the six digits that a telephone with this seed shows at that moment (RFC 6238)."""
    return str(format_hotp_value(hotp_value(seed, int(at.timestamp()) // PERIOD_SECONDS)))
