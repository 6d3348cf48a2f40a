"""What lies in the casillas that one mailbox is alerted of, in whichever files.

A person is kept per filing and proves nothing by an identity document. A mailbox proves itself by a link sent to it:
it learns again what its alerts have told it, and no more. To open a notice takes the key of its file, as before.
"""

from django.db.models import QuerySet
from django.db.models.functions import Upper

from workflows.enums import NoticeMeans
from workflows.models import Notice

MOST = 100


def notices_to(mailbox: str) -> QuerySet[Notice]:
    """Return the notices in a casilla whose alert goes to that mailbox, the unopened ones first, then the newest."""
    addressed = Notice.objects.alias(mailbox=Upper("email")).filter(mailbox=mailbox.strip().upper())
    found = addressed.filter(means=NoticeMeans.CASILLA).select_related("document__kind", "document__expediente")
    return found.order_by("notified_on", "-queued_at")


def first_of(mailbox: str) -> Notice | None:
    """Return one of them, by which a link may be sent; nothing where there is none."""
    return notices_to(mailbox).first() if mailbox.strip() else None
