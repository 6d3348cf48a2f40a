"""Entering with the account of the entity's own server: there, and back."""

from http import HTTPStatus
from secrets import token_hex

from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.base import Provider
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from desk.forms.enter import EnterForm
from desk.views import confirming
from desk.views.callers import attempt_of
from desk.views.enter import entrance_page, wanted_place
from desk.views.second_step import entered
from organization.errors import InstitutionalRefusal, NotAdmitted
from organization.models import Person
from organization.services import entrance
from organization.services.entrance import Attempt, Step


@never_cache
@require_safe
def institutional(request: HttpRequest) -> HttpResponse:
    """Send the person to the entity's server of accounts, from where they come back to ``institutional_back``."""
    if request.user.is_authenticated:
        return redirect(wanted_place(request))
    provider = _provider(request)
    until = entrance.held_until(_attempt(request), at=timezone.now())
    if until is not None:
        return _refused(request, confirming.wait_sentence(until))
    try:
        there: HttpResponse = provider.redirect(request, process="login", next_url=wanted_place(request))
    except InstitutionalRefusal as refusal:
        return _recorded(request, refusal)
    return there


@never_cache
@require_safe
def institutional_back(request: HttpRequest) -> HttpResponse:
    """Let in whom the server vouches for and the profile made: as far as the second step, where one is asked."""
    flow = _provider(request).get_oauth2_adapter(request)
    until = entrance.held_until(_attempt(request), at=timezone.now())
    if until is not None:
        return _refused(request, confirming.wait_sentence(until))
    try:
        response: HttpResponse = OAuth2CallbackView.adapter_view(flow)(request)
    except InstitutionalRefusal as refusal:
        return _recorded(request, refusal)
    user = request.user
    return entered(request, response, user) if isinstance(user, Person) else response


def _provider(request: HttpRequest) -> Provider:
    try:
        return get_adapter(request).get_provider(request, provider=settings.OIDC_ISSUER)
    except SocialApp.DoesNotExist:
        raise Http404 from None


def _attempt(request: HttpRequest, person: Person | None = None) -> Attempt:
    """Return the try, counted by its address alone: no account's owner waits for what went wrong over there."""
    return attempt_of(request, step=Step.INSTITUTIONAL, account=token_hex(), person=person)


def _recorded(request: HttpRequest, refusal: InstitutionalRefusal) -> HttpResponse:
    person = refusal.person if isinstance(refusal, NotAdmitted) else None
    known = person if isinstance(person, Person) else None
    entrance.record_failure(_attempt(request, known), person=known, at=timezone.now(), why=refusal.why)
    return _refused(request, str(refusal))


def _refused(request: HttpRequest, sentence: str) -> HttpResponse:
    return entrance_page(request, EnterForm(), sentence=sentence, status=HTTPStatus.UNPROCESSABLE_ENTITY)
