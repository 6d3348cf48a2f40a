"""Before each signature the second factor is asked again, for these documents and five minutes; no page can skip it."""

import re
from contextlib import nullcontext
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from ledger.models import Entry
from organization.models import Entity, Person
from organization.services import factors
from signing import services as signing
from signing.errors import ConfirmationMissing, FactorMissing
from signing.services.confirmations import check_confirmed
from tests.desk.conftest import PIN, Seat, act_to_sign, informe, open_resolution, person, waiting
from tests.desk.sign_in.steps import now_code, with_phone
from tests.factories import code_at
from workflows import services as workflows

FIVE_MINUTES = timedelta(minutes=5)


def proof_of(official: Person, documents: list[int], at: Any = None) -> str:
    at = at or timezone.now()
    seed = with_phone(official)
    factor = factors.check_code(person=official, code=code_at(seed, at), at=at)
    return signing.prove(person=official, factor=factor, documents=documents, at=at)


def test_a_proof_is_of_one_person_some_documents_and_five_minutes(pichari: None) -> None:
    official, other = person("alcalde"), person("jefe-oaj")
    now = timezone.now()
    proof = proof_of(official, [7, 8], now)

    def holds(who: Person, documents: list[int], later: timedelta) -> bool:
        return signing.is_proof(proof, person=who, documents=documents, at=now + later)

    assert holds(official, [7, 8], FIVE_MINUTES)
    assert not holds(official, [7, 8], FIVE_MINUTES + timedelta(seconds=1))
    assert not holds(official, [7, 9], timedelta(0))
    assert not holds(other, [7], timedelta(0))
    assert not signing.is_proof(proof[:-2] + "xx", person=official, documents=[7], at=now)
    assert Entry.objects.get(kind="signing.confirmed").facts == {"documents": [7, 8], "factor": "totp"}


def test_nothing_but_a_factor_used_just_now_makes_a_proof(pichari: None) -> None:
    official = person("alcalde")
    now = timezone.now()
    seed = with_phone(official)
    used = factors.check_code(person=official, code=code_at(seed, now), at=now)
    spare = factors.check_code(person=official, code=factors.recovery_codes(official)[0], at=now)

    for who, factor, at in (
        (person("jefe-oaj"), used, now),
        (official, used, now + FIVE_MINUTES),
        (official, spare, now),
    ):
        with pytest.raises(ConfirmationMissing):
            signing.prove(person=who, factor=factor, documents=[7], at=at)


def test_where_a_factor_is_required_nobody_signs_without(pichari: None, settings: Settings) -> None:
    settings.DEMO, settings.SECOND_FACTOR = False, "required"

    with pytest.raises(FactorMissing):
        check_confirmed(person=person("alcalde"), document_id=7, proof="", at=timezone.now())
    settings.SECOND_FACTOR = "optional"
    check_confirmed(person=person("alcalde"), document_id=7, proof="", at=timezone.now())


@pytest.mark.parametrize(("asked", "is_needed"), [("signers", True), ("administrators", False), ("everybody", True)])
def test_the_profile_may_require_a_factor_of_whoever_signs(
    pichari: None, settings: Settings, asked: str, is_needed: bool
) -> None:
    settings.DEMO, settings.SECOND_FACTOR = False, "optional"
    Entity.objects.update(second_factor=asked)
    mayor, now = person("alcalde"), timezone.now()

    with pytest.raises(FactorMissing) if is_needed else nullcontext():
        check_confirmed(person=mayor, document_id=7, proof="", at=now)
    proof = proof_of(mayor, [7], now)
    check_confirmed(person=mayor, document_id=7, proof=proof, at=now)


def test_with_a_factor_no_statement_asks_whether_it_is_needed(
    pichari: None, settings: Settings, django_assert_num_queries: Any
) -> None:
    settings.DEMO, settings.SECOND_FACTOR = False, "optional"
    mayor, now = person("alcalde"), timezone.now()
    proof = proof_of(mayor, [7], now)

    with django_assert_num_queries(0):
        check_confirmed(person=mayor, document_id=7, proof=proof, at=now)


def test_a_service_that_is_called_without_a_proof_signs_nothing(pichari: None) -> None:
    task = act_to_sign()
    with_phone(person("alcalde"))

    with pytest.raises(ConfirmationMissing):
        workflows.complete_sign_step(task_id=task.pk, pin=PIN, by=person("alcalde"), at=timezone.now())


def test_the_page_shows_what_is_signed_and_as_what_and_asks_again(seat: Seat) -> None:
    task = act_to_sign()
    official = person("alcalde")
    seed = with_phone(official)
    mayor = seat("alcalde")
    _reads(mayor)

    page = mayor.post("/mesa/por-firmar/firmar/", {"task": task.pk}).content.decode()
    wrong = mayor.post("/mesa/por-firmar/firmar/", {"task": task.pk, "confirms": "1", "pin": PIN, "code": "000000"})
    done = mayor.post(
        "/mesa/por-firmar/firmar/",
        {"task": task.pk, "confirms": "1", "pin": PIN, "code": now_code(seed)},
        follow=True,
    )

    assert "Va a firmar 1 documento" in page
    assert "<b>Alcalde</b>" in page
    assert "Vale 5 minutos y solo para este." in page
    assert wrong.status_code == 422
    assert "Quedan 4 intentos" in wrong.content.decode()
    assert "Firmado" in done.content.decode()
    task.refresh_from_db()
    assert task.status == "DONE"


def test_after_a_wrong_pin_the_confirmation_still_holds_but_not_for_other_documents(seat: Seat) -> None:
    first = act_to_sign()
    official = person("alcalde")
    seed = with_phone(official)
    mayor = seat("alcalde")
    _reads(mayor)
    mayor.post("/mesa/por-firmar/firmar/", {"task": first.pk, "confirms": "1", "pin": "999999", "code": now_code(seed)})

    again = mayor.post("/mesa/por-firmar/firmar/", {"task": first.pk}).content.decode()
    assert "Ya confirmó hace menos de 5 minutos" in again
    mayor.post("/mesa/por-firmar/firmar/", {"task": first.pk, "confirms": "1", "pin": PIN})
    first.refresh_from_db()
    assert first.status == "DONE"

    second = act_to_sign()
    _reads(mayor)
    page = mayor.post("/mesa/por-firmar/firmar/", {"task": second.pk}).content.decode()
    assert "Código de 6 cifras" in page
    assert "Ya confirmó" not in page


def _reads(client: Client) -> None:
    page = client.get("/mesa/por-firmar/").content.decode()
    for address in set(re.findall(r'href="(/mesa/documentos/\d+/)"', page)):
        client.get(address)


def test_a_trusted_device_is_asked_all_the_same(pichari: None, settings: Settings) -> None:
    settings.DEMO = True
    task = act_to_sign()
    official = person("alcalde")
    official.set_password("cuatro llamas suben despacio")
    official.save()
    seed = with_phone(official)
    client = Client()
    client.post("/mesa/entrar/", {"username": "alcalde", "password": "cuatro llamas suben despacio"})
    client.post("/mesa/entrar/segundo-paso/", {"code": now_code(seed), "trust": "1"})
    _reads(client)

    page = client.post("/mesa/por-firmar/firmar/", {"task": task.pk, "pin": PIN}).content.decode()

    assert "Va a firmar 1 documento" in page


def test_a_step_that_signs_as_it_goes_on_asks_too(seat: Seat) -> None:
    process = open_resolution()
    task = waiting(process)
    official = person("jefe-ois")
    workflows.open_task(task_id=task.pk, by=official, at=timezone.now())
    workflows.save_step_text(task_id=task.pk, content=informe(), by=official, at=timezone.now())
    seed = with_phone(official)
    client = seat("jefe-ois")
    panel = client.get(f"/mesa/tareas/{task.pk}/").content.decode()

    page = client.post(f"/mesa/tareas/{task.pk}/decidir/", {"proveido": "Para su revisión"}).content.decode()
    answer = client.post(
        f"/mesa/tareas/{task.pk}/decidir/",
        {"proveido": "Para su revisión", "confirms": "1", "pin": PIN, "code": now_code(seed)},
    )

    assert "En la página siguiente confirma" in panel
    assert "Va a firmar 1 documento" in page
    assert 'name="proveido" value="Para su revisión"' in page
    assert answer.status_code == 302
    task.refresh_from_db()
    assert task.status == "DONE"
