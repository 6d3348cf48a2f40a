"""The paper of a notice: what it must say before it is printed, one or several at once."""

from http import HTTPStatus

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from desk.forms.dispatch import ContentForm
from desk.views.dispatch import for_dispatchers
from desk.views.sitting import DeskRequest
from ledger import services as ledger
from organization import selectors as organization
from workflows.errors import NoticeRefused
from workflows.models import Notice
from workflows.selectors import cedulas as selectors
from workflows.services import cedulas

MOST_AT_ONCE = 50


@require_http_methods(["GET", "HEAD", "POST"])
@for_dispatchers
def cedula(request: DeskRequest, notice_id: int) -> HttpResponse:
    """Show what the cédula of a notice says and lacks, and take what only a person can state."""
    notice = get_object_or_404(_notices(), pk=notice_id)
    form = ContentForm(request.POST if request.method == "POST" else None, initial=_known(notice))
    if form.is_valid():
        try:
            cedulas.state(document=notice.document, content=form.stated(), by=request.user, at=timezone.now())
        except NoticeRefused as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Quedó escrito en la cédula."))
            return redirect("desk:dispatch_cedula", notice_id=notice.pk)
    context = {
        "notice": notice,
        "form": form,
        "cedula": selectors.cedula_of(notice, request.desk.today),
        "faults": selectors.faults(notice, request.desk.today),
        "is_ours": selectors.is_ours(notice.document),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound else HTTPStatus.OK
    return render(request, "desk/cedula.html", context, status=status)


@require_safe
@for_dispatchers
def cedula_papers(request: DeskRequest) -> HttpResponse:
    """Hand out the papers of the chosen notices as one file; if one is not complete, none, and it is said why."""
    chosen = [int(pk) for pk in request.GET.getlist("n") if pk.isascii() and pk.isdigit() and len(pk) < 19]
    if len(chosen) > MOST_AT_ONCE:
        raise Http404
    found = list(_notices().filter(pk__in=chosen).order_by("pk"))
    if not found or len(found) != len(set(chosen)):
        return _refused(request, [], [])
    lacking = [(notice, selectors.faults(notice, request.desk.today)) for notice in found]
    lacking = [(notice, faults) for notice, faults in lacking if faults]
    if lacking:
        incomplete = {notice.pk for notice, _faults in lacking}
        return _refused(request, lacking, [notice for notice in found if notice.pk not in incomplete])
    for notice in found:
        ledger.read(f"document:{notice.document_id}", by=request.user.actor)
    response = HttpResponse(selectors.printed(found, request.desk.today), content_type="application/pdf")
    response.headers["Content-Disposition"] = 'inline; filename="cedulas.pdf"'
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def _refused(request: DeskRequest, lacking: list[tuple[Notice, list[str]]], complete: list[Notice]) -> HttpResponse:
    context = {"lacking": lacking, "complete": complete}
    return render(request, "desk/cedulas_refused.html", context, status=HTTPStatus.UNPROCESSABLE_ENTITY)


def _known(notice: Notice) -> dict[str, object]:
    """Return what was stated before, or what may be taken for it until somebody states it."""
    content = selectors.content_of(notice.document)
    ends = {True: "yes", False: "no"}
    return {
        "decides": content.decides,
        "takes_effect": content.takes_effect,
        "takes_effect_on": content.takes_effect_on,
        "ends_route": "" if content.ends_route is None else ends[content.ends_route],
        "reconsidered_by": content.reconsidered_by or selectors.authority_of(notice.document),
        "appealed_to": content.appealed_to,
        "authority_address": content.authority_address or organization.entity().address,
    }


def _notices() -> QuerySet[Notice]:
    return Notice.objects.select_related(
        "document__kind",
        "document__expediente",
        "document__unit",
        "document__post__unit",
        "document__emitted_version",
        "person",
    )
