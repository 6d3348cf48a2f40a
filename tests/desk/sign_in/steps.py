"""What people do to enter: a password, a telephone's code, a link."""

from datetime import datetime, timedelta
from typing import Any

from django.test import Client
from django.utils import timezone

from organization.models import Person, Post
from organization.services import factors
from tests.desk.conftest import person
from tests.factories import appoint, code_at

LINK, CHOOSE = "/mesa/entrar/enlace/", "/mesa/entrar/enlace/contrasena/"
PASSWORD = "cuatro llamas suben despacio"
STEP = timedelta(seconds=factors.PERIOD_SECONDS)


def with_phone(official: Person, *, at: datetime | None = None) -> str:
    """Give the person a telephone, set up some minutes ago, and return its seed."""
    at = at or timezone.now() - timedelta(minutes=10)
    seed = factors.new_seed()
    factors.add_totp(person=official, seed=seed, code=code_at(seed, at), at=at)
    return seed


def gives_password(client: Client, password: str = PASSWORD, **data: str) -> Any:
    return client.post("/mesa/entrar/", {"username": "jefe-ois", "password": password, **data})


def gives_code(client: Client, code: str, **data: str) -> Any:
    return client.post("/mesa/entrar/segundo-paso/", {"code": code, **data})


def now_code(seed: str, *, later: int = 0) -> str:
    return code_at(seed, timezone.now() + later * STEP)


def is_in(client: Client) -> bool:
    return client.get("/mesa/", follow=True).redirect_chain[-1:] != [] and "_auth_user_id" in client.session


def enters(official: Person) -> tuple[Client, str]:
    seed = with_phone(official)
    client = Client()
    gives_password(client)
    gives_code(client, now_code(seed))
    return client, seed


def administrators() -> tuple[Person, Person]:
    """Return two who look after access: secretaría general's head, and who is appointed beside."""
    head = person("secretario-general")
    post = Post.objects.filter(unit__role="secretariat").exclude(is_single_seat=True).first() or Post.objects.create(
        slug="asistente-sg", unit=Post.objects.get(slug="secretario-general").unit, title="Asistente"
    )
    other = person("jefe-oaj")
    appoint(other, post)
    return head, other


def opens(client: Client, text: str) -> str | int:
    """Paste a link, and return where it leads, or the status of what refuses it."""
    answer = client.post(LINK, {"token": text})
    return answer.headers.get("Location") or answer.status_code
