"""The time-stamping authority that is down, slow to tell, or tells another moment."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from asn1crypto import cms

from signing.adapters.demo_timestamper import DemoTimestamper
from signing.adapters.server_keys import ServerKeySigner
from signing.errors import ClockDisagrees, TimestampUnavailable
from signing.models import Signature
from signing.ports import Secret, Timestamper
from signing.signer import get_signer, get_timestamper, keys_folder
from tests.signing.acts import AT, make_act, sign

UseTimestamper = Callable[[Timestamper], None]


class DownTimestamper:
    def token(self, digest: bytes, *, at: datetime) -> bytes:
        raise TimestampUnavailable


class OtherBytesTimestamper:
    def token(self, digest: bytes, *, at: datetime) -> bytes:
        return get_timestamper().token(bytes(32), at=at)


class WanderingTimestamper:
    def __init__(self, minutes: int) -> None:
        self._wander = timedelta(minutes=minutes)

    def token(self, digest: bytes, *, at: datetime) -> bytes:
        return get_timestamper().token(digest, at=at + self._wander)


@pytest.fixture
def stamped_by(monkeypatch: pytest.MonkeyPatch) -> UseTimestamper:
    signer = get_signer()
    assert isinstance(signer, ServerKeySigner)

    def use(timestamper: Timestamper) -> None:
        monkeypatch.setattr(signer, "_timestamper", timestamper)

    return use


def test_when_the_authority_is_down_the_signature_says_that_it_has_no_seal_of_time(stamped_by: UseTimestamper) -> None:
    stamped_by(DownTimestamper())

    assert sign(make_act()).level == "B-B"


@pytest.mark.parametrize("timestamper", [OtherBytesTimestamper(), WanderingTimestamper(10), WanderingTimestamper(-10)])
def test_a_seal_of_other_bytes_or_of_another_moment_is_refused(
    stamped_by: UseTimestamper, timestamper: Timestamper
) -> None:
    act = make_act()
    stamped_by(timestamper)

    with pytest.raises(ClockDisagrees, match="No se firmó"):
        sign(act)

    assert not Signature.objects.exists()
    assert act.document.versions.count() == 1


def test_a_clock_that_is_a_little_off_is_accepted(stamped_by: UseTimestamper) -> None:
    act = make_act()
    stamped_by(WanderingTimestamper(4))

    assert sign(act).level == "B-T"


def test_a_token_names_its_moment_and_its_authority() -> None:
    make_act()

    token = cms.ContentInfo.load(get_timestamper().token(bytes(32), at=AT))

    statement = token["content"]["encap_content_info"]["content"].parsed
    assert statement["gen_time"].native == AT
    assert statement["message_imprint"]["hashed_message"].native == bytes(32)


@pytest.mark.parametrize("secret", ["otra", ""])
def test_an_authority_whose_key_does_not_open_is_not_available(secret: str) -> None:
    make_act()

    with pytest.raises(TimestampUnavailable):
        DemoTimestamper(folder=keys_folder(), secret=Secret(secret)).token(bytes(32), at=AT)


def test_an_authority_without_a_key_is_not_available() -> None:
    with pytest.raises(TimestampUnavailable):
        DemoTimestamper(folder=keys_folder() / "nowhere", secret=Secret("x")).token(bytes(32), at=AT)
