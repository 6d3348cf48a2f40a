"""What an operator starts with ``docker compose up``. No image is pulled here: the file is read, every variable that it
sets is one of ours, and every command of ours in it is run on this machine."""

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import yaml

from config import env, make_secrets
from tests.config.contained import copy_image

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "docker-compose.yml").read_text()
COMPOSE: dict[str, Any] = yaml.safe_load(TEXT)
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = {name: service for name, service in SERVICES.items() if service["image"].startswith("chasqui:")}
ONCE = {name for name, service in SERVICES.items() if service["restart"] == "no"}
VARIABLE = re.compile(r"(?<!\$)\$(?:\{([A-Z_]+)(:[-?][^}]*)?\}|([A-Za-z_{]))")
REQUIRED = {name for name, otherwise, _bare in VARIABLE.findall(TEXT) if otherwise.startswith(":?")}
PATIENCE_SECONDS = 120
DOCKERFILE = (ROOT / "Dockerfile").read_text()


# The file


def test_every_variable_has_a_default_or_says_what_is_missing() -> None:
    for name, otherwise, bare in VARIABLE.findall(TEXT):
        assert not bare, f"${bare}… would be read as a variable: write $$"
        assert otherwise or name in REQUIRED, f"{name} has neither default nor message"


def test_every_variable_that_the_operator_may_set_is_in_the_manual() -> None:
    manual = (ROOT / "docs" / "operating.md").read_text()

    for name in {found[0] for found in VARIABLE.findall(TEXT)}:
        assert f"`{name}`" in manual, name


@pytest.mark.parametrize("name", OURS)
def test_every_setting_is_one_that_the_settings_read(name: str) -> None:
    for variable in OURS[name].get("environment", {}):
        assert variable in env.KNOWN or variable.removesuffix("_FILE") in env.KNOWN, variable


def test_a_variable_read_from_a_file_has_its_secret() -> None:
    for name, service in OURS.items():
        for variable, value in service.get("environment", {}).items():
            if variable.endswith("_FILE"):
                assert value.removeprefix("/run/secrets/") in service["secrets"], (name, variable)
                assert f"{variable}," in env.KNOWN[variable.removesuffix("_FILE")].meaning


def test_no_secret_stands_in_the_file() -> None:
    assert all(set(secret) == {"file"} for secret in COMPOSE["secrets"].values())
    for service in SERVICES.values():
        for variable, value in service.get("environment", {}).items():
            if re.search("PASSWORD|SECRET|TOKEN|USER_FILE|_KEY", variable):
                assert str(value).startswith("/run/secrets/"), variable
            assert not re.search(r"://[^/]*:[^/]*@", str(value)), variable


def test_the_secrets_that_are_used_are_those_that_are_made(tmp_path: Path) -> None:
    made = make_secrets.write(tmp_path / "secrets")

    assert {f"secrets/{name}" for name in made} == {secret["file"] for secret in COMPOSE["secrets"].values()}
    used = {secret for service in SERVICES.values() for secret in service.get("secrets", ())}
    assert used == set(COMPOSE["secrets"])


def test_the_owners_keys_are_where_they_are_needed_and_nowhere_else() -> None:
    holders = {
        secret: {name for name, service in SERVICES.items() if secret in service.get("secrets", ())}
        for secret in ("archive_owner_url", "archive_password", "migrate_database_url", "database_owner_password")
    }

    assert holders == {
        "archive_owner_url": {"bucket"},
        "archive_password": {"archive"},
        "migrate_database_url": {"migrate"},
        "database_owner_password": {"database"},
    }
    assert all(name in ONCE for name in holders["archive_owner_url"] | holders["migrate_database_url"])


def test_what_is_named_exists() -> None:
    for name, service in SERVICES.items():
        assert set(service.get("networks", ())) <= set(COMPOSE["networks"]), name
        assert set(service.get("depends_on", ())) <= set(SERVICES), name
        for volume in service.get("volumes", ()):
            assert volume.partition(":")[0] in COMPOSE["volumes"], (name, volume)
        for config in service.get("configs", ()):
            assert config["source"] in COMPOSE["configs"], name


# Containment


@pytest.mark.parametrize("name", SERVICES)
def test_each_service_is_contained(name: str) -> None:
    service = SERVICES[name]

    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert re.search(r":\S*\d+\.\d+|:RELEASE\.[0-9T-]+Z", service["image"]), "pinned by version"
    assert not service.get("privileged")
    assert ("network_mode" in service) == (name == "owners")
    if name != "owners":
        assert str(service["user"]).partition(":")[0] not in {"0", "root"}
        assert service["networks"]


@pytest.mark.parametrize("name", sorted(set(SERVICES) - ONCE))
def test_each_service_that_runs_on_has_a_health_check_and_a_limit(name: str) -> None:
    assert SERVICES[name]["healthcheck"]["test"]
    assert SERVICES[name]["deploy"]["resources"]["limits"]["memory"]
    assert SERVICES[name]["restart"] == "unless-stopped"


def test_only_the_proxy_and_the_site_are_reached_from_outside() -> None:
    assert {name for name, service in SERVICES.items() if "ports" in service} == {"web", "proxy"}
    assert all(port.startswith("127.0.0.1:") for port in SERVICES["web"]["ports"])
    assert COMPOSE["networks"]["store"]["internal"] and COMPOSE["networks"]["index"]["internal"]
    assert "store" not in SERVICES["proxy"]["networks"]
    assert all("edge" not in SERVICES[name]["networks"] for name in ("database", "broker", "archive", "search"))


def test_the_cluster_has_three_nodes_and_the_usual_start_one() -> None:
    nodes = [name for name, service in SERVICES.items() if "elasticsearch" in service["image"]]

    assert len(nodes) == 3
    assert [name for name in nodes if "profiles" not in SERVICES[name]] == ["search"]
    assert SERVICES["proxy"]["profiles"] == ["tls"]


# Commands


def filled_in(command: list[str]) -> list[str]:
    """Return the command as Compose reads it where nothing is set."""
    return [VARIABLE.sub(lambda found: (found[2] or "").removeprefix(":-"), word) for word in command]


def natively(command: list[str], folder: Path) -> "subprocess.CompletedProcess[str]":
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    kept["PATH"] = f"{Path(sys.executable).parent}:{kept['PATH']}"
    return run(command, ROOT, kept | {"DATA_DIR": str(folder)})


def run(command: list[str], folder: Path, environment: dict[str, str]) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        command, check=False, cwd=folder, env=environment, capture_output=True, text=True, timeout=PATIENCE_SECONDS
    )


def test_every_command_of_ours_is_one_that_runs_here(tmp_path: Path) -> None:
    commands = [filled_in(service["command"]) for service in OURS.values()]
    commands += [service["healthcheck"]["test"][1:] for service in OURS.values() if "healthcheck" in service]
    kinds = set()
    for command in commands:
        kinds.add(command[0])
        match command:
            case ["gunicorn", *_]:
                done = natively([*command, "--check-config"], tmp_path)
            case ["chown", owner, *_volumes]:
                done = natively(["chown", f"{os.getuid()}:{os.getgid()}", str(tmp_path)], tmp_path)
                assert re.fullmatch(r"\d+:\d+", owner)
            case ["python", "-m", "config.alive", address]:
                done = natively([*command[:3], address.replace(":8000", ":1")], tmp_path)
                assert done.returncode == 1 and not done.stderr
                continue
            case _:
                done = natively([*command, "--help"], tmp_path)
        assert done.returncode == 0, (command, done.stderr)
    assert kinds == {"gunicorn", "python", "celery", "chown"}


def test_the_queues_of_the_worker_are_all_there_are() -> None:
    from config.celery import QUEUES

    command = SERVICES["worker"]["command"]
    assert command[command.index("-Q") + 1].split(",") == list(QUEUES)


def test_a_service_that_is_told_to_stop_has_time_to_end_what_it_does() -> None:
    from config.celery import HARD_LIMIT_SECONDS

    assert int(SERVICES["worker"]["stop_grace_period"].removesuffix("s")) > HARD_LIMIT_SECONDS
    command = SERVICES["web"]["command"]
    graceful = int(command[command.index("--graceful-timeout") + 1])
    assert int(SERVICES["web"]["stop_grace_period"].removesuffix("s")) > graceful


# Secrets


def test_secrets_are_made_once_and_agree(tmp_path: Path) -> None:
    folder = tmp_path / "secrets"
    make_secrets.write(folder)
    first = {path.name: path.read_text().strip() for path in folder.iterdir()}

    assert make_secrets.write(folder) == []
    assert {path.name: path.read_text().strip() for path in folder.iterdir()} == first
    assert first["database_app_password"] in first["database_url"]
    assert first["database_owner_password"] in first["migrate_database_url"]
    assert first["archive_password"] in first["archive_owner_url"]
    assert first["archive_password"] not in first["archive_url"]
    assert urlsplit(first["archive_url"]).username != first["archive_user"]
    assert first["redis_conf"].splitlines()[0].removeprefix("requirepass ") in first["broker_url"]
    assert folder.stat().st_mode & 0o077 == 0
    empty = {name for name, value in first.items() if not value}
    assert empty == {"email_url", "identity_url", "oidc_client_secret"}, "the operator's to fill, or to leave"
    assert len(set(first.values()) - {""}) == len(first) - len(empty)


# The image


def test_the_image_is_pinned_locked_and_runs_as_nobody() -> None:
    stages = re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE)

    assert len(stages) == 2
    assert all(re.search(r":\d+\.\d+\.\d+", stage) for stage in stages)
    assert "--require-hashes" in DOCKERFILE
    final = DOCKERFILE.rpartition("\nFROM ")[2]
    assert re.search(r"^USER 10001:10001$", final, re.MULTILINE)
    assert re.search(r"^HEALTHCHECK ", final, re.MULTILINE)
    assert not re.search("gcc|build-essential|pip install", final)
    assert 'CMD ["gunicorn", "--config", "python:config.gunicorn"' in final


def test_what_the_image_gets_is_enough_to_gather_the_files_and_to_start(tmp_path: Path) -> None:
    image = tmp_path / "image"
    image.mkdir()
    copy_image(image)
    kept = {"PATH": os.environ["PATH"], "SECRET_KEY": "only-to-gather-files", "DATA_DIR": str(tmp_path / "data")}
    kept["STATIC_DIR"] = str(tmp_path / "static")

    for command in (["manage.py", "collectstatic", "--noinput", "--verbosity", "0"], ["manage.py", "check"]):
        done = run([sys.executable, *command], image, kept)
        assert done.returncode == 0, done.stderr

    assert (tmp_path / "static" / "staticfiles.json").exists()
