"""The draft editor says what is wrong with the norms that a text cites, before anyone signs."""

from dataclasses import replace

import pytest
from django.utils import timezone

from tests.desk.conftest import Seat, informe, open_resolution, person, waiting
from workflows import services


@pytest.mark.django_db
def test_an_unverified_norm_and_an_expired_one_are_findings_of_the_draft(seat: Seat) -> None:
    task = waiting(open_resolution())
    cited = "conforme al Decreto Supremo 006-2026-JUS, al D.S. N.° 004-2019-JUS y al artículo 133 de la Ley N.° 27444"
    text = replace(informe(), closing=cited)
    services.save_step_text(task_id=task.pk, content=text, by=person("jefe-ois"), at=timezone.now())

    page = seat("jefe-ois").get(f"/mesa/tareas/{task.pk}/texto/").content.decode()

    shown = page[page.index('id="normas"') : page.index("</section>", page.index('id="normas"'))]
    assert "Norma por verificar" in shown
    assert "D.S. N.° 004-2019-JUS" in shown
    assert "27444" not in shown
