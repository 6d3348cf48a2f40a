"""Texts, files and signed bytes: kept as they came, or refused with a sentence."""

import hashlib
import io
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from docs_store import selectors as stored
from docs_store import services as docs
from docs_store.enums import DocumentState, Stage
from docs_store.errors import (
    ArchiveUnavailable,
    DocsStoreError,
    DocumentIsClosed,
    FileIsDamaged,
    FileIsEmpty,
    FileIsEncrypted,
    FileIsMislabelled,
    FileIsUnsafe,
    FileTooLarge,
    PageMissing,
    TextIsFixed,
    UnprintableCharacter,
    UploadRefused,
)
from docs_store.models import PageText, Version
from docs_store.ports import Article, Draft
from ledger.models import Entry
from tests.docs_store import files
from tests.docs_store.conftest import Office
from tests.factories import NOON, make_draft, make_pdf

ANNULLED = {"state": DocumentState.ANNULLED, "annulled_at": NOON, "annul_reason": "Duplicado"}


# Texts


def test_a_text_becomes_the_next_version_and_its_bytes_are_archived(office: Office) -> None:
    document = office.document()

    version = docs.save_draft(document=document, content=make_draft("Solicita opinión"), by=office.chief, at=NOON)

    assert (version.number, version.stage, version.stored_by) == (1, Stage.STRUCTURED, office.chief)
    assert Draft.from_json(version.content or {}) == make_draft("Solicita opinión")
    with stored.open_version(version) as content:
        assert hashlib.sha256(content.read()).hexdigest() == version.sha256
    assert document.title == "Solicita opinión"
    entry = Entry.objects.get(kind="document.saved")
    assert entry.facts == {"version": version.pk, "sha256": version.sha256, "bytes": version.size_bytes}


def test_every_field_of_a_text_survives(office: Office) -> None:
    draft = make_draft(
        references=("Ley N.° 27444",), vistos=("El informe",), considerandos=("Que…",), copies=("Archivo",),
        attendees=("Gerente",), articles=(Article("APROBAR", "el plan #1 $x$ @y *z* \\n."),),
    )  # fmt: skip

    version = docs.save_draft(document=office.document(), content=draft, by=None, at=NOON)

    version.refresh_from_db()
    assert Draft.from_json(version.content or {}) == draft


def test_saving_the_same_text_again_adds_nothing(office: Office) -> None:
    document = office.document()
    first = docs.save_draft(document=document, content=make_draft(), by=None, at=NOON)

    assert docs.save_draft(document=document, content=make_draft(), by=None, at=NOON) == first
    assert docs.save_draft(document=document, content=make_draft("Otro"), by=None, at=NOON).number == 2
    assert docs.save_draft(document=document, content=make_draft(), by=None, at=NOON).number == 3


def test_a_text_without_subject_leaves_the_title(office: Office) -> None:
    document = office.document(title="Informe del plan")

    docs.save_draft(document=document, content=make_draft(""), by=None, at=NOON)

    assert document.title == "Informe del plan"


def test_a_character_that_no_font_has_is_refused_by_name(office: Office) -> None:
    with pytest.raises(UnprintableCharacter, match="U\\+1F600"):
        docs.save_draft(document=office.document(), content=make_draft("Hola 😀"), by=None, at=NOON)

    assert not Version.objects.exists()


def test_a_fixed_text_is_not_edited(office: Office) -> None:
    document = office.document(state=DocumentState.FOR_DISPATCH)

    with pytest.raises(TextIsFixed, match="devuelva"):
        docs.save_draft(document=document, content=make_draft(), by=None, at=NOON)
    with pytest.raises(TextIsFixed):
        docs.attach_file(document=document, name="a.txt", content=io.BytesIO(b"a"), by=None, at=NOON)


def test_an_observed_text_is_edited_and_is_a_draft_again(office: Office) -> None:
    document = office.document(state=DocumentState.OBSERVED)

    docs.save_draft(document=document, content=make_draft(), by=None, at=NOON)

    document.refresh_from_db()
    assert document.state == DocumentState.DRAFT


def test_a_closed_document_is_not_edited(office: Office) -> None:
    document = office.document(**ANNULLED)

    with pytest.raises(DocumentIsClosed):
        docs.save_draft(document=document, content=make_draft(), by=None, at=NOON)
    with pytest.raises(DocumentIsClosed):
        docs.attach_file(document=document, name="a.txt", content=io.BytesIO(b"a"), by=None, at=NOON)


def test_an_unwritable_archive_records_nothing_and_a_retry_works(office: Office, blocked_archive: Path) -> None:
    document = office.document()

    with pytest.raises(ArchiveUnavailable, match="no se guardó nada"):
        docs.save_draft(document=document, content=make_draft(), by=None, at=NOON)
    with pytest.raises(ArchiveUnavailable):
        docs.attach_file(document=document, name="a.pdf", content=io.BytesIO(make_pdf()), by=None, at=NOON)

    assert not Version.objects.exists()
    assert not Entry.objects.filter(subject=f"document:{document.pk}").exists()
    blocked_archive.unlink()
    assert docs.save_draft(document=document, content=make_draft(), by=None, at=NOON).number == 1


# Files


def attach(office: Office, name: str, content: bytes) -> Version:
    return docs.attach_file(
        document=office.document(), name=name, content=io.BytesIO(content), by=office.chief, at=NOON
    )


@pytest.mark.parametrize(
    ("name", "content", "kept_as", "pages"),
    [
        ("Carta.pdf", make_pdf("uno", "dos", "tres"), "Carta.pdf", 3),
        ("plano.png", files.png(), "plano.png", 1),
        ("foto.png", files.jpeg(), "foto.jpg", 1),
        ("carta.docx", files.docx(), "carta.docx", None),
        ("carta.doc.odt", files.odt(), "carta.doc.odt", None),
        ("../nota", "Año".encode("latin-1"), "nota.txt", 1),
    ],
)
def test_a_file_is_kept_byte_by_byte(
    office: Office, name: str, content: bytes, kept_as: str, pages: int | None
) -> None:
    version = attach(office, name, content)

    with stored.open_version(version) as kept:
        assert kept.read() == content
    assert (version.stage, version.name, version.pages) == (Stage.FILE, kept_as, pages)
    assert version.size_bytes == len(content)


def test_the_text_of_each_page_is_kept(office: Office) -> None:
    version = attach(office, "carta.pdf", make_pdf("Señor Alcalde", " ", "Atentamente"))

    assert list(version.page_texts.values_list("page", "text")) == [(1, "Señor Alcalde"), (3, "Atentamente")]


BAD_FILES: dict[str, tuple[bytes, type[DocsStoreError], str]] = {
    "nada.pdf": (b"", FileIsEmpty, "“nada.pdf” está vacío"),
    "diseño.cdr": (b"RIFF\0\0CDR", UploadRefused, "No pudimos abrir “diseño.cdr”. Guárdelo como PDF o tome una foto."),
    "secreto.pdf": (files.encrypted_pdf(), FileIsEncrypted, "tiene contraseña"),
    "roto.pdf": (b"%PDF-1.7 roto", FileIsDamaged, "incompleto o dañado"),
    "texto.pdf": (b"hola", FileIsMislabelled, "no es un PDF, aunque su nombre lo diga"),
    "js.pdf": (files.pdf_with(b"/OpenAction << /S /JavaScript /JS (x) >>"), FileIsUnsafe, "programa oculto"),
    "inundación.png": (files.png_flood(), FileIsUnsafe, "oculto"),
}


@pytest.mark.parametrize("name", sorted(BAD_FILES))
def test_a_bad_file_gets_its_sentence_and_nothing_is_recorded(office: Office, name: str) -> None:
    content, error, sentence = BAD_FILES[name]

    with pytest.raises(error, match=sentence):
        attach(office, name, content)

    assert not Version.objects.exists()
    assert not PageText.objects.exists()


class LargeUpload(io.BytesIO):
    """A file that says how large it is, and would take the memory if somebody read it."""

    def __init__(self, size_bytes: int) -> None:
        super().__init__()
        self.size_bytes = size_bytes

    def seek(self, place: int, whence: int = 0) -> int:
        self.place = self.size_bytes + place if whence == 2 else place
        return self.place

    def tell(self) -> int:
        return self.place

    def read(self, size: int | None = -1) -> bytes:
        raise AssertionError("a file that is too large was read")


@pytest.mark.parametrize(
    ("size_bytes", "sentence"),
    [
        (62_000_000, "Pesa 62 MB; el máximo es 50 MB. Divídalo en dos."),
        (50_000_001, "Pesa 51 MB; el máximo es 50 MB. Divídalo en dos."),
        (120_000_000, "Pesa 120 MB; el máximo es 50 MB. Divídalo en 3 partes."),
    ],
)
def test_a_large_file_is_measured_not_read(office: Office, size_bytes: int, sentence: str) -> None:
    with pytest.raises(FileTooLarge) as refused:
        docs.attach_file(
            document=office.document(), name="plano.pdf", content=LargeUpload(size_bytes), by=None, at=NOON
        )

    assert str(refused.value) == sentence


def test_a_received_file_belongs_to_no_document_until_it_is_attached(office: Office) -> None:
    received = docs.receive_file(name="carta.pdf", content=io.BytesIO(make_pdf("Señor Alcalde")))
    assert not Version.objects.exists()

    version = docs.attach_received(document=office.document(), received=received, by=None, at=NOON)

    assert (version.name, version.page_texts.get().text) == ("carta.pdf", "Señor Alcalde")


# What a visado covers


def test_what_is_covered_changes_with_the_text_and_with_an_annex_and_with_nothing_else(office: Office) -> None:
    document, annex = office.document(), office.document(title="Plan")
    text = docs.save_draft(document=document, content=make_draft(), by=None, at=NOON)
    docs.attach_file(document=annex, name="plan.txt", content=io.BytesIO(b"uno"), by=None, at=NOON)
    alone = stored.canonical_sha256(text)

    docs.add_annex(document=document, annex=annex, by=None, at=NOON)
    with_annex = stored.canonical_sha256(text)
    docs.attach_file(document=annex, name="plan.txt", content=io.BytesIO(b"dos"), by=None, at=NOON)
    with_new_annex = stored.canonical_sha256(text)
    again = docs.save_draft(document=document, content=make_draft("Otro"), by=None, at=NOON)

    assert len({alone, with_annex, with_new_annex, stored.canonical_sha256(again)}) == 4
    assert stored.canonical_sha256(text) == with_new_annex


def test_a_file_without_text_is_covered_by_its_bytes(office: Office) -> None:
    one, same, other = (attach(office, "a.txt", content) for content in (b"uno", b"uno", b"dos"))

    assert stored.canonical_sha256(one) == stored.canonical_sha256(same) != stored.canonical_sha256(other)


def test_an_annex_without_content_is_covered_as_empty(office: Office) -> None:
    document = office.document()
    text = docs.save_draft(document=document, content=make_draft(), by=None, at=NOON)
    docs.add_annex(document=document, annex=office.document(), by=None, at=NOON)

    assert len(stored.canonical_sha256(text)) == 64


# Images of pages


def test_a_page_is_drawn_once_and_kept(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    version = attach(office, "carta.pdf", make_pdf("Señor Alcalde", "Atentamente"))

    image = stored.page_image(version, 2, 300)
    monkeypatch.setattr("docs_store.selectors.renditions.READER", Path("/nowhere"))

    assert image.startswith(b"\x89PNG")
    assert stored.page_image(version, 2, 300) == image
    with pytest.raises(PageMissing):
        stored.page_image(version, 1, 300)


def test_a_cache_that_cannot_be_written_costs_time_only(office: Office, settings: Settings, tmp_path: Path) -> None:
    version = attach(office, "carta.pdf", make_pdf("Señor Alcalde"))
    settings.DATA_DIR = tmp_path
    (tmp_path / "cache").write_text("a file stands where the folder should be")

    assert stored.page_image(version, 1, 300).startswith(b"\x89PNG")


def test_only_pages_that_exist_and_can_be_drawn_have_images(office: Office) -> None:
    letter, words = attach(office, "carta.pdf", make_pdf()), attach(office, "carta.docx", files.docx())

    assert stored.has_images(letter)
    assert not stored.has_images(words)
    for version, page in ((letter, 0), (letter, 2), (words, 1)):
        with pytest.raises(PageMissing):
            stored.page_image(version, page, 300)


def test_an_image_is_never_wider_than_a_screen(office: Office) -> None:
    image = stored.page_image(attach(office, "carta.pdf", make_pdf()), 1, 1_000_000)

    assert int.from_bytes(image[16:20], "big") == 2000
