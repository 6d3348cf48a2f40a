"""Names of files: what others wrote, made harmless."""

import pytest

from docs_store.rules.filenames import document_name, ending_of, safe_name


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Solicitud de licencia.pdf", "Solicitud de licencia.pdf"),
        ("../../x.pdf", "x.pdf"),
        ("/etc/passwd.pdf", "passwd.pdf"),
        ("C:\\Users\\rosa\\carta.pdf", "carta.pdf"),
        ("a\0b\r\nSet-Cookie: c=1.pdf", "abSet-Cookie- c=1.pdf"),
        ("factura\u202efdp.exe.pdf", "facturafdp.exe.pdf"),
        ("a" * 300 + ".pdf", "a" * 146 + ".pdf"),
        ("CON.pdf", "_CON.pdf"),
        ("lpt1.algo.pdf", "_lpt1.algo.pdf"),
        ("nul", "_nul.pdf"),
        ("", "archivo.pdf"),
        ("...", "archivo.pdf"),
        (".pdf", "archivo.pdf"),
        ("   espacios   .pdf ", "espacios.pdf"),
        ("¿qué? <b>|*.pdf", "¿qué- -b-.pdf"),
        ("foto.png", "foto.pdf"),
        ("virus.exe", "virus.exe.pdf"),
        ("Oficio N.° 23", "Oficio N.° 23.pdf"),
        ("Informe 12.2023", "Informe 12.2023.pdf"),
        ("Año.PDF", "Año.PDF"),
        ("A\u006e\u0303o.pdf", "Año.pdf"),
    ],
)
def test_a_name_is_kept_without_what_would_be_misread(name: str, expected: str) -> None:
    assert safe_name(name, (".pdf",), frozenset({".png", ".docx"})) == expected


def test_an_ending_needs_a_letter() -> None:
    assert ending_of("N.° 23") == ""
    assert ending_of("Informe 12.2023") == ""
    assert ending_of("carta.DOCX") == ".docx"


def test_our_own_documents_are_named_after_their_number() -> None:
    assert document_name("Informe 432-2023-MDP/OIS/FAGL-J", ".pdf") == "Informe 432-2023-MDP-OIS-FAGL-J.pdf"
    assert document_name("Resolución 45-2011-GR.CAJ/P", ".pdf") == "Resolución 45-2011-GR.CAJ-P.pdf"
