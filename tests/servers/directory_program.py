"""A directory as entities have one: ldaptor's LDAP server on the people of an LDIF file, with StartTLS and with TLS.

``python -m tests.servers.directory_program people.ldif certificate.pem key.pem`` tells its two ports on one line.
It behaves as Active Directory does where that matters: who gives no password is let in as nobody, only who signed in
may search, and a disabled account is refused like a wrong password.
"""

import json
import sys
from pathlib import Path
from typing import Any

from ldaptor import inmemory, interfaces
from ldaptor.protocols import pureldap
from ldaptor.protocols.ldap import ldaperrors, ldapserver
from twisted.internet import protocol, reactor, ssl
from twisted.python import components

START_TLS = b"1.3.6.1.4.1.1466.20037"
LOOPBACK = "127.0.0.1"


class Directory(ldapserver.LDAPServer):  # type: ignore[misc]  # ldaptor has no types
    """One connection."""

    boundUser: Any

    def handle_LDAPBindRequest(self, request: Any, controls: Any, reply: Any) -> Any:
        if not request.auth:
            self.boundUser = None
            return pureldap.LDAPBindResponse(resultCode=ldaperrors.Success.resultCode)
        bound = super().handle_LDAPBindRequest(request, controls, reply)
        bound.addCallback(self._refuse_disabled)
        return bound

    def _refuse_disabled(self, response: Any) -> Any:
        if b"514" in [bytes(value) for value in self.boundUser.get(b"userAccountControl", [])]:
            self.boundUser = None
            raise ldaperrors.LDAPInvalidCredentials("data 533")
        return response

    def handle_LDAPSearchRequest(self, request: Any, controls: Any, reply: Any) -> Any:
        if self.boundUser is None:
            raise ldaperrors.LDAPOperationsError("a successful bind must be completed first")
        return super().handle_LDAPSearchRequest(request, controls, reply)

    def extendedRequest_StartTLS(self, _data: object, reply: Any) -> None:
        reply(pureldap.LDAPExtendedResponse(resultCode=0, responseName=START_TLS))
        self.transport.startTLS(self.factory.certificate)

    extendedRequest_StartTLS.oid = START_TLS  # type: ignore[attr-defined]  # how ldaptor finds it


class Factory(protocol.ServerFactory):
    """Gives every connection the same people."""

    protocol = Directory

    def __init__(self, root: Any, certificate: Any) -> None:
        self.root = root
        self.certificate = certificate


def main(people: str, certificate_path: str, key_path: str) -> None:
    """Serve until killed."""
    twisted: Any = (components.registerAdapter, ssl.DefaultOpenSSLContextFactory, reactor)  # it has no types of its own
    register, read_certificate, loop = twisted
    register(lambda factory: factory.root, Factory, interfaces.IConnectedLDAPEntry)
    certificate = read_certificate(key_path, certificate_path)

    def serve(root: Any) -> None:
        factory = Factory(root, certificate)
        plain = loop.listenTCP(0, factory, interface=LOOPBACK)
        encrypted = loop.listenSSL(0, factory, certificate, interface=LOOPBACK)
        print(json.dumps({"ldap": plain.getHost().port, "ldaps": encrypted.getHost().port}), flush=True)

    with Path(people).open("rb") as file:
        inmemory.fromLDIFFile(file).addCallback(serve)
    loop.run()


if __name__ == "__main__":
    main(*sys.argv[1:])
