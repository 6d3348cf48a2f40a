"""What the installation refuses to start with."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.checks import run_checks
from django.core.exceptions import ImproperlyConfigured

from config.backends import database
from config.checks import TAG, check_sqlite, is_loopback, refuse_unsafe_start, sqlite_faults

ROOT = Path(__file__).resolve().parents[2]


def ids() -> list[str]:
    return [str(fault.id) for fault in run_checks(tags=[TAG])]


@pytest.fixture
def demo(settings: Any) -> Any:
    settings.DEMO = True
    settings.BIND = "127.0.0.1:8000"
    settings.ALLOWED_HOSTS = ["127.0.0.1", "localhost"]
    return settings


def test_the_demo_on_loopback_is_accepted(demo: Any) -> None:
    assert ids() == []


@pytest.mark.parametrize("bind", ["127.0.0.1:8000", "localhost:80", "[::1]:8000", "127.5.0.1:1"])
def test_the_demo_may_be_bound_to_any_loopback_address(demo: Any, bind: str) -> None:
    demo.BIND = bind

    assert ids() == []


@pytest.mark.parametrize(
    "bind", ["0.0.0.0:8000", "192.168.1.5:8000", ":8000", "8000", "chasqui.gob.pe:80", "[::]:8000"]
)
def test_the_demo_bound_elsewhere_is_refused(demo: Any, bind: str) -> None:
    demo.BIND = bind

    assert ids() == ["chasqui.E001"]


@pytest.mark.parametrize("hosts", [["127.0.0.1", "chasqui.gob.pe"], ["*"], [".localhost"], []])
def test_the_demo_for_other_host_names_is_refused(demo: Any, hosts: list[str]) -> None:
    demo.ALLOWED_HOSTS = hosts

    assert ids() == ["chasqui.E002"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("IS_TLS", True),
        ("SECURE_PROXY_SSL_HEADER", ("HTTP_X_FORWARDED_PROTO", "https")),
        ("USE_X_FORWARDED_HOST", True),
    ],
)
def test_the_demo_behind_a_proxy_is_refused(demo: Any, name: str, value: object) -> None:
    setattr(demo, name, value)

    assert ids() == ["chasqui.E003"]


def test_without_demo_mode_any_address_may_be_served(settings: Any) -> None:
    settings.DEMO = False
    settings.BIND = "0.0.0.0:8000"
    settings.ALLOWED_HOSTS = ["chasqui.gob.pe"]

    assert ids() == []


@pytest.mark.parametrize("options", [{}, {"transaction_mode": "DEFERRED"}, {"transaction_mode": "EXCLUSIVE"}])
def test_sqlite_without_immediate_transactions_is_refused(options: dict[str, str]) -> None:
    databases = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": "x", "OPTIONS": options}}

    assert [fault.id for fault in sqlite_faults(databases)] == ["chasqui.E004"]


def test_sqlite_as_the_settings_open_it_is_accepted() -> None:
    assert check_sqlite(None) == []
    assert sqlite_faults({"default": database("sqlite:///tmp/x")}) == []


def test_another_database_needs_no_such_mode() -> None:
    assert sqlite_faults({"default": database("postgresql://me:secret@localhost/x")}) == []


def test_a_web_server_started_by_hand_is_refused_as_well(demo: Any) -> None:
    refuse_unsafe_start()
    demo.BIND = "0.0.0.0:8000"

    with pytest.raises(ImproperlyConfigured, match="solo puede servirse en esta máquina"):
        refuse_unsafe_start()


def test_a_name_that_is_no_address_is_not_loopback() -> None:
    assert not is_loopback("127.0.0.1.example.org")


def manage(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT, env=os.environ | environment, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip


def test_the_demo_that_others_can_reach_is_refused_in_words() -> None:
    done = manage("check", "--tag", TAG, DEMO="1", BIND="0.0.0.0:8000")

    assert done.returncode == 1
    assert "chasqui.E001" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_setting_that_cannot_be_understood_stops_the_start_with_one_sentence() -> None:
    done = manage("check", DEMO="quizás")

    assert done.returncode == 1
    assert done.stderr.strip() == "DEMO must be 1 or 0, not 'quizás'"
