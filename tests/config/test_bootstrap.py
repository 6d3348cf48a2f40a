"""What ``make run`` does before Django is there, and what it says when it cannot."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from config import bootstrap

ROOT = Path(__file__).resolve().parents[2]
LOCK = "chasqui-no-such-package==1.0 --hash=sha256:" + "0" * 64 + "\n"


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A folder with nothing but what the first command needs."""
    (tmp_path / "config").mkdir()
    shutil.copy(ROOT / "config" / "bootstrap.py", tmp_path / "config")
    shutil.copy(ROOT / "Makefile", tmp_path)
    (tmp_path / "requirements.lock").write_text(LOCK)
    (tmp_path / "requirements-dev.lock").write_text(LOCK)
    return tmp_path


def run(house: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-I", "config/bootstrap.py", *arguments],
        cwd=house, env=os.environ | environment, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip


def pretend_installed(house: Path, lock: str) -> None:
    (house / ".venv" / "bin").mkdir(parents=True)
    (house / ".venv" / "bin" / "python").symlink_to(sys.executable)
    (house / ".venv" / "chasqui-lock").write_text(lock)


def digest(house: Path, name: str) -> str:
    return bootstrap._digest(house / name)


def test_an_unchanged_lock_is_installed_once_only(house: Path) -> None:
    pretend_installed(house, digest(house, "requirements.lock"))

    done = run(house)

    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.kill
def test_without_network_one_sentence_says_so(house: Path) -> None:
    done = run(house, PIP_INDEX_URL="http://127.0.0.1:1/simple", PIP_FIND_LINKS="")

    assert done.returncode == 1
    assert done.stderr.strip() == bootstrap.NO_NETWORK
    assert done.stdout.startswith("Creando el entorno de Python en .venv…\nInstalando 1 dependencias;")
    assert not (house / ".venv" / "chasqui-lock").exists()
    assert "chasqui-no-such-package" in (house / ".venv" / "install.log").read_text()


@pytest.mark.parametrize(
    ("told", "sentence"),
    [
        ("Error: ... ensurepip is not available", "A este Python le falta el módulo venv."),
        ("/usr/bin/python3: No module named venv", "A este Python le falta el módulo venv."),
        ("OSError: [Errno 28] No space left on device", "No queda espacio en el disco"),
        ("Error: [Errno 30] Read-only file system: '.venv'", "No se puede escribir en"),
        ("Temporary failure in name resolution", "No se llega al registro de paquetes"),
        ("THESE PACKAGES DO NOT MATCH THE HASHES", "Un paquete descargado no es el que se fijó"),
        ("something else", "No se pudo preparar el entorno de Python; el detalle está en"),
    ],
)
def test_what_stands_in_the_way_is_told_in_one_sentence(
    told: str, sentence: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bootstrap, "ENVIRONMENT", tmp_path)

    found = bootstrap._why_not(told)

    assert found.startswith(sentence)
    assert "\n" not in found
    assert (tmp_path / "install.log").read_text() == told


def test_a_read_only_folder_is_told(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(bootstrap, "ENVIRONMENT", Path("/nowhere"))
    monkeypatch.setattr(os, "access", lambda path, mode: False)

    assert bootstrap.main([]) == 1
    assert capsys.readouterr().err.startswith("No se puede escribir en")


def test_ctrl_c_while_installing_leaves_no_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupt(lock: Path) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(bootstrap, "prepare", interrupt)

    assert bootstrap.main(["--dev"]) == 130
    assert capsys.readouterr().err == "\nDetenido. Repita la orden para continuar.\n"


def make(house: Path, *arguments: str, path: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [shutil.which("make") or "make", *arguments],
        cwd=house, env={"PATH": path, "HOME": str(house)}, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip


@pytest.fixture
def bare_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A PATH with a shell and no Python."""
    folder = tmp_path_factory.mktemp("bin")
    for name in ("sh", "sed", "expand"):
        (folder / name).symlink_to(shutil.which(name) or name)
    return folder


def test_without_python_one_sentence_says_what_to_install(house: Path, bare_path: Path) -> None:
    done = make(house, "run", path=str(bare_path))

    assert done.returncode != 0
    assert done.stderr.splitlines()[0].startswith("No se encontró Python 3.11 o posterior.")
    assert "Traceback" not in done.stderr


def test_an_old_python_is_passed_over(house: Path, bare_path: Path) -> None:
    (bare_path / "python3").write_text("#!/bin/sh\nexit 1\n")
    (bare_path / "python3").chmod(0o755)
    assert make(house, "run", path=str(bare_path)).stderr.startswith("No se encontró Python 3.11")

    (bare_path / "python3.11").symlink_to(sys.executable)
    pretend_installed(house, digest(house, "requirements.lock"))
    (house / "manage.py").write_text("import os, sys; print(sys.argv[1:], os.environ['DEMO'], os.environ['ENTITY'])")
    done = make(house, "run", "ENTITY=callao-2011", path=str(bare_path))

    assert done.stdout == "['serve'] 1 callao-2011\n"


def test_make_alone_lists_what_it_can_do(house: Path, bare_path: Path) -> None:
    done = make(house, path=str(bare_path))

    assert done.returncode == 0
    assert [line.split()[1] for line in done.stdout.splitlines()] == [
        "help", "run", "test", "test-servers", "test-long", "lint", "format", "bench", "bench-servers", "screens",
        "lock",
    ]  # fmt: skip
