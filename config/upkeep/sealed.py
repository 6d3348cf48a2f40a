"""Encryption of a backup's parts under a passphrase: AES-256-GCM in chunks, so that any size takes constant memory.

The key is derived by scrypt from the passphrase and the backup's own salt. Each part has a random prefix; a chunk's
nonce is that prefix, its place, and whether it is the last (the STREAM construction of Hoang, Reyhanitabar, Rogaway
and Vizár, 2015): chunks can neither be changed, exchanged, left out nor cut off unseen. The part's name is
authenticated with each chunk, so that one part cannot stand in for another.
"""

import hashlib
import hmac
import os
import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import BinaryIO, Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from config.upkeep.errors import BackupDamaged, PassphraseMissing, PassphraseTooShort

PLAIN_CHUNK = 1024 * 1024
PREFIX_BYTES = 7
TAG_BYTES = 16
SALT_BYTES = 16
KEY_BYTES = 32
LEAST_LETTERS = 12
NONCE_TAIL = struct.Struct(">IB")
LENGTH = struct.Struct(">I")


@dataclass(frozen=True)
class Derivation:
    """How the keys come from the passphrase: scrypt's parameters and salt, told in the manifest."""

    salt: str
    n: int = 2**15
    r: int = 8
    p: int = 1

    @classmethod
    def fresh(cls) -> Self:
        return cls(os.urandom(SALT_BYTES).hex())


class Keys:
    """The key of the parts and the key of the manifest."""

    __slots__ = ("_cipher", "_mac")

    def __init__(self, passphrase: str, derivation: Derivation) -> None:
        """:raises PassphraseMissing: there is none. :raises PassphraseTooShort: it would soon be guessed."""
        if not passphrase:
            raise PassphraseMissing
        if len(passphrase) < LEAST_LETTERS:
            raise PassphraseTooShort(least=LEAST_LETTERS)
        derived = hashlib.scrypt(
            passphrase.encode(),
            salt=bytes.fromhex(derivation.salt),
            n=derivation.n,
            r=derivation.r,
            p=derivation.p,
            maxmem=256 * derivation.n * derivation.r,
            dklen=2 * KEY_BYTES,
        )
        self._cipher = AESGCM(derived[:KEY_BYTES])
        self._mac = derived[KEY_BYTES:]

    def mac(self, text: str) -> str:
        """Return what proves that whoever wrote the text knew the passphrase."""
        return hmac.new(self._mac, text.encode(), "sha256").hexdigest()

    def proves(self, mac: str, text: str) -> bool:
        """Return whether the proof is of this text and this passphrase."""
        return hmac.compare_digest(self.mac(text), mac)

    def seal(self, chunks: Iterable[bytes], *, name: str) -> Iterator[bytes]:
        """Yield the part encrypted."""
        prefix = os.urandom(PREFIX_BYTES)
        yield prefix
        place, waiting = 0, b""
        for chunk in _of_size(chunks, PLAIN_CHUNK):
            if place or waiting:
                yield self._record(prefix, place, waiting, name, is_last=False)
                place += 1
            waiting = chunk
        yield self._record(prefix, place, waiting, name, is_last=True)

    def unseal(self, file: BinaryIO, *, name: str) -> Iterator[bytes]:
        """Yield the part's plain chunks, each once it proved genuine; the file is closed at the end.

        :raises BackupDamaged: it is not what was sealed under this name.
        """
        with file:
            prefix, place, is_last = file.read(PREFIX_BYTES), 0, False
            while not is_last:
                header = file.read(LENGTH.size + 1)
                if len(header) != LENGTH.size + 1:
                    raise BackupDamaged(part=name)
                is_last = bool(header[-1])
                length = LENGTH.unpack(header[:-1])[0]
                sealed = file.read(min(length, PLAIN_CHUNK + TAG_BYTES))
                if len(sealed) != length:
                    raise BackupDamaged(part=name)
                try:
                    yield self._cipher.decrypt(_nonce(prefix, place, is_last), sealed, name.encode())
                except (InvalidTag, ValueError) as error:
                    raise BackupDamaged(part=name) from error
                place += 1

    def _record(self, prefix: bytes, place: int, plain: bytes, name: str, *, is_last: bool) -> bytes:
        sealed = self._cipher.encrypt(_nonce(prefix, place, is_last), plain, name.encode())
        return LENGTH.pack(len(sealed)) + bytes([is_last]) + sealed


def _nonce(prefix: bytes, place: int, is_last: bool) -> bytes:
    return prefix + NONCE_TAIL.pack(place, is_last)


def _of_size(chunks: Iterable[bytes], size: int) -> Iterator[bytes]:
    """Yield the same bytes in chunks of one size; the last may be shorter."""
    left = bytearray()
    for chunk in chunks:
        left += chunk
        while len(left) >= size:
            yield bytes(left[:size])
            del left[:size]
    if left:
        yield bytes(left)
