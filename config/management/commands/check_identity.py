"""Tries the servers that keep institutional accounts."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from organization.errors import IdentityUnavailable
from organization.identity import get_servers

WELL = {
    "IDENTITY_URL": "El directorio (IDENTITY_URL) responde, acepta la cuenta de servicio y deja buscar.",
    "OIDC_ISSUER": "El servidor de cuentas (OIDC_ISSUER) responde, es quien dice ser y publica sus llaves.",
}
FAULT = {
    "IDENTITY_URL": "El directorio (IDENTITY_URL) no sirve: {}.",
    "OIDC_ISSUER": "El servidor de cuentas (OIDC_ISSUER) no sirve: {}.",
}


class Command(BaseCommand):
    help = "Prueba los servidores de cuentas institucionales y dice de cada uno qué falla."

    def handle(self, **options: Any) -> None:
        servers = get_servers()
        if not servers:
            self.stdout.write("No hay servidores de cuentas institucionales: se entra con cuentas de este sistema.")
        faults = []
        for variable, server in servers.items():
            try:
                server.check()
                self.stdout.write(WELL[variable])
            except IdentityUnavailable as error:
                faults.append(FAULT[variable].format(error.reason))
        if faults:
            raise CommandError(" ".join(faults))
