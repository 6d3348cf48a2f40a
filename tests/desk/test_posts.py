"""Secretaría general looks at who holds what, and registers who covers a post."""

import csv
import io
import re
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from ledger.models import Entry
from organization import selectors as organization
from organization import services
from organization.models import Absence, Abstention, Appointment, Grant, Post, Unit
from signing.services.credentials import ensure_credential
from tests.desk.conftest import Seat, an_act, open_resolution
from workflows.models import Clock

PAGES = ("/mesa/organizacion/", "/mesa/organizacion/encargos/nuevo/")
MORE_PAGES = tuple(
    f"/mesa/organizacion/{name}"
    for name in ("personas/", "encargos/", "nombres/", "plazos/", "plazos.csv", "puestos.json", "puestos.csv")
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


def test_a_name_stands_once_among_the_kinds_of_document(seat: Seat) -> None:
    page = seat("secretario-general").get(PAGES[1]).content.decode()
    names = re.findall(r'name="scope"[^>]*>\s*([^<]+)</label>', page)

    assert len(names) == len(set(names)) > 5


def test_human_resources_keeps_the_organisation_too(seat: Seat) -> None:
    today = timezone.localdate()
    someone = Appointment.objects.get(post__slug="especialista-ois").person
    by = Appointment.objects.get(post__slug="secretario-general").person
    post = Post.objects.get(slug="jefe-orh")
    services.appoint(post=post, person=someone, from_on=today, to_on=None, act="R.A. 1", by=by, at=timezone.now())

    client = seat(str(someone.username))

    assert client.get(PAGES[0]).status_code == 200
    assert "/mesa/organizacion/" in client.get("/mesa/mas/").content.decode()


def test_the_slider_is_a_form_that_leads_to_its_day(seat: Seat) -> None:
    asked = {"dia": "2026-05-10", "desde": "2026-03-01", "mover": "100", "antes": "70", "meses": "8"}

    answer = seat("secretario-general").get(PAGES[0], asked)

    assert answer.status_code == 302
    assert "dia=2026-06-09" in answer["Location"]
    assert "mover" not in answer["Location"]
    left_alone = seat("secretario-general").get(PAGES[0], {**asked, "mover": "70"})
    assert "domingo 10 de mayo de 2026" in left_alone.content.decode()


def test_units_fold_and_the_table_says_the_same(seat: Seat) -> None:
    client, unit = seat("secretario-general"), Post.objects.get(slug="gerente-municipal").unit

    folded = client.get(PAGES[0], {"cerrada": f"{unit.pk}-x"}).content.decode()
    table = client.get(PAGES[0], {"ver": "tabla"}).content.decode()

    assert "unidades más" in folded
    assert 'aria-label="Jefe de Asesoría Jurídica"' not in folded
    assert "bars-now" not in table
    assert "Jefe de Asesoría Jurídica" in table


def test_htmx_gets_what_the_day_changes_alone(seat: Seat) -> None:
    fragment = seat("secretario-general").get(PAGES[0], headers={"HX-Request": "true"}).content.decode()

    assert "<html" not in fragment
    assert 'id="mover"' in fragment


def test_the_chain_says_who_may_sign_and_why_nobody_may(seat: Seat) -> None:
    client, post = seat("secretario-general"), Post.objects.get(slug="jefe-ois")
    client.post(PAGES[1], filled())

    page = client.get(PAGES[0], {"puesto": str(post.pk), "clase": "informe"}).content.decode()
    assert "Le compete a" in page
    assert "No firma." in page
    assert "como Suplente de Jefe de Informática" in page
    assert "numera " in page

    empty = client.get(PAGES[0], {"puesto": Post.objects.get(slug="jefe-orh").pk}).content.decode()
    assert "Nadie puede firmar" in empty
    assert "no tiene titular el" in empty
    assert "Registrar encargatura" in empty


def test_a_bar_opens_its_act_for_who_may_read_it_and_else_its_citation(seat: Seat) -> None:
    act, key = an_act(), "a{}"
    row = Appointment.objects.get(post__slug="jefe-ois")
    Appointment.objects.filter(pk=row.pk).update(document_id=act.pk)
    client = seat("secretario-general")

    assert f'href="/mesa/documentos/{act.pk}/"' in client.get(PAGES[0]).content.decode()
    Appointment.objects.filter(pk=row.pk).update(document_id=None)
    cited = client.get(PAGES[0], {"puesto": row.post_id}).content.decode()
    assert f"#acto-{key.format(row.pk)}" in cited
    assert f'id="acto-{key.format(row.pk)}"' in cited


def test_what_ends_says_what_comes_then(seat: Seat) -> None:
    client, today = seat("secretario-general"), timezone.localdate()
    row = Appointment.objects.get(post__slug="jefe-oaj")
    ensure_credential(row.person, valid_to=timezone.now() + timedelta(9))
    services.end_appointment(appointment=row, to_on=today + timedelta(5), by=row.person, at=timezone.now())
    client.post(PAGES[1], filled(own=Appointment.objects.get(post__slug="jefe-oaf").pk))

    page = client.get(PAGES[0]).content.decode()

    for words in ("Designación de Jefe de Asesoría", "sin titular después", "vuelve el titular", "Certificado de"):
        assert words in page


def test_what_follows_a_cover_is_told_as_it_will_be(seat: Seat) -> None:
    client, today = seat("secretario-general"), timezone.localdate()
    client.post(PAGES[1], filled())
    away, grant = Absence.objects.get(), Grant.objects.get()
    by = Appointment.objects.get(post__slug="secretario-general").person
    services.end_absence(absence=away, to_on=today + timedelta(20), by=by, at=timezone.now())

    assert "el titular sigue ausente: nadie cubre después" in client.get(PAGES[0]).content.decode()
    Grant.objects.create(
        kind=grant.kind,
        post=grant.post,
        person=Appointment.objects.get(post__slug="jefe-oaf").person,
        own_post=Post.objects.get(slug="jefe-oaf"),
        from_on=today + timedelta(11),
        to_on=today + timedelta(20),
        act="R.A. 423-2026",
    )
    follower = Appointment.objects.get(post__slug="jefe-oaf").person.full_name
    assert f"sigue {follower}" in client.get(PAGES[0]).content.decode()


def test_units_and_abstentions_that_end_are_told_and_what_waits_for_its_act_is_not(seat: Seat) -> None:
    client, today = seat("secretario-general"), timezone.localdate()
    units = {unit.slug: unit for unit in Unit.objects.all()}
    by = Appointment.objects.get(post__slug="secretario-general").person
    services.merge_units(
        units=[units["ois"]], into=units["opp"], on=today + timedelta(8), act="O.M. 1", by=by, at=timezone.now()
    )
    held = {slug: Appointment.objects.get(post__slug=slug) for slug in ("jefe-oaj", "jefe-oaf")}
    Abstention.objects.create(
        expediente_id=1,
        post=held["jefe-oaj"].post,
        person=held["jefe-oaj"].person,
        designee=held["jefe-oaf"].person,
        designee_post=held["jefe-oaf"].post,
        from_on=today,
        to_on=today + timedelta(3),
        reason="Parentesco",
        act="R.A. 3",
    )
    Appointment.objects.create(
        post=held["jefe-oaf"].post,
        person=held["jefe-oaj"].person,
        from_on=today,
        to_on=today + timedelta(4),
        act="R.A. 4",
        awaits_act=True,
    )

    page = client.get(PAGES[0]).content.decode()

    endings = page[page.index("Vence en 30 días") :]
    assert "su trabajo pasa a" in endings
    assert "Abstención de" in endings and "vuelve a actuar en él" in endings
    assert "Parentesco" not in endings
    assert f"Designación de {held['jefe-oaf'].post.title}" not in endings


def test_the_table_of_the_day_is_no_formula(seat: Seat) -> None:
    Appointment.objects.filter(post__slug="jefe-oaj").update(act="=1+1")

    answer = seat("secretario-general").get(f"{PAGES[0]}puestos.csv")

    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert rows[0][:3] == ["unidad", "siglas", "puesto"]
    assert "'=1+1" in {row[4] for row in rows}
    assert "organizacion-" in answer["Content-Disposition"]


def test_the_names_that_a_unit_bore_are_told(seat: Seat) -> None:
    page = seat("secretario-general").get(f"{PAGES[0]}nombres/").content.decode()

    assert "nombre anterior" in page
    assert "DIS" in page


def test_pl_15_what_missed_its_day_is_listed_by_official_and_handed_out(seat: Seat) -> None:
    open_resolution("=Directiva", at=timezone.now() - timedelta(days=60))
    clock = Clock.objects.select_related("task").filter(task__isnull=False).order_by("pk")[0]
    assert clock.task is not None
    task = clock.task
    asked = {"desde": clock.due_day.isoformat(), "hasta": timezone.localdate().isoformat()}

    page = seat("secretario-general").get("/mesa/organizacion/plazos/", asked).content.decode()
    told = seat("secretario-general").get("/mesa/organizacion/plazos.csv", asked)

    label = task.process.expediente.label
    for words in ("sigue pendiente", "1 plazo fuera de día. Superior: ", task.title, label):
        assert words in page
    rows = list(csv.reader(io.StringIO(told.content.decode("utf-8-sig"))))
    assert rows[0][:3] == ["responsable", "superior", "expediente"]
    assert rows[1][2:4] == [label, task.title]
    assert "plazos-" in told["Content-Disposition"]


@pytest.mark.parametrize(
    ("first", "last", "sentence"),
    [
        ("2026-05-02", "2026-05-01", "El período termina antes de empezar."),
        ("2024-01-01", "2026-01-01", "Elija un año como máximo."),
        ("ayer", "2026-01-01", "Escriba un día como"),
        ("", "2026-01-01", "Escriba el día."),
    ],
)
def test_pl_15_a_period_that_cannot_be_says_what_to_do(seat: Seat, first: str, last: str, sentence: str) -> None:
    for name in ("plazos/", "plazos.csv"):
        answer = seat("secretario-general").get(f"/mesa/organizacion/{name}", {"desde": first, "hasta": last})
        assert answer.status_code == 422
        assert sentence in answer.content.decode()
