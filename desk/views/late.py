"""The steps that missed their day, by who answered for them and who above (PL-15). For who looks after the posts."""

import csv
from datetime import date
from http import HTTPStatus

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from desk.forms.late import PeriodForm, period_of
from desk.forms.posts import asked_of
from desk.views.posts import head_of, keeps_posts, plain
from desk.views.sitting import DeskRequest
from workflows.selectors.late_terms import LateTerm, by_official, late_terms

MOST_SHOWN = 200
COLUMNS = "responsable,superior,expediente,paso,unidad,venció,hecho,días hábiles tarde"


@require_safe
@keeps_posts
def late(request: DeskRequest) -> HttpResponse:
    """Show the steps whose day fell in the period and was missed, the oldest first; the rest stands in the table."""
    return _page(request, period_of(request.GET, request.desk.today))


def _page(request: DeskRequest, period: PeriodForm) -> HttpResponse:
    found = _found(period, request.desk.today)
    shown = head_of(asked_of({}, request.desk.today), "late") | {
        "period": period,
        "people": by_official(found[:MOST_SHOWN]),
        "count": len(found),
        "left": max(0, len(found) - MOST_SHOWN),
    }
    status = HTTPStatus.OK if period.is_valid() else HTTPStatus.UNPROCESSABLE_ENTITY
    return render(request, "desk/late.html", shown, status=status)


@require_safe
@keeps_posts
def late_csv(request: DeskRequest) -> HttpResponse:
    """Hand out all of them as a table: comma-separated, UTF-8 with its mark, as spreadsheets read it."""
    period = period_of(request.GET, request.desk.today)
    if not period.is_valid():
        return _page(request, period)
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    name = f"plazos-{period.cleaned_data['desde']}-{period.cleaned_data['hasta']}.csv"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.write("\ufeff")
    writer = csv.writer(response)
    writer.writerow(_(COLUMNS).split(","))
    writer.writerows(
        [plain(cell) for cell in _as_row(term)]
        for who in by_official(_found(period, request.desk.today))
        for term in who.terms
    )
    return response


def _found(period: PeriodForm, today: date) -> list[LateTerm]:
    if not period.is_valid():
        return []
    return late_terms(period.cleaned_data["desde"], period.cleaned_data["hasta"], today=today)


def _as_row(term: LateTerm) -> list[str]:
    return [
        term.official,
        term.superior,
        term.expediente,
        term.step,
        term.unit,
        term.due_on.isoformat(),
        term.done_on.isoformat() if term.done_on else "",
        "" if term.days is None else str(term.days),
    ]
