"""Cargos, slips, stamps and seals."""

from dataclasses import replace
from datetime import UTC, datetime

import pypdfium2
import pytest

from docs_store.ports import CargoFile, SealText, StampText
from docs_store.typesetting import typeset_cargo, typeset_roll, typeset_seal, typeset_stamp, typeset_talon
from tests.docs_store import papers
from tests.docs_store.papers import CARGO, FRAME, MM_PER_POINT, TALON, text_inside, text_of

STAMP = StampText(
    post="Alcalde",
    person="Luis Modelo Calca",
    entity_name="Municipalidad Distrital de la Muestra",
    ruc="20000000000",
    reason="Soy el autor del documento",
    signed_at=datetime(2023, 11, 10, 20, 22, 7, tzinfo=UTC),
)
SEAL = SealText("Municipalidad Distrital de la Muestra", "20000000000", "Ventanilla 2", papers.MORNING)


def size_mm(pdf: bytes) -> tuple[int, int]:
    document = pypdfium2.PdfDocument(pdf)
    width, height = document[0].get_size()
    document.close()
    return round(width * MM_PER_POINT), round(height * MM_PER_POINT)


def test_a_cargo_tells_both_moments_who_what_where_and_how() -> None:
    sheet = typeset_cargo(CARGO, FRAME)

    text = text_of(sheet.pdf)

    assert sheet.pages == 1
    assert "Cargo de recepción 31847-2026 viernes 20 de noviembre de 2026, 16:48" in text
    assert "Cuenta desde lunes 23 de noviembre de 2026" in text
    assert "Presenta Rosa Ejemplo Prueba, DNI 00000017" in text
    assert "Pide Autorización de anuncio en fachada" in text
    assert "Va a Gerencia de Licencias y Autorizaciones" in text
    assert "Se le notifica en Correo electrónico" in text
    assert "Expediente 4187-2026" in text
    assert "Recibe Ventanilla 2" in text
    assert "En nombre de" not in text
    assert "en muestra.example/v con el código 7KQ2-M9XD-4RTV-W3HC." in text


def test_a_cargo_lists_what_was_handed_in_with_folios_and_whole_hash() -> None:
    text = text_of(typeset_cargo(CARGO, FRAME).pdf)

    assert "Entregó Folios Resumen (SHA-256)" in text
    assert "Solicitud con datos y firma 2 " in text
    assert text.replace(" ", "").count("5f1c88e2" * 8) == 1
    assert "Total 3" in text


def test_what_nobody_received_by_hand_is_a_constancia() -> None:
    text = text_of(typeset_cargo(replace(CARGO, is_automatic=True), FRAME).pdf)

    assert "Constancia de presentación 31847-2026" in text
    assert "Cargo de recepción" not in text


def test_a_cargo_leaves_the_place_of_the_seal() -> None:
    sheet = typeset_cargo(CARGO, FRAME)

    (place,) = sheet.places
    assert (place.order, place.page, place.left_mm, place.width_mm, place.height_mm) == (1, 1, 28, 78, 21)
    assert place.top_mm + place.height_mm <= 262
    assert text_inside(sheet, place) == ""


@pytest.mark.parametrize("count", [0, 1, 8, 10, 25, 60])
def test_any_number_of_files_fits(count: int) -> None:
    title = "plano_de_ubicacion_y_detalle_del_anuncio_con_medidas_version_final_corregida.pdf"
    files = tuple(CargoFile(f"{number} {title}", None, "ab12" * 16) for number in range(count))

    sheet = typeset_cargo(replace(CARGO, files=files), FRAME)

    assert text_inside(sheet, sheet.places[0]) == ""
    assert sheet.places[0].top_mm + 21 <= 262
    assert text_of(sheet.pdf).replace(" ", "").count(title) == count


def test_a_filing_with_strange_signs_is_received() -> None:
    text = text_of(typeset_cargo(replace(CARGO, subject="Ayuda 🙏", party="Ana\x07\u202e"), FRAME).pdf)

    assert "Pide Ayuda ▯" in text
    assert "Ana▯▯" in text


def test_the_roll_is_80_mm_wide_and_says_the_same() -> None:
    pdf = typeset_roll(CARGO, FRAME)

    text = text_of(pdf)
    assert size_mm(pdf)[0] == 80
    assert "31847-2026 viernes 20 de noviembre de 2026, 16:48" in text
    assert "SHA-256 5f1c88e2…5f1c88e2" in text
    assert "7KQ2-M9XD-4RTV-W3HC" in text


def test_the_key_stands_on_the_talon_only() -> None:
    talon = typeset_talon(TALON)

    text = text_of(talon)
    assert size_mm(talon)[0] == 80
    assert "Su trámite 31847-2026 Su clave 8KQ2 M9XD 4RTV W3HC" in text
    assert "o entre a muestra.example" in text
    assert "Guárdela usted." in text


def test_the_stamp_says_who_where_why_and_when() -> None:
    pdf = typeset_stamp(STAMP)

    assert size_mm(pdf) == (84, 28)
    assert text_of(pdf) == (
        "Firmado digitalmente por Alcalde Luis Modelo Calca Municipalidad Distrital de la Muestra, RUC 20000000000 "
        "Motivo: Soy el autor del documento viernes 10/11/2023 15:22:07 −05:00"
    )


def test_a_substitute_names_the_titular_and_the_act() -> None:
    substitute = replace(STAMP, titular_post="Gerente Municipal", act="Resolución de Alcaldía N.° 012-2023-MDM")

    text = text_of(typeset_stamp(substitute))

    assert "Por: Gerente Municipal (titular) Resolución de Alcaldía N.° 012-2023-MDM Motivo:" in text


def test_the_longest_post_fits_its_stamp() -> None:
    long_text = replace(
        STAMP,
        post=papers.LONG_POST,
        titular_post=papers.LONG_POST,
        act="Resolución Ejecutiva Regional N.° 0045-2011-GR.EJE/P y su modificatoria N.° 0046-2011-GR.EJE/P",
    )

    pdf = typeset_stamp(long_text)

    document = pypdfium2.PdfDocument(pdf)
    lowest = min(item.get_bounds()[1] for item in document[0].get_objects(filter=[pypdfium2.raw.FPDF_PAGEOBJ_TEXT]))
    document.close()
    assert papers.page_count(pdf) == 1
    assert lowest >= 0
    assert "viernes 10/11/2023 15:22:07 −05:00" in text_of(pdf)


def test_the_seal_says_who_received_and_when() -> None:
    pdf = typeset_seal(SEAL)

    assert size_mm(pdf) == (78, 21)
    assert text_of(pdf) == (
        "Sello de la entidad Municipalidad Distrital de la Muestra, RUC 20000000000 "
        "Recibido por Ventanilla 2 miércoles 13/09/2023 10:12:44 −05:00"
    )
