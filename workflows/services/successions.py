"""Work that follows the organization: of units that ended, of people who left a post, of posts that stay vacant.

Three things that a worker does as soon as their day has come, each task in a transaction of its own with its entry.
Repeating any of them changes nothing.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.core.mail import EmailMessage
from django.db.models import Max, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from docs_store.services.expedientes import grant_units
from law import selectors as law
from law.rules.business_days import Calendar, business_days_between
from law.rules.dates import day_long
from ledger import services as ledger
from organization import selectors as organization
from organization import services as house
from organization.enums import Role
from organization.models import Abstention, Appointment, Person, Post, Unit
from workflows.enums import MovementKind
from workflows.models import OPEN_STATUSES, Movement, Task
from workflows.services import engine

SYSTEM = "system:worker"
ONE_DAY = timedelta(days=1)
LOOKS_BACK = timedelta(days=60)
"""How long after somebody left their tasks are still looked for: longer than a worker is ever away."""


@dataclass(frozen=True)
class Followed:
    """How many tasks went to a successor, and how many back to their unit's tray."""

    moved: int = 0
    returned: int = 0


def follow(at: datetime) -> Followed:
    """Bring the open work to where it belongs on the day: four queries where nothing has changed."""
    return Followed(follow_successors(at) + follow_abstentions(at), hand_over_left(at))


def _open() -> QuerySet[Task]:
    rows = Task.objects.filter(status__in=OPEN_STATUSES).exclude(kind="")
    return rows.select_related("unit__successor", "post__unit__successor", "post__next_unit", "post__successor__unit")


def _note(kind: str, task: Task, facts: dict[str, object], at: datetime) -> None:
    subject = f"expediente:{task.process.expediente_id}"
    ledger.record(kind, subject=subject, facts={"task": task.pk, **facts}, by=SYSTEM, at=at)


# Units that ended


def follow_successors(at: datetime) -> int:
    """Move the posts and open tasks of units that ended, and of posts that did, to their successors; return how many.

    A file in an ended unit's tray is in its successor's from that day on, with a pase that says why.
    """
    today = timezone.localdate(at)
    ended = list(Unit.objects.filter(valid_to__lt=today, successor__isnull=False).values_list("pk", flat=True))
    over = list(Post.objects.filter(valid_to__lt=today, successor__isnull=False).values_list("pk", flat=True))
    if not ended and not over:
        return 0
    posts = Post.objects.filter(Q(unit__in=ended) | Q(pk__in=over))
    tasks = list(_open().filter(Q(unit__in=ended) | Q(post__in=posts)))
    seats = {task.pk: (*_seat_after(task, today), _why(task, over)) for task in tasks}
    house.settle(on=today, at=at)
    return sum(_move(pk, unit, post, at, why) for pk, (unit, post, why) in seats.items())


def _why(task: Task, over: Sequence[int]) -> str:
    """Return what the pase says."""
    if task.post_id in over:
        return _("El puesto terminó; su trabajo pasa al que lo sucede.")
    return _("La unidad terminó; su trabajo pasa a quien la sucede.")


def _seat_after(task: Task, today: date) -> tuple[Unit | None, Post | None]:
    if task.post is not None:
        heir, unit = organization.post_after(task.post, today)
        return unit, heir
    return (organization.unit_after(task.unit, today) if task.unit else None), None


# People who keep out of a file


def follow_abstentions(at: datetime) -> int:
    """Move the open tasks of somebody who abstained to the unit of whom the act designates, and back at its end.

    The post stays: the designee acts as it. Return how many moved.
    """
    today = timezone.localdate(at)
    recent = Abstention.objects.filter(from_on__lte=today).filter(
        Q(to_on__isnull=True) | Q(to_on__gte=today - LOOKS_BACK)
    )
    rows = list(recent.select_related("post__unit", "designee_post__unit").order_by("pk"))
    if not rows:
        return 0
    targets = {}
    for row in rows:
        is_over = row.to_on is not None and row.to_on < today
        targets[row.expediente_id, row.post_id] = row.post.unit if is_over else row.designee_post.unit
    files, posts = {file for file, _post in targets}, {post for _file, post in targets}
    found = _open().select_related("process").filter(process__expediente__in=files, post__in=posts)
    wanted = [(task, targets.get((task.process.expediente_id, task.post_id))) for task in found]
    why = _("Pasa a quien el acto de abstención designa, o vuelve de allí.")
    return sum(_move(task.pk, unit, task.post, at, why) for task, unit in wanted if unit is not None)


def _move(task_id: int, unit: Unit | None, post: Post | None, at: datetime, why: str) -> bool:
    with engine.locked(task_id) as task:
        if task.status not in OPEN_STATUSES or (task.unit, task.post) == (unit, post) or unit is None:
            return False
        before, former = task.unit, task.post
        expediente = task.process.expediente
        Task.objects.filter(pk=task.pk).update(unit=unit, post=post, opened_at=None, opened_by=None)
        Movement.objects.create(
            expediente=expediente,
            task=task,
            from_unit=before,
            from_post=former,
            to_unit=unit,
            to_post=post,
            proveido=why,
            sent_at=at,
        )
        grant_units(expediente, units=[unit], reason="pase", at=at)
        facts: dict[str, object] = {
            "from_unit": before.pk if before else None,
            "from_post": former.pk if former else None,
            "unit": unit.pk,
            "post": post.pk if post else None,
        }
        _note("task.moved", task, facts, at)
    return True


# People who left


def hand_over_left(at: datetime) -> int:
    """Return to their unit's tray, unread, the tasks that somebody had opened who holds the post no longer."""
    today = timezone.localdate(at)
    counting = Appointment.objects.filter(awaits_act=False)
    recent = counting.filter(to_on__lt=today, to_on__gte=today - LOOKS_BACK)
    left = set(recent.values_list("post_id", "person_id"))
    if not left:
        return 0
    stays = counting.filter(Q(to_on__isnull=True) | Q(to_on__gte=today), post__in={post for post, _p in left})
    left -= set(stays.values_list("post_id", "person_id"))
    opened = _open().filter(post__in={post for post, _p in left}, opened_by__in={person for _p, person in left})
    theirs = [pk for pk, *pair in opened.values_list("pk", "post_id", "opened_by_id") if tuple(pair) in left]
    return sum(_give_back(pk, at) for pk in theirs)


def _give_back(task_id: int, at: datetime) -> bool:
    with engine.locked(task_id) as task:
        if task.status not in OPEN_STATUSES or task.opened_by_id is None:
            return False
        leaver = task.opened_by_id
        Task.objects.filter(pk=task.pk).update(opened_at=None, opened_by=None)
        _note("task.handed_over", task, {"person": leaver, "post": task.post_id, "unit": task.unit_id}, at)
    return True


# Posts that stay vacant


def escalate_vacancies(at: datetime) -> int:
    """Tell the head of the unit above, once, of each task that waits too long at a vacant post; return how many.

    After as many business days as the entity's profile says; the task stays where it is, flagged.
    """
    today = timezone.localdate(at)
    vacant = {post.pk: post for post in organization.vacant_posts(today)}
    covered = organization.holders_of(vacant, today)
    waiting = [pk for pk in vacant if pk not in covered]
    tasks = list(_open().filter(post__in=waiting, escalated_at__isnull=True)) if waiting else []
    if not tasks:
        return 0
    entity = organization.entity()
    calendar = law.calendar_of(entity.place)
    since = _vacant_since({task.post_id for task in tasks if task.post_id})
    late = [task for task in tasks if _waited(task, since, calendar, today) >= entity.vacancy_days]
    return sum(_escalate(task, since.get(task.post_id or 0), today, at) for task in late)


def _vacant_since(post_ids: Iterable[int]) -> dict[int, date]:
    """Return the first day on which each post was vacant; one that nobody ever held has no entry."""
    ended = Appointment.objects.filter(post__in=post_ids, to_on__isnull=False, awaits_act=False).order_by()
    return {row["post"]: row["last"] + ONE_DAY for row in ended.values("post").annotate(last=Max("to_on"))}


def _waited(task: Task, since: dict[int, date], calendar: Calendar, today: date) -> int:
    """Return the business days that the task has waited at a vacant post."""
    came = timezone.localdate(task.created)
    return business_days_between(calendar, max(came, since.get(task.post_id or 0, came)), today)


def _escalate(found: Task, since: date | None, today: date, at: datetime) -> bool:
    assert found.post is not None
    boss = _boss(found.post.unit, today)
    if boss is None:
        return False
    post, person = boss
    with engine.locked(found.pk) as task:
        if task.status not in OPEN_STATUSES or task.escalated_at is not None:
            return False
        Task.objects.filter(pk=task.pk).update(escalated_at=at)
        _tell_above(task, post, since, at)
        facts = {"post": task.post_id, "to_post": post.pk, "person": person.pk, "since": since}
        _note("task.escalated", task, facts, at)
    return True


def _tell_above(task: Task, boss: Post, since: date | None, at: datetime) -> None:
    """Send a copy to the unit above: it may read the file, and its way shows it."""
    Movement.objects.create(
        expediente=task.process.expediente,
        task=task,
        from_unit=task.unit,
        from_post=task.post,
        to_unit=boss.unit,
        to_post=boss,
        kind=MovementKind.COPY,
        proveido=vacancy_sentence(task, since),
        sent_at=at,
    )
    grant_units(task.process.expediente, units=[boss.unit], reason="copia", at=at)


def vacancy_sentence(task: Task, since: date | None) -> str:
    """Return what the unit above is told, and what it can do."""
    told = _("«%(post)s» no tiene titular desde el %(day)s y este expediente espera allí.")
    never = _("«%(post)s» no tiene titular y este expediente espera allí.")
    mend = _("Designe a alguien o registre una encargatura.")
    values = {"post": task.post, "day": day_long(since) if since else ""}
    return f"{(told if since else never) % values} {mend}"


def _boss(unit: Unit, today: date) -> tuple[Post, Person] | None:
    """Return the head above whom somebody exercises: of the nearest unit upwards, else of secretaría general."""
    above = organization.units_above(unit, today) + [
        row for row in organization.units_on(today) if row.role == Role.SECRETARIAT
    ]
    heads = organization.head_posts(row.pk for row in above)
    people = organization.holders_of([post.pk for post in heads.values()], today)
    for row in above:
        post = heads.get(row.pk)
        if post is not None and post.pk in people:
            return post, people[post.pk]
    return None


def mail_vacancy(*, task_id: int, person_id: int, since: date | None) -> None:
    """Mail the head above; who has no address sees it in their tray's copies. The same words have the same id."""
    task = Task.objects.select_related("post", "process__expediente").get(pk=task_id)
    person = Person.objects.get(pk=person_id)
    if not person.email:
        return
    entity = organization.entity()
    EmailMessage(
        subject=_("%(label)s espera en un puesto vacante") % {"label": task.process.expediente.label},
        body=f"{vacancy_sentence(task, since)}\n\n{entity.public_url}\n",
        to=[person.email],
        headers={"Message-ID": f"<vacancy-{task.pk}@{entity.host}>"},
    ).send()
