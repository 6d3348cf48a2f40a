"""A link to all the notices that a mailbox is alerted of: asked for by anybody, sent to that mailbox alone (NT-04)."""

from datetime import datetime

from django.core import signing
from django.core.mail import EmailMessage
from django.utils.translation import gettext as _

from ledger import services as ledger
from organization import selectors as organization
from workflows.errors import NoticeRefused
from workflows.models import Notice
from workflows.selectors.casillas import first_of
from workflows.services.receipts import public_address

VISITOR, SALT = "system:portal", "casilla"
LINK_SECONDS = 30 * 60


def ask(*, mailbox: str, at: datetime) -> bool:
    """Queue the mail with the link, if that mailbox has a notice in a casilla, and return whether it has.

    Who asks is told the same in both cases: they learn nothing of a mailbox that is not theirs.
    """
    notice = first_of(mailbox)
    if notice is None:
        return False
    subject = f"document:{notice.document_id}"
    ledger.record("casilla.asked", subject=subject, facts={"notice": notice.pk}, by=VISITOR, at=at)
    return True


def mail_link(*, notice_id: int, name: str) -> bool:
    """Mail the link to the mailbox of a notice, and return whether a mail left.

    :param name: makes the Message-ID, the same where the mail is sent twice.
    """
    mailbox = Notice.objects.only("email").get(pk=notice_id).email
    address = public_address()
    token = signing.dumps(mailbox, salt=SALT)
    words = _(
        "Alguien pidió ver las notificaciones de %(entity)s que llegan a este correo.\n\n"
        "Si fue usted, ábralas aquí dentro de media hora:\n%(address)s/seguimiento/casilla/%(token)s/\n\n"
        "Para abrir cada una use la clave de su trámite. Si no fue usted, no haga nada.\n"
    )
    message = EmailMessage(
        subject=_("Sus notificaciones"),
        body=words % {"entity": organization.entity().name, "address": address, "token": token},
        to=[mailbox],
        headers={"Message-ID": f"<casilla-{name}@{address.partition('//')[2]}>"},
    )
    return bool(message.send())


def mailbox_of(token: str, *, lasts: int = LINK_SECONDS) -> str:
    """Return the mailbox that a link proves.

    :param lasts: for how many seconds a link serves.
    :raises NoticeRefused: it is no link of ours, or older than that.
    """
    try:
        mailbox: str = signing.loads(token, salt=SALT, max_age=lasts)
    except signing.BadSignature as error:
        raise NoticeRefused(_("Ese enlace ya no sirve: dura media hora. Pida otro aquí.")) from error
    return mailbox
