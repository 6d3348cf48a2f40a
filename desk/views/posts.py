"""The organisation in time: who holds what, who may sign, what ends soon. For who looks after it alone."""

import csv
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import wraps
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from desk.forms.posts import SPANS, Asked, asked_of
from desk.selectors.chart import SOON, act_key, chart_of
from desk.selectors.competence import WhoSigns, kinds_signed, who_signs
from desk.selectors.endings import endings_between, vacancies_on
from desk.selectors.unit_places import unit_places
from desk.views.sitting import DeskRequest, seated
from docs_store import selectors as stored
from docs_store.models import DocumentKind
from organization import selectors as organization
from organization.enums import Role
from organization.models import Absence, Abstention, Appointment, Grant, Post, UnitName
from organization.selectors import Place
from organization.selectors.timeline import grants_on, people_on
from signing.selectors import certificates_of

KEEPERS = frozenset({Role.SECRETARIAT, Role.PERSONNEL})
ONE_DAY = timedelta(days=1)
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")
View = Callable[..., HttpResponseBase]


def keeps_posts(view: View) -> View:
    """Let only those in who hold a post today in secretaría general or human resources; for others no page exists."""

    @seated
    @wraps(view)
    def wrapped(request: DeskRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        if not KEEPERS & request.desk.roles:
            raise Http404
        return view(request, *args, **kwargs)

    return wrapped


@require_safe
@keeps_posts
@vary_on_headers("HX-Request")
def posts(request: DeskRequest) -> HttpResponse:
    """Show who held each post over time, and who may sign on the day asked for; for htmx only what the day changes."""
    asked = asked_of(request.GET, request.desk.today)
    if asked.was_moved:
        return redirect(f"{reverse('desk:posts')}?{urlencode(asked.address)}")
    template = "desk/_posts.html" if request.htmx else "desk/posts.html"
    status = HTTPStatus.OK if not asked.form.errors else HTTPStatus.UNPROCESSABLE_ENTITY
    return render(request, template, _shown(request, asked), status=status)


@require_safe
@keeps_posts
def posts_people(request: DeskRequest) -> HttpResponse:
    """Show everybody who holds a post on the day, with their posts, their absence and their certificate."""
    asked = asked_of(request.GET, request.desk.today)
    places = [place for place in organization.places_on(asked.on) if place.titular]
    people: dict[int, list[Place]] = {}
    for place in places:
        if place.titular:
            people.setdefault(place.titular.person_id, []).append(place)
    certificates = certificates_of(people)
    rows = [Official(found, certificates.get(pk)) for pk, found in people.items()]
    rows.sort(key=lambda row: row.places[0].titular.person.surnames if row.places[0].titular else "")
    return render(request, "desk/posts_people.html", head_of(asked, "people") | {"people": rows})


@require_safe
@keeps_posts
def posts_covers(request: DeskRequest) -> HttpResponse:
    """Show every grant and absence: those in force on the day, those to come, those that are over."""
    return covers_page(request)


def covers_page(request: DeskRequest, *, status: int = HTTPStatus.OK) -> HttpResponse:
    """Show the page of grants and absences, also after a change that was refused."""
    asked = asked_of(request.GET, request.desk.today)
    grants = Grant.objects.select_related("post", "person", "own_post").order_by("-from_on", "-pk")
    absences = Absence.objects.select_related("person").order_by("-from_on", "-pk")
    abstentions = Abstention.objects.select_related("person", "designee", "post").order_by("-from_on", "-pk")
    visible = stored.visible_expedientes(request.user, request.desk.today)
    visible = visible.filter(pk__in=[row.expediente_id for row in abstentions])
    shown = {
        "grants": _in_time(grants, asked),
        "absences": _in_time(absences, asked),
        "abstentions": _in_time(abstentions, asked),
        "files": dict(visible.values_list("pk", "label")),
        "acts": _readable(request, grants),
    }
    return render(request, "desk/posts_covers.html", head_of(asked, "covers") | shown, status=status)


@require_safe
@keeps_posts
def posts_names(request: DeskRequest) -> HttpResponse:
    """Show under which names and siglas each unit went, and from what it hung, from when to when."""
    asked = asked_of(request.GET, request.desk.today)
    names = UnitName.objects.select_related("unit").order_by("unit__valid_from", "unit_id", "valid_from")
    by_unit: dict[int, list[UnitName]] = {}
    for name in names:
        by_unit.setdefault(name.unit_id, []).append(name)
    shown = {"units": list(by_unit.values()), "places": unit_places(asked.on)}
    return render(request, "desk/posts_names.html", head_of(asked, "names") | shown)


@require_safe
@keeps_posts
def posts_json(request: DeskRequest) -> JsonResponse:
    """Hand out who holds what on the day, for another program."""
    asked = asked_of(request.GET, request.desk.today)
    rows = [_as_json(place) for place in organization.places_on(asked.on)]
    return JsonResponse({"on": asked.on, "posts": rows})


@require_safe
@keeps_posts
def posts_csv(request: DeskRequest) -> HttpResponse:
    """Hand out who holds what on the day as a table: comma-separated, UTF-8 with its mark, as spreadsheets read it."""
    asked = asked_of(request.GET, request.desk.today)
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="organizacion-{asked.on.isoformat()}.csv"'
    response.write("\ufeff")
    writer = csv.writer(response)
    writer.writerow(_("unidad,siglas,puesto,titular,acto,desde,hasta,ausente,lo_ejerce,por").split(","))
    writer.writerows([plain(cell) for cell in _as_row(place)] for place in organization.places_on(asked.on))
    return response


@dataclass(frozen=True)
class Official:
    """Somebody who holds posts on a day, and their newest certificate."""

    places: list[Place]
    certificate: Any


def _who_signs(asked: Asked, places: Sequence[Place], kinds: Sequence[DocumentKind]) -> WhoSigns | None:
    """Return the chain for the chosen post, or for the first one whose holder is away, or for the first of all."""
    away = next((place.post for place in places if place.absence), None)
    post = asked.post or away or (places[0].post if places else None)
    if post is None:
        return None
    return who_signs(post, asked.on, next((row for row in kinds if row.slug == asked.kind), None), places)


def _shown(request: DeskRequest, asked: Asked) -> dict[str, Any]:
    places = organization.places_on(asked.on)
    chart = chart_of(asked.window, asked.on, places, closed=asked.closed)
    kinds = kinds_signed()
    who = _who_signs(asked, places, kinds)
    post_acts = _acts_of(who.post) if who else []
    rows = [life for row in chart.rows for life in row.acts] + post_acts
    return head_of(asked, "posts") | {
        "chart": chart,
        "places": places,
        "who": who,
        "post_acts": post_acts,
        "kinds": kinds,
        "acts": _readable(request, rows),
        "vacant": sum(place.titular is None for place in places),
        "units_count": len({place.post.unit_id for place in places}),
        "posts_count": len({place.post.pk for place in places}),
        "vacancies": vacancies_on(asked.on, places),
        "away": [place for place in places if place.absence],
        "endings": endings_between(asked.on, asked.on + SOON, places),
        "until": asked.on + SOON,
    }


def head_of(asked: Asked, part: str) -> dict[str, Any]:
    """Return what the tabs and the choice of day show on each page."""
    return {
        "asked": asked,
        "part": part,
        "form": asked.form,
        "on": asked.on,
        "before": asked.on - ONE_DAY,
        "after": asked.on + ONE_DAY,
        "spans": SPANS.items(),
        "people_count": people_on(asked.on),
        "covers_count": len(grants_on(asked.on)),
    }


def _acts_of(post: Post) -> list[Appointment | Grant]:
    """Return every act that gave the post to somebody, the newest first."""
    rows: list[Appointment | Grant] = [
        *post.appointments.select_related("person"),
        *post.grants.select_related("person", "own_post"),
    ]
    return sorted(rows, key=lambda row: (row.from_on, row.pk), reverse=True)


def _readable(request: DeskRequest, rows: Iterable[Appointment | Grant]) -> dict[str, int]:
    """Return the act's document by the key of its row, for those that this person may read."""
    asked = {act_key(row): row.document_id for row in rows if row.document_id}
    if not asked:
        return {}
    visible = stored.visible_documents(request.user, request.desk.today).filter(pk__in=set(asked.values()))
    known = set(visible.values_list("pk", flat=True))
    return {key: document for key, document in asked.items() if document in known}


def _in_time(rows: Iterable[Any], asked: Asked) -> dict[str, list[Any]]:
    """Return the rows that are in force on the day, that come later, and that are over."""
    found: dict[str, list[Any]] = {"now": [], "later": [], "over": []}
    for row in rows:
        is_over = row.to_on is not None and row.to_on < asked.on
        found["later" if row.from_on > asked.on else "over" if is_over else "now"].append(row)
    return found


def _as_json(place: Place) -> dict[str, Any]:
    titular, absence = place.titular, place.absence
    return {
        "unit": place.post.unit.slug,
        "unit_name": place.unit.name,
        "siglas": place.unit.siglas,
        "post": place.post.slug,
        "title": place.post.title,
        "holder": titular.person.full_name if titular else None,
        "act": titular.act if titular else None,
        "from_on": titular.from_on if titular else None,
        "to_on": titular.to_on if titular else None,
        "absent": {"from_on": absence.from_on, "to_on": absence.to_on} if absence else None,
        "exercised_by": place.person.full_name if place.person else None,
        "grants": [
            {
                "kind": grant.kind,
                "person": grant.person.full_name,
                "act": grant.act,
                "from_on": grant.from_on,
                "to_on": grant.to_on,
                "scope": grant.scope,
            }
            for grant in place.grants
        ],
    }


def _as_row(place: Place) -> list[str]:
    titular, absence = place.titular, place.absence
    return [
        place.unit.name,
        place.unit.siglas,
        place.post.title,
        titular.person.full_name if titular else "",
        titular.act if titular else "",
        titular.from_on.isoformat() if titular else "",
        titular.to_on.isoformat() if titular and titular.to_on else "",
        _("sí") if absence else "",
        place.person.full_name if place.person else "",
        "; ".join(f"{grant.get_kind_display()}: {grant.person.full_name}, {grant.act}" for grant in place.grants),
    ]


def plain(cell: str) -> str:
    """Return the cell so that no spreadsheet takes it for a formula."""
    return f"'{cell}" if cell.startswith(FORMULA_SIGNS) else cell
