"""Secretaría general changes a whole government on a page, once it was seen; what cannot be is told."""

from datetime import date
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from ledger.models import Entry
from organization import selectors as organization
from organization.models import Appointment, Person, Post
from organization.services.governments import COLUMNS
from tests.desk.conftest import Seat

PAGE, TO_FILL_IN = "/mesa/organizacion/gobierno/", "/mesa/organizacion/gobierno.csv"
HEAD = ",".join(COLUMNS) + "\n"
MAYOR = "alcalde,alcalde-2027,Justina,Ccoicca Huamán,dni,00002101,JCH,alcaldia@mdp.example,Credencial del Jurado\n"
NEW_YEAR = "2027-01-01"
SECRETARY = "secretario-general"


def holder(slug: str, day: date) -> str | None:
    found = organization.holder_of(Post.objects.get(slug=slug), day)
    return found.username if found else None


def reviewed(page: str) -> str:
    return page.partition('name="reviewed" value="')[2].partition('"')[0]


def test_what_changes_is_seen_before_it_is_changed(seat: Seat) -> None:
    client, lines = seat(SECRETARY), HEAD + MAYOR + "gerente-municipal,,,,,,,,R.A. 1-2027\n"
    before = Appointment.objects.count()

    shown = client.post(PAGE, {"on": NEW_YEAR, "lines": lines, "accion": "revisar"}).content.decode()

    assert "Justina Ccoicca Huamán" in shown and "cuenta nueva" in shown and "queda vacante" in shown
    assert Appointment.objects.count() == before
    values = {"on": NEW_YEAR, "lines": lines, "accion": "cambiar", "reviewed": reviewed(shown)}
    done = client.post(PAGE, values, follow=True)
    assert done.redirect_chain == [("/mesa/organizacion/?dia=2027-01-01", 302)]
    told = done.content.decode()
    assert "Cambian de manos 2 puestos" in told and "Falta dar acceso a 1 persona nueva." in told
    assert holder("alcalde", date(2027, 1, 1)) == "alcalde-2027"
    assert holder("alcalde", date(2026, 12, 31)) == "alcalde"
    assert holder("gerente-municipal", date(2027, 1, 1)) is None
    assert Entry.objects.get(kind="government.changed").actor == Person.objects.get(username=SECRETARY).actor


def test_the_file_takes_the_place_of_the_lines(seat: Seat) -> None:
    sent = SimpleUploadedFile("enero.csv", ("\ufeff" + HEAD + MAYOR).encode())

    shown = seat(SECRETARY).post(PAGE, {"on": NEW_YEAR, "lines": HEAD, "file": sent}).content.decode()

    assert "Justina Ccoicca Huamán" in shown
    assert "alcalde-2027,Justina" in shown


def test_nothing_changes_that_was_not_reviewed(seat: Seat) -> None:
    client, lines = seat(SECRETARY), HEAD + MAYOR
    shown = client.post(PAGE, {"on": NEW_YEAR, "lines": lines}).content.decode()
    values = {"on": NEW_YEAR, "accion": "cambiar", "reviewed": reviewed(shown)}

    other = client.post(PAGE, {**values, "lines": lines.replace("Justina", "Teresa").replace("02101", "02199")})
    unseen = client.post(PAGE, {"on": NEW_YEAR, "lines": lines, "accion": "cambiar"})

    assert "ya no es lo que usted revisó" in other.content.decode()
    assert "Cambiar el gobierno" in unseen.content.decode()
    assert not Entry.objects.filter(kind="government.changed").exists()


def test_a_name_that_was_not_reviewed_is_seen_first(seat: Seat) -> None:
    client, lines = seat(SECRETARY), HEAD + MAYOR
    shown = client.post(PAGE, {"on": NEW_YEAR, "lines": lines}).content.decode()

    values = {"on": NEW_YEAR, "accion": "cambiar", "reviewed": reviewed(shown)}
    answer = client.post(PAGE, {**values, "lines": lines.replace("Justina", "Teresa")})

    assert "ya no es lo que usted revisó" in answer.content.decode()
    assert not Entry.objects.filter(kind="government.changed").exists()


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"on": "", "lines": HEAD + MAYOR}, "Escriba el día."),
        ({"lines": ""}, "Escriba las líneas, o elija un archivo."),
        ({"lines": HEAD}, "No hay ninguna línea."),
        ({"lines": "puesto,quien\n" + MAYOR}, "La primera línea debe decir: post,username"),
        ({"lines": HEAD + "alcaldesa,,,,,,,,R.A. 1\n"}, "Línea 2: «alcaldesa» no es un puesto"),
        ({"lines": HEAD + MAYOR + MAYOR}, "es de una sola persona"),
        ({"lines": HEAD + MAYOR.replace("@", " ")}, "«email»: "),
        ({"lines": HEAD + MAYOR.replace("Justina", "J" * 121)}, "«given_names»: "),
        ({"lines": HEAD + MAYOR.replace("Credencial", "C" * 201)}, "Abrevie la cita."),
        ({"lines": HEAD + "alcalde,,,,,,,,\n"}, "Falta «act»."),
        ({"lines": "x" * 100_001}, "100000"),
        ({"file": SimpleUploadedFile("a.csv", b"\xff\xfe\x00")}, "Guárdelo como CSV en UTF-8."),
        ({"file": SimpleUploadedFile("a.csv", b"")}, "El archivo está vacío."),
        ({"file": SimpleUploadedFile("a.csv", b"x" * 500_000)}, "demasiado grande"),
    ],
)
def test_what_cannot_be_is_told_and_changes_nothing(seat: Seat, values: dict[str, object], sentence: str) -> None:
    before = Appointment.objects.count()

    answer = seat(SECRETARY).post(PAGE, {"on": NEW_YEAR, "lines": HEAD + MAYOR, "accion": "cambiar", **values})

    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert Appointment.objects.count() == before


def test_a_post_that_has_ended_is_refused(seat: Seat) -> None:
    post = Post.objects.filter(is_head=False).first()
    assert post is not None
    Post.objects.filter(pk=post.pk).update(valid_to=date(2026, 12, 30))

    answer = seat(SECRETARY).post(PAGE, {"on": NEW_YEAR, "lines": f"{HEAD}{post.slug},,,,,,,,R.A. 1-2027\n"})

    assert "no existe ese día. Quite la línea." in answer.content.decode()


def test_the_file_to_fill_in_changes_nothing_as_it_comes(seat: Seat, tmp_path: Path) -> None:
    client = seat(SECRETARY)
    to_fill_in = client.get(TO_FILL_IN).content.decode()

    assert "\nalcalde,,,,,,,,\n" in to_fill_in and "# Alcalde: " in to_fill_in
    answer = client.post(PAGE, {"on": NEW_YEAR, "lines": to_fill_in})
    assert "Falta «act»." in answer.content.decode()
