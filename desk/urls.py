"""Addresses of the desk."""

from django.urls import path

from desk.views import cases, counter, drafts, enter, find, reading, signing, starting, steps, tray

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
    path("buscar/", find.find, name="find"),
    path("documentos/<int:document_id>/", reading.document, name="document"),
    path("documentos/<int:document_id>/original/", reading.original, name="original"),
    path("documentos/<int:document_id>/pagina-<int:page>.png", reading.page_image, name="page_image"),
    path("por-firmar/", signing.to_sign, name="to_sign"),
    path("por-firmar/firmar/", signing.sign, name="sign"),
    path("por-firmar/lotes/<int:entry_id>/", signing.signed, name="signed"),
    path("por-firmar/retirar/<int:signature_id>/", signing.withdraw, name="withdraw"),
    path("nuevo/", starting.new_case, name="new_case"),
    path("mesa-de-partes/", counter.counter, name="counter"),
    path("mesa-de-partes/registros/", counter.registered, name="counter_registered"),
    path("mesa-de-partes/registros/<int:filing_id>/", counter.registration, name="counter_registration"),
    path("mesa-de-partes/registros/<int:filing_id>/agregar/", counter.add, name="counter_add"),
    path("mesa-de-partes/registros/<int:filing_id>/cargo/", counter.cargo, name="counter_cargo"),
    path("mesa-de-partes/registros/<int:filing_id>/corregir/", counter.correct, name="counter_correct"),
    path("mesa-de-partes/registros/<int:filing_id>/anular/", counter.void, name="counter_void"),
    path("mesa-de-partes/registros/<int:filing_id>/clave/", counter.new_key, name="counter_key"),
    path("mesa-de-partes/talon/", counter.slip, name="counter_slip"),
    path("tareas/<int:task_id>/", steps.task, name="task"),
    path("tareas/<int:task_id>/decidir/", steps.decide, name="decide"),
    path("tareas/<int:task_id>/devolver/", steps.give_back, name="give_back"),
    path("tareas/<int:task_id>/derivar/", steps.derive, name="derive"),
    path("tareas/<int:task_id>/texto/", drafts.draft, name="draft"),
    path("tareas/<int:task_id>/texto/anexo/", drafts.annex, name="draft_annex"),
    path("tareas/<int:task_id>/texto/borrador.pdf", drafts.preview, name="draft_preview"),
    path("tareas/<int:task_id>/texto/pagina-<int:page>.png", drafts.preview_page, name="draft_page"),
    path("pases/<int:movement_id>/retirar/", steps.take_back, name="take_back"),
    path("expedientes/<int:pk>/", cases.expediente, name="expediente"),
    path("expedientes/<int:pk>/ruta.bpmn", cases.bpmn, name="bpmn"),
    path("expedientes/<int:pk>/<str:tab>/", cases.expediente, name="expediente_tab"),
]
