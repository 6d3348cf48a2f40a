"""A new ``SECRET_KEY``: what opens with it, what waits, and what a wrong one changes."""

import io
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from ledger.models import Entry
from signing import signer
from signing.errors import WrongPin
from signing.models import Credential
from signing.services import authority, credentials, rotation
from tests.signing.acts import AT, PIN, make_signer

OLD, NEW = "la-clave-de-antes-" * 4, "la-clave-nueva-" * 4


@pytest.fixture(autouse=True)
def _keys_under_the_old_one(settings: Any, tmp_path: Any) -> Iterator[None]:
    settings.DATA_DIR, settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = tmp_path, OLD, []
    signer.get_signer.cache_clear()
    signer.get_timestamper.cache_clear()
    authority.seal_key()
    yield
    signer.get_signer.cache_clear()
    signer.get_timestamper.cache_clear()


def change(settings: Any, *, former: list[str]) -> None:
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = NEW, former
    signer.get_signer.cache_clear()
    authority._read_authority.cache_clear()


def rotated() -> str:
    out = io.StringIO()
    call_command("rotate_keys", stdout=out)
    return out.getvalue()


def test_the_server_s_keys_open_with_the_new_one_after_the_command(settings: Any) -> None:
    change(settings, former=[OLD])

    said = rotated()

    assert "root.key, tsa.key, seal.pem" in said
    assert authority.demo_authority()
    signer.get_signer().check(authority.seal_key(), signer.server_secret())
    settings.SECRET_KEY_FALLBACKS = [NEW]
    assert "ninguna, ya lo estaban" in rotated()


def test_a_person_s_key_is_locked_anew_when_the_person_signs(settings: Any) -> None:
    person = make_signer().person
    change(settings, former=[OLD])
    assert "Claves personales por cambiar: 1." in rotated()

    credentials.check_pin(person=person, pin=PIN, at=AT)

    assert "Ninguna clave personal espera." in rotated()
    settings.SECRET_KEY_FALLBACKS = []
    credentials.check_pin(person=person, pin=PIN, at=AT)
    assert Entry.objects.filter(kind="signing.key_relocked").count() == 1


def test_a_wrong_pin_stays_wrong_and_is_counted(settings: Any) -> None:
    person = make_signer().person
    before = bytes(Credential.objects.get().encrypted_key)
    change(settings, former=[OLD])

    with pytest.raises(WrongPin):
        credentials.check_pin(person=person, pin="777333", at=AT)

    known = Credential.objects.get()
    assert (bytes(known.encrypted_key), known.wrong_pins) == (before, 1)


def test_without_the_right_former_key_nothing_changes_and_the_sentence_names_the_file(settings: Any) -> None:
    before = {name: (signer.keys_folder() / name).read_bytes() for name in rotation.SERVER_KEYS}
    change(settings, former=["otra"])

    with pytest.raises(CommandError, match=r"Ninguna de las claves indicadas abre root\.key"):
        rotated()

    assert {name: (signer.keys_folder() / name).read_bytes() for name in rotation.SERVER_KEYS} == before


def test_without_a_former_key_the_command_says_what_to_set(settings: Any) -> None:
    with pytest.raises(CommandError, match="la anterior en SECRET_KEY_FALLBACKS"):
        rotated()
