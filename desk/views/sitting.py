"""Who sits at the desk: every page but the entrance asks here."""

from collections.abc import Callable
from functools import wraps
from typing import cast

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django_htmx.middleware import HtmxDetails

from desk.selectors import Desk, desk_of
from desk.views.keeping import keep
from organization.models import Person

UNIT_IN_VIEW = "unit"


class DeskRequest(HttpRequest):
    """A request of somebody who holds a post today."""

    user: Person
    desk: Desk
    htmx: HtmxDetails


View = Callable[..., HttpResponseBase]


def seated(view: View) -> View:
    """Let only those in who hold a post today, and give the view their desk."""

    @never_cache
    @wraps(view)
    def wrapped(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return keep(request) if request.method == "POST" else redirect_to_login(request.get_full_path())
        asked = cast(DeskRequest, request)
        asked.desk = desk_of(asked.user, unit_id=request.session.get(UNIT_IN_VIEW), at=timezone.now())
        if asked.desk.unit is None:
            return render(request, "desk/no_post.html", status=403)
        return view(asked, *args, **kwargs)

    return wrapped
