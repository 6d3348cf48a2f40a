"""Acts to sign: typeset for real, with their places reserved and planned."""

from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone

from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.writer import copy_into_new_writer

from docs_store import services as docs
from docs_store.archive import get_archive
from docs_store.enums import DocumentState, Stage
from docs_store.models import Document, Version
from docs_store.ports import Article, Draft, Frame, SignerPlace, Typeset, VisadoBlock
from docs_store.typesetting import typeset
from organization.models import Person, Post
from signing import services as signing
from signing.models import Signature, Slot
from tests.factories import make_document, make_draft, make_entity, make_kind, make_pdf, make_person, make_post

LIMA = timezone(timedelta(hours=-5))
AT = datetime(2023, 11, 10, 15, 22, 7, tzinfo=LIMA)
PIN = "246813"
CVD = "7KQ2M9XD4RTVW3HC"
LABEL = "N.° 423-2023-A-MDP/LC"


@dataclass
class Signer:
    """A post that signs, and who holds it."""

    post: Post
    person: Person


@dataclass
class Act:
    """A document that was typeset for its signers."""

    document: Document
    version: Version
    signers: list[Signer]

    @property
    def slots(self) -> list[Slot]:
        return list(self.version.slots.order_by("order"))


def make_signer(title: str = "Alcalde", *, pin: str = PIN) -> Signer:
    post = make_post(title=title)
    person = make_person(post=post)
    signing.ensure_credential(person, pin)
    return Signer(post, person)


def typeset_act(signers: list[Signer], *, visados: tuple[VisadoBlock, ...] = (), cvd: str = CVD) -> Typeset:
    """Return a resolution with a place for each signer, still free paper."""
    entity = make_entity()
    draft = Draft(
        subject="Aprueba el plan",
        vistos=("El Informe N.° 262-2023-MDP/GM/EMHA, del 8 de noviembre de 2023.",),
        considerandos=("Que, el Comité aprobó cinco planes en su sesión del 31 de agosto de 2023;",),
        articles=(Article("Aprobar", "el Plan de Gobierno y Transformación Digital 2023-2026."),),
        closing="Regístrese, comuníquese y cúmplase.",
    )
    frame = Frame(
        template="resolucion",
        kind_name="Resolución de Alcaldía",
        entity_name=entity.name,
        entity_location=entity.location,
        ruc=entity.ruc,
        unit_name="Alcaldía",
        label=LABEL,
        city="Pichari",
        date_on=date(2023, 11, 10),
        expediente="4187-2023",
        cvd=cvd,
        verify_url="https://pichari.example/v",
        signers=tuple(
            SignerPlace(order, signer.post.title, signer.person.full_name)
            for order, signer in enumerate(signers, start=1)
        ),
        visados=visados,
    )
    return typeset(draft, frame)


def make_act(*titles: str, cvd: str = CVD, legal_state: str = "in_force") -> Act:
    """Return a resolution typeset for these signers, reserved and planned."""
    signers = [make_signer(title) for title in titles or ("Alcalde",)]
    finished = typeset_act(signers, cvd=cvd)
    pdf = signing.reserve_places(
        pdf=finished.pdf,
        places=finished.places,
        names=[f"Firma: {signer.post.title}" for signer in signers],
    )
    document = make_document(
        kind=make_kind("resolucion-alcaldia", name="Resolución de Alcaldía", template="resolucion", is_act=True),
        title="Aprueba el plan",
        at=AT,
        label=LABEL,
        cvd=cvd,
        legal_state=legal_state,
        state=DocumentState.FOR_DISPATCH,
    )
    version = keep(document, pdf, Stage.TYPESET)
    signing.plan_signatures(version=version, places=finished.places, posts=[signer.post for signer in signers])
    return Act(document, version, signers)


def keep(document: Document, pdf: bytes, stage: Stage, *, based_on: Version | None = None) -> Version:
    """Store bytes as the document's next version."""
    get_archive().put(io.BytesIO(pdf))
    return document.versions.create(
        number=document.versions.count() + 1,
        stage=stage,
        sha256=hashlib.sha256(pdf).hexdigest(),
        size_bytes=len(pdf),
        media_type="application/pdf",
        name="acto.pdf",
        pages=1,
        based_on=based_on,
        stored_at=AT,
    )


def sign(
    act: Act,
    order: int = 1,
    *,
    pin: str = PIN,
    at: datetime = AT,
    person: Person | None = None,
    before: Version | None = None,
) -> Signature:
    """Sign in that place, over what the former signer left."""
    slot, signer = act.slots[order - 1], act.signers[order - 1]
    former = (
        Signature.objects.filter(slot__version=act.version, withdrawn_at__isnull=True).order_by("-slot__order").first()
    )
    return signing.sign(
        slot=slot,
        before=before or (former.after if former else act.version),
        pin=pin,
        person=person or signer.person,
        post=signer.post,
        capacity=signer.post.title,
        by=person or signer.person,
        at=at,
    )


def emit(act: Act, version: Version) -> None:
    """Emit the document with this version, as the document store does."""
    act.document.state = DocumentState.EMITTED
    act.document.emitted_at = AT
    act.document.emitted_version = version
    act.document.save()


def signed_act(*titles: str, cvd: str = CVD) -> tuple[Act, bytes]:
    """Return an emitted act, signed in every place, and its bytes."""
    act = make_act(*titles, cvd=cvd)
    for order in range(1, len(act.signers) + 1):
        signature = sign(act, order)
    emit(act, signature.after)
    return act, read(signature.after)


def read(version: Version) -> bytes:
    with get_archive().open(version.sha256) as content:
        return content.read()


def make_text(document: Document | None = None, *paragraphs: str) -> Version:
    """Return a structured text of a document."""
    person = make_person()
    return docs.save_draft(
        document=document or make_document(), content=make_draft("Solicita opinión", *paragraphs), by=person, at=AT
    )


def encrypted_pdf() -> bytes:
    writer = copy_into_new_writer(PdfFileReader(io.BytesIO(make_pdf())))
    writer.encrypt("a", "b")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()
