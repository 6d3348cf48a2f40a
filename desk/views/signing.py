"""The to-sign tray: several documents at once, each with its own result."""

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_POST

from desk.views.sitting import DeskRequest, seated
from ledger.models import Entry
from signing.models import Credential
from workflows import services as workflows
from workflows.models import Task
from workflows.selectors import signing as to_sign_selectors
from workflows.selectors.signing import acts_of

BATCH = "batch.signed"


@seated
@require_GET
def to_sign(request: DeskRequest) -> HttpResponse:
    """Show what waits for this person's signature, what waits for something else first, and the signature sheet."""
    return render(request, "desk/to_sign.html", _tray(request))


def _tray(request: DeskRequest) -> dict[str, object]:
    today = request.desk.today
    posts = list(request.desk.posts)
    rows = to_sign_selectors.to_sign(posts, person=request.user)
    return {
        "rows": rows,
        "not_yet": to_sign_selectors.not_yet(posts),
        "withdrawable": to_sign_selectors.withdrawable(request.user, since=today),
        "posts": posts,
        "unread": sum(not row.was_read for row in rows),
        "pages": sum(row.version.pages or 0 for row in rows if row.version),
        "credential": Credential.objects.filter(person=request.user).order_by("-valid_to").first(),
    }


@seated
@require_POST
@sensitive_post_parameters("pin")
def sign(request: DeskRequest) -> HttpResponse:
    """Sign the marked documents and go to the page of results, which stays."""
    task_ids = [int(value) for value in request.POST.getlist("task") if value.isdecimal()]
    if not task_ids or not request.POST.get("pin"):
        sentence = "Marque al menos un documento." if not task_ids else "Escriba su PIN."
        return render(request, "desk/to_sign.html", {**_tray(request), "sentence": sentence}, status=422)
    batch = workflows.sign_batch(task_ids=task_ids, pin=request.POST["pin"], by=request.user, at=timezone.now())
    return redirect("desk:signed", entry_id=batch.pk)


@seated
@require_GET
def signed(request: DeskRequest, entry_id: int) -> HttpResponse:
    """Show what became of each document of a batch: failures first."""
    entry = get_object_or_404(Entry, pk=entry_id, kind=BATCH, actor=request.user.actor)
    lines = entry.facts["results"]
    tasks = Task.objects.select_related("process__expediente").in_bulk([line["task"] for line in lines])
    acts = acts_of([task.process_id for task in tasks.values()])
    results = [
        {**line, "task": tasks[line["task"]], "document": acts.get(tasks[line["task"]].process_id)}
        for line in lines
        if line["task"] in tasks
    ]
    return render(
        request,
        "desk/signed.html",
        {
            "entry": entry,
            "failed": [line for line in results if not line["is_signed"]],
            "done": [line for line in results if line["is_signed"]],
            "results": results,
        },
    )


@seated
@require_POST
def withdraw(request: DeskRequest, signature_id: int) -> HttpResponse:
    """Take a signature back, until the next one signs."""
    today = request.desk.today
    rows = to_sign_selectors.withdrawable(request.user, since=today)
    row = next((row for row in rows if row.signature.pk == signature_id), None)
    if row is None:
        raise Http404
    workflows.withdraw_signature(signature=row.signature, by=request.user, at=timezone.now())
    return redirect("desk:to_sign")
