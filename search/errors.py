"""What the search can refuse or fail at."""

from django.utils.translation import gettext as _


class SearchError(Exception):
    """Base class: the search refused or could not do what was asked."""


class SearchUnavailable(SearchError):
    """The index did not answer; trying again later may help."""

    def __init__(self) -> None:
        super().__init__(_("El buscador no responde. Espere un minuto y vuelva a intentar; nada se ha perdido."))
