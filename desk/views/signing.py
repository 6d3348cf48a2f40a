"""The to-sign tray: several documents at once, each with its own result."""

from http import HTTPStatus

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from desk.views import stepping_up
from desk.views.sitting import DeskRequest, seated
from desk.views.stepping_up import Wanted
from desk.views.steps import REFUSALS
from ledger.models import Entry
from signing.models import Credential
from workflows import services as workflows
from workflows.selectors import signing as selectors
from workflows.selectors.trays import Tab

BATCH = "batch.signed"


@seated
@require_safe
def to_sign(request: DeskRequest) -> HttpResponse:
    """Show what waits for this person's signature, what waits for something else first, and the signature sheet."""
    return _page(request)


def _page(request: DeskRequest, *, sentence: str = "", status: int = HTTPStatus.OK) -> HttpResponse:
    posts = request.desk.posts
    rows = selectors.to_sign(posts, person=request.user)
    signing_posts = {row.task.post_id for row in rows}
    marked = {int(value) for value in request.POST.getlist("task") if value.isdecimal()}
    context = {
        "tab": Tab.TO_SIGN,
        "rows": rows,
        "marked": marked if request.method == "POST" else {row.task.pk for row in rows if row.was_read},
        "not_yet": selectors.not_yet(posts),
        "withdrawable": selectors.withdrawable(request.user, since=request.desk.today),
        "appointments": request.user.appointments.filter(post__in=signing_posts).select_related("post"),
        "unread": sum(not row.was_read for row in rows),
        "pages": sum(row.version.pages or 0 for row in rows if row.version),
        "credential": Credential.objects.filter(person=request.user).order_by("-valid_to").first(),
        "sentence": sentence,
        "asks": stepping_up.asks(request),
    }
    return render(request, "desk/to_sign.html", context, status=status)


@seated
@require_POST
@sensitive_post_parameters("pin")
def sign(request: DeskRequest) -> HttpResponse:
    """Sign the marked documents and go to the page of results, which stays."""
    task_ids = [int(value) for value in request.POST.getlist("task") if value.isdecimal()]
    sentence = _fault(request, task_ids)
    if sentence:
        return _page(request, sentence=sentence, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    key = stepping_up.key_of(request, lambda: _wanted(request, task_ids), back=reverse("desk:to_sign"))
    if isinstance(key, HttpResponse):
        return key
    batch = workflows.sign_batch(task_ids=task_ids, pin=key.pin, proof=key.proof, by=request.user, at=timezone.now())
    return redirect("desk:signed", entry_id=batch.pk)


def _wanted(request: DeskRequest, task_ids: list[int]) -> list[Wanted]:
    rows = selectors.to_sign(request.desk.posts, person=request.user)
    return [Wanted(row.document, row.task.post) for row in rows if row.task.pk in task_ids]


def _fault(request: DeskRequest, task_ids: list[int]) -> str:
    """Return what is missing before anything can be signed, as a sentence."""
    if not task_ids:
        return _("Marque al menos un documento.")
    if not request.POST.get("pin") and not stepping_up.asks(request):
        return _("Escriba su PIN.")
    unread = {row.task.pk for row in selectors.to_sign(request.desk.posts, person=request.user) if not row.was_read}
    if unread & set(task_ids):
        return _("Marcó documentos que todavía no ha leído. Ábralos antes de firmar, o quíteles la marca.")
    return ""


@seated
@require_safe
def signed(request: DeskRequest, entry_id: int) -> HttpResponse:
    """Show what became of each document of a batch: failures first."""
    entry = get_object_or_404(Entry, pk=entry_id, kind=BATCH, actor=request.user.actor)
    results = selectors.batch_results(entry, person=request.user, today=request.desk.today)
    context = {
        "tab": Tab.TO_SIGN,
        "entry": entry,
        "results": results,
        "failed": [line for line in results if not line.is_signed],
        "done": [line for line in results if line.is_signed],
    }
    return render(request, "desk/signed.html", context)


@seated
@require_POST
def withdraw(request: DeskRequest, signature_id: int) -> HttpResponse:
    """Take a signature back, until the next one signs."""
    rows = selectors.withdrawable(request.user, since=request.desk.today)
    row = next((row for row in rows if row.signature.pk == signature_id), None)
    if row is None:
        raise Http404
    try:
        workflows.withdraw_signature(signature=row.signature, by=request.user, at=timezone.now())
        messages.success(request, _("Retiró su firma: el documento vuelve a esperar por ella."))
    except REFUSALS as error:
        messages.error(request, str(error))
    return redirect("desk:to_sign")
