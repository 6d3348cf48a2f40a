"""Units that merge and units that split: the unit ends with a successor, and its posts with a place to go.

What is registered ahead takes effect on its day: ``settle`` moves the posts then, and whoever keeps the open work
(the workflows room) moves it by the same columns. Nothing is overwritten: ended units keep their names and siglas.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from ledger import services as ledger
from organization.errors import ActMissing, PostEnds, SuccessionRefused
from organization.models import Appointment, Grant, Person, Post, Unit
from organization.selectors.units import hanging_from, head_post, living_posts
from organization.services.appointments import record_appointment
from organization.services.grants import record_grant
from organization.services.units import lock_tree

ONE_DAY = timedelta(days=1)
SYSTEM = "system:worker"


@dataclass(frozen=True)
class _Ending:
    """A unit that ends, where its work goes, and the posts that go elsewhere."""

    unit: Unit
    successor: Unit
    posts: Mapping[int, Unit]
    on: date
    act: str


def merge_units(*, units: Sequence[Unit], into: Unit, on: date, act: str, by: Person, at: datetime) -> None:
    """Let the units end the day before, and ``into`` take their posts and their work from that day.

    The head's post ends with its unit: its work goes to the head of ``into``. The others move with their holders.

    :raises ActMissing: no act orders it.
    :raises SuccessionRefused: a unit does not live then, has units below it, or ``into`` has no head.
    """
    if not units:
        raise SuccessionRefused(_("Elija las unidades que se fusionan."))
    with transaction.atomic():
        lock_tree()
        for unit in units:
            _end(_Ending(unit, into, {}, on, act), [*units], by=by, at=at)


def split_unit(
    *, unit: Unit, main: Unit, parts: Mapping[Unit, Sequence[Post]], on: date, act: str, by: Person, at: datetime
) -> None:
    """Let the unit end the day before; its posts go, each with its open work, to the units that ``parts`` names.

    What no part names, and the work of the unit itself, goes to ``main``.

    :raises ActMissing: no act orders it.
    :raises SuccessionRefused: a unit does not live then, a post is not the unit's or is named twice, or it has units
        below it.
    """
    posts: dict[int, Unit] = {}
    for part, named in parts.items():
        for post in named:
            if post.unit_id != unit.pk or post.pk in posts:
                raise SuccessionRefused(
                    _("«%(post)s» no es un puesto de la unidad que se divide, o está dos veces. Corrija el reparto.")
                    % {"post": post.title}
                )
            posts[post.pk] = part
    with transaction.atomic():
        lock_tree()
        for part in parts:
            _check_lives(part, on)
        _end(_Ending(unit, main, posts, on, act), [unit], by=by, at=at)


def _end(ending: _Ending, together: Sequence[Unit], *, by: Person, at: datetime) -> None:
    _check(ending, together)
    unit, last = ending.unit, ending.on - ONE_DAY
    unit.valid_to, unit.successor = last, ending.successor
    unit.save(update_fields=["valid_to", "successor"])
    unit.names.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=last)).update(valid_to=last)
    for post in unit.posts.all():
        _place(post, ending, by=by, at=at)
    facts = {
        "successor": ending.successor.pk,
        "posts": {str(pk): part.pk for pk, part in ending.posts.items()},
        "on": ending.on,
        "act": ending.act.strip(),
    }
    ledger.record("unit.ended", subject=f"unit:{unit.pk}", facts=facts, by=by.actor, at=at)


def _check(ending: _Ending, together: Sequence[Unit]) -> None:
    if not ending.act.strip():
        raise ActMissing(_("Escriba el acto que ordena el cambio."))
    unit = ending.unit
    _check_lives(unit, ending.on - ONE_DAY)
    _check_lives(ending.successor, ending.on)
    if unit.successor_id is not None or ending.successor in together or unit in ending.posts.values():
        raise SuccessionRefused(
            _("«%(unit)s» no puede sucederse a sí misma, ni terminar dos veces. Elija otra unidad.") % {"unit": unit}
        )
    names = ", ".join(str(child) for child in hanging_from(unit, ending.on) if child not in together)
    if names:
        raise SuccessionRefused(
            _("De «%(unit)s» dependen %(names)s. Muévalas antes a otra unidad, o inclúyalas.")
            % {"unit": unit, "names": names}
        )


def _check_lives(unit: Unit, on: date) -> None:
    if unit.valid_from > on or (unit.valid_to is not None and unit.valid_to < on):
        raise SuccessionRefused(
            _("«%(unit)s» no existe el %(day)s. Elija otra unidad o corrija la fecha.") % {"unit": unit, "day": on}
        )


def _place(post: Post, ending: _Ending, *, by: Person, at: datetime) -> None:
    """Say where the post goes: to a part, with the rest, or, a head that nobody placed, into the successor's head."""
    goes_to = ending.posts.get(post.pk)
    if goes_to is None and post.is_head:
        heir = head_post(ending.successor)
        if heir is None:
            raise SuccessionRefused(
                _("«%(unit)s» no tiene un puesto que la dirija. Créelo antes: recibe el trabajo de «%(post)s».")
                % {"unit": ending.successor, "post": post.title}
            )
        post.successor = heir
        post.save(update_fields=["successor"])
        _vacate(post, ending.on - ONE_DAY, by=by, at=at)
        return
    post.next_unit = goes_to or ending.successor
    post.save(update_fields=["next_unit"])


def _vacate(post: Post, last: date, *, by: Person, at: datetime) -> None:
    """Let what rests on a post that ends, end with it."""
    later = Q(to_on__isnull=True) | Q(to_on__gt=last)
    for row in Appointment.objects.filter(later, post=post, from_on__lte=last):
        row.to_on = last
        row.save(update_fields=["to_on"])
        record_appointment("post.left", row, actor=by.actor, at=at)
    for grant in Grant.objects.filter(later, Q(post=post) | Q(own_post=post), from_on__lte=last):
        grant.to_on = last
        grant.save(update_fields=["to_on"])
        record_grant("post.grant_ended", grant, actor=by.actor, at=at)


def end_post(*, post: Post, to_on: date, successor: Post, act: str, by: Person, at: datetime) -> Post:
    """Let a post end on that day, with who holds it; its open work goes to another post the day after.

    :raises ActMissing: no act orders it.
    :raises PostEnds: it heads its unit, has ended or not begun, or the other does not exist the day after.
    """
    if not act.strip():
        raise ActMissing(_("Escriba el acto que ordena el cambio."))
    with transaction.atomic():
        lock_tree()
        locked = Post.objects.select_related("unit").get(pk=post.pk)
        _check_post_ends(locked, to_on, successor)
        locked.valid_to, locked.successor = to_on, successor
        locked.save(update_fields=["valid_to", "successor"])
        _vacate(locked, to_on, by=by, at=at)
        facts = {"to_on": to_on, "successor": successor.pk, "act": act.strip()}
        ledger.record("post.ended", subject=f"post:{locked.pk}", facts=facts, by=by.actor, at=at)
    return locked


def _check_post_ends(post: Post, to_on: date, successor: Post) -> None:
    names = {"post": post.title, "successor": successor.title}
    if post.is_head:
        raise PostEnds(
            _("«%(post)s» dirige su unidad y termina con ella. Fusione o divida la unidad, o deje que otro la dirija.")
            % names
        )
    if not living_posts(to_on).filter(pk=post.pk).exists() or post.successor_id is not None:
        raise PostEnds(_("«%(post)s» no existe ese día, o ya termina. Corrija la fecha.") % names)
    if successor.pk == post.pk or not living_posts(to_on + ONE_DAY).filter(pk=successor.pk).exists():
        raise PostEnds(_("«%(successor)s» no existe el día siguiente: no recibe su trabajo. Elija otro.") % names)


def settle(*, on: date, at: datetime) -> list[Post]:
    """Move the posts of units that ended before that day to where they go, and return them. Repeating moves none."""
    moved = []
    with transaction.atomic():
        ended = Post.objects.filter(unit__valid_to__lt=on, successor__isnull=True)
        for post in ended.select_related("unit", "next_unit", "unit__successor").order_by("pk"):
            target = post.next_unit or post.unit.successor
            if target is None:
                continue
            former = post.unit_id
            is_led = Post.objects.filter(unit=target, is_head=True).exists()
            post.unit, post.next_unit, post.is_head = target, None, post.is_head and not is_led
            post.save(update_fields=["unit", "next_unit", "is_head"])
            facts = {"from_unit": former, "unit": target.pk, "is_head": post.is_head}
            ledger.record("post.moved", subject=f"post:{post.pk}", facts=facts, by=SYSTEM, at=at)
            moved.append(post)
    return moved
