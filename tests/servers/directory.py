"""A directory of one test: ``with running(folder) as directory:`` then ``directory.url()``. Loopback only."""

import base64
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlencode

from tests.servers import certificates
from tests.servers.certificates import Papers

ROOT = Path(__file__).resolve().parents[2]
BASE = "ou=personas,dc=muni,dc=example"
ACCOUNT, ACCOUNT_PASSWORD = "cn=chasqui,dc=muni,dc=example", "la cuenta/de:servicio"
PASSWORD = "Clave del directorio, ñandú 7"
PEOPLE = f"""\
dn: dc=muni,dc=example
objectClass: dcObject
dc: muni

dn: {ACCOUNT}
objectClass: person
cn: chasqui
userPassword: {ACCOUNT_PASSWORD}

dn: {BASE}
objectClass: organizationalUnit
ou: personas

"""


@dataclass(frozen=True)
class Running:
    """A directory that answers."""

    plain_port: int
    tls_port: int
    papers: Papers

    def url(self, *, scheme: str = "ldaps", port: int = 0, host: str = "127.0.0.1", **parameters: str) -> str:
        """Return its URL; each parameter may be given anew."""
        port = port or (self.tls_port if scheme == "ldaps" else self.plain_port)
        given = {"base": BASE, "ca": str(self.papers.authority), "wait": "1"} | parameters
        who = f"{quote(ACCOUNT, safe='')}:{quote(ACCOUNT_PASSWORD, safe='')}"
        return f"{scheme}://{who}@{host}:{port}?{urlencode(given)}"


def person(uid: str, *, number: str = "", password: str = PASSWORD, **attributes: str) -> str:
    """Return somebody's entry in LDIF."""
    told = {"objectClass": "person", "uid": uid, "cn": uid, "userPassword": password} | attributes
    told |= {"employeeNumber": number} if number else {}
    return "\n".join([f"dn: cn={attributes.get('cn', uid)},{BASE}", *map(": ".join, told.items())]) + "\n\n"


@contextmanager
def running(folder: Path, *people: str, papers: Papers | None = None) -> Iterator[Running]:
    """Start a directory of these people, give it once it answers, and end it."""
    papers = papers or certificates.issue(folder / "papers")
    entries = folder / "people.ldif"
    entries.write_text(_encoded(PEOPLE + "".join(people)))
    command = [sys.executable, "-W", "ignore", "-m", "tests.servers.directory_program"]
    files = [str(path) for path in (entries, papers.certificate, papers.key)]
    with (folder / "directory.log").open("wb") as log:
        server = subprocess.Popen([*command, *files], cwd=ROOT, stdout=subprocess.PIPE, stderr=log, text=True)
    try:
        assert server.stdout is not None
        told = server.stdout.readline()
        assert told, (folder / "directory.log").read_text()
        ports = json.loads(told)
        yield Running(ports["ldap"], ports["ldaps"], papers)
    finally:
        server.kill()
        server.communicate()


def _encoded(entries: str) -> str:
    """Return the entries with values beyond ASCII in base64, as LDIF wants them."""
    lines = []
    for line in entries.splitlines():
        name, _, value = line.partition(": ")
        lines.append(line if line.isascii() else f"{name}:: {base64.b64encode(value.encode()).decode()}")
    return "\n".join(lines) + "\n"
