"""The first person who looks after how the others sign in."""

from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from organization import selectors, services
from organization.errors import OrganizationError
from organization.models import Person, Post
from organization.services.people import Console


class Command(BaseCommand):
    help = (
        "Da a una persona un enlace de un solo uso para entrar y administrar el acceso de los demás. "
        "Debe ocupar un puesto en una unidad con la función «systems» o «secretariat»; --post se lo da."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username", help="Su usuario en esta instalación.")
        parser.add_argument("--post", help="Código del puesto que ocupa desde hoy, si todavía no ocupa uno.")
        parser.add_argument("--act", default="", help="Acto que se lo otorga: «R.A. 12-2026-MDX-A».")
        parser.add_argument(
            "--recover", action="store_true", help="Ya entraba y perdió su acceso: sus factores y sesiones terminan."
        )

    def handle(self, *, username: str, post: str | None, act: str, recover: bool, **options: Any) -> None:
        person = selectors.person_named(username)
        if person is None:
            raise CommandError(
                f"No hay una persona con el usuario «{username}». Escríbala en people.csv del perfil y cárguelo."
            )
        now = timezone.now()
        try:
            if post:
                _appoint(person, post, act, today=timezone.localdate())
            if not selectors.may_administer(person, timezone.localdate()):
                raise CommandError(_advice())
            make = services.recover_from_console if recover else _invite
            token = make(person=person, at=now)
        except OrganizationError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"Abra este enlace una vez, y no lo reenvíe: {_address(token)}")
        self.stdout.write("Allí la persona elige su contraseña y agrega su segundo factor.")


def _invite(*, person: Person, at: Any) -> str:
    return services.invite(person=person, by=None, at=at)


def _appoint(person: Person, slug: str, act: str, *, today: date) -> None:
    post = Post.objects.filter(slug=slug).first()
    if post is None:
        raise CommandError(f"No hay un puesto «{slug}». {_advice()}")
    services.appoint(post=post, person=person, from_on=today, to_on=None, act=act, by=Console(), at=timezone.now())


def _advice() -> str:
    """Return which posts look after access here."""
    roles = selectors.ADMINISTERING
    slugs = Post.objects.filter(unit__role__in=roles).order_by("slug").values_list("slug", flat=True)
    if not slugs:
        return "Ninguna unidad tiene la función «systems» ni «secretariat». Escríbala en units.csv y cargue el perfil."
    return f"Administran el acceso estos puestos: {', '.join(slugs)}. Indique uno con --post y el acto con --act."


def _address(token: str) -> str:
    return f"{(settings.PUBLIC_URL or selectors.entity().public_url).rstrip('/')}{services.link_path(token)}"
