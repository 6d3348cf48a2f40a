"""What a person leaves with: the cargo, and beside it the tracking key, which is kept nowhere in clear."""

import io
import logging
from datetime import datetime
from urllib.parse import quote

import segno
from django.conf import settings
from django.core.mail import EmailMessage
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from docs_store import selectors as stored
from docs_store.ports import Talon
from docs_store.typesetting import typeset_talon
from organization import selectors as organization
from workflows.services.cargos import intake_unit
from workflows.services.presentations import FilingReceipt

KEY_GROUP = 4
logger = logging.getLogger(__name__)


def grouped_key(key: str) -> str:
    """Return the key in groups of four, as it is shown."""
    return " ".join(key[start : start + KEY_GROUP] for start in range(0, len(key), KEY_GROUP))


def public_address() -> str:
    """Return where citizens reach this entity, without a closing slash."""
    address: str = settings.PUBLIC_URL or organization.entity().public_url
    return address.rstrip("/") if "//" in address else f"https://{address.rstrip('/')}"


def key_address(*, label: str, key: str) -> str:
    """Return what the talón's QR opens: it leads at once to a page without the key in its address."""
    return f"{public_address()}/t/{quote(label, safe='')}/{key}"


def key_qr(*, label: str, key: str) -> SafeString:
    """Return the talón's QR as a drawing to stand in a page."""
    drawing = io.BytesIO()
    segno.make_qr(key_address(label=label, key=key), error="m", boost_error=False).save(
        drawing, kind="svg", border=2, dark="#000", light="#fff", xmldecl=False, svgns=True, omitsize=True
    )
    return mark_safe(drawing.getvalue().decode())


def talon(*, label: str, key: str, at: datetime) -> bytes:
    """Return the talón as a PDF of 80 mm. It is shown once and stored nowhere."""
    unit = organization.unit_name(intake_unit(), timezone.localdate(at))
    return typeset_talon(
        Talon(
            entity_name=organization.entity().name,
            unit_name=unit.name,
            label=label,
            key=key,
            key_url=key_address(label=label, key=key),
            site=public_address(),
        )
    )


def mail_receipt(*, receipt: FilingReceipt) -> bool:
    """Mail the cargo and the key to the party, and return whether it left. No address: nothing is sent.

    The key is in no row and no queue, so the mail leaves now or not at all; a failure never undoes a filing.
    """
    address = receipt.filing.party.email
    if not address:
        return False
    message = _message(receipt, address)
    try:
        return bool(message.send())
    except OSError:
        logger.warning("receipt not mailed", extra={"filing": receipt.filing.pk})
        return False


def _message(receipt: FilingReceipt, address: str) -> EmailMessage:
    label = receipt.expediente.label
    words = _("%(entity)s recibió su presentación.\n\nNúmero: %(label)s\nRegistro: %(register)s\n") % {
        "entity": organization.entity().name,
        "label": label,
        "register": receipt.filing.label,
    }
    if receipt.key:
        words += _(
            "Clave de consulta: %(key)s\n\n"
            "Con el número y la clave puede ver dónde está su trámite en %(site)s\n"
            "Guárdela usted: no la conservamos escrita ni la pedimos por teléfono.\n"
        ) % {"key": grouped_key(receipt.key), "site": public_address()}
    words += _("\nEl cargo va adjunto.\n")
    host = public_address().partition("//")[2]
    message = EmailMessage(
        subject=_("Cargo de su trámite %(label)s") % {"label": label},
        body=words,
        to=[address],
        headers={"Message-ID": f"<cargo-{receipt.filing.pk}@{host}>"},
    )
    version = receipt.cargo.emitted_version
    if version is not None:
        with stored.open_version(version) as content:
            message.attach(version.name, content.read(), version.media_type)
    return message
