"""Published acts: the newest, and a search among them."""

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from portal import selectors
from portal.forms import PublishedForm
from portal.views.files import version_response
from search.enums import Order
from search.ports import EVERYONE, Filters
from search.selectors import Results, answer

ACTS_PER_PAGE = 15


@require_GET
def acts(request: HttpRequest) -> HttpResponse:
    """List the published acts that match; without words, the newest."""
    form = PublishedForm(request.GET)
    results = published(form)
    words = form.cleaned_data.get("q", "")
    return render(request, "portal/acts.html", {"form": form, "words": words, "results": results})


def published(form: PublishedForm) -> Results:
    """Return what the form asks, of what anyone may read."""
    asked = form.cleaned_data if form.is_valid() else {}
    words = asked.get("q", "")
    return answer(
        words,
        tokens=frozenset({EVERYONE}),
        limit=ACTS_PER_PAGE,
        after=asked.get("after", ""),
        filters=Filters(kind=asked.get("kind", ""), year=asked.get("year"), is_published=True),
        order=Order.CLOSEST if words else Order.NEWEST,
    )


@require_GET
def act(request: HttpRequest, document_id: int) -> HttpResponseBase:
    """Lead to the published act's own page; one without a verification code is handed out as it is."""
    document = selectors.published_document(document_id)
    if document is None or document.emitted_version is None:
        raise Http404
    if document.cvd:
        return redirect("portal:verdict", code=document.cvd)
    return version_response(document.emitted_version, is_ours=not document.outside_author)
