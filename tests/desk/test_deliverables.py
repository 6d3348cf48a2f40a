"""One file that seeks several results: each gets its own word, on forms without scripts."""

from django.utils import timezone

from organization.models import Unit
from tests.desk.conftest import PIN, Seat, informe, open_resolution, person, step, waiting
from tests.desk.test_by_hand import ACT, SECTIONS, decide, write
from workflows import services
from workflows.models import Process


def plan_at_legal() -> Process:
    process = services.open_case(
        route="plan",
        subject="Dos planes",
        deliverables=("Plan A", "Plan B"),
        unit=Unit.objects.get(slug="ois"),
        by=person("jefe-ois"),
        at=timezone.now(),
    )
    step(process, "encargado-mesa-de-partes", outcome="derived")
    step(process, "jefe-oaf", informe())
    step(process, "jefe-oaf", informe())
    step(process, "jefe-ois", informe())
    step(process, "gerente-municipal", outcome="derived")
    return process


def outcomes(process: Process) -> list[str]:
    return list(process.expediente.deliverables.values_list("outcome", flat=True))


def test_legal_favours_one_of_two_and_the_act_approves_it(seat: Seat) -> None:
    process = plan_at_legal()
    oaj = seat("jefe-oaj")
    first, second = process.expediente.deliverables.order_by("order")
    write(oaj, waiting(process), SECTIONS)

    page = oaj.get(f"/mesa/tareas/{waiting(process).pk}/").content.decode()
    assert f'name="deliverable_{first.pk}" value="favourable"' in page
    decide(
        oaj,
        waiting(process),
        **{f"deliverable_{first.pk}": "favourable", f"deliverable_{second.pk}": "unfavourable"},
    )
    assert outcomes(process) == ["favoured", "not_favoured"]

    step(process, "gerente-municipal", informe())
    sg = seat("secretario-general")
    write(sg, waiting(process), ACT)
    decide(sg, waiting(process), **{f"deliverable_{first.pk}": "approved", f"deliverable_{second.pk}": "pending"})
    step(process, "secretario-general", outcome="numbered")
    step(process, "alcalde", outcome="signed")
    assert outcomes(process) == ["approved", "not_favoured"]


def test_a_copy_goes_with_the_derivation(seat: Seat) -> None:
    process = plan_at_legal()
    task = waiting(process)

    answer = seat("jefe-oaj").post(
        f"/mesa/tareas/{task.pk}/derivar/", {"units": ["opp"], "copies": ["gm"], "proveido": "Gasto."}
    )

    assert answer.status_code == 302
    page = seat("gerente-municipal").get(f"/mesa/expedientes/{process.expediente_id}/").content.decode()
    assert "copia para conocimiento" in page


def test_a_letter_and_minutes_ask_what_they_print(seat: Seat) -> None:
    process = services.open_case(
        route="plan", subject="Plan", unit=Unit.objects.get(slug="ois"), by=person("jefe-ois"), at=timezone.now()
    )
    step(process, "encargado-mesa-de-partes", outcome="derived")
    minutes = seat("jefe-oaf").get(f"/mesa/tareas/{waiting(process).pk}/texto/").content.decode()

    assert "Asistentes" in minutes
    assert "VISTOS" not in minutes
    assert 'name="d-addressee_name"' not in minutes


def test_more_rows_keep_what_was_typed(seat: Seat) -> None:
    task = waiting(open_resolution())

    page = (
        seat("jefe-ois")
        .post(f"/mesa/tareas/{task.pk}/texto/", {**SECTIONS, "version": "0", "more": "1", "d-subject": "Lo mío"})
        .content.decode()
    )

    assert "Sección 3" in page
    assert "Lo mío" in page
    assert not task.process.process_documents.exists()
    assert PIN not in page
