"""What the benchmarks of signing share: an act of about 1 MB, a key, and a signature as the desk makes it."""

import os
from datetime import UTC, date, datetime
from functools import cache
from io import BytesIO

from django.conf import settings
from django.utils.module_loading import import_string
from pyhanko.pdf_utils.generic import StreamObject
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from docs_store.ports import Article, Draft, Frame, Place, StampText
from docs_store.typesetting import typeset, typeset_stamp
from signing.ports import FieldPlace, Key, Secret, Signer, SigningOrder
from signing.services.authority import Issued, Subject, demo_authority
from signing.signer import get_envelope

AT = datetime(2023, 11, 10, 20, 22, 7, tzinfo=UTC)
SECRET = Secret("bench")
MEGABYTE = 1_000_000
ENTITY, RUC = "Municipalidad Distrital", "20000000001"


@cache
def issued() -> Issued:
    return demo_authority().issue(Subject("Ana Quispe", "IDCPE-00000001"), SECRET)


@cache
def key() -> Key:
    return Key("bench", issued().certificate, issued().encrypted_key)


@cache
def signer_without_time() -> Signer:
    """Return the server's signer without a time-stamping authority: B-B."""
    signer: Signer = import_string(settings.SIGNER["class"])(timestamper=None)
    return signer


def act_of_a_megabyte(places: list[Place]) -> bytes:
    """Return a typeset resolution, with as many bytes beside its text as make 1 MB, and these places."""
    frame = Frame(
        template="resolucion",
        kind_name="Resolución de Alcaldía",
        entity_name=ENTITY,
        entity_location="La Convención, Cusco",
        ruc=RUC,
        unit_name="Alcaldía",
        label="N.° 1-2023-A",
        city="Lima",
        date_on=date(2023, 11, 10),
        cvd="7KQ2M9XD4RTVW3HC",
        verify_url="https://entidad.example/v",
    )
    draft = Draft(subject="Aprueba el plan", articles=(Article("Aprobar", "el plan."),))
    writer = IncrementalPdfFileWriter(BytesIO(typeset(draft, frame).pdf + b"\n"))
    writer.add_object(StreamObject(stream_data=os.urandom(MEGABYTE)))
    written = BytesIO()
    writer.write(written)
    fields = [FieldPlace(f"Firma{place.order}", f"Firma {place.order}", place) for place in places]
    return get_envelope().reserve(written.getvalue(), fields)


def stamp() -> bytes:
    """Return a stamp typeset now, as each signature has its own."""
    return typeset_stamp(StampText("Alcaldesa", "Ana Quispe", ENTITY, RUC, "Soy el autor del documento", AT))


def sign(pdf: bytes, field: str) -> bytes:
    """Return the file signed in that place: stamp, hole, digest, signature, hole filled."""
    prepared = get_envelope().prepare(pdf, SigningOrder(field, AT, "Soy el autor del documento", "Ana Quispe", stamp()))
    made = signer_without_time().sign(prepared.digest, key(), SECRET, at=AT)
    return get_envelope().embed(prepared, made.cms)
