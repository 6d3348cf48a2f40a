"""Signing in order, who may not, and what the file bears afterwards."""

from datetime import datetime, timedelta

import pytest

from docs_store.enums import Stage
from ledger.models import Entry
from signing import services as signing
from signing.errors import (
    AlreadySigned,
    CannotWithdraw,
    NotYourTurn,
    SigningError,
)
from signing.models import Signature
from signing.ports import Envelope, Key, Made, Prepared, Secret, SignatureFinding, Signer, TrustList
from signing.services.authority import trust_list
from signing.signer import get_envelope, get_signer, get_validator
from tests.factories import make_person
from tests.signing.acts import AT, PIN, Act, keep, make_act, make_signer, read, sign


def _inspect(pdf: bytes, trust: TrustList | None = None) -> list[SignatureFinding]:
    return list(get_validator().inspect(pdf, trust or trust_list()).signatures)


def test_a_signature_appends_one_revision_and_leaves_what_was_there() -> None:
    act = make_act()

    signature = sign(act)

    before, after = read(act.version), read(signature.after)
    assert after.startswith(before)
    assert after.count(b"%%EOF") == before.count(b"%%EOF") + 1
    assert signature.level == "B-T"


def test_a_signature_is_trusted_sealed_in_time_and_covers_the_file() -> None:
    signature = sign(make_act())

    (found,) = _inspect(read(signature.after))

    assert found.is_bottom_line and found.covers_file and found.has_seal_of_time
    assert found.sealed_at == AT
    assert found.certificate.trust_problem == ""


def test_several_signers_sign_one_file_in_their_order() -> None:
    act = make_act("Gerente Municipal", "Alcalde")

    sign(act, 1)
    last = sign(act, 2)

    first, second = _inspect(read(last.after))
    assert (first.field_name, second.field_name) == ("Firma1", "Firma2")
    assert first.is_bottom_line and second.is_bottom_line and second.covers_file and not first.covers_file


def test_the_second_cannot_sign_before_the_first() -> None:
    act = make_act("Gerente Municipal", "Alcalde")

    with pytest.raises(NotYourTurn, match="Antes debe firmar Gerente Municipal"):
        sign(act, 2)


def test_bytes_that_a_later_signature_replaced_cannot_be_signed() -> None:
    act = make_act("Gerente Municipal", "Alcalde")
    sign(act, 1)

    with pytest.raises(NotYourTurn):
        sign(act, 2, before=act.version)


def test_the_same_person_signs_a_file_once() -> None:
    act = make_act("Gerente Municipal", "Alcalde")
    first = sign(act, 1)

    with pytest.raises(AlreadySigned) as refused:
        sign(act, 2, person=act.signers[0].person, at=AT + timedelta(hours=1))

    assert str(refused.value) == "Usted ya firmó este documento el vie 10 nov, 15:22. No hace falta otra firma suya."
    assert list(Signature.objects.all()) == [first]


def test_a_signature_is_told_to_the_ledger_without_names() -> None:
    act = make_act()

    signature = sign(act)

    entry = Entry.objects.get(kind="document.signed")
    assert entry.subject == f"document:{act.document.pk}"
    assert entry.actor == act.signers[0].person.actor
    assert entry.at == AT
    assert entry.facts["sha256"] == signature.after.sha256
    assert act.signers[0].person.given_names not in str(entry.facts)


def test_a_signature_is_taken_back_until_the_next_one_signs() -> None:
    act = make_act("Gerente Municipal", "Alcalde")
    first = sign(act, 1)

    signing.withdraw(signature=first, by=act.signers[0].person, at=AT)
    again = sign(act, 1, at=AT + timedelta(minutes=5))

    assert Signature.objects.get(pk=first.pk).withdrawn_at == AT
    assert read(first.after) != read(again.after)
    assert Entry.objects.filter(kind="document.signature_withdrawn").count() == 1


def test_a_signature_with_another_one_over_it_stays() -> None:
    act = make_act("Gerente Municipal", "Alcalde")
    first = sign(act, 1)
    sign(act, 2)

    with pytest.raises(CannotWithdraw):
        signing.withdraw(signature=first, by=act.signers[0].person, at=AT)


def test_nobody_takes_back_what_another_signed() -> None:
    act = make_act("Gerente Municipal", "Alcalde")
    first = sign(act, 1)

    with pytest.raises(CannotWithdraw):
        signing.withdraw(signature=first, by=act.signers[1].person, at=AT)


class RacingSigner:
    """The server's signer, before which the other click of a double click signs."""

    def __init__(self, act: Act, signer: Signer) -> None:
        self._act = act
        self._signer = signer
        self._is_first = True

    def check(self, key: Key, secret: Secret) -> None:
        self._signer.check(key, secret)

    def sign(self, digest: bytes, key: Key, secret: Secret, *, at: datetime) -> Made:
        if self._is_first:
            self._is_first = False
            sign(self._act)
        return self._signer.sign(digest, key, secret, at=at)


def test_of_two_clicks_at_once_one_signs_and_the_other_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    act = make_act()
    racing = RacingSigner(act, get_signer())
    monkeypatch.setattr("signing.services.signatures.get_signer", lambda: racing)

    with pytest.raises(AlreadySigned, match="acaba de ser firmado"):
        sign(act)

    assert Signature.objects.count() == 1
    assert Entry.objects.filter(kind="document.signed").count() == 1


class LosingEnvelope:
    """An adapter gone wrong: it forgets the beginning of the file."""

    def __init__(self, envelope: Envelope) -> None:
        self.prepare = envelope.prepare

    def embed(self, prepared: Prepared, cms: bytes) -> bytes:
        return prepared.pdf[1:]


def test_bytes_that_do_not_begin_with_what_was_there_are_never_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    act = make_act()
    monkeypatch.setattr("signing.services.signatures.get_envelope", lambda: LosingEnvelope(get_envelope()))

    with pytest.raises(SigningError):
        sign(act)

    assert act.document.versions.count() == 1


def test_bytes_kept_before_a_crash_do_not_stop_the_signer() -> None:
    act = make_act()
    orphan = keep(act.document, read(act.version) + b"%% half\n", Stage.SIGNED, based_on=act.version)

    signature = sign(act)

    assert signature.before == act.version
    assert signature.after != orphan


def test_a_place_belongs_to_its_post() -> None:
    act, other = make_act(), make_signer("Otro")

    with pytest.raises(NotYourTurn, match="Ese lugar es de Alcalde"):
        signing.sign(
            slot=act.slots[0],
            before=act.version,
            pin=PIN,
            person=other.person,
            post=other.post,
            capacity="",
            by=other.person,
            at=AT,
        )


def test_a_place_that_is_signed_is_told_to_whoever_comes_later() -> None:
    act = make_act()
    sign(act)
    successor = make_person(post=None)
    signing.ensure_credential(successor, PIN)

    with pytest.raises(AlreadySigned, match="ya está firmado"):
        sign(act, person=successor, before=act.version)


def test_a_text_that_was_typeset_anew_is_signed_in_its_new_places_only() -> None:
    act = make_act()
    keep(act.document, read(act.version) + b"%% anew\n", Stage.TYPESET)

    with pytest.raises(NotYourTurn):
        sign(act)


def test_a_withdrawn_signature_is_not_withdrawn_again() -> None:
    act = make_act()
    signature = sign(act)
    signing.withdraw(signature=signature, by=act.signers[0].person, at=AT)

    with pytest.raises(CannotWithdraw, match="ya fue retirada"):
        signing.withdraw(signature=signature, by=act.signers[0].person, at=AT)


def test_a_substitutes_stamp_names_the_titular_and_the_act() -> None:
    act = make_act("Gerente Municipal")
    slot, signer = act.slots[0], act.signers[0]

    signature = signing.sign(
        slot=slot,
        before=act.version,
        pin=PIN,
        person=signer.person,
        post=signer.post,
        capacity="Gerente Municipal (e)",
        by=signer.person,
        at=AT,
        titular_post="Gerente Municipal",
        act="Resolución de Alcaldía N.° 10-2023",
    )

    assert signature.capacity == "Gerente Municipal (e)"
