"""Appointments and changes of units by act: made, refused with a sentence, never overwritten."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from ledger.models import Entry
from organization import selectors as organization
from organization.models import Appointment, Post, Unit
from tests.desk.conftest import Seat, an_act, person

APPOINT = "/mesa/organizacion/designaciones/nueva/"


def unit(slug: str) -> Unit:
    return Unit.objects.get(slug=slug)


def told(**values: Any) -> dict[str, Any]:
    post = Post.objects.get(slug="jefe-orh")
    someone = person("especialista-ois")
    return {"post": post.pk, "person": someone.pk, "from_on": "2026-12-01", "act": "R.A. 9-2026", **values}


def test_a_post_is_given_by_an_act_and_taken_by_another(seat: Seat) -> None:
    client, act = seat("secretario-general"), an_act()

    assert client.post(APPOINT, told(document=act.pk, act="")).status_code == 302
    row = Appointment.objects.get(post__slug="jefe-orh")
    assert (row.document_id, row.act) == (act.pk, "Resolución de Alcaldía 422-2026-A-MDP/LC")
    end = f"/mesa/organizacion/designaciones/{row.pk}/terminar/"
    assert "Terminar la designación de" in client.get(end).content.decode()
    assert client.post(end, {"to_on": "2026-12-31", "act": "R.A. 12-2026"}).status_code == 302

    row.refresh_from_db()
    assert row.to_on == date(2026, 12, 31)
    kept = Entry.objects.get(kind="post.left_by_act").facts
    assert kept == {"appointment": row.pk, "act": "R.A. 12-2026", "document": None}


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"act": ""}, "Escriba el acto que lo dispone."),
        ({"person": ""}, "Elija a la persona."),
        ({"from_on": "2026-12-05", "to_on": "2026-12-01"}, "Termina antes de empezar."),
        ({"post": "jefe-oaj"}, "ya lo ocupa"),
    ],
)
def test_what_cannot_be_appointed_is_told(seat: Seat, values: dict[str, Any], sentence: str) -> None:
    if values.get("post"):
        values = {**values, "post": Post.objects.get(slug=values["post"]).pk}

    answer = seat("secretario-general").post(APPOINT, told(**values))

    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not Appointment.objects.filter(post__slug="jefe-orh").exists()


def test_nobody_is_appointed_by_a_draft(seat: Seat) -> None:
    act = an_act(signed=False)
    client = seat("secretario-general")

    looked = client.post(APPOINT, told(accion="buscar", buscar="422", document=act.pk))
    answer = client.post(APPOINT, told(document=act.pk))

    assert looked.status_code == 200
    assert "regístrelo cuando lo esté" in looked.content.decode()
    assert answer.status_code == 422
    assert "El acto no está firmado: regístrelo cuando lo esté." in answer.content.decode()


def test_a_unit_takes_another_name_and_keeps_the_former(seat: Seat) -> None:
    gds, today = unit("gds"), timezone.localdate()
    address = f"/mesa/organizacion/unidades/{gds.pk}/renombrar/"
    values = {"name": "Gerencia Social", "siglas": "GS", "from_on": today.isoformat(), "act": "Ordenanza 3-2026"}
    client = seat("secretario-general")

    assert "Cambiar nombre y siglas" in client.get(address).content.decode()
    assert client.post(address, {**values, "siglas": "GM"}).status_code == 422
    assert client.post(address, values).status_code == 302

    assert organization.unit_name(gds, today).siglas == "GS"
    assert organization.unit_name(gds, today - timedelta(1)).siglas == "GDS"
    assert Entry.objects.get(kind="unit.changed_by_act").facts["act"] == "Ordenanza 3-2026"
    assert "antes GDS" in client.get("/mesa/organizacion/").content.decode()


def test_a_unit_is_merged_into_another(seat: Seat) -> None:
    gds, gde = unit("gds"), unit("gde")
    address = f"/mesa/organizacion/unidades/{gds.pk}/fusionar/"
    values = {"into": gde.pk, "on": "2026-12-01", "act": "Ordenanza 3-2026"}

    assert seat("secretario-general").post(address, {**values, "into": gds.pk}).status_code == 422
    assert seat("secretario-general").post(address, values).status_code == 302

    gds.refresh_from_db()
    assert (gds.valid_to, gds.successor) == (date(2026, 11, 30), gde)


def test_a_unit_is_split_post_by_post(seat: Seat) -> None:
    ois = unit("ois")
    specialist = Post.objects.get(slug="especialista-ois")
    address = f"/mesa/organizacion/unidades/{ois.pk}/dividir/"
    values = {"main": unit("opp").pk, f"post_{specialist.pk}": unit("gde").pk, "on": "2026-12-01", "act": "Ord. 4"}

    page = seat("secretario-general").get(address).content.decode()
    assert "Especialista en Sistemas pasa a" in page
    assert seat("secretario-general").post(address, values).status_code == 302

    ois.refresh_from_db()
    specialist.refresh_from_db()
    assert (ois.successor, specialist.next_unit) == (unit("opp"), unit("gde"))


def test_only_who_keeps_the_organisation_changes_it(seat: Seat) -> None:
    client = seat("jefe-ois")

    assert client.post(APPOINT, told()).status_code == 404
    for change in ("renombrar", "fusionar", "dividir"):
        assert client.get(f"/mesa/organizacion/unidades/{unit('gds').pk}/{change}/").status_code == 404
    assert seat("secretario-general").get(f"/mesa/organizacion/unidades/{unit('gds').pk}/borrar/").status_code == 404
