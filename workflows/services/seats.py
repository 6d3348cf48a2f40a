"""Who gets a step, and by when: the route's words turned into a post or a unit of the entity."""

from datetime import date

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from organization import selectors as organization
from organization.models import Post, Unit
from workflows.enums import StepKind
from workflows.errors import NobodyHolds, StepRefused
from workflows.models import Process, Task
from workflows.ports import Run, Step, running
from workflows.services import clocks

ENDORSED = "endorsed"
Seat = tuple[Unit | None, Post | None]


def take(task: Task, step: Step) -> None:
    """Fill in the task: what is expected, and whose tray it is in. A vacant post keeps it in its unit's tray.

    :raises NobodyHolds: the route names a post or unit that the entity does not have.
    """
    task.step, task.kind, task.title = step.id, step.kind, step.name[:200]
    task.unit, task.post = _after(_seat(task, step), task)


def _after(seat: Seat, task: Task) -> Seat:
    """Return the seat that has the work today: the unit or the post that the route names may have ended.

    Where somebody abstained, the work waits in the unit of whom the act designates, who acts as the same post.
    """
    unit, post = seat
    designated = getattr(post, "designated_unit", None)
    if designated is not None:
        return Unit.objects.get(pk=designated), post
    if unit is None or (unit.valid_to is None and (post is None or post.valid_to is None)):
        return seat
    on = _today(task)
    if post is None:
        return organization.unit_after(unit, on), None
    heir, unit = organization.post_after(post, on)
    return unit, heir


def _today(task: Task) -> date:
    run = running.get()
    return timezone.localdate(run.at) if run else timezone.localdate(task.process.created)


def _posts(task: Task) -> QuerySet[Post]:
    """Return the posts, each with the unit to which an abstention from this file takes its work, if one does."""
    file = task.process.expediente_id
    return Post.objects.select_related("unit").annotate(
        designated_unit=organization.designated_unit(file, _today(task))
    )


def _seat(task: Task, step: Step) -> Seat:
    slug = task.data.get("item", "") or step.who.post or step.who.unit
    if step.who.role:
        slug = task.process.data.get("roles", {}).get(step.who.role, "")
    if step.who.drafter_head:
        return _head_of(task)
    return seat_of(slug, task)


def _head_of(task: Task) -> Seat:
    unit = task.process.drafter_unit
    if unit is None:
        raise NobodyHolds(_("El expediente no tiene unidad de origen. Ábralo desde una unidad."))
    return unit, _posts(task).filter(unit=unit, is_head=True).order_by("slug").first()


def seat_of(slug: str, task: Task) -> Seat:
    """Return the unit, and the post if the slug is a post's.

    :raises NobodyHolds: no post and no unit of the entity has this slug.
    """
    seats = _seats(slug, task)
    if slug not in seats:
        unit = Unit.objects.filter(slug=slug).first()
        post = None if unit else _posts(task).filter(slug=slug).first()
        if unit is None and post is None:
            raise NobodyHolds(
                _("La ruta pide «%(slug)s», que no es un puesto ni una unidad de la entidad. Avise a Informática.")
                % {"slug": slug}
            )
        seats[slug] = (post.unit, post) if post else (unit, None)
    return seats[slug]


def _seats(slug: str, task: Task) -> dict[str, Seat]:
    """Return whom the run has looked up; the posts of a route are read together, when the first one is asked for."""
    run = running.get()
    known = run.known if run else {}
    seats: dict[str, Seat] = known.setdefault("seats", {})
    slugs = task.flow_task.flow_class.post_slugs
    if slug in slugs and slug not in seats:
        posts = _posts(task).filter(slug__in=slugs).order_by()
        seats.update({post.slug: (post.unit, post) for post in posts})
    return seats


def items_of(step: Step, process: Process) -> list[str]:
    """Return the posts or units that a multi-instance step asks, without those whose visado still stands.

    :raises StepRefused: the step before chose no unit.
    """
    if step.who.each_from:
        chosen = list(process.data.get(step.who.each_from, ()))
        if not chosen:
            raise StepRefused(_("Elija a qué unidad o unidades pasa el expediente."))
        return chosen
    standing = _standing(step, process)
    return [slug for slug in step.who.each if slug not in standing]


def has_standing_visado(task: Task, step: Step) -> bool:
    """Return whether this single visado was given before, and still fits the text; what is reopened is asked."""
    if task.post is None or step.who.each or step.who.each_from or task.data.get("is_reopened"):
        return False
    return task.post.slug in _standing(step, task.process)


def _standing(step: Step, process: Process) -> set[str]:
    """Return the posts whose visado stands; a run asks once, though it may open several visados of one text."""
    if step.kind != StepKind.VISADO:
        return set()
    from workflows.services import rounds

    run = running.get()
    known = run.known if run else {}
    key = f"standing {step.about}"
    if key not in known:
        known[key] = rounds.standing_visados(process, step.about)
    standing: set[str] = known[key]
    return standing


def due_on(step: Step, run: Run) -> date | None:
    """Return the last day of the step's term, or nothing when it has none."""
    derivation = clocks.derivation(step.term_days, run)
    return derivation.due_on if derivation else None
