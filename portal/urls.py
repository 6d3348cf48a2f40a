"""Addresses of the citizen."""

from django.urls import path

from portal.views import answers, api, casilla, due, filing, procedures, publications, tracking, verification

app_name = "portal"
urlpatterns = [
    path("", tracking.home, name="home"),
    path("seguimiento/", tracking.file, name="file"),
    path("seguimiento/estado/<path:label>/", tracking.status, name="status"),
    path("seguimiento/documento/<int:document_id>/", tracking.document, name="document"),
    path("seguimiento/plazo/<int:clock_id>/", due.due, name="due"),
    path("seguimiento/plazo/<int:clock_id>/cuenta.pdf", due.due_pdf, name="due_pdf"),
    path("seguimiento/casilla/", casilla.casilla, name="casilla"),
    path("seguimiento/casilla/salir/", casilla.leave, name="casilla_leave"),
    path("seguimiento/casilla/<str:token>/", casilla.link, name="casilla_link"),
    path("seguimiento/notificacion/<int:notice_id>/", answers.notice, name="notice"),
    path("seguimiento/notificacion/<int:notice_id>/abrir/", answers.open_notice, name="open_notice"),
    path("seguimiento/constancia/", answers.constancia, name="constancia"),
    path("seguimiento/queja/", answers.complain, name="complain"),
    path("seguimiento/subsanar/", filing.cure, name="cure"),
    path("seguimiento/desistir/", filing.desist, name="desist"),
    path("seguimiento/agregar/", filing.add, name="add"),
    path("seguimiento/salir/", tracking.leave, name="leave"),
    path("t/no-encontrado/", tracking.unknown_talon, name="unknown_talon"),
    path("t/espere/", tracking.wait, name="wait"),
    path("t/<path:label>/<str:key>", tracking.talon, name="talon"),
    path("t/<path:rest>", tracking.misread_talon, name="misread_talon"),
    path("tramites/", procedures.procedures, name="procedures"),
    path("api/tramites", procedures.procedures_json, name="api_procedures"),
    path("presentar/", filing.present, name="present"),
    path("presentar/talon/", filing.talon_pdf, name="talon_pdf"),
    path("verificar/", verification.verify, name="verify"),
    path("v/", verification.verify, name="verify_short"),
    path("v/<str:code>", verification.verdict, name="verdict"),
    path("v/<str:code>/original", verification.original, name="original"),
    path("v/<str:code>/pagina-<int:page>.png", verification.page_image, name="page_image"),
    path("publicaciones/", publications.acts, name="acts"),
    path("publicaciones/<int:document_id>/", publications.act, name="act"),
    path("api/seguimiento", api.track, name="api_track"),
    path("api/verificar/<str:code>", api.verify, name="api_verify"),
    path("api/publicaciones", api.acts, name="api_acts"),
]
