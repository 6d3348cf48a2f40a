"""Whose certificate signs, on which day, and by which authority; the seal of the entity."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from asn1crypto import pem
from django.utils import timezone
from pytest_django import Settings

from organization.enums import IdKind
from signing import services as signing
from signing.errors import (
    BackdatingRefused,
    CertificateExpired,
    CertificateForeign,
    CertificateNotYetValid,
    CertificateNotYours,
    CertificateRevoked,
    CredentialMissing,
    DemoOnly,
)
from signing.models import Credential, Signature
from signing.ports import SignatureFinding, TrustList
from signing.services.authority import Authority, _read_authority, demo_authority, trust_list
from signing.signer import get_validator, keys_folder
from tests.factories import make_entity, make_pdf, make_person
from tests.signing.acts import AT, PIN, make_act, make_signer, read, sign


def _inspect(pdf: bytes, trust: TrustList | None = None) -> list[SignatureFinding]:
    return list(get_validator().inspect(pdf, trust or trust_list()).signatures)


@pytest.mark.parametrize(
    ("from_days", "to_days", "refusal", "words"),
    [
        (-800, -1, CertificateExpired, "venció el jue 9 nov, 15:22"),
        (1, 800, CertificateNotYetValid, "rige desde el sáb 11 nov, 15:22"),
    ],
)
def test_a_certificate_outside_its_dates_does_not_sign(from_days: int, to_days: int, refusal: type, words: str) -> None:
    act = make_act()
    person = act.signers[0].person
    Credential.objects.filter(person=person).delete()
    signing.ensure_credential(
        person, PIN, valid_from=AT + timedelta(days=from_days), valid_to=AT + timedelta(days=to_days)
    )

    with pytest.raises(refusal, match=words):
        sign(act)

    assert not Signature.objects.exists()
    assert act.document.versions.count() == 1


def test_a_certificate_of_an_unknown_authority_does_not_sign() -> None:
    act = make_act()
    person = act.signers[0].person
    Credential.objects.filter(person=person).delete()
    signing.ensure_credential(person, PIN, authority=Authority.create("Otra autoridad"))

    with pytest.raises(CertificateForeign, match="autoridad que esta entidad no reconoce"):
        sign(act)


def test_a_revoked_certificate_does_not_sign_from_that_moment_on() -> None:
    act = make_act("Gerente Municipal", "Alcalde")
    for signer in act.signers:
        credential = Credential.objects.get(person=signer.person)
        signing.revoke(bytes(credential.certificate), at=AT + timedelta(hours=1))

    before = sign(act, 1)
    with pytest.raises(CertificateRevoked):
        sign(act, 2, at=AT + timedelta(hours=2))

    (found,) = _inspect(read(before.after))
    assert found.is_bottom_line


def test_a_certificate_with_another_persons_name_does_not_sign() -> None:
    act = make_act()
    other = make_signer("Otro")
    Credential.objects.filter(person=act.signers[0].person).delete()
    Credential.objects.filter(person=other.person).update(person=act.signers[0].person)

    with pytest.raises(CertificateNotYours):
        sign(act)


def test_in_the_demo_a_person_without_a_certificate_gets_one_with_the_demos_pin() -> None:
    act = make_act()
    Credential.objects.filter(person=act.signers[0].person).delete()

    assert sign(act, pin="123456").person == act.signers[0].person


def test_outside_the_demo_nobody_signs_at_another_moment_than_now(settings: Settings) -> None:
    act = make_act()
    settings.DEMO, settings.SECOND_FACTOR = False, "optional"

    with pytest.raises(BackdatingRefused):
        sign(act)
    with pytest.raises(BackdatingRefused):
        signing.seal(read(act.version), None, AT)
    assert sign(act, at=timezone.now()).level == "B-T"


def test_a_credential_is_made_once() -> None:
    person = make_person(id_kind=IdKind.CE)

    assert signing.ensure_credential(person, PIN) == signing.ensure_credential(person, "999999")


def test_the_entitys_seal_stands_on_a_file_without_a_place() -> None:
    act = make_act()

    sealed = signing.seal(pdf=read(act.version), place=None, at=AT)

    (found,) = _inspect(sealed)
    assert found.is_bottom_line and found.covers_file
    assert "Municipalidad" in found.certificate.subject


def test_outside_the_demo_there_is_no_authority(settings: Settings) -> None:
    settings.DEMO = False

    with pytest.raises(DemoOnly):
        signing.ensure_authority()
    with pytest.raises(CredentialMissing):
        signing.check_pin(person=make_person(), pin=PIN, at=timezone.now())


def test_two_processes_at_once_make_one_authority(settings: Settings, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path

    with ThreadPoolExecutor(2) as both:
        list(both.map(lambda _turn: signing.ensure_authority(), range(2)))

    assert sorted(path.name for path in tmp_path.iterdir()) == ["keys"]
    assert demo_authority().certificate


def test_a_folder_that_cannot_take_the_keys_says_so(settings: Settings, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path
    (tmp_path / "keys").mkdir()
    (tmp_path / "keys" / "other").touch()

    with pytest.raises(OSError, match="not empty"):
        signing.ensure_authority()
    assert [path.name for path in tmp_path.iterdir()] == ["keys"]


def test_keys_made_with_another_secret_key_say_so(settings: Settings, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path
    signing.ensure_authority()
    settings.SECRET_KEY = "another"
    _read_authority.cache_clear()

    with pytest.raises(CredentialMissing, match="SECRET_KEY"):
        demo_authority()


def test_an_entity_without_a_seal_cannot_seal(settings: Settings, tmp_path: Path) -> None:
    settings.DATA_DIR, settings.DEMO = tmp_path, False

    with pytest.raises(CredentialMissing, match="certificado para sellar"):
        signing.seal(make_pdf(), None, timezone.now())


def test_the_seal_follows_the_entitys_name() -> None:
    make_entity(name="Municipalidad Provincial")
    (first,) = _inspect(signing.seal(make_pdf(), None, AT))
    make_entity(name="Fondo Metropolitano de Inversiones")
    (second,) = _inspect(signing.seal(make_pdf(), None, AT))

    assert "Municipalidad Provincial" in first.certificate.subject
    assert "Fondo Metropolitano" in second.certificate.subject
    assert second.is_bottom_line


def test_trust_lists_may_be_text_or_binary_and_hold_authorities_between(settings: Settings, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path
    signing.ensure_authority()
    folder = keys_folder() / "trust"
    before = trust_list()
    der = (folder / "demo.crl").read_bytes()
    (folder / "demo.crl").write_bytes(pem.armor("X509 CRL", der))
    (folder / "between.pem").write_bytes((keys_folder() / "tsa.crt").read_bytes())

    after = trust_list()

    assert after.crls == before.crls
    assert len(after.intermediates) == 1
    assert after.sha256 != before.sha256
