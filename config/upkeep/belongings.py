"""What an installation needs besides its rows and objects: its keys, its list of heads, its settings."""

import base64
import json
import shlex
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Self

from django.conf import settings
from django.utils.translation import gettext as _

from config import env
from config.upkeep.errors import OtherSecretKey
from docs_store.ports import Archive
from docs_store.services import heads

KEYS, SECRET_KEY, DEMO_MARK = "keys", "secret_key", "demo"
SETTINGS_FILE = "restored.env"
OF_THE_MACHINE = {"BACKUP_PASSPHRASE", "DATA_DIR"}
"""Not told again: the first must not lie beside what it opens, the second is another place by now."""


@dataclass(frozen=True)
class Belongings:
    """``files``: by their path in ``DATA_DIR``. ``variables``: what the environment said, secrets included."""

    secret_key: str = field(repr=False)
    files: Mapping[str, bytes] = field(repr=False)
    variables: Mapping[str, str] = field(repr=False, default_factory=dict)

    @classmethod
    def of(
        cls, folder: Path, archive: Archive, *, sealed_up_to: int, secret_key: str, variables: Mapping[str, str]
    ) -> Self:
        """Return those of the installation with this ``DATA_DIR`` and this archive.

        :param sealed_up_to: heads beyond this place of the chain are left out: the rows do not reach so far.
        """
        names = [path for path in sorted((folder / KEYS).rglob("*")) if path.is_file()]
        names += [path for path in [folder / DEMO_MARK] if path.exists()]
        files = {str(path.relative_to(folder)): path.read_bytes() for path in names}
        kept = [head for head in heads.listed(archive, folder=folder) if head.sequence <= sealed_up_to]
        if kept:
            files[heads.LIST_NAME] = "".join(f"- {head.sequence} - {head.object_sha256}\n" for head in kept).encode()
        return cls(secret_key, files, {key: text for key, text in variables.items() if key not in OF_THE_MACHINE})

    def as_bytes(self) -> bytes:
        plain: dict[str, Any] = asdict(self)
        plain["files"] = {name: base64.b64encode(content).decode() for name, content in self.files.items()}
        return json.dumps(plain).encode()

    @classmethod
    def from_bytes(cls, text: bytes) -> Self:
        plain = json.loads(text)
        files = {name: base64.b64decode(content) for name, content in plain["files"].items()}
        return cls(plain["secret_key"], files, plain["variables"])

    @property
    def head_objects(self) -> list[str]:
        """The archive's objects that hold the heads."""
        return [head.object_sha256 for head in self._heads()]

    def check_secret_key(self) -> None:
        """:raises OtherSecretKey: the environment gives another one, which would not open the keys."""
        given = env.given().get("SECRET_KEY", "")
        if given and self.secret_key not in [given, *settings.SECRET_KEY_FALLBACKS]:
            raise OtherSecretKey

    def lay_down(self) -> list[str]:
        """Write keys and settings into this installation's ``DATA_DIR``, and have its archive list the heads.

        Return what the operator must know.

        :raises ArchiveUnavailable: the call may be repeated.
        """
        folder = Path(settings.DATA_DIR)
        for name, content in self.files.items():
            if name != heads.LIST_NAME:
                _write(folder / name, content)
        heads.take_over(self._heads())
        if "SECRET_KEY" not in env.given():
            _write(folder / SECRET_KEY, self.secret_key.encode())
        return self._write_settings(folder / SETTINGS_FILE)

    def _heads(self) -> list[heads.ListedHead]:
        """As ``heads.txt`` of release 0.1.0 was written, whose backups have its moments and hashes too."""
        return heads.of_text(self.files.get(heads.LIST_NAME, b"").decode())

    def _write_settings(self, path: Path) -> list[str]:
        given = env.given()
        other = {name: text for name, text in sorted(self.variables.items()) if given.get(name) != text}
        other.pop("SECRET_KEY", None)
        if not other:
            return []
        _write(path, "".join(f"{name}={shlex.quote(text)}\n" for name, text in other.items()).encode())
        return [
            _("La copia se hizo con otras variables de entorno: %(names)s. Sus valores están en %(path)s; revíselos.")
            % {"names": ", ".join(other), "path": path}
        ]


def _write(path: Path, content: bytes) -> None:
    """Write a file that only its owner reads, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    staged = path.with_name(f"{path.name}.new")
    staged.touch(mode=0o600)
    staged.write_bytes(content)
    staged.replace(path)
