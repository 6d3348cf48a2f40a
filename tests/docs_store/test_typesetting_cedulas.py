"""The cédula, its cargo, and several papers as one."""

from dataclasses import replace

import pypdfium2

from docs_store.ports import Cedula, CedulaRecourse
from docs_store.typesetting import joined, typeset_cargo_of_cedula, typeset_cedula
from tests.docs_store.papers import FRAME, text_of

CEDULA = Cedula(
    label="000912-2026",
    means="En el domicilio",
    party="Rosa Ejemplo Prueba",
    party_id="DNI 00000017",
    place="Jr. de la Muestra 410, El Ejemplo",
    procedure="Autorización de anuncio en fachada",
    document="Resolución Gerencial N.° 214-2026-MDM/GLA",
    pages=2,
    authority="Gerencia de Licencias y Autorizaciones",
    authority_address="Plaza principal s/n",
    counts_when="El día en que se la entreguen en su domicilio.",
    decides="Autoriza su anuncio, por dos años.",
    takes_effect="Desde el día siguiente de su notificación.",
    recourses=(
        CedulaRecourse("Reconsideración", "La misma gerencia", "15 días hábiles"),
        CedulaRecourse("Apelación", "Gerencia General de Desarrollo Económico Local", "15 días hábiles"),
    ),
    route="Esta decisión no agota la vía administrativa.",
    norm="Ley 27444, art. 24",
)
PRINTED = replace(FRAME, cvd="", label="000912-2026")


def test_a_cedula_tells_all_that_the_law_asks_for() -> None:
    sheet = typeset_cedula(CEDULA, PRINTED)

    text = text_of(sheet.pdf)

    assert sheet.pages == 1
    assert "Cédula de notificación N.° 000912-2026" in text
    assert "A Rosa Ejemplo Prueba, DNI 00000017" in text
    assert "Dónde Jr. de la Muestra 410, El Ejemplo" in text
    assert "Procedimiento Autorización de anuncio en fachada" in text
    assert "N.° 214-2026-MDM/GLA, 2 páginas, texto completo adjunto" in text
    assert "La emite Gerencia de Licencias y Autorizaciones, Plaza principal s/n" in text
    assert "Qué decide. Autoriza su anuncio, por dos años." in text
    assert "Desde cuándo. Desde el día siguiente de su notificación." in text
    assert "Apelación Gerencia General de Desarrollo Económico Local 15 días hábiles" in text
    assert "Esta decisión no agota la vía administrativa." in text
    assert "Ley 27444, art. 24" in text


def test_what_is_no_act_has_no_recourses() -> None:
    plain = replace(CEDULA, decides="", takes_effect="", recourses=(), route="", norm="", pages=None)

    text = text_of(typeset_cedula(plain, PRINTED).pdf)

    assert "Si no está de acuerdo" not in text
    assert "Qué decide" not in text
    assert "N.° 214-2026-MDM/GLA, texto completo adjunto" in text


def test_its_cargo_has_room_for_who_received_it_and_for_both_visits() -> None:
    sheet = typeset_cargo_of_cedula(CEDULA, PRINTED)

    text = text_of(sheet.pdf)

    assert sheet.pages == 1
    for words in (
        "Cargo de la cédula N.° 000912-2026",
        "Documento de identidad",
        "Qué es del destinatario",
        "Se negó a firmar",
        "Testigo",
        "Aviso para la segunda visita",
        "Se dejó bajo la puerta con su acta",
    ):
        assert words in text


def test_a_strange_sign_in_a_name_does_not_stop_a_notice() -> None:
    assert typeset_cedula(replace(CEDULA, party="Rosa \U0001f600"), PRINTED).pages == 1


def test_several_papers_become_one_for_the_printer() -> None:
    parts = [typeset_cedula(CEDULA, PRINTED).pdf, typeset_cargo_of_cedula(CEDULA, PRINTED).pdf]

    whole = pypdfium2.PdfDocument(joined(parts))

    assert len(whole) == 2
    whole.close()
