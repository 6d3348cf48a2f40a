"""In and out of the desk."""

from django.test import Client
from pytest_django.fixtures import Settings

from organization.models import Post
from tests.desk.conftest import Seat, person
from tests.factories import appoint, make_person


def test_a_local_account_enters_with_its_password(pichari: None) -> None:
    official = person("jefe-ois")
    official.set_password("una clave larga y rara")
    official.save()
    client = Client()

    answer = client.post(
        "/mesa/entrar/",
        {"username": "jefe-ois", "password": "una clave larga y rara", "next": "/mesa/por-firmar/"},
    )

    assert answer.headers["Location"] == "/mesa/por-firmar/"
    assert client.get("/mesa/", follow=True).status_code == 200


def test_wrong_data_never_say_which_and_then_ask_to_wait(pichari: None) -> None:
    client = Client()

    pages = [
        client.post("/mesa/entrar/", {"username": "jefe-ois", "password": f"mala {n}"}).content.decode()
        for n in range(5)
    ]
    unknown = client.post("/mesa/entrar/", {"username": "nadie", "password": "x"}).content.decode()

    assert "Los datos no coinciden. Quedan 4 intentos" in pages[0]
    assert "Los datos no coinciden. Quedan 4 intentos" in unknown
    assert "Espere hasta las" in pages[4]


def test_the_way_back_stays_on_this_site(pichari: None) -> None:
    official = person("jefe-ois")
    official.set_password("una clave larga y rara")
    official.save()

    answer = Client().post(
        "/mesa/entrar/",
        {"username": "jefe-ois", "password": "una clave larga y rara", "next": "https://otro.example/"},
    )

    assert answer.headers["Location"] == "/mesa/"


def test_the_demo_offers_its_roles_and_one_click_enters(pichari: None) -> None:
    client = Client(headers={"host": "127.0.0.1"})

    page = client.get("/mesa/entrar/").content.decode()
    answer = client.post("/mesa/entrar/demo/jefe-oaj/")

    assert "Entrar como Jefe de Asesoría Jurídica" in page
    assert answer.headers["Location"] == "/mesa/"
    assert client.get("/mesa/", follow=True).status_code == 200


def test_outside_the_demo_the_shortcut_does_not_exist(pichari: None, settings: Settings) -> None:
    settings.DEMO = False
    client = Client(headers={"host": "127.0.0.1"})

    assert "Entrar como" not in client.get("/mesa/entrar/").content.decode()
    assert client.post("/mesa/entrar/demo/jefe-oaj/").status_code == 404


def test_behind_a_proxy_the_shortcut_does_not_exist(pichari: None) -> None:
    client = Client(headers={"host": "127.0.0.1", "x-forwarded-for": "10.0.0.1"})

    assert client.post("/mesa/entrar/demo/jefe-oaj/").status_code == 404


def test_the_shortcut_needs_the_form_of_this_site(pichari: None) -> None:
    client = Client(enforce_csrf_checks=True, headers={"host": "127.0.0.1"})

    assert client.post("/mesa/entrar/demo/jefe-oaj/").status_code == 403


def test_leaving_ends_the_session(seat: Seat) -> None:
    client = seat("jefe-ois")

    client.post("/mesa/salir/")

    assert client.get("/mesa/bandeja/por-atender/").status_code == 302


def test_who_holds_no_post_today_is_told_so(pichari: None) -> None:
    make_person("sin-puesto")
    client = Client()
    client.force_login(person("sin-puesto"))

    answer = client.get("/mesa/bandeja/por-atender/")

    assert answer.status_code == 403
    assert "Hoy no tiene un puesto" in answer.content.decode()


def test_who_holds_two_posts_looks_at_either_unit(seat: Seat) -> None:
    post = Post.objects.get(slug="jefe-opp")
    appoint(person("jefe-ois"), post)
    client = seat("jefe-ois")

    client.post("/mesa/unidad/", {"unit": post.unit_id})
    page = client.get("/mesa/bandeja/por-atender/").content.decode()
    assert "<b>Oficina de Planeamiento y Presupuesto</b>" in page

    client.post("/mesa/unidad/", {"unit": Post.objects.get(slug="alcalde").unit_id})
    assert "<b>Oficina de Planeamiento y Presupuesto</b>" in client.get("/mesa/bandeja/por-atender/").content.decode()


def test_the_theme_is_kept(seat: Seat) -> None:
    client = seat("jefe-ois")

    client.post("/mesa/tema/", {"theme": "dark", "next": "/mesa/"})
    client.post("/mesa/tema/", {"theme": "rosa"})

    assert 'data-theme="dark"' in client.get("/mesa/bandeja/por-atender/").content.decode()


def test_every_page_forbids_foreign_scripts(seat: Seat) -> None:
    for path in ("/mesa/entrar/", "/mesa/bandeja/por-atender/"):
        policy = seat("jefe-ois").get(path).headers.get("Content-Security-Policy", "")
        assert "script-src 'self'" in policy
        assert "unsafe-inline" not in policy
