"""The change of a whole government on one day: its lines are reviewed, then carried out, all or none."""

import csv
from dataclasses import dataclass
from datetime import date
from http import HTTPStatus
from io import StringIO
from pathlib import Path
from urllib.parse import urlencode

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from desk.forms.governments import GovernmentForm
from desk.views.appointing import GET_OR_POST
from desk.views.posts import keeps_posts
from desk.views.sitting import DeskRequest
from law.ports import ProfileFault
from law.rules.dates import day_long
from organization import selectors as organization
from organization.errors import GovernmentRefused
from organization.models import Appointment, Post
from organization.services.governments import COLUMNS, Change, change_government

FILE = Path("gobierno.csv")
CARRY_OUT = "cambiar"


@dataclass(frozen=True)
class Seat:
    """A post that changes hands: who leaves it, and who takes it; nobody, if it stays vacant."""

    post: Post
    leaving: list[Appointment]
    taking: list[Appointment]


@GET_OR_POST
@keeps_posts
def posts_government(request: DeskRequest) -> HttpResponse:
    """Ask for the lines, show what they change, and change it once it was seen."""
    if request.method != "POST":
        return _page(request, GovernmentForm(initial={"lines": ",".join(COLUMNS) + "\n"}))
    form = GovernmentForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        change, is_done = _changed(request, form)
    except GovernmentRefused as error:
        return _page(request, form, status=HTTPStatus.UNPROCESSABLE_ENTITY, refusal=error)
    if not is_done:
        return _page(request, form, change=change, was_moved="reviewed" in request.POST and _wants(request))
    messages.success(request, _told(change))
    return redirect(f"{reverse('desk:posts')}?{urlencode({'dia': change.on.isoformat()})}")


def _changed(request: DeskRequest, form: GovernmentForm) -> tuple[Change, bool]:
    """Rehearse the change, and carry it out where it is the one that was reviewed."""
    text, on, by, at = form.cleaned_data["lines"], form.cleaned_data["on"], request.user.actor, timezone.now()
    with transaction.atomic():
        change = change_government(path=FILE, text=text, on=on, by=by, at=at, is_dry_run=True)
        if not _wants(request) or request.POST.get("reviewed") != change.digest:
            return change, False
        return change_government(path=FILE, text=text, on=on, by=by, at=at), True


def _wants(request: DeskRequest) -> bool:
    return request.POST.get("accion") == CARRY_OUT


def _page(
    request: DeskRequest,
    form: GovernmentForm,
    *,
    status: int = HTTPStatus.OK,
    refusal: GovernmentRefused | None = None,
    change: Change | None = None,
    was_moved: bool = False,
) -> HttpResponse:
    if form.is_bound and form.is_valid():  # a page cannot send a file back: what it said stands in the lines
        form = GovernmentForm({"on": form.cleaned_data["on"], "lines": form.cleaned_data["lines"]})
    shown = {
        "form": form,
        "shows_errors": form.is_bound,
        "refusal": refusal,
        "faults": [fault for fault in refusal.faults if isinstance(fault, ProfileFault)] if refusal else [],
        "change": change,
        "seats": _seats(change) if change else [],
        "was_moved": was_moved,
    }
    return render(request, "desk/posts_government.html", shown, status=status)


def _seats(change: Change) -> list[Seat]:
    posts = {post.pk: post for post in (*(row.post for row in change.begun), *change.vacant)}
    return [
        Seat(
            post,
            [row for row in change.ended if row.post_id == post.pk],
            [row for row in change.begun if row.post_id == post.pk],
        )
        for post in sorted(posts.values(), key=lambda post: post.title)
    ]


def _told(change: Change) -> str:
    """Say what is done, and what remains to be done."""
    seats, people = len(_seats(change)), len(change.people)
    done = ngettext("Cambia de manos %(count)d puesto", "Cambian de manos %(count)d puestos", seats) % {"count": seats}
    done = _("%(done)s desde el %(day)s.") % {"done": done, "day": day_long(change.on)}
    if not people:
        return done
    left = ngettext(
        "Falta dar acceso a %(count)d persona nueva.", "Falta dar acceso a %(count)d personas nuevas.", people
    )
    return f"{done} {left % {'count': people}}"


@require_safe
@keeps_posts
def posts_government_csv(request: DeskRequest) -> HttpResponse:
    """Hand out a file to fill in: a line for each post of today, its holder told above it."""
    response = HttpResponse(_to_fill_in(request.desk.today), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{FILE}"'
    return response


def _to_fill_in(day: date) -> str:
    """Return the lines: no act stands in any, so that one that nobody filled in or took out is refused."""
    text = StringIO()
    text.write("# " + _("Deje solo los puestos que cambian de manos; quite las demás líneas.") + "\n")
    text.write("# " + _("De quien ya tiene cuenta basta «username». Sin «username», el puesto queda vacante.") + "\n")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for place in organization.places_on(day):
        holder = place.titular.person if place.titular else None
        named = f"{holder.full_name} ({holder.username})" if holder else _("vacante")
        text.write(f"# {place.post.title}: {named}\n")
        writer.writerow([place.post.slug, *[""] * (len(COLUMNS) - 1)])
    return text.getvalue()
