"""Addresses: the citizen's at the root, the official's under ``/mesa/``. No Viewflow URL is served."""

from django.urls import include, path

urlpatterns = [
    path("mesa/", include("desk.urls")),
    path("", include("portal.urls")),
]
