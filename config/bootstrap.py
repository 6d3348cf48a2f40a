"""Makes the virtual environment and installs the locked dependencies: all that must be there before Django is.

make runs it as ``python3 -I config/bootstrap.py [--dev]``, with the standard library alone. An unchanged lock is
noticed by its hash, and nothing is done.
"""

import hashlib
import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ENVIRONMENT = ROOT / ".venv"
PYTHON = ENVIRONMENT / "bin" / "python"
PRODUCT_LOCK, TESTS_LOCK = ROOT / "requirements.lock", ROOT / "requirements-dev.lock"
INTERRUPTED = 130
TOLD_EVERY = 10

NO_VENV = "A este Python le falta el módulo venv. En Debian o Ubuntu: apt install python{}.{}-venv."
NOT_WRITABLE = "No se puede escribir en {}. Copie Chasqui a una carpeta suya y ejecútelo allí."
NO_NETWORK = "No se llega al registro de paquetes de Python (PyPI). Revise la red o el proxy y vuelva a intentarlo."
NO_SPACE = "No queda espacio en el disco para el entorno de Python."
WRONG_HASH = "Un paquete descargado no es el que se fijó, y no se instaló. Revise qué registro usa su pip."
SIGNS = {
    "ensurepip": NO_VENV.format(*sys.version_info),
    "No module named venv": NO_VENV.format(*sys.version_info),
    "No space left": NO_SPACE,
    "Permission denied": NOT_WRITABLE.format(ENVIRONMENT),
    "Read-only file system": NOT_WRITABLE.format(ENVIRONMENT),
    "NewConnectionError": NO_NETWORK,
    "ConnectTimeout": NO_NETWORK,
    "ProxyError": NO_NETWORK,
    "name resolution": NO_NETWORK,
    "Network is unreachable": NO_NETWORK,
    "DO NOT MATCH THE HASHES": WRONG_HASH,
}


class CannotStart(Exception):
    """What stands in the way, as one sentence."""


def main(arguments: list[str]) -> int:
    """Prepare the environment, for the tests with ``--dev``, and return the exit code."""
    try:
        prepare(TESTS_LOCK if "--dev" in arguments else PRODUCT_LOCK)
    except CannotStart as error:
        print(error, file=sys.stderr)  # noqa: T201 -- no Django yet
        return 1
    except KeyboardInterrupt:
        print("\nDetenido. Repita la orden para continuar.", file=sys.stderr)  # noqa: T201 -- no Django yet
        return INTERRUPTED
    return 0


def prepare(lock: Path) -> None:
    """Install what the lock names, unless that was done before.

    :raises CannotStart: something outside Chasqui stands in the way.
    """
    stamp = ENVIRONMENT / "chasqui-lock"
    if stamp.exists() and PYTHON.exists() and _digest(lock) in stamp.read_text().split():
        return
    if not os.access(ROOT, os.W_OK):
        raise CannotStart(NOT_WRITABLE.format(ROOT))
    if not _has_pip():
        _say("Creando el entorno de Python en .venv…")
        _run([sys.executable, "-m", "venv", "--clear", str(ENVIRONMENT)])
    _install(lock)
    satisfied = [PRODUCT_LOCK, TESTS_LOCK] if lock == TESTS_LOCK else [lock]
    stamp.write_text("\n".join(map(_digest, satisfied)))


def _digest(lock: Path) -> str:
    return hashlib.sha256(lock.read_bytes()).hexdigest()


def _has_pip() -> bool:
    """Return whether the environment works: one that was moved, or broken off half made, is made anew."""
    with suppress(OSError):
        return subprocess.run([PYTHON, "-m", "pip", "--version"], capture_output=True, check=False).returncode == 0
    return False


def _install(lock: Path) -> None:
    total = lock.read_text().count("==")
    _say(f"Instalando {total} dependencias; la primera vez tarda cerca de un minuto…")
    options = ["--no-deps", "--require-hashes", "--no-input", "--disable-pip-version-check", "--progress-bar", "off"]
    _run([str(PYTHON), "-m", "pip", "install", *options, "--retries", "1", "-r", str(lock)], total)


def _run(command: list[str], total: int = 0) -> None:
    """Run it, telling how far pip is, and keep what it said if it fails."""
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd=ROOT)
    assert process.stdout is not None
    lines: list[str] = []
    seen = 0
    for line in process.stdout:
        lines.append(line)
        if line.startswith(("Collecting", "Requirement already")):
            seen += 1
            if seen % TOLD_EVERY == 0:
                _say(f"  {seen} de {total}")
        elif line.startswith("Installing collected"):
            _say("  descargadas; se copian…")
    if process.wait() != 0:
        raise CannotStart(_why_not("".join(lines)))


def _why_not(told: str) -> str:
    log = ENVIRONMENT / "install.log"
    with suppress(OSError):
        log.write_text(told)
    known = next((sentence for sign, sentence in SIGNS.items() if sign in told), None)
    return known or f"No se pudo preparar el entorno de Python; el detalle está en {log}."


def _say(line: str) -> None:
    print(line, flush=True)  # noqa: T201 -- no Django yet


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
