"""People as Active Directory or OpenLDAP know them: searched by a service account, then bound as themselves."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.utils.translation import gettext as _

from organization.adapters.ldap_place import Place, escaped, ldap
from organization.errors import DirectoryUnavailable
from organization.ports import Vouched

ENTRY = "searchResEntry"
ONE_TOO_MANY = 2
REFUSALS = (
    ldap.LDAPInvalidCredentialsResult,
    ldap.LDAPInappropriateAuthenticationResult,
    ldap.LDAPUnwillingToPerformResult,
    ldap.LDAPConstraintViolationResult,
    ldap.LDAPAuthorizationDeniedResult,
)
"""What directories answer to a wrong password, or to an account of theirs that is disabled, expired or locked."""


class LdapDirectory:
    """A directory that speaks LDAP version 3."""

    def __init__(self, url: str) -> None:
        self._at = Place.of(url)

    def identify(self, *, login: str, password: str) -> Vouched | None:
        names = dict.fromkeys([self._at.login, self._at.dni] if self._at.dni else [self._at.login])
        typed = "".join(f"({name}={escaped(login)})" for name in names)
        return self._admitted(f"(|{typed})", password) if login else None

    def confirm(self, *, whom: Vouched, password: str) -> bool:
        attribute, value = (self._at.dni, whom.id_number) if self._at.dni else (self._at.username, whom.username)
        return bool(value) and self._admitted(f"({attribute}={escaped(value)})", password) is not None

    def _admitted(self, who: str, password: str) -> Vouched | None:
        """Return the one person whom the filter finds and who has this password."""
        if not password:  # a bind without one succeeds: RFC 4513, 5.1.2
            return None
        with self._bound() as connection:
            found = self._find(connection, who)
            # Who is not found is tried all the same, so that the time that it takes tells nothing.
            name = found["dn"] if found else f"cn=-,{self._at.base}"
            return self._vouched(found) if _is_theirs(connection, name, password) and found else None

    def check(self) -> None:
        with self._bound() as connection:
            try:
                connection.search(self._at.base, "(objectClass=*)", search_scope="BASE", attributes=["1.1"])
                self._find(connection, f"({self._at.login}=chasqui)")
            except ldap.LDAPNoSuchObjectResult as error:
                raise DirectoryUnavailable(_("la rama base=%(base)s no existe") % {"base": self._at.base}) from error

    def _find(self, connection: Any, who: str) -> dict[str, Any] | None:
        """Return the one entry that the filter finds; two are as good as none."""
        attributes = sorted({self._at.username, self._at.dni or self._at.username})
        try:
            connection.search(
                self._at.base, f"(&{self._at.filter}{who})", attributes=attributes, size_limit=ONE_TOO_MANY
            )
        except ldap.LDAPSizeLimitExceededResult:
            return None
        entries = [entry for entry in connection.response if entry["type"] == ENTRY]
        return entries[0] if len(entries) == 1 else None

    def _vouched(self, entry: dict[str, Any]) -> Vouched | None:
        if self._at.dni:
            number = _only(entry, self._at.dni)
            return Vouched(id_number=number) if number else None
        username = _only(entry, self._at.username)
        return Vouched(username=username) if username else None

    @contextmanager
    def _bound(self) -> Iterator[Any]:
        """Give a connection as the service account; every failure of the directory becomes ours."""
        with _told_as_ours():
            connection = self._at.connection()
            try:
                connection.open(read_server_info=False)
                if self._at.is_start_tls:
                    connection.start_tls(read_server_info=False)
                try:
                    connection.bind(read_server_info=False)
                except REFUSALS as error:
                    raise DirectoryUnavailable(_("no acepta la cuenta de servicio")) from error
                yield connection
            finally:
                connection.strategy.close()
                if connection.socket:  # it leaves open what it could not connect
                    connection.socket.close()


def _is_theirs(connection: Any, name: str, password: str) -> bool:
    """Return whether the directory lets that name in. Bytes: prepared as text, a password may turn into none."""
    try:
        return bool(connection.rebind(name, password.encode(), read_server_info=False))
    except (*REFUSALS, ldap.LDAPNoSuchObjectResult):
        return False


def _only(entry: dict[str, Any], attribute: str) -> str:
    """Return the attribute's one value; several, or one that is no text, tell nothing."""
    told = {name.lower(): values for name, values in entry["raw_attributes"].items()}
    values: list[bytes] = told.get(attribute.lower(), [])
    try:
        return values[0].decode().strip() if len(values) == 1 else ""
    except UnicodeDecodeError:
        return ""


@contextmanager
def _told_as_ours() -> Iterator[None]:
    try:
        yield
    except ldap.LDAPException as error:
        raise DirectoryUnavailable(_why(error)) from error


def _why(error: Exception) -> str:
    """Return the reason as operators understand it; libraries' words may hold names and are not shown."""
    told = str(error).lower()
    if "certificate" in told or "hostname" in told:
        return _("su certificado no está firmado por una autoridad conocida, venció o es de otro nombre")
    if "invalid server address" in told:
        return _("su nombre no se encuentra en la red")
    if "refused" in told:
        return _("nadie atiende en esa dirección y puerto")
    if isinstance(error, ldap.LDAPCommunicationError):
        return _("no contestó a tiempo o cortó la conexión")
    return type(error).__name__
