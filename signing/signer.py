"""Builds, once per process, the adapters that the settings name."""

from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string

from signing.ports import Envelope, Paper, Secret, Signer, Timestamper, Validator
from signing.rules.passphrase import server_passphrase


def keys_folder() -> Path:
    """Return where the server's own keys and the trust list lie."""
    return Path(settings.DATA_DIR) / "keys"


def server_secret() -> Secret:
    """Return the passphrase of the keys that the server uses by itself."""
    return server_passphrase(settings.SECRET_KEY)


def former_secrets() -> list[Secret]:
    """Return those of former ``SECRET_KEY``s, newest first: they open what has not been locked anew."""
    return [server_passphrase(key) for key in settings.SECRET_KEY_FALLBACKS]


@cache
def get_signer() -> Signer:
    """Return whoever answers a digest with a signature."""
    signer: Signer = _built(settings.SIGNER, timestamper=get_timestamper())
    return signer


@cache
def get_timestamper() -> Timestamper:
    """Return the time-stamping authority."""
    timestamper: Timestamper = _built(settings.TIMESTAMPER, folder=keys_folder(), secret=server_secret())
    return timestamper


@cache
def get_envelope() -> Envelope:
    """Return what puts signatures into files."""
    envelope: Envelope = _built(settings.ENVELOPE)
    return envelope


@cache
def get_validator() -> Validator:
    """Return what reads signatures out of files."""
    validator: Validator = _built(settings.VALIDATOR)
    return validator


@cache
def get_paper() -> Paper:
    """Return what reads the text printed on pages."""
    paper: Paper = _built(settings.PAPER)
    return paper


def _built(chosen: dict[str, str], **options: Any) -> Any:
    return import_string(chosen["class"])(**options)
