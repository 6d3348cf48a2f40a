"""Registering who covers a post: the act from the register, what it would mean, what is wrong with it."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from desk.rules.act_days import days_in
from docs_store.models import Document
from ledger.models import Entry
from organization import services
from organization.models import Absence, Appointment, Grant, Post
from tests.desk.conftest import Seat, an_act, person

FORM = "/mesa/organizacion/encargos/nuevo/"


def told(**values: Any) -> dict[str, Any]:
    own = Appointment.objects.get(post__slug="jefe-oaj")
    post = Post.objects.get(slug="jefe-orh")
    return {"kind": "charge", "post": post.pk, "own": own.pk, "from_on": "2026-12-01", "act": "R.A. 9-2026", **values}


@pytest.mark.parametrize(
    ("words", "days"),
    [
        ("desde el lunes 13 de noviembre hasta el viernes 29 de diciembre de 2023", ("2023-11-13", "2023-12-29")),
        ("del 6 al 17 de noviembre de 2023", ("2023-11-06", "2023-11-17")),
        ("del 1.° de setiembre al 3 de septiembre", ("2023-09-01", "2023-09-03")),
        ("desde el 20 de diciembre hasta el 5 de enero de 2024", ("2023-12-20", "2024-01-05")),
        ("del 20 de diciembre\nal 5 de enero", ("2023-12-20", "2024-01-05")),
        ("a partir del 2 de enero de 2024, mientras dure", ("2024-01-02", None)),
        ("del 31 de abril al 3 de mayo", None),
        ("del 1 al 3 de mayo y del 5 al 6 de mayo", None),
        ("del 9 de mayo de 2023 al 3 de mayo de 2023", None),
        ("a partir del 30 de febrero", None),
        ("desde mañana", None),
    ],
)
def test_the_days_of_an_act_are_read_or_left_open(words: str, days: tuple[str, str | None] | None) -> None:
    read = days_in(f"Encargar el puesto {words}.", year=2023)

    assert (read and tuple(day and day.isoformat() for day in read)) == days


def test_the_act_is_found_by_its_number_and_its_days_are_read(seat: Seat) -> None:
    act = an_act("el puesto desde el 1 de diciembre de 2026 hasta el 15 de enero de 2027.")
    client = seat("secretario-general")

    hits = client.get(f"{FORM}actos/", {"buscar": "0422-"}).content.decode()
    read = client.post(FORM, told(accion="buscar", buscar="422", document=act.pk, from_on="", act="")).content.decode()

    assert "422-2026-A-MDP/LC" in hits
    assert "Emitido" in hits
    assert 'value="2026-12-01"' in read
    assert 'value="2027-01-15"' in read
    assert "Las fechas se leyeron del acto" in read
    assert not Grant.objects.exists()


def test_an_act_that_one_may_not_read_is_not_found(seat: Seat) -> None:
    act = an_act()
    today = timezone.localdate()
    boss = Post.objects.get(slug="jefe-orh")
    by, someone = person("secretario-general"), person("gerente-gds")
    services.appoint(post=boss, person=someone, from_on=today, to_on=None, act="R.A. 1", by=by, at=timezone.now())
    client = seat("gerente-gds")

    assert "422-2026-A" not in client.get(f"{FORM}actos/", {"buscar": "422-2026"}).content.decode()
    answer = client.post(FORM, told(document=act.pk))
    assert answer.status_code == 422
    assert "no está entre los que usted puede leer" in answer.content.decode()


def test_the_cover_keeps_its_act_and_cites_it(seat: Seat) -> None:
    act = an_act("el puesto del 1 al 15 de diciembre de 2026.")
    values = told(document=act.pk, read_for=act.pk, from_on="2026-12-01", to_on="2026-12-15", act="")

    assert seat("secretario-general").post(FORM, values).status_code == 302

    grant = Grant.objects.get()
    assert (grant.document_id, grant.act) == (act.pk, "Resolución de Alcaldía 422-2026-A-MDP/LC")


def test_other_days_than_those_of_the_act_need_a_reason_which_is_kept(seat: Seat) -> None:
    act = an_act("el puesto del 1 al 15 de diciembre de 2026.")
    values = told(document=act.pk, read_for=act.pk, from_on="2026-12-02", to_on="2026-12-15")
    client = seat("secretario-general")

    refused = client.post(FORM, values)
    assert refused.status_code == 422
    assert "Las fechas no son las del acto. Diga por qué." in refused.content.decode()
    assert client.post(FORM, {**values, "why": "Asumió un día después"}).status_code == 302

    kept = Entry.objects.get(kind="post.days_differ")
    assert kept.facts == {"grant": Grant.objects.get().pk, "reason": "Asumió un día después"}


def test_an_unsigned_act_is_told_and_may_be_kept(seat: Seat) -> None:
    act = an_act(signed=False)
    client = seat("secretario-general")
    sentence = "El acto no está firmado: puede guardarse, pero no vale hasta que lo esté."

    assert sentence in client.post(FORM, told(accion="ver", document=act.pk)).content.decode()
    kept = client.post(FORM, told(document=act.pk, read_for=act.pk), follow=True).content.decode()

    assert "no vale hasta que el acto esté firmado" in kept
    assert "espera la firma de su acto" in kept
    grant = Grant.objects.get()
    assert (grant.document_id, grant.awaits_act) == (act.pk, True)
    drawn = client.get("/mesa/organizacion/", {"dia": "2026-12-05"}).content.decode()
    assert 'class="bar bar-waiting"' in drawn
    assert "Jefe de Recursos Humanos: sin titular" in drawn


def test_an_annulled_act_grants_nothing(seat: Seat) -> None:
    act = an_act()
    Document.objects.filter(pk=act.pk).update(state="annulled", annulled_at=timezone.now(), annul_reason="Error")

    assert seat("secretario-general").post(FORM, told(document=act.pk)).status_code == 422
    assert not Grant.objects.exists()


def test_a_post_that_another_covers_is_told_before_and_after(seat: Seat) -> None:
    client = seat("secretario-general")
    assert client.post(FORM, told(to_on="2026-12-18")).status_code == 302
    other = Appointment.objects.get(post__slug="jefe-oaf").pk

    early = client.get(f"{FORM}vista/", told(own=other)).content.decode()
    late = client.post(FORM, told(own=other))

    assert "Ese puesto ya lo cubre otra persona hasta el vie 18 dic" in early
    assert late.status_code == 422
    assert "ya lo cubre" in late.content.decode()
    assert Grant.objects.count() == 1


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({}, ("«(e)»", "Firmar antes del mar 1 dic", "sin titular", "Jefe de Recursos Humanos (e)")),
        ({"kind": "substitution", "post": "gerente-municipal"}, ("«Suplente de»", "el titular esté presente")),
        ({"kind": "competence", "scope": ["informe"]}, ("«Por delegación de»", "solo Informe")),
        ({"kind": "signature", "to_on": "2026-12-05"}, ("por el titular", "ni después del sáb 5 dic")),
        ({"from_on": ""}, ("Escriba desde cuándo",)),
        ({"post": ""}, ("Elija el puesto, y aquí verá",)),
    ],
)
def test_the_preview_says_what_the_cover_would_mean(seat: Seat, values: dict[str, Any], words: tuple[str, ...]) -> None:
    if values.get("post"):
        values = {**values, "post": Post.objects.get(slug=values["post"]).pk}

    page = seat("secretario-general").get(f"{FORM}vista/", told(**values)).content.decode()

    for each in words:
        assert each in page
    assert not Grant.objects.exists()


def test_the_stamp_is_drawn_as_it_prints_and_names_both_people(seat: Seat) -> None:
    client = seat("secretario-general")
    values = told(kind="substitution", post=Post.objects.get(slug="gerente-municipal").pk)

    picture = client.get(f"{FORM}sello.png", values)
    page = client.get(f"{FORM}vista/", values).content.decode()

    assert picture["Content-Type"] == "image/png"
    assert picture.content.startswith(b"\x89PNG")
    titular, own = person("gerente-municipal").full_name, person("jefe-oaj").full_name
    assert f"Suplente de Gerente Municipal, {own}" in page
    assert f"Por: {titular}, Gerente Municipal (titular)" in page
    assert client.get(f"{FORM}sello.png", {**values, "own": ""}).status_code == 404


def test_days_just_before_that_nobody_covers_are_told(seat: Seat) -> None:
    row = Appointment.objects.get(post__slug="gerente-gde")
    services.end_appointment(appointment=row, to_on=date(2026, 11, 12), by=row.person, at=timezone.now())

    page = seat("secretario-general").get(f"{FORM}vista/", told(post=row.post_id)).content.decode()

    assert "Lo firmado entre el vie 13 nov y el lun 30 nov no queda cubierto por este registro." in page
    assert "sin titular desde el vie 13 nov" in page


def test_an_absence_alone_is_registered(seat: Seat) -> None:
    client, address = seat("secretario-general"), "/mesa/organizacion/ausencias/nueva/"
    today = timezone.localdate()
    values = {"own": person("jefe-ois").pk, "from_on": today.isoformat(), "to_on": "", "reason": "Comisión de servicio"}

    assert "Registrar una ausencia" in client.get(address).content.decode()
    assert seat("jefe-oaj").post(address, values).status_code == 404
    assert "Escriba el motivo" in client.post(address, {**values, "reason": ""}).content.decode()
    assert client.post(address, values).status_code == 302
    assert client.post(address, values).status_code == 422

    absence = Absence.objects.get()
    assert (absence.person, absence.reason, absence.to_on) == (person("jefe-ois"), "Comisión de servicio", None)
    page = client.get("/mesa/organizacion/encargos/").content.decode()
    assert "Comisión de servicio" in page
    later = client.get("/mesa/organizacion/encargos/", {"dia": (today - timedelta(9)).isoformat()}).content.decode()
    assert "Empiezan después" in later
