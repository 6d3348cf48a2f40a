"""Secretaría general looks at who holds what, and registers who covers a post."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from ledger.models import Entry
from organization import selectors as organization
from organization.models import Absence, Appointment, Grant, Post
from tests.desk.conftest import Seat

PAGES = ("/mesa/organizacion/", "/mesa/organizacion/encargos/nuevo/")
MORE_PAGES = tuple(
    f"/mesa/organizacion/{name}" for name in ("personas/", "encargos/", "nombres/", "puestos.json", "puestos.csv")
)


def filled(**values: Any) -> dict[str, Any]:
    today = timezone.localdate()
    own = Appointment.objects.get(post__slug="jefe-oaj")
    return {
        "kind": "substitution",
        "post": Post.objects.get(slug="jefe-ois").pk,
        "own": own.pk,
        "from_on": today.isoformat(),
        "to_on": (today + timedelta(10)).isoformat(),
        "reason": "Licencia",
        "act": "R.A. 422-2026",
        **values,
    }


@pytest.mark.parametrize("page", PAGES + MORE_PAGES)
def test_only_secretaria_general_finds_the_pages(seat: Seat, page: str) -> None:
    assert seat("secretario-general").get(page).status_code == 200
    for other in ("jefe-ois", "encargado-mesa-de-partes", "jefe-archivo-central", "alcalde"):
        assert seat(other).get(page).status_code == 404
        assert seat(other).post(PAGES[1], filled()).status_code == 404
    assert not Grant.objects.exists()


def test_a_suplencia_is_registered_with_the_absence_and_shown(seat: Seat) -> None:
    client, post = seat("secretario-general"), Post.objects.get(slug="jefe-ois")

    assert client.post(PAGES[1], filled(scope=["informe"])).status_code == 302

    grant, absence = Grant.objects.get(), Absence.objects.get()
    assert (grant.act, grant.scope, absence.reason) == ("R.A. 422-2026", ["informe"], "Licencia")
    assert set(Entry.objects.order_by("-pk").values_list("kind", flat=True)[:2]) == {"post.granted", "person.absent"}
    today = timezone.localdate()
    assert organization.holder_of(post, today) == grant.person
    page = client.get(PAGES[0]).content.decode()
    for words in ("Organización", "Suplencia: ", "R.A. 422-2026", "ausente", "Vence en 30 días", "vuelve el "):
        assert words in page
    assert "R.A. 422-2026" in client.get(f"{PAGES[0]}puestos.json").content.decode()
    later = client.get(f"{PAGES[0]}puestos.json", {"dia": (today + timedelta(11)).isoformat()}).content.decode()
    assert "R.A. 422-2026" not in later


def test_what_cannot_be_granted_leaves_neither_grant_nor_absence_and_says_why(seat: Seat) -> None:
    own = Appointment.objects.get(post__slug="jefe-ois")

    answer = seat("secretario-general").post(PAGES[1], filled(own=own.pk))

    assert answer.status_code == 422
    assert "ya ocupa" in answer.content.decode()
    assert not Grant.objects.exists()
    assert not Absence.objects.exists()


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"act": ""}, "Escriba el acto que lo dispone."),
        ({"from_on": "ayer"}, "Escriba un día como 2023-11-10."),
        ({"to_on": "2001-01-01"}, "Termina antes de empezar."),
        ({"own": ""}, "Elija quién lo cubre."),
    ],
)
def test_what_is_missing_is_said(seat: Seat, values: dict[str, Any], sentence: str) -> None:
    answer = seat("secretario-general").post(PAGES[1], filled(**values))

    assert answer.status_code == 422
    assert sentence in answer.content.decode()


def test_grant_and_absence_end_on_the_day_written(seat: Seat) -> None:
    client, today = seat("secretario-general"), timezone.localdate()
    client.post(PAGES[1], filled())
    grant, absence = Grant.objects.get(), Absence.objects.get()

    for path in (f"encargos/{grant.pk}", f"ausencias/{absence.pk}"):
        address = f"/mesa/organizacion/{path}/terminar/"
        assert seat("jefe-oaj").post(address, {"to_on": today.isoformat()}).status_code == 404
        assert client.post(address, {"to_on": ""}).status_code == 422
        assert client.post(address, {"to_on": "2001-01-01"}).status_code == 422
        assert client.post(address, {"to_on": today.isoformat()}).status_code == 302

    assert (Grant.objects.get().to_on, Absence.objects.get().to_on) == (today, today)


def test_a_day_that_is_none_is_told_and_today_is_shown(seat: Seat) -> None:
    page = seat("secretario-general").get(PAGES[0], {"dia": "mañana"})

    assert page.status_code == 422
    assert timezone.localdate().isoformat() in page.content.decode()
    assert "Escriba un día como 2023-11-10." in page.content.decode()


def test_an_absentee_has_no_desk_until_they_return(seat: Seat) -> None:
    seat("secretario-general").post(PAGES[1], filled())

    assert seat("jefe-ois").get("/mesa/").status_code == 403


def test_everybody_of_a_post_with_several_seats_is_shown(seat: Seat) -> None:
    page = seat("secretario-general").get(PAGES[0]).content.decode()

    for row in Appointment.objects.filter(post__slug="auxiliar-mesa-de-partes", to_on=None).select_related("person"):
        assert row.person.full_name in page
