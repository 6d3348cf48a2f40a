"""Writes the secrets that docker-compose.yml names, each into a file of its own; those that are there stay.

``python -m config.make_secrets secrets``. It needs neither settings nor anything installed. The folder is for its owner
alone; inside a container each file must be readable by whatever user the service runs as.
"""

import secrets
import sys
from collections.abc import Callable
from pathlib import Path

FOLDER_MODE, FILE_MODE = 0o700, 0o444
BYTES = 32
Kept = Callable[[str, str], str]


def write(folder: Path) -> list[str]:
    """Write what is missing, and return the names of the files that were made.

    :raises OSError: the folder cannot be written.
    """
    folder.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
    made: list[str] = []

    def kept(name: str, new: str) -> str:
        path = folder / name
        if not path.exists():
            path.touch(mode=0o600)
            path.write_text(f"{new}\n")
            path.chmod(FILE_MODE)
            made.append(name)
        return path.read_text().strip()

    kept("secret_key", secrets.token_urlsafe(50))
    kept("metrics_token", _password())
    kept("backup_passphrase", _password())
    owner = kept("database_owner_password", _password())
    app = kept("database_app_password", _password())
    kept("migrate_database_url", f"postgresql://chasqui_owner:{owner}@database/chasqui")
    kept("database_url", f"postgresql://chasqui_app:{app}@database/chasqui")
    user, password = kept("archive_user", "chasqui_owner"), kept("archive_password", _password())
    kept("archive_owner_url", f"s3://{user}:{password}@archive:9000/chasqui?secure=false")
    kept("archive_url", f"s3://chasqui_app:{_password()}@archive:9000/chasqui?secure=false")
    _write_queue(kept)
    for empty in ("email_url", "identity_url", "oidc_client_secret"):
        kept(empty, "")
    return made


def _write_queue(kept: Kept) -> None:
    broker = kept("broker_url", f"redis://:{_password()}@broker:6379/0")
    password = broker.partition("://:")[2].partition("@")[0]
    lines = (f"requirepass {password}", "appendonly yes", "maxmemory-policy noeviction", "dir /data")
    kept("redis_conf", "\n".join(lines))


def _password() -> str:
    return secrets.token_hex(BYTES)


def main(arguments: list[str]) -> int:
    """Write into the folder that was named, and return the exit code."""
    if len(arguments) != 1:
        print("Indique la carpeta: python -m config.make_secrets secrets", file=sys.stderr)  # noqa: T201 -- no Django
        return 2
    made = write(Path(arguments[0]))
    print(f"{len(made)} archivos nuevos en {arguments[0]}.")  # noqa: T201 -- no Django
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
