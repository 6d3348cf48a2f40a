"""Who has a file, as a citizen is told: an office by its name of that day, or a post."""

from datetime import date

from django.utils.translation import gettext as _

from docs_store.models import Expediente
from organization import selectors as organization
from organization.models import Post, Unit
from portal.rules.articles import beginning, with_article
from workflows.enums import StepKind
from workflows.models import OPEN_STATUSES, Task


def open_tasks(expediente: Expediente) -> list[Task]:
    """Return the steps of a file that somebody has now, the oldest first."""
    return list(
        Task.objects.filter(process__expediente=expediente, status__in=OPEN_STATUSES)
        .exclude(kind="")
        .select_related("unit", "post__unit")
        .order_by("pk")
    )


def holder_name(unit: Unit | None, post: Post | None, on: date) -> str:
    """Return the office's name with its article, as it was called on that day."""
    holder = unit or (post.unit if post else None)
    return with_article(organization.unit_name(holder, on).name) if holder else _("la entidad")


def holders_sentence(tasks: list[Task], on: date) -> str:
    """Return who has the file now, as a sentence."""
    signers = [task.post.title for task in tasks if task.kind == StepKind.SIGN and task.post is not None]
    if signers:
        return beginning(_("%(post)s firma la respuesta") % {"post": signers[0]})
    holders = sorted({holder_name(task.unit, task.post, on) for task in tasks})
    if len(holders) == 1:
        return beginning(_("%(unit)s tiene su trámite") % {"unit": holders[0]})
    last = holders.pop()
    return beginning(_("%(units)s y %(last)s tienen su trámite") % {"units": ", ".join(holders), "last": last})
