"""Addresses: the citizen's at the root, the official's under ``/mesa/``. No Viewflow URL is served."""

from django.urls import include, path

from desk.views import enter, second_step

urlpatterns = [
    # Two pages of the desk under the names by which django-allauth's sign-in knows them; it serves none of its own.
    path("mesa/entrar/", enter.enter, name="account_login"),
    path("mesa/entrar/segundo-paso/", second_step.second_step, name="mfa_authenticate"),
    path("mesa/", include("desk.urls")),
    path("", include("portal.urls")),
]
