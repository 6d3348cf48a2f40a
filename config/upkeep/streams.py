"""Chains of byte chunks: read, compressed, counted; nothing is ever whole in memory."""

import io
import zlib
from collections.abc import Iterable, Iterator
from typing import Any

CHUNK = 256 * 1024
LEVEL = 3
GZIP = 31


class Stream(io.RawIOBase):
    """A file whose content an iterator of chunks gives."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._chunks = iter(chunks)
        self._left = b""
        self.size = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._left:
            chunk = next(self._chunks, None)
            if chunk is None:
                return 0
            self._left = chunk
        taken = self._left[: len(buffer)]
        buffer[: len(taken)] = taken
        self._left = self._left[len(taken) :]
        self.size += len(taken)
        return len(taken)


def compressed(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the chunks as gzip."""
    packer = zlib.compressobj(LEVEL, wbits=GZIP)
    for chunk in chunks:
        packed = packer.compress(chunk)
        if packed:
            yield packed
    yield packer.flush()


def decompressed(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Yield what gzip holds, in chunks of bounded size.

    :raises EOFError: it ends too early.
    """
    unpacker = zlib.decompressobj(GZIP)
    for chunk in chunks:
        packed = chunk
        while packed:
            plain = unpacker.decompress(packed, CHUNK)
            if plain:
                yield plain
            packed = unpacker.unconsumed_tail
    while plain := unpacker.decompress(unpacker.unconsumed_tail, CHUNK):
        yield plain
    if not unpacker.eof:
        raise EOFError


def gathered(lines: Iterable[bytes]) -> Iterator[bytes]:
    """Yield lines joined to chunks of some size: compression of single lines would cost more than their reading."""
    batch, size = [], 0
    for line in lines:
        batch.append(line)
        size += len(line)
        if size >= CHUNK:
            yield b"".join(batch)
            batch, size = [], 0
    if batch:
        yield b"".join(batch)


def lines_of(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the lines that the chunks hold, without their ends."""
    left = b""
    for chunk in chunks:
        *whole, left = (left + chunk).split(b"\n")
        yield from whole
    if left:
        yield left
