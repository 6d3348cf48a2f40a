"""The attack matrix: every control is accepted by everybody, every attack is refused by us."""

import random
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.x509.oid import AuthorityInformationAccessOID
from pyhanko.pdf_utils.generic import DictionaryObject
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pytest_django import DjangoDbBlocker

from signing.adapters import pyhanko_validator
from signing.enums import Status
from signing.errors import NotASignablePdf
from signing.ports import FileFinding, TrustList
from signing.rules.acceptance import Acceptance, accept
from signing.services import verdict_of_file
from signing.services.authority import Authority, Issued, Subject, revoke, trust_list
from signing.services.places import is_paper_clean
from signing.signer import get_validator, keys_folder
from tests.factories import assemble_pdf
from tests.signing import attacks
from tests.signing.attacks import Sample, Workshop

ATTACKS_AT_LEAST = 40
FLIPS = 200
SECONDS_PER_FILE = 5


@pytest.fixture(scope="module")
def workshop(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Workshop:
    from django.conf import settings

    before, settings.DEMO = settings.DEMO, True
    with django_db_blocker.unblock():
        made = Workshop()
    settings.DEMO = before
    return made


def judged(sample: Sample) -> Acceptance:
    finding = get_validator().inspect(sample.pdf, trust_list())
    try:
        is_clean = bool(finding.problem) or is_paper_clean(sample.pdf)
    except NotASignablePdf:
        is_clean = False
    return accept(finding, expected=sample.expected, is_paper_clean=is_clean)


def test_every_control_is_accepted(workshop: Workshop) -> None:
    assert {sample.name: judged(sample).is_accepted for sample in workshop.controls} == {
        sample.name: True for sample in workshop.controls
    }


def test_every_attack_is_refused(workshop: Workshop) -> None:
    samples = workshop.attacks

    accepted = [sample.name for sample in samples if judged(sample).is_accepted]

    assert accepted == []
    assert len(samples) >= ATTACKS_AT_LEAST


def test_no_attack_is_an_unchanged_control(workshop: Workshop) -> None:
    genuine = {sample.pdf for sample in workshop.controls}
    counted = {"one too many"}

    assert [s.name for s in workshop.attacks if s.pdf in genuine and s.name not in counted] == []


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("certificate expired", "expired"),
        ("certificate not yet valid", "not_yet_valid"),
        ("certificate foreign", "foreign"),
        ("certificate for enciphering", "key_usage"),
    ],
)
def test_a_bad_certificate_has_a_reason_of_its_own(workshop: Workshop, name: str, problem: str) -> None:
    sample = next(sample for sample in workshop.attacks if sample.name == name)

    verdict = judged(sample)

    assert verdict.trust_problems == (problem,)
    assert verdict.is_unaltered


def test_a_certificate_revoked_before_it_signed_is_refused(workshop: Workshop) -> None:
    key = attacks.trusted("Revocada")
    pdf = attacks.sign(attacks.reserve(workshop.plain, attacks.FREE), "Firma1", key)
    sample = Sample("revoked", pdf)
    assert judged(sample).is_accepted

    revoke(key.certificate, at=datetime(2023, 11, 1, tzinfo=UTC))

    assert judged(sample).trust_problems == ("revoked",)


def test_with_no_trust_list_nobody_is_trusted(workshop: Workshop) -> None:
    finding = get_validator().inspect(workshop.one, attacks.empty_trust())

    assert not accept(finding, expected=1).is_accepted


def test_a_hostile_certificate_makes_no_request(workshop: Workshop) -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        listener.setblocking(False)
        address = f"http://127.0.0.1:{listener.getsockname()[1]}/x"
        key = attacks.key_of(LuringAuthority.create("Trampa").issue_luring(address))
        pdf = attacks.sign(attacks.reserve(workshop.plain, attacks.FREE), "Firma1", key)

        assert not judged(Sample("luring", pdf)).is_accepted
        with pytest.raises(BlockingIOError):
            listener.accept()


class LuringAuthority(Authority):
    """Issues certificates that ask to be looked up."""

    def issue_luring(self, address: str) -> Issued:
        issued = self.issue(Subject("Señuelo", "IDCPE-7"), attacks.PASS)
        key = _opened(issued.encrypted_key)
        plain = x509.load_der_x509_certificate(issued.certificate)
        builder = x509.CertificateBuilder().subject_name(plain.subject).issuer_name(plain.issuer)
        builder = builder.public_key(key.public_key()).serial_number(plain.serial_number)
        builder = builder.not_valid_before(plain.not_valid_before_utc).not_valid_after(plain.not_valid_after_utc)
        there = x509.UniformResourceIdentifier(address)
        lure = [
            x509.AccessDescription(oid, there)
            for oid in (AuthorityInformationAccessOID.OCSP, AuthorityInformationAccessOID.CA_ISSUERS)
        ]
        points = [x509.DistributionPoint([there], None, None, None)]
        for extension in plain.extensions:
            builder = builder.add_extension(extension.value, extension.critical)
        builder = builder.add_extension(x509.AuthorityInformationAccess(lure), critical=False)
        builder = builder.add_extension(x509.CRLDistributionPoints(points), critical=False)
        from cryptography.hazmat.primitives.hashes import SHA256
        from cryptography.hazmat.primitives.serialization import Encoding

        return Issued(builder.sign(self._key, SHA256()).public_bytes(Encoding.DER), issued.encrypted_key)


def _opened(encrypted: bytes) -> RSAPrivateKey:
    from cryptography.hazmat.primitives.serialization import load_der_private_key

    key = load_der_private_key(encrypted, attacks.PASS.reveal())
    assert isinstance(key, RSAPrivateKey)
    return key


def _flips(pdf: bytes, count: int, seed: int) -> Iterator[bytes]:
    """Yield copies with one bit changed somewhere in the signed ranges."""
    chosen = random.Random(seed)
    hole = re.search(rb"/Contents <[0-9A-F]+>", pdf)
    assert hole
    places = [place for place in range(len(pdf)) if not hole.start(0) <= place < hole.end(0)]
    for _time in range(count):
        place = chosen.choice(places)
        yield pdf[:place] + bytes([pdf[place] ^ (1 << chosen.randrange(8))]) + pdf[place + 1 :]


def _check_flips(workshop: Workshop, count: int) -> None:
    slowest = 0.0
    for changed in _flips(workshop.one, count, seed=7):
        started = time.monotonic()
        verdict = accept(get_validator().inspect(changed, trust_list()), expected=1)
        slowest = max(slowest, time.monotonic() - started)
        assert not verdict.is_accepted
    assert slowest < SECONDS_PER_FILE


def test_no_flipped_bit_in_the_signed_ranges_is_accepted(workshop: Workshop) -> None:
    _check_flips(workshop, FLIPS)


@pytest.mark.long
def test_no_flipped_bit_in_the_signed_ranges_is_accepted_ten_thousand_times(workshop: Workshop) -> None:
    _check_flips(workshop, 10_000)


def test_random_garbage_is_never_an_exception() -> None:
    chosen = random.Random(3)
    for size in (0, 1, 7, 100, 5000):
        for start in (b"", b"%PDF-1.7\n"):
            finding = get_validator().inspect(start + chosen.randbytes(size), trust_list())
            assert finding.problem


def _nested(depth: int) -> bytes:
    deep = b"[" * depth + b"]" * depth
    return assemble_pdf(
        [
            b"<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields %s >> >>" % deep,
            b"<< /Type /Pages /Count 0 /Kids [] /ByteRange [0 1 2 3] >>",
        ]
    )


def _with_many_signatures(one: bytes, count: int) -> bytes:
    writer = IncrementalPdfFileWriter(BytesIO(one))
    fields = writer.root["/AcroForm"]["/Fields"]
    for _time in range(count):
        fields.append(writer.add_object(DictionaryObject(fields[0].get_object())))
    writer.update_container(fields)
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


@pytest.mark.parametrize("depth", [500, 200_000])
def test_deep_nesting_is_unreadable_and_not_a_crash(depth: int) -> None:
    assert get_validator().inspect_stranger(_nested(depth), trust_list()).problem
    assert verdict_of_file(_nested(depth)).status in {Status.UNKNOWN, Status.ALTERED}


def test_a_file_that_would_take_for_ever_is_given_up(workshop: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pyhanko_validator, "SECONDS_AT_MOST", 3)

    started = time.monotonic()
    finding = get_validator().inspect_stranger(_with_many_signatures(workshop.one, 5_000), trust_list())

    assert finding.problem
    assert time.monotonic() - started < SECONDS_PER_FILE


def test_a_file_of_end_marks_is_answered_at_once(workshop: Workshop) -> None:
    started = time.monotonic()
    verdict = verdict_of_file(b"%PDF-1.7\n" + b"%%EOF\n" * 200_000 + b"/Contents <" + b"30" * 64 + b">" * 9)

    assert verdict.status == Status.UNKNOWN
    assert time.monotonic() - started < SECONDS_PER_FILE


def test_a_stranger_is_read_as_our_own_files_are(workshop: Workshop) -> None:
    ours, strangers = (look(workshop.two, trust_list()) for look in (get_validator().inspect, _stranger))

    assert ours == strangers


def _stranger(pdf: bytes, trust: TrustList) -> FileFinding:
    return get_validator().inspect_stranger(pdf, trust)


# Other people's tools


@pytest.mark.skipif(not shutil.which("pdfsig"), reason="pdfsig (poppler) is not installed")
def test_pdfsig_agrees_on_every_control(workshop: Workshop, tmp_path: Path) -> None:
    for sample in workshop.controls:
        said = pdfsig_says(sample.pdf, tmp_path)
        assert len(said) == sample.expected
        assert all("Signature is Valid." in signature for signature in said)
        assert "- Total document signed" in said[-1]
        assert not any("- Total document signed" in signature for signature in said[:-1])


@pytest.mark.skipif(not shutil.which("pdfsig"), reason="pdfsig (poppler) is not installed")
def test_pdfsig_alone_would_accept_what_we_refuse(workshop: Workshop, tmp_path: Path) -> None:
    said = pdfsig_says(workshop.one + b"\n%% more\n", tmp_path)

    assert "Signature is Valid." in said[-1]
    assert "- Not total document signed" in said[-1]


@pytest.mark.skipif(not shutil.which("openssl"), reason="openssl is not installed")
def test_openssl_agrees_on_every_control(workshop: Workshop, tmp_path: Path) -> None:
    for sample in workshop.controls:
        for content, cms in _signed_parts(sample.pdf):
            (tmp_path / "content").write_bytes(content)
            (tmp_path / "cms").write_bytes(cms)
            (tmp_path / "root.pem").write_bytes((keys_folder() / "root.crt").read_bytes())
            command = "openssl cms -verify -binary -inform DER -in cms -content content -CAfile root.pem -out /dev/null"
            told = subprocess.run(
                [*command.split(), "-purpose", "any", "-attime", str(int(attacks.AT.timestamp()))],
                cwd=tmp_path,
                capture_output=True,
                text=True,
                check=False,
            )
            assert told.returncode == 0, told.stderr


def pdfsig_says(pdf: bytes, folder: Path) -> list[str]:
    path = folder / "signed.pdf"
    path.write_bytes(pdf)
    told = subprocess.run(["pdfsig", "-nocert", str(path)], capture_output=True, text=True, check=False).stdout
    return re.split(r"Signature #\d+:", told)[1:]


def _signed_parts(pdf: bytes) -> Iterator[tuple[bytes, bytes]]:
    from signing.rules.revisions import signatures_in

    ranges = re.findall(rb"/ByteRange \[(\d+) (\d+) (\d+) (\d+)\]", pdf)
    for numbers, cms in zip(ranges, signatures_in(pdf), strict=True):
        first, length, second, rest = (int(number) for number in numbers)
        yield pdf[first : first + length] + pdf[second : second + rest], cms
