"""A wrong PIN gets a sentence and a limit, and no secret gets out."""

import logging
import pickle
from datetime import timedelta
from types import TracebackType

import pytest
from django.core import serializers

from ledger.models import Entry
from signing import services as signing
from signing.enums import VisadoKind
from signing.errors import KeyLocked, WrongPin
from signing.models import Credential, Signature
from signing.ports import Secret
from tests.signing.acts import AT, PIN, Act, make_act, make_signer, make_text, sign

WRONG = "777333"


def _fail(act: Act, times: int) -> list[str]:
    sentences = []
    for _time in range(times):
        with pytest.raises((WrongPin, KeyLocked)) as refused:
            sign(act, pin=WRONG)
        sentences.append(str(refused.value))
    return sentences


def test_a_wrong_pin_says_how_many_tries_are_left() -> None:
    act = make_act()

    sentences = _fail(act, 4)

    assert sentences[0] == "El PIN no es correcto. Le quedan 4 intentos. No se firmó."
    assert sentences[3] == "El PIN no es correcto. Le queda 1 intento. No se firmó."
    assert not Signature.objects.exists()


def test_the_fifth_wrong_pin_locks_the_key_for_a_quarter_of_an_hour() -> None:
    act = make_act()

    last = _fail(act, 5)[-1]

    assert last == "Escribió mal el PIN 5 veces. Espere hasta las 15:37 y vuelva a intentar. No se firmó."
    with pytest.raises(KeyLocked):
        sign(act, at=AT + timedelta(minutes=14))
    assert sign(act, at=AT + timedelta(minutes=15)).pk


def test_the_right_pin_forgives_the_wrong_ones() -> None:
    act = make_act("Gerente Municipal", "Alcalde")
    _fail(act, 4)

    sign(act)

    assert Credential.objects.get(person=act.signers[0].person).wrong_pins == 0


def test_the_right_pin_once_does_not_let_a_wrong_one_in_afterwards() -> None:
    signer = make_signer()
    signing.check_pin(person=signer.person, pin=PIN, at=AT)

    with pytest.raises(WrongPin):
        signing.check_pin(person=signer.person, pin=WRONG, at=AT)


def test_a_visado_counts_wrong_pins_too() -> None:
    signer, text = make_signer(), make_text()

    with pytest.raises(WrongPin):
        signing.give_visado(
            version=text, kind=VisadoKind.VISTO, post=signer.post, person=signer.person, pin=WRONG, at=AT
        )

    assert Credential.objects.get(person=signer.person).wrong_pins == 1


@pytest.mark.django_db(transaction=True)
def test_a_wrong_pin_is_counted_although_the_call_fails() -> None:
    act = make_act()

    _fail(act, 1)

    assert Credential.objects.get(person=act.signers[0].person).wrong_pins == 1
    assert Entry.objects.get(kind="signing.pin_refused").facts == {"tries_left": 4}


@pytest.mark.django_db(transaction=True)
def test_signing_inside_a_transaction_is_refused_rather_than_losing_the_count() -> None:
    from django.db import transaction

    act = make_act()

    with pytest.raises(RuntimeError, match="durable"), transaction.atomic():
        sign(act, pin=WRONG)


def test_no_secret_is_in_the_ledger_the_log_the_exception_or_the_frames(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    act = make_act()

    with pytest.raises(WrongPin) as refused:
        sign(act, pin=WRONG)
    sign(act)

    rows = serializers.serialize("json", [*Entry.objects.all(), *Credential.objects.all(), *Signature.objects.all()])
    told = "".join([rows, caplog.text, repr(refused.value), *_frames(refused.value)])
    for secret in (WRONG, PIN):
        assert secret not in told
        assert repr(secret.encode()) not in told


def _frames(error: BaseException | None) -> list[str]:
    """Return what a reporter of errors would keep: the locals of every frame of ours, in every linked error."""
    told: list[str] = []
    while error is not None:
        trace: TracebackType | None = error.__traceback__
        while trace is not None:
            if "/signing/" in trace.tb_frame.f_code.co_filename and "/tests/" not in trace.tb_frame.f_code.co_filename:
                told.append(repr(trace.tb_frame.f_locals))
            trace = trace.tb_next
        error = error.__cause__ or error.__context__
    return told


def test_a_secret_shows_itself_to_nobody() -> None:
    secret = Secret(PIN)

    assert PIN not in repr(secret) + str(secret) + f"{secret}"
    with pytest.raises(TypeError):
        pickle.dumps(secret)


def test_keys_are_encrypted_at_rest_and_only_their_owner_may_read_the_folder() -> None:
    from cryptography.hazmat.primitives.serialization import load_der_private_key, load_pem_private_key

    from signing.signer import keys_folder

    signer = make_signer()
    credential = Credential.objects.get(person=signer.person)

    with pytest.raises(TypeError):
        load_der_private_key(bytes(credential.encrypted_key), None)
    with pytest.raises(ValueError, match="password"):
        load_der_private_key(bytes(credential.encrypted_key), PIN.encode())
    for path in keys_folder().iterdir():
        if not path.is_file() or b"PRIVATE" not in path.read_bytes():
            continue
        assert path.stat().st_mode & 0o077 == 0
        with pytest.raises(TypeError):
            load_pem_private_key(path.read_bytes(), None)
