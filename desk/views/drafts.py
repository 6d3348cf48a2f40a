"""The draft editor: the text as a form, its antecedents at the left, what became of it at the right."""

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from desk.forms.drafts import ACT, AnnexForm, DraftForm, with_more_rows
from desk.views.sitting import DeskRequest, seated
from desk.views.steps import REFUSALS, action_of, opened
from docs_store import selectors as stored
from docs_store.errors import DocsStoreError
from docs_store.models import Document, DocumentKind
from docs_store.ports import Draft
from docs_store.selectors.renditions import draw_page
from workflows import services
from workflows.models import OPEN_STATUSES
from workflows.selectors.accounts import about_of
from workflows.selectors.actions import OBSERVED, Action, visados_of
from workflows.selectors.clocks import clocks_of
from workflows.selectors.editing import Antecedent, antecedents, citation, first_draft, norm_findings
from workflows.services.accounts import attach_account

PREVIEW_PX = 780


@seated
@require_http_methods(["GET", "HEAD", "POST"])
def draft(request: DeskRequest, task_id: int) -> HttpResponse:
    """Show the text of a step, or save it as a new version."""
    action = _writing(request, task_id)
    if request.method != "POST":
        return _page(request, action, _form(action, decision_of(request)))
    if "cite" in request.POST or "more" in request.POST:
        data = _with_citations(request, action) if "cite" in request.POST else with_more_rows(request.POST)
        return _page(request, action, _form(action, decision_of(request), data))
    form = _form(action, decision_of(request), request.POST)
    if not form.is_valid():
        return _page(request, action, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    return _save(request, action, form)


def _writing(request: DeskRequest, task_id: int) -> Action:
    """Return the step that this person writes in."""
    action = action_of(opened(request, task_id))
    if not action.is_writing:
        raise Http404
    return action


def decision_of(request: DeskRequest) -> str:
    """Return for which decision the text is written: returning a file may take another kind of document."""
    return OBSERVED if (request.POST or request.GET).get("decision") == OBSERVED else ""


def kind_of(action: Action, decision: str) -> DocumentKind:
    """Return the kind of document that the step writes for this decision."""
    step = action.step
    slug = (decision == OBSERVED and step.emits_on_observed) or step.emits or step.drafts
    return DocumentKind.objects.get(slug=slug)


def _form(action: Action, decision: str, data: QueryDict | None = None) -> DraftForm:
    content = action.text.content if action.text is not None and action.text.content else None
    text = Draft.from_json(content) if content else first_draft(action)
    return DraftForm(template=kind_of(action, decision).template, draft=text, data=data)


def _save(request: DeskRequest, action: Action, form: DraftForm) -> HttpResponse:
    text = form.draft()
    is_changed = action.text is None or Draft.from_json(action.text.content or {}) != text
    if is_changed and _is_stale(request, action):
        return _page(request, action, form, stale=True, status=HTTPStatus.CONFLICT)
    fitting = visados_of(action.document)[0] if action.document else []
    if fitting and is_changed and "confirm" not in request.POST:
        return _page(request, action, form, voids=len(fitting), status=HTTPStatus.CONFLICT)
    try:
        version = services.save_step_text(
            task_id=action.task.pk, content=text, by=request.user, at=timezone.now(), outcome=decision_of(request)
        )
    except REFUSALS as error:
        return _page(request, action, form, sentence=str(error), status=HTTPStatus.UNPROCESSABLE_ENTITY)
    moment = f"{timezone.localtime(version.stored_at):%H:%M}"
    messages.success(request, _("Guardado a las %(hour)s, versión %(n)d.") % {"hour": moment, "n": version.number})
    if "done" in request.POST:
        name = "desk:give_back" if decision_of(request) == OBSERVED else "desk:task"
        return redirect(reverse(name, args=[action.task.pk]))
    return redirect(request.get_full_path())


def _is_stale(request: DeskRequest, action: Action) -> bool:
    """Return whether somebody saved a version after the one that this page showed."""
    seen = request.POST.get("version", "")
    newest = action.text.number if action.text is not None else 0
    return seen.isdecimal() and int(seen) != newest and "overwrite" not in request.POST


def _with_citations(request: DeskRequest, action: Action) -> Any:
    """Add the marked antecedents to VISTOS, or to the references."""
    data = request.POST.copy()
    marked = {int(value) for value in data.getlist("antecedent") if value.isdecimal()}
    name = "d-vistos" if kind_of(action, decision_of(request)).template == ACT else "d-references"
    written = data.get(name, "").strip()
    cited = [citation(a.document, with_article=name == "d-vistos") for a in _antecedents(action) if a.pk in marked]
    data[name] = "\n".join(filter(None, [written, *(line for line in cited if line not in written)]))
    return data


def _antecedents(action: Action) -> list[Antecedent]:
    return antecedents(action.task.process.expediente, without=action.document)


def _page(
    request: DeskRequest,
    action: Action,
    form: DraftForm,
    *,
    annex_form: AnnexForm | None = None,
    status: int = HTTPStatus.OK,
    **notes: object,
) -> HttpResponse:
    document = action.document
    fitting, void = visados_of(document) if document else ([], [])
    context = {
        "action": action,
        "task": action.task,
        "file": action.task.process.expediente,
        "kind": kind_of(action, decision_of(request)),
        "decision": decision_of(request),
        "form": form,
        "annex_form": annex_form or AnnexForm(),
        "annexes": document.annexes.select_related("annex").order_by("order") if document else (),
        "terms": [(clock.pk, about_of(clock)) for clock in clocks_of(action.task.process.expediente)],
        "antecedents": _antecedents(action),
        "versions": document.versions.filter(stage="structured").order_by("-number")[:8] if document else (),
        "fitting": fitting,
        "void": void,
        "norm_findings": norm_findings(action.text, request.desk.today),
        **notes,
    }
    return render(request, "desk/draft.html", context, status=status)


@seated
@require_POST
def annex(request: DeskRequest, task_id: int) -> HttpResponse:
    """Attach a file to the text of a step, byte for byte."""
    action = _writing(request, task_id)
    form = AnnexForm(request.POST, request.FILES)
    if form.is_valid():
        upload = form.cleaned_data["file"]
        try:
            services.attach_annex(
                task_id=action.task.pk,
                name=upload.name,
                content=upload.file,
                title=form.cleaned_data["title"],
                by=request.user,
                at=timezone.now(),
            )
            messages.success(request, _("Se adjuntó «%(title)s».") % {"title": form.cleaned_data["title"]})
            return redirect("desk:draft", task_id)
        except REFUSALS as error:
            form.add_error("file", str(error))
    text = _form(action, decision_of(request))
    return _page(request, action, text, annex_form=form, status=HTTPStatus.UNPROCESSABLE_ENTITY)


@seated
@require_POST
def annex_account(request: DeskRequest, task_id: int) -> HttpResponse:
    """Attach the account of a term of the file as the next annex of the text of a step."""
    action = _writing(request, task_id)
    chosen = request.POST.get("clock", "")
    clocks = clocks_of(action.task.process.expediente)
    clock = clocks.filter(pk=int(chosen)).first() if chosen.isdecimal() else None
    if clock is None:
        messages.error(request, _("Elija el plazo cuya cuenta va como anexo."))
        return redirect(_annexes_of(task_id))
    try:
        line = attach_account(clock=clock, task_id=task_id, by=request.user, at=timezone.now())
    except REFUSALS as error:
        messages.error(request, str(error))
        return redirect(_annexes_of(task_id))
    messages.success(request, _("Anexo %(n)d: %(title)s.") % {"n": line.order, "title": line.annex.title})
    return redirect(_annexes_of(task_id))


def _annexes_of(task_id: int) -> str:
    return f"{reverse('desk:draft', args=[task_id])}#anexos"


@seated
@require_safe
def preview(request: DeskRequest, task_id: int) -> HttpResponse:
    """Show the saved text as the PDF that it would be."""
    pdf = stored.preview(_document(request, task_id), at=timezone.now())
    response = HttpResponse(pdf, content_type="application/pdf")
    response.headers["Content-Disposition"] = 'inline; filename="borrador.pdf"'
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


@seated
@require_safe
def preview_page(request: DeskRequest, task_id: int, page: int) -> HttpResponse:
    """Show a page of the saved text as a picture."""
    pdf = stored.preview(_document(request, task_id), at=timezone.now())
    try:
        image = draw_page(pdf, "application/pdf", page, PREVIEW_PX)
    except DocsStoreError as error:
        raise Http404 from error
    return HttpResponse(image, content_type="image/png")


def _document(request: DeskRequest, task_id: int) -> Document:
    found = opened(request, task_id)
    action = action_of(found)
    if action.document is None or action.text is None or found.status not in OPEN_STATUSES:
        raise Http404
    return action.document
