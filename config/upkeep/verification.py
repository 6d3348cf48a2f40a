"""The verification of the whole installation: database, archive, index and ledger laid side by side."""

from collections.abc import Callable, Iterator
from datetime import datetime

from django.utils.translation import gettext as _

from config.upkeep.checks import archive, index, ledger, numbers, signatures
from config.upkeep.differences import Depth, Difference
from docs_store.models import Document, Expediente, Number, Version
from ledger import selectors
from search.index import get_index
from signing.models import Signature


def differences(depth: Depth, *, at: datetime, say: Callable[[str], None]) -> Iterator[Difference]:
    """Yield everything that does not fit together; nothing: the installation is whole.

    It may run beside the work of the day: what is on its way is no difference.

    :param say: told each step in a sentence before it begins.
    :raises ArchiveUnavailable: nothing can be said while the archive does not answer.
    :raises SearchUnavailable: nor while the index does not.
    """
    say(_("Libro: cadena de sellos y contenidos registrados…"))
    yield from ledger.differences()
    say(_("Numeración: series, años y bloques…"))
    yield from numbers.differences()
    say(_("Archivo: cada versión con su archivo y cada archivo con su versión…"))
    yield from archive.differences(depth, at=at, say=say)
    say(_("Firmas: lo registrado y los bytes guardados…"))
    yield from signatures.differences(depth)
    say(_("Índice: documentos emitidos, sus datos y sus lectores…"))
    yield from index.differences(depth)


def counts() -> dict[str, int]:
    """Return how much was compared."""
    head = selectors.head()
    return {
        "expedientes": Expediente.objects.count(),
        "documents": Document.objects.count(),
        "versions": Version.objects.count(),
        "numbers": Number.objects.count(),
        "signatures": Signature.objects.count(),
        "seals": head.sequence if head else 0,
        "indexed": get_index().count(),
    }
