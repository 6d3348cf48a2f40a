"""The trays of the unit in view."""

from dataclasses import dataclass
from itertools import groupby

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from desk.templatetags.desk import TAB_NAMES
from desk.views.sitting import DeskRequest, seated
from workflows.selectors import trays
from workflows.selectors.trays import Group, Tab, TrayCounts, TrayPage, TrayRow

EMPTY = {
    Tab.TO_DO: _("No tiene nada por atender"),
    Tab.DUE_TODAY: _("Hoy no vence nada"),
    Tab.TO_SIGN: _("No hay documentos por firmar"),
    Tab.DRAFTING: _("No hay proyectos en curso"),
    Tab.OBSERVED: _("No le han devuelto nada"),
    Tab.ELSEWHERE: _("Otras unidades no tienen nada que usted haya derivado"),
    Tab.DONE: _("Todavía no ha atendido nada"),
}


@dataclass(frozen=True)
class RowGroup:
    """Rows under one heading; ``count`` is of the whole tray, where it is known."""

    group: Group
    rows: list[TrayRow]
    count: int | None


@seated
@require_safe
def home(request: DeskRequest) -> HttpResponse:
    """Open the desk at what must be attended to."""
    return redirect("desk:tab", tab=Tab.TO_DO)


@seated
@require_safe
def more(request: DeskRequest) -> HttpResponse:
    """Show on a phone what the rail shows on a desk."""
    return render(request, "desk/more.html", {"is_more": True})


@seated
@require_safe
@vary_on_headers("HX-Request")
def tray(request: DeskRequest, tab: str) -> HttpResponse:
    """Show a tray: the whole page, or for htmx only the rows that follow."""
    try:
        which = Tab(tab)
    except ValueError as error:
        raise Http404 from error
    is_mine = request.GET.get("de") == "mio"
    counts = trays.tray_counts(request.desk.seat)
    page = trays.tray_page(
        request.desk.seat,
        which,
        after=request.GET.get("desde", ""),
        only_mine=is_mine,
        with_undated=which == Tab.ELSEWHERE or counts.without_term > 0,
    )
    context = {
        "tab": which,
        "tab_name": TAB_NAMES[which],
        "page": page,
        "groups": _groups(page, counts, which, is_mine=is_mine),
        "counts": counts,
        "is_mine": is_mine,
        "is_first": not request.GET.get("desde"),
        "preview": page.rows[0] if page.rows else None,
        "empty": EMPTY[which],
        "can_mark": which not in {Tab.ELSEWHERE, Tab.DONE},
    }
    template = "desk/_rows.html" if request.htmx else "desk/tray.html"
    return render(request, template, context)


@seated
@require_safe
def preview(request: DeskRequest, tab: str, task_id: int) -> HttpResponse:
    """Show one row of a tray beside it."""
    row = trays.first_row(request.desk.seat, Tab(tab), task_id) if tab in set(Tab) else None
    if row is None:
        raise Http404
    return render(request, "desk/_preview.html", {"preview": row})


def _groups(page: TrayPage, counts: TrayCounts, tab: Tab, *, is_mine: bool) -> list[RowGroup]:
    known = {
        Group.LATE: counts.late,
        Group.TODAY: counts.due_today,
        Group.NEXT: counts.upcoming,
        Group.NONE: counts.without_term,
    }
    is_whole = tab == Tab.TO_DO and not is_mine
    return [
        RowGroup(group, list(rows), known.get(group) if is_whole else None)
        for group, rows in groupby(page.rows, key=lambda row: row.group)
    ]
