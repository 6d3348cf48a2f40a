"""Where a directory is, how its people are found, and how it is reached."""

import ssl
import warnings
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self
from urllib.parse import parse_qs, unquote, urlsplit

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

with warnings.catch_warnings():  # its last release still uses two names that pyasn1 has since renamed
    warnings.simplefilter("ignore", DeprecationWarning)
    import ldap3
    from ldap3.core import exceptions as ldap
    from ldap3.utils.conv import escape_filter_chars as escaped

__all__ = ["Place", "escaped", "ldap"]

PORTS = {"ldap": 389, "ldaps": 636}
WAIT_SECONDS = 4
ENCRYPTIONS = {"start", "none"}
LOOPBACK = {"127.0.0.1", "::1", "localhost"}
PARAMETERS = {"base", "login", "username", "dni", "filter", "tls", "ca", "wait"}


@dataclass(frozen=True)
class Place:
    """Where the directory is, and by which attributes it knows people.

    ``ldaps://service%20account:password@host:636``, or ``ldap://…``, which is encrypted by StartTLS. Then ``?base=``
    the branch where people are, ``login=`` the attribute that people type (``uid``; in Active Directory
    ``sAMAccountName``), ``username=`` the one that holds Chasqui's user name (the same), ``dni=`` the one that holds
    the DNI: where given, people are known by it alone; ``filter=`` whom to look among, ``ca=`` the file of the
    authority that vouches for the server (else those of this machine), ``wait=`` seconds for each answer, ``tls=none``
    for a directory on this same machine.
    """

    host: str
    port: int
    is_tls: bool
    is_start_tls: bool
    account: str
    password: str = field(repr=False)
    base: str
    login: str
    username: str
    dni: str
    filter: str
    authority: str
    wait_seconds: int

    @classmethod
    def of(cls, url: str) -> Self:
        """Read the URL. A password that it leaves out is ``IDENTITY_PASSWORD``.

        :raises ImproperlyConfigured: it leaves out what is needed, or would send passwords unencrypted.
        """
        parts = urlsplit(url)
        try:
            port = parts.port or PORTS[parts.scheme]
        except ValueError as error:
            raise ImproperlyConfigured("IDENTITY_URL: the port must be a number up to 65535") from error
        given = {name: values[-1] for name, values in parse_qs(parts.query, keep_blank_values=True).items()}
        if unknown := set(given) - PARAMETERS:
            raise ImproperlyConfigured(f"IDENTITY_URL: {', '.join(sorted(unknown))} is none of {sorted(PARAMETERS)}")
        if not (parts.hostname and parts.username and given.get("base")):
            raise ImproperlyConfigured("IDENTITY_URL must be ldaps://account:password@host?base=…: one of these lacks")
        login = given.get("login", "uid")
        return cls(
            host=parts.hostname,
            port=port,
            is_tls=parts.scheme == "ldaps",
            is_start_tls=_is_start_tls(parts.scheme, given.get("tls", "start"), parts.hostname),
            account=unquote(parts.username),
            password=unquote(parts.password or "") or settings.IDENTITY_PASSWORD,
            base=given["base"],
            login=login,
            username=given.get("username", login),
            dni=given.get("dni", ""),
            filter=given.get("filter", "(objectClass=*)"),
            authority=_readable(given.get("ca", "")),
            wait_seconds=_seconds(given.get("wait", str(WAIT_SECONDS))),
        )

    def connection(self) -> Any:
        """Return a connection as the service account, not opened yet."""
        server = ldap3.Server(
            self.host,
            self.port,
            use_ssl=self.is_tls,
            tls=CheckedTls(self.authority),
            connect_timeout=self.wait_seconds,
            get_info=ldap3.NONE,
        )
        return ldap3.Connection(
            server,
            self.account,
            self.password.encode(),
            auto_referrals=False,
            check_names=False,
            raise_exceptions=True,
            read_only=True,
            receive_timeout=self.wait_seconds,
        )


class CheckedTls(ldap3.Tls):  # type: ignore[misc]  # ldap3 has no types
    """TLS with Python's own check of the certificate and of the host's name, for ``ldaps`` and for StartTLS."""

    def __init__(self, authority: str) -> None:
        super().__init__(validate=ssl.CERT_REQUIRED)
        self._authority = authority or None

    def wrap_socket(self, connection: Any, do_handshake: bool = False) -> None:
        """Encrypt the connection's socket, or fail: nothing was sent yet."""
        context = ssl.create_default_context(cafile=self._authority)
        connection.socket.getpeername()  # Python leaves the socket open that it finds cut off while it wraps it
        connection.socket = context.wrap_socket(connection.socket, server_hostname=connection.server.host)


def _is_start_tls(scheme: str, wanted: str, host: str) -> bool:
    if wanted not in ENCRYPTIONS:
        raise ImproperlyConfigured(f"IDENTITY_URL: tls must be one of {sorted(ENCRYPTIONS)}, not {wanted!r}")
    if wanted == "none" and host not in LOOPBACK:
        raise ImproperlyConfigured("IDENTITY_URL: tls=none would send passwords in clear; only on this same machine")
    return scheme == "ldap" and wanted == "start"


def _readable(path: str) -> str:
    if path and not Path(path).is_file():
        raise ImproperlyConfigured(f"IDENTITY_URL: ca={path} is no file that can be read")
    return path


def _seconds(value: str) -> int:
    if not (value.isdecimal() and 1 <= int(value) <= 30):
        raise ImproperlyConfigured(f"IDENTITY_URL: wait must be a whole number of seconds from 1 to 30, not {value!r}")
    return int(value)
