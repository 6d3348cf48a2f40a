"""Units and posts that begin, by the act that creates them."""

from datetime import date, datetime

from django.db import transaction
from django.db.models import Model
from django.utils.text import slugify
from django.utils.translation import gettext as _

from ledger import services as ledger
from organization.errors import ActMissing, PostRefused
from organization.models import Person, Post, Unit, UnitName
from organization.rules.holding import Span, covers
from organization.selectors.units import head_post, living_posts
from organization.services.units import check_holds, check_siglas, lock_tree

LONGEST_SLUG = 72


def create_unit(
    *,
    name: str,
    siglas: str,
    siglas_path: str,
    parent: Unit | None,
    is_outside: bool,
    from_on: date,
    act: str,
    by: Person,
    at: datetime,
) -> Unit:
    """Create a unit that begins that day under another one, or under none. It has no posts yet.

    :param is_outside: a committee: it signs, and receives nothing.
    :raises ActMissing: no act creates it.
    :raises SiglasTaken: another unit bears those siglas then or later.
    :raises MoveRefused: the one above does not exist from that day on.
    """
    _check_act(act)
    with transaction.atomic():
        lock_tree()
        check_siglas(siglas, Span(from_on))
        if parent is not None:
            check_holds(parent, Span(from_on))
        unit = Unit.objects.create(
            slug=_free_slug(Unit, siglas), parent=parent, valid_from=from_on, is_outside=is_outside
        )
        UnitName.objects.create(unit=unit, name=name, siglas=siglas, siglas_path=siglas_path, valid_from=from_on)
        facts = {"siglas": siglas, "parent": parent.pk if parent else None, "from_on": from_on, "act": act.strip()}
        ledger.record("unit.created", subject=f"unit:{unit.pk}", facts=facts, by=by.actor, at=at)
    return unit


def create_post(
    *,
    unit: Unit,
    title: str,
    is_head: bool,
    is_single_seat: bool,
    from_on: date,
    act: str,
    by: Person,
    at: datetime,
) -> Post:
    """Create a post of the unit that begins that day, vacant. Who heads a unit is one person.

    :raises ActMissing: no act creates it.
    :raises PostRefused: the unit does not exist then, has a head already, or a post of that title.
    """
    _check_act(act)
    with transaction.atomic():
        lock_tree()
        _check_post(unit, title, from_on, is_head=is_head)
        post = Post.objects.create(
            slug=_free_slug(Post, title),
            unit=unit,
            title=title,
            is_head=is_head,
            is_single_seat=is_single_seat or is_head,
            valid_from=from_on if from_on > unit.valid_from else None,
        )
        facts = {"unit": unit.pk, "title": title, "is_head": is_head, "from_on": from_on, "act": act.strip()}
        ledger.record("post.created", subject=f"post:{post.pk}", facts=facts, by=by.actor, at=at)
    return post


def _check_act(act: str) -> None:
    if not act.strip():
        raise ActMissing(_("Escriba el acto que ordena el cambio."))


def _check_post(unit: Unit, title: str, from_on: date, *, is_head: bool) -> None:
    if not covers(Span(unit.valid_from, unit.valid_to), from_on):
        raise PostRefused(_("La unidad no existe ese día. Elija otra unidad o corrija la fecha."))
    head = head_post(unit)
    if is_head and head is not None:
        raise PostRefused(
            _("La unidad ya la dirige «%(post)s». Cree un puesto que no la dirija.") % {"post": head.title}
        )
    if living_posts(from_on).filter(unit=unit, title__iexact=title).exists():
        raise PostRefused(
            _("La unidad ya tiene el puesto «%(post)s». Si son varias plazas, distíngalas en el título.")
            % {"post": title}
        )


def _free_slug(model: type[Model], text: str) -> str:
    """Return a code from the text that no row of the model has."""
    stem = slugify(text)[:LONGEST_SLUG].strip("-") or model.__name__.lower()
    taken = set(model._default_manager.filter(slug__startswith=stem).values_list("slug", flat=True))
    return next(
        slug for slug in (stem, *(f"{stem}-{number}" for number in range(2, len(taken) + 3))) if slug not in taken
    )
