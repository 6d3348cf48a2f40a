"""Secretaría general creates units and posts, moves units and ends posts by act; what cannot be is told."""

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from ledger.models import Entry
from organization import selectors as organization
from organization.models import Post, Unit
from tests.desk.conftest import Seat, an_act
from tests.desk.test_appointing import unit

NEW_UNIT, NEW_POST = "/mesa/organizacion/unidades/nueva/", "/mesa/organizacion/puestos/nuevo/"
ACT = "Ordenanza 3-2026"
SECRETARY = "secretario-general"


def a_unit(**values: Any) -> dict[str, Any]:
    told = {"name": "Oficina de Diálogo", "siglas": "OFD", "siglas_path": "MDP/OFD", "kind": "desk"}
    return {**told, "parent": unit("gm").pk, "from_on": "2026-12-01", "act": ACT, **values}


def a_post(**values: Any) -> dict[str, Any]:
    told = {"unit": unit("ois").pk, "title": "Analista de Redes", "seat": "single", "from_on": "2026-12-01"}
    return {**told, "act": ACT, **values}


def test_a_unit_is_created_with_its_head_by_an_act_of_the_register(seat: Seat) -> None:
    client, act = seat(SECRETARY), an_act()

    page = client.get(NEW_UNIT).content.decode()
    assert "Crear la unidad" in page and "Depende de" in page
    assert client.post(NEW_UNIT, a_unit(document=act.pk, act="")).status_code == 302

    new = unit("ofd")
    assert (new.valid_from, new.is_outside) == (date(2026, 12, 1), False)
    assert organization.units_above(new, new.valid_from)[0] == unit("gm")
    assert Entry.objects.get(kind="unit.changed_by_act").facts["document"] == act.pk
    today = timezone.localdate().isoformat()
    committee = a_unit(name="Comité", siglas="CDI", kind="committee", from_on=today)
    assert client.post(NEW_UNIT, committee).status_code == 302
    assert unit("cdi").is_outside
    head = a_post(unit=unit("cdi").pk, title="Presidenta del Comité", seat="head", from_on=today)
    assert client.post(NEW_POST, head).status_code == 302
    post = organization.head_post(unit("cdi"))
    assert post is not None
    assert (post.title, post.is_single_seat) == ("Presidenta del Comité", True)
    assert "Presidenta del Comité" in client.get("/mesa/organizacion/").content.decode()


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"name": ""}, "Escriba el nombre de la unidad."),
        ({"siglas": ""}, "Escriba las siglas."),
        ({"siglas": "GDS"}, "Las siglas GDS son de"),
        ({"parent": ""}, "Elija la unidad."),
        ({"from_on": "mañana"}, "Escriba un día como"),
        ({"from_on": "1990-01-01"}, "no existe todos esos días"),
        ({"act": ""}, "Escriba el acto que lo dispone."),
    ],
)
def test_a_unit_that_cannot_be_created_is_told(seat: Seat, values: dict[str, Any], sentence: str) -> None:
    answer = seat(SECRETARY).post(NEW_UNIT, a_unit(**values))

    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not Unit.objects.filter(slug="ofd").exists()


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"title": ""}, "Escriba el cargo."),
        ({"seat": "head"}, "ya la dirige"),
        ({"title": "Especialista en Sistemas"}, "ya tiene el puesto"),
        ({"from_on": "1990-01-01"}, "La unidad no existe ese día."),
        ({"unit": 0}, "no"),
    ],
)
def test_a_post_that_cannot_be_created_is_told(seat: Seat, values: dict[str, Any], sentence: str) -> None:
    posts = Post.objects.count()

    answer = seat(SECRETARY).post(NEW_POST, a_post(**values))

    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert Post.objects.count() == posts


def test_nothing_begins_or_ends_by_a_draft(seat: Seat) -> None:
    draft = {"document": an_act(signed=False).pk, "act": ""}
    ending = f"/mesa/organizacion/puestos/{Post.objects.get(slug='especialista-ois').pk}/terminar/"
    last = {"to_on": "2026-12-31", "successor": Post.objects.get(slug="jefe-ois").pk}

    for address, values in ((NEW_UNIT, a_unit()), (NEW_POST, a_post()), (ending, last)):
        answer = seat(SECRETARY).post(address, {**values, **draft})
        assert answer.status_code == 422
        assert "El acto no está firmado" in answer.content.decode()


def test_a_post_ends_with_a_successor_and_says_what_waits_there(seat: Seat) -> None:
    client, post = seat(SECRETARY), Post.objects.get(slug="especialista-ois")
    heir, head = Post.objects.get(slug="jefe-opp"), Post.objects.get(slug="jefe-ois")
    address = f"/mesa/organizacion/puestos/{post.pk}/terminar/"
    assert address in client.get("/mesa/organizacion/", {"puesto": post.pk}).content.decode()
    assert "nada espera allí" in client.get(address).content.decode()

    told = {"to_on": "2026-12-31", "successor": heir.pk, "act": ACT}
    refused = {
        "Elija el puesto que recibe su trabajo.": {**told, "successor": ""},
        "Escriba el día.": {**told, "to_on": ""},
        "no existe ese día, o ya termina": {**told, "to_on": "1990-01-01"},
    }
    for sentence, values in refused.items():
        answer = client.post(address, values)
        assert answer.status_code == 422
        assert sentence in answer.content.decode()
    assert client.post(address, told).status_code == 302

    post.refresh_from_db()
    assert (post.valid_to, post.successor) == (date(2026, 12, 31), heir)
    assert Entry.objects.get(kind="post.changed_by_act").facts == {"act": ACT, "document": None}
    again = client.post(address, told)
    assert "no existe ese día, o ya termina" in again.content.decode()
    of_head = client.post(f"/mesa/organizacion/puestos/{head.pk}/terminar/", told)
    assert "dirige su unidad y termina con ella" in of_head.content.decode()


def test_a_unit_is_moved_and_the_page_tells_where_it_was(seat: Seat) -> None:
    client, ois = seat(SECRETARY), unit("ois")
    address = f"/mesa/organizacion/unidades/{ois.pk}/mover/"
    values = {"into": unit("opp").pk, "on": timezone.localdate().isoformat(), "act": ACT}

    assert "Pasa a depender de" in client.get(address).content.decode()
    assert "ya depende de esa unidad" in client.post(address, {**values, "into": unit("oaf").pk}).content.decode()
    assert client.post(address, values).status_code == 302
    under_itself = f"/mesa/organizacion/unidades/{unit('opp').pk}/mover/"
    answer = client.post(under_itself, {**values, "into": ois.pk})
    assert "no puede depender de sí misma" in answer.content.decode()

    page = client.get("/mesa/organizacion/nombres/").content.decode()
    assert f"{ACT}</span>" in page
    assert "dependía de OAF, hasta el" in page
    back = {"into": unit("oaf").pk, "on": (timezone.localdate() + timedelta(40)).isoformat(), "act": "Ordenanza 4-2026"}
    assert client.post(address, back).status_code == 302
    page = client.get("/mesa/organizacion/nombres/").content.decode()
    assert re.search(r"depende de OPP, desde el [^<]+ · Ordenanza 3-2026<", page)
    assert re.search(r"dependerá de OAF, desde el [^<]+ · Ordenanza 4-2026<", page)


def test_only_who_keeps_the_organisation_founds(seat: Seat) -> None:
    client = seat("jefe-ois")
    post = Post.objects.get(slug="especialista-ois")

    for address in (NEW_UNIT, NEW_POST, f"/mesa/organizacion/puestos/{post.pk}/terminar/"):
        assert client.get(address).status_code == 404
        assert client.post(address, a_unit()).status_code == 404
    assert seat(SECRETARY).get("/mesa/organizacion/puestos/0/terminar/").status_code == 404
