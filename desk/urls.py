"""Addresses of the desk."""

from django.urls import path

from desk.views import enter, tray

app_name = "desk"
urlpatterns = [
    path("", tray.home, name="tray"),
    path("entrar/", enter.enter, name="enter"),
    path("entrar/demo/<str:username>/", enter.enter_demo, name="enter_demo"),
    path("salir/", enter.leave, name="leave"),
    path("unidad/", enter.choose_unit, name="choose_unit"),
    path("tema/", enter.choose_theme, name="choose_theme"),
    path("mas/", tray.more, name="more"),
    path("bandeja/<str:tab>/", tray.tray, name="tab"),
    path("bandeja/<str:tab>/<int:task_id>/", tray.preview, name="preview"),
    path("buscar/", tray.more, name="find"),
    path("nuevo/", tray.more, name="new_case"),
    path("mesa-de-partes/", tray.more, name="counter"),
    path("tareas/<int:task_id>/", tray.more, name="task"),
    path("expedientes/<int:pk>/", tray.more, name="expediente"),
]
