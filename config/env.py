"""Reads the environment, once, and remembers what it was asked: ``manage.py envdoc`` prints that list."""

import os
from dataclasses import dataclass
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

TRUE, FALSE = {"1", "true", "yes", "on"}, {"0", "false", "no", "off", ""}


@dataclass(frozen=True)
class Variable:
    """One variable that the settings read."""

    name: str
    default: str
    meaning: str
    is_secret: bool = False


KNOWN: dict[str, Variable] = {}


def text(name: str, default: str, meaning: str) -> str:
    """Return the variable, or its default."""
    KNOWN[name] = Variable(name, default, meaning)
    return os.environ.get(name, default)


def secret(name: str, meaning: str) -> str:
    """Return the variable, or what the file named by ``NAME_FILE`` holds, or nothing."""
    KNOWN[name] = Variable(name, "", f"{meaning} Or {name}_FILE, a file that holds it.", is_secret=True)
    return _from_file(name) or os.environ.get(name, "")


def url(name: str, default: str, meaning: str) -> str:
    """Return the address of a service, which may hold a password: the variable, ``NAME_FILE``'s content, or default."""
    KNOWN[name] = Variable(name, default, f"{meaning} Or {name}_FILE, a file that holds it.")
    return _from_file(name) or os.environ.get(name, default)


def given() -> dict[str, str]:
    """Return what the environment says of the known variables, secrets included: for the encrypted backup alone."""
    told = {name: _from_file(name) or os.environ.get(name, "") for name in KNOWN}
    return {name: value for name, value in told.items() if value}


def _from_file(name: str) -> str:
    path = os.environ.get(f"{name}_FILE")
    if not path:
        return ""
    try:
        return Path(path).read_text().strip()
    except OSError as error:
        raise ImproperlyConfigured(f"{name}_FILE names a file that cannot be read: {path}") from error


def flag(name: str, default: bool, meaning: str) -> bool:
    """Return the variable as yes or no.

    :raises ImproperlyConfigured: it is neither.
    """
    value = text(name, "1" if default else "0", meaning).strip().lower()
    if value not in TRUE | FALSE:
        raise ImproperlyConfigured(f"{name} must be 1 or 0, not {value!r}")
    return value in TRUE


def number(name: str, default: int, meaning: str) -> int:
    """Return the variable as a whole number.

    :raises ImproperlyConfigured: it is not one.
    """
    value = text(name, str(default), meaning)
    try:
        return int(value)
    except ValueError as error:
        raise ImproperlyConfigured(f"{name} must be a whole number, not {value!r}") from error


def choice(name: str, default: str, among: tuple[str, ...], meaning: str) -> str:
    """Return the variable, which is one of a few words.

    :raises ImproperlyConfigured: it is none of them.
    """
    value = text(name, default, meaning).strip().lower()
    if value not in among:
        raise ImproperlyConfigured(f"{name} must be {' or '.join(among)}, not {value!r}")
    return value


def words(name: str, default: str, meaning: str) -> list[str]:
    """Return the variable as a list, split at commas."""
    return [word.strip() for word in text(name, default, meaning).split(",") if word.strip()]
