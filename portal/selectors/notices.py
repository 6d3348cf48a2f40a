"""What was notified to a party of a file, and whether it may be read already."""

from docs_store.enums import DocumentState
from docs_store.models import Expediente
from organization.models import Person
from workflows.enums import NoticeMeans
from workflows.models import Notice


def notices_of(expediente: Expediente, party: Person | None) -> list[Notice]:
    """Return the notices of emitted documents to this party."""
    return list(
        Notice.objects.filter(
            document__expediente=expediente, person=party, document__state=DocumentState.EMITTED
        ).select_related("document__kind", "document__emitted_version")
    )


def may_be_read(notice: Notice) -> bool:
    """Return whether the document of a notice may be read: what was put into the casilla, only once it counts."""
    return bool(notice.means != NoticeMeans.CASILLA or notice.notified_on)
