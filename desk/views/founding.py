"""What begins and ends in the organisation: units, and posts of units, each by the act that orders it."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from desk import services as desk
from desk.forms.covers import ActForm
from desk.forms.founding import COMMITTEE, HEAD, SHARED, EndPostForm, NewPostForm, NewUnitForm
from desk.views.appointing import GET_OR_POST, change_page
from desk.views.posts import keeps_posts
from desk.views.sitting import DeskRequest
from organization import selectors as organization
from organization.models import Post
from workflows.models import OPEN_STATUSES, Task


def _options(request: DeskRequest) -> dict[str, Any]:
    return {"by": request.user, "today": request.desk.today}


def _act(form: ActForm) -> desk.ByAct:
    return desk.ByAct(form.cited, form.document_id, is_signed=form.is_signed)


@GET_OR_POST
@keeps_posts
def posts_new_unit(request: DeskRequest) -> HttpResponse:
    """Create a unit under another one."""

    def create(form: ActForm) -> None:
        data = form.cleaned_data
        new = desk.NewUnit(
            name=data["name"],
            siglas=data["siglas"],
            siglas_path=data["siglas_path"],
            parent=data["parent"],
            is_outside=data["kind"] == COMMITTEE,
        )
        desk.create_unit_by_act(new=new, from_on=data["from_on"], act=_act(form), by=request.user, at=timezone.now())

    start = {"from_on": request.desk.today, "parent": request.GET.get("unidad")}
    return change_page(
        request,
        NewUnitForm(request.POST or None, initial=start, **_options(request)),
        create,
        title=_("Crear una unidad"),
        verb=_("Crear la unidad"),
        about=_("Después, cree el puesto que la dirige y designe a quien lo ocupa."),
        then="desk:posts_names",
    )


@GET_OR_POST
@keeps_posts
def posts_new_post(request: DeskRequest) -> HttpResponse:
    """Create a post in a unit."""

    def create(form: ActForm) -> None:
        data = form.cleaned_data
        new = desk.NewPost(
            unit=data["unit"],
            title=data["title"],
            is_head=data["seat"] == HEAD,
            is_single_seat=data["seat"] != SHARED,
        )
        desk.create_post_by_act(new=new, from_on=data["from_on"], act=_act(form), by=request.user, at=timezone.now())

    start = {"from_on": request.desk.today, "unit": request.GET.get("unidad")}
    form = NewPostForm(request.POST or None, initial=start, **_options(request))
    return change_page(request, form, create, title=_("Crear un puesto"), verb=_("Crear el puesto"))


@GET_OR_POST
@keeps_posts
def posts_end_post(request: DeskRequest, post_id: int) -> HttpResponse:
    """Let a post end, its open work go to another one."""
    post = get_object_or_404(Post.objects.select_related("unit"), pk=post_id)

    def end(form: ActForm) -> None:
        data = form.cleaned_data
        desk.end_post_by_act(
            post=post,
            to_on=data["to_on"],
            successor=data["successor"],
            act=_act(form),
            by=request.user,
            at=timezone.now(),
        )

    return change_page(
        request,
        EndPostForm(request.POST or None, initial={"to_on": post.valid_to}, post=post, **_options(request)),
        end,
        title=_("Terminar el puesto «%(post)s»") % {"post": post.title},
        verb=_("Terminar el puesto"),
        about=_about_ending(request, post),
    )


def _about_ending(request: DeskRequest, post: Post) -> str:
    """Return where the post stands, who leaves it, and how much waits there."""
    people = organization.holders_of([post.pk], request.desk.today)
    holder = people[post.pk].full_name if post.pk in people else _("está vacante")
    waiting = Task.objects.exclude(kind="").filter(post=post, status__in=OPEN_STATUSES).count()
    told = ngettext("%(count)d paso espera allí", "%(count)d pasos esperan allí", waiting) % {"count": waiting}
    unit = organization.unit_name(post.unit, request.desk.today).name
    return _("%(unit)s · %(holder)s · %(waiting)s. Quien lo ocupa lo deja ese día; sus encargos terminan con él.") % {
        "unit": unit,
        "holder": holder,
        "waiting": told if waiting else _("nada espera allí"),
    }
