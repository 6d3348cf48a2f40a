"""Who keeps out of one file, and who continues there: registered by act, ended by a day."""

from functools import partial

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from desk.forms.abstaining import AbstainForm
from desk.forms.covers import ActForm
from desk.services import check_signed
from desk.views.appointing import change_page
from desk.views.covers import end_on_its_day
from desk.views.posts import keeps_posts
from desk.views.sitting import DeskRequest
from organization.models import Abstention
from workflows.services import abstentions


@require_http_methods(["GET", "HEAD", "POST"])
@keeps_posts
def posts_abstain(request: DeskRequest) -> HttpResponse:
    """Register that somebody keeps out of a file, and who continues there."""
    form = AbstainForm(
        request.POST or None, initial={"from_on": request.desk.today}, by=request.user, today=request.desk.today
    )

    def abstain(asked: ActForm) -> None:
        data = form.cleaned_data
        check_signed(asked.is_signed)
        designee = form.appointment("designee")
        abstentions.abstain(
            expediente=data["file"],
            post=data["post"],
            person=form.appointment("person").person,
            designee=designee.person,
            designee_post=designee.post,
            from_on=data["from_on"],
            reason=data["reason"],
            act=asked.cited,
            document_id=asked.document_id,
            by=request.user,
            at=timezone.now(),
        )

    return change_page(
        request,
        form,
        abstain,
        title=_("Registrar una abstención"),
        verb=_("Registrar la abstención"),
        about=_(
            "Quien se abstiene no abre, decide, visa ni firma en ese expediente. Sus tareas abiertas pasan hoy a quien "
            "continúa, con su fecha."
        ),
        then="desk:posts_covers",
    )


@require_POST
@keeps_posts
def posts_end_abstention(request: DeskRequest, abstention_id: int) -> HttpResponse:
    """Let an abstention end on a day."""
    row = get_object_or_404(Abstention, pk=abstention_id)
    return end_on_its_day(
        request,
        partial(abstentions.end_abstention, abstention=row),
        done=_("La abstención termina ese día."),
        no_day=_("Escriba el último día de la abstención."),
    )
