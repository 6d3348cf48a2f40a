"""What the search can refuse or fail at."""

from collections.abc import Sequence

from django.utils.translation import gettext as _


class SearchError(Exception):
    """Base class: the search refused or could not do what was asked."""


class SearchUnavailable(SearchError):
    """The index did not answer; trying again later may help."""

    def __init__(self) -> None:
        super().__init__(_("El buscador no responde. Espere un minuto y vuelva a intentar; nada se ha perdido."))


class IndexDiffers(SearchError):
    """A new index does not say what the store of record says."""

    def __init__(self, document_ids: Sequence[int]) -> None:
        some = ", ".join(str(each) for each in document_ids[:10])
        super().__init__(
            _(
                "El índice nuevo no coincide con la base de datos (documentos: %(some)s). Se descartó y el anterior "
                "sigue en uso. Vuelva a ejecutar reindex; si se repite, ejecute verify_system."
            )
            % {"some": some}
        )
