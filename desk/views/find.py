"""The search page: what the person may see, with the page where the words stand."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from desk.views.sitting import DeskRequest, seated
from docs_store import selectors as stored
from search import selectors as search
from search.enums import Order
from search.errors import SearchError
from search.ports import Filters

HITS = 15


@seated
@require_safe
@vary_on_headers("HX-Request")
def find(request: DeskRequest) -> HttpResponse:
    """Show matching documents: the whole page, or only the results for htmx."""
    words = request.GET.get("q", "").strip()
    year = request.GET.get("anio", "")
    chosen = Filters(
        kind=request.GET.get("tipo", ""),
        unit=request.GET.get("unidad", ""),
        year=int(year) if year.isdecimal() else None,
    )
    is_newest = request.GET.get("orden") == "nuevos"
    context = {"words": words, "chosen": chosen, "is_newest": is_newest}
    try:
        context["results"] = search.answer(
            words,
            tokens=stored.reader_tokens(request.user, request.desk.today),
            limit=HITS,
            after=request.GET.get("desde", ""),
            filters=chosen,
            order=Order.NEWEST if is_newest else Order.CLOSEST,
        )
    except SearchError as error:
        context["sentence"] = str(error)
    template = "desk/_results.html" if request.htmx else "desk/find.html"
    return render(request, template, context)
