from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from config import env


@pytest.fixture(autouse=True)
def remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(env, "KNOWN", {})


def test_a_variable_that_is_not_set_has_its_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CHASQUI_X", raising=False)

    assert env.text("CHASQUI_X", "a", "What it is.") == "a"
    assert env.KNOWN["CHASQUI_X"] == env.Variable("CHASQUI_X", "a", "What it is.")


@pytest.mark.parametrize(("value", "expected"), [("1", True), ("yes", True), ("ON", True), ("0", False), ("", False)])
def test_a_flag_is_yes_or_no(monkeypatch: pytest.MonkeyPatch, value: str, expected: bool) -> None:
    monkeypatch.setenv("CHASQUI_X", value)

    assert env.flag("CHASQUI_X", not expected, "") is expected


def test_what_is_neither_a_flag_nor_a_number_is_refused_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHASQUI_X", "many")

    with pytest.raises(ImproperlyConfigured, match="CHASQUI_X must be 1 or 0, not 'many'"):
        env.flag("CHASQUI_X", False, "")
    with pytest.raises(ImproperlyConfigured, match="CHASQUI_X must be a whole number, not 'many'"):
        env.number("CHASQUI_X", 1, "")


def test_numbers_and_lists_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHASQUI_X", "7")
    monkeypatch.setenv("CHASQUI_Y", " a, b,,")

    assert env.number("CHASQUI_X", 1, "") == 7
    assert env.words("CHASQUI_Y", "", "") == ["a", "b"]


def test_a_secret_may_come_from_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "key").write_text("s3cret\n")
    monkeypatch.setenv("CHASQUI_X_FILE", str(tmp_path / "key"))

    assert env.secret("CHASQUI_X", "A key.") == "s3cret"

    monkeypatch.setenv("CHASQUI_X_FILE", str(tmp_path / "none"))
    with pytest.raises(ImproperlyConfigured, match="CHASQUI_X_FILE names a file that cannot be read"):
        env.secret("CHASQUI_X", "A key.")

    monkeypatch.delenv("CHASQUI_X_FILE")
    monkeypatch.setenv("CHASQUI_X", "plain")
    assert env.secret("CHASQUI_X", "A key.") == "plain"


def test_the_address_of_a_service_may_come_from_a_file_as_it_holds_a_password(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "url").write_text("redis://:s3cret@queue/0\n")
    assert env.url("CHASQUI_X", "sqlite://here", "A queue.") == "sqlite://here"

    monkeypatch.setenv("CHASQUI_X", "redis://elsewhere")
    assert env.url("CHASQUI_X", "", "A queue.") == "redis://elsewhere"

    monkeypatch.setenv("CHASQUI_X_FILE", str(tmp_path / "url"))
    assert env.url("CHASQUI_X", "", "A queue.") == "redis://:s3cret@queue/0"
    assert "CHASQUI_X_FILE" in env.KNOWN["CHASQUI_X"].meaning


def test_a_file_that_cannot_be_read_stops_the_start(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("CHASQUI_X_FILE", str(tmp_path / "nowhere"))

    with pytest.raises(ImproperlyConfigured, match="CHASQUI_X_FILE names a file that cannot be read"):
        env.url("CHASQUI_X", "", "A queue.")
