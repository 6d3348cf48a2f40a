"""What a file is, by its content; its name is only compared with it."""

import io
import re
import struct
import zipfile
from dataclasses import dataclass
from pathlib import PurePosixPath

from docs_store.errors import FileIsDamaged, FileIsEncrypted, FileIsMislabelled, FileIsUnsafe, UploadRefused
from docs_store.rules.filenames import ending_of


@dataclass(frozen=True)
class FileType:
    """A type that is received. ``has_pages``: its pages can be counted and drawn."""

    media_type: str
    extensions: tuple[str, ...]
    has_pages: bool = False


PDF = FileType("application/pdf", (".pdf",), has_pages=True)
PNG = FileType("image/png", (".png",), has_pages=True)
JPEG = FileType("image/jpeg", (".jpg", ".jpeg"), has_pages=True)
DOCX = FileType("application/vnd.openxmlformats-officedocument.wordprocessingml.document", (".docx",))
ODT = FileType("application/vnd.oasis.opendocument.text", (".odt",))
TEXT = FileType("text/plain", (".txt", ".text", ".md", ".csv", ".log"))
RECEIVED = (PDF, PNG, JPEG, DOCX, ODT, TEXT)
KNOWN_EXTENSIONS = frozenset(extension for kind in RECEIVED for extension in kind.extensions)

HEAD_BYTES = 1024
PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
MARKUP = re.compile(rb"<(!doctype\s+html|html|head|body|script|svg|iframe|object)\b", re.IGNORECASE)
PROGRAM_STARTS = (b"#!", b"{\\rtf", b"%!ps", b"<?xml", b"<?php", b"<svg", b"<html", b"<!doctype", b"<script")
TEXT_CONTROLS = bytes(sorted(set(range(32)) - set(b"\t\n\r\f\x1a")))
PIXELS_AT_MOST = 250_000_000

ZIP_END = b"PK\x05\x06"
ZIP_END_BYTES = 22
ZIP_COMMENT_BYTES_AT_MOST = 65_535
ZIP_MEMBERS_AT_MOST = 5_000
ZIP_LOCAL_HEADER_BYTES = 30
UNPACKED_BYTES_AT_MOST = 500_000_000
UNPACKED_BYTES_UNSUSPECTED = 20_000_000
UNPACKED_RATIO_AT_MOST = 150
ENCRYPTED_MEMBER = 0x1


def detect(content: bytes, name: str) -> FileType:
    """Return what the content is.

    Two files in one (a PDF that is a web page or a ZIP too), programs inside and archives that unpack to much
    more than they are get refused here; whether a PDF or an image opens is for the reader to find out.

    :param name: named in the sentences, and compared: a text that calls itself a PDF is refused.
    :raises UploadRefused: none of the types that are received, or one of its leaves: unsafe, damaged, encrypted.
    """
    if content.startswith(b"%PDF-"):
        return _pdf(content, name)
    if content.startswith(PNG_SIGNATURE):
        return _png(content, name)
    if content.startswith(b"\xff\xd8\xff"):
        return _jpeg(content, name)
    if content.startswith(b"PK\x03\x04"):
        return _office(content, name)
    if b"%PDF-" in content[:HEAD_BYTES]:
        raise FileIsDamaged(name=name)
    return _text(content, name)


def decoded_text(content: bytes) -> str | None:
    """Return a plain text's words, written in UTF-8 or as Windows writes Western European; nothing if it is neither."""
    if len(content.translate(None, TEXT_CONTROLS)) != len(content):
        return None
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


def _pdf(content: bytes, name: str) -> FileType:
    if MARKUP.search(content[:HEAD_BYTES]) or _is_zip_too(content):
        raise FileIsUnsafe(name=name)
    return PDF


def _png(content: bytes, name: str) -> FileType:
    """Walk the chunks: they must begin with the size, end with the end, and leave nothing behind."""
    place = len(PNG_SIGNATURE)
    if content[place + 4 : place + 8] != b"IHDR" or len(content) < place + 25:
        raise FileIsDamaged(name=name)
    width, height = struct.unpack_from(">II", content, place + 8)
    while True:
        length, kind = struct.unpack_from(">I4s", content, place) if place + 12 <= len(content) else (0, b"")
        place += 12 + length
        if not kind or place > len(content):
            raise FileIsDamaged(name=name)
        if kind == b"IEND":
            break
    if content[place:].strip(b"\0") or not 0 < width * height <= PIXELS_AT_MOST:
        raise FileIsUnsafe(name=name)
    return PNG


def _jpeg(content: bytes, name: str) -> FileType:
    if b"\xff\xd9" not in content:
        raise FileIsDamaged(name=name)
    if _is_zip_too(content):
        raise FileIsUnsafe(name=name)
    return JPEG


def _is_zip_too(content: bytes) -> bool:
    """Return whether a ZIP ends exactly where the file ends."""
    tail = content[-(ZIP_END_BYTES + ZIP_COMMENT_BYTES_AT_MOST) :].rstrip(b"\r\n\0 ")
    place = tail.rfind(ZIP_END)
    # The stripped signs may have been the last bytes of the ZIP's own end record.
    return place >= 0 and place + ZIP_END_BYTES + _comment_bytes(tail, place) >= len(tail)


def _comment_bytes(tail: bytes, place: int) -> int:
    return int.from_bytes(tail[place + 20 : place + 22], "little")


def _office(content: bytes, name: str) -> FileType:
    _check_zip_end(content, name)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = archive.infolist()
            _check_members(members, len(content), name)
            kind = _office_kind(archive, {member.filename for member in members})
    except (zipfile.BadZipFile, NotImplementedError, EOFError, OSError, ValueError, struct.error) as error:
        raise FileIsDamaged(name=name) from error
    if kind is None:
        raise UploadRefused(name=name)
    return kind


def _check_zip_end(content: bytes, name: str) -> None:
    """Refuse a list of members too long to be read, before it is read, and anything behind the archive."""
    place = content.rfind(ZIP_END)
    if place < 0 or len(content) < place + ZIP_END_BYTES:
        raise FileIsDamaged(name=name)
    (members,) = struct.unpack_from("<H", content, place + 10)
    ends_at = place + ZIP_END_BYTES + _comment_bytes(content, place)
    if members > ZIP_MEMBERS_AT_MOST or ends_at != len(content):
        raise FileIsUnsafe(name=name)


def _check_members(members: list[zipfile.ZipInfo], size_bytes: int, name: str) -> None:
    if any(member.flag_bits & ENCRYPTED_MEMBER for member in members):
        raise FileIsEncrypted(name=name)
    unpacked = sum(member.file_size for member in members)
    is_bomb = unpacked > UNPACKED_BYTES_AT_MOST or (
        unpacked > UNPACKED_BYTES_UNSUSPECTED and unpacked > size_bytes * UNPACKED_RATIO_AT_MOST
    )
    if is_bomb or _overlap(members) or any(_is_suspect(member.orig_filename) for member in members):
        raise FileIsUnsafe(name=name)


def _overlap(members: list[zipfile.ZipInfo]) -> bool:
    """Return whether two members share bytes: how a small archive unpacks to a huge one."""
    end = 0
    for member in sorted(members, key=lambda m: m.header_offset):
        if member.header_offset < end:
            return True
        end = member.header_offset + ZIP_LOCAL_HEADER_BYTES + member.compress_size
    return False


def _is_suspect(member: str) -> bool:
    """Return whether a member would leave its folder, or holds macros."""
    path = PurePosixPath(member.replace("\\", "/"))
    is_macro = path.name.lower() == "vbaproject.bin" or path.parts[:1] in {("Basic",), ("Scripts",)}
    return path.is_absolute() or ".." in path.parts or "\0" in member or is_macro


def _office_kind(archive: zipfile.ZipFile, members: set[str]) -> FileType | None:
    if {"[Content_Types].xml", "word/document.xml"} <= members:
        return DOCX
    if {"mimetype", "content.xml"} <= members:
        with archive.open("mimetype") as stored:
            return ODT if stored.read(100).strip() == ODT.media_type.encode() else None
    return None


def _text(content: bytes, name: str) -> FileType:
    ending = ending_of(name)
    if content.lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith(PROGRAM_STARTS) or decoded_text(content) is None:
        raise UploadRefused(name=name)
    if ending in KNOWN_EXTENSIONS - set(TEXT.extensions):
        raise FileIsMislabelled(name=name, ending=ending.removeprefix(".").upper())
    if ending and ending not in TEXT.extensions:
        raise UploadRefused(name=name)
    return TEXT
