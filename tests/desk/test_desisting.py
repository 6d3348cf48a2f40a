"""Desisting on the pages: by the citizen with their key, at the counter, and what the official decides (PL-14)."""

import pytest
from django.test import Client
from django.utils import timezone

from docs_store.models import Document
from tests.desk.conftest import Seat, an_act
from tests.desk.test_terms import clock, filing, holder, tab
from tests.portal.conftest import KEY
from workflows.enums import DesistimientoEffect, DesistimientoOutcome, FilingState
from workflows.models import Clock, Desistimiento, Filing

pytestmark = pytest.mark.django_db
__all__ = ["clock", "filing", "holder"]


def act_in(filing: Filing) -> Document:
    act = an_act(signed=False)
    Document.objects.filter(pk=act.pk).update(
        expediente=filing.expediente,
        state="emitted",
        emitted_at=timezone.now(),
        emitted_version=act.versions.order_by("-pk").first(),
    )
    return act


def test_pl_14_the_citizen_desists_with_the_key_and_the_official_accepts_it(
    holder: Client, filing: Filing, clock: Clock, client: Client
) -> None:
    tracked = client.post("/", {"number": filing.label, "key": KEY}, follow=True).content.decode()
    assert "/seguimiento/desistir/" in tracked
    page = client.get("/seguimiento/desistir/").content.decode()
    assert "Del procedimiento: se puede volver a pedir lo mismo." in page

    sent = client.post("/seguimiento/desistir/", {"effect": "", "text": "", "token": "x"})

    found = Desistimiento.objects.get(filing=filing)
    assert found.effect == DesistimientoEffect.PROCEDURE
    assert found.paper.label in sent.content.decode()
    assert "Desistimiento del procedimiento" in sent.content.decode()
    assert "/seguimiento/desistir/" not in client.get("/seguimiento/").content.decode()
    text = holder.get(tab(clock)).content.decode()
    assert f"(registro {found.paper.label})" in text
    accept = f"/mesa/expedientes/{filing.expediente_id}/desistimientos/{found.pk}/aceptar/"
    assert accept in text
    assert "Desistió el " in holder.get(f"/mesa/expedientes/{filing.expediente_id}/").content.decode()
    assert "Podrá volver a pedirlo" in holder.get(accept).content.decode()
    assert holder.post(accept, {}).status_code == 422

    done = holder.post(accept, {"document": act_in(filing).pk}, follow=True).content.decode()

    filing.refresh_from_db()
    assert filing.state == FilingState.WITHDRAWN
    assert "Se aceptó el desistimiento con " in done
    assert holder.get(accept).status_code == 404
    assert "Usted desistió de su solicitud" in client.get("/seguimiento/").content.decode()


def test_pl_14_the_counter_receives_it_of_the_claim(holder: Client, filing: Filing, clock: Clock) -> None:
    address = f"/mesa/mesa-de-partes/registros/{filing.pk}/desistir/"
    assert address in holder.get(f"/mesa/mesa-de-partes/registros/{filing.pk}/").content.decode()
    assert "Recibir un desistimiento" in holder.get(address).content.decode()

    response = holder.post(address, {"effect": "claim", "text": "Ya no lo necesita", "paper_folios": "1", "token": "y"})

    found = Desistimiento.objects.get(filing=filing)
    assert response.status_code == 200
    assert found.effect == DesistimientoEffect.CLAIM
    assert found.paper.channel == "counter"
    assert "no podrá volver a pedirlo" in holder.get(tab(clock)).content.decode()
    assert holder.get(address).status_code == 302


def test_pl_14_third_parties_are_told_and_the_entity_goes_on(
    holder: Client, seat: Seat, filing: Filing, clock: Clock
) -> None:
    holder.post(f"/mesa/mesa-de-partes/registros/{filing.pk}/desistir/", {"effect": "procedure", "token": "z"})
    found = Desistimiento.objects.get(filing=filing)
    base = f"/mesa/expedientes/{filing.expediente_id}/desistimientos/{found.pk}/"
    for page in ("terceros", "aceptar", "seguir"):
        assert seat("jefe-ois").post(f"{base}{page}/", {}).status_code == 404
        assert holder.post(f"{base}{page}/", {}).status_code == 422

    told = holder.post(f"{base}terceros/", {"notified_on": str(timezone.localdate())}, follow=True).content.decode()
    assert "Los terceros pueden pedir que siga hasta el " in told
    done = holder.post(f"{base}seguir/", {"reason": "Lo pidió un vecino"}, follow=True).content.decode()

    found.refresh_from_db()
    assert found.outcome == DesistimientoOutcome.CONTINUED
    assert "El trámite sigue, con su motivo." in done
    assert "desistió el" not in done


def test_pl_14_where_the_file_has_no_resolution_it_is_begun_from_the_page_and_the_end_is_told(
    holder: Client, filing: Filing, clock: Clock, client: Client
) -> None:
    begin = f"/mesa/expedientes/{filing.expediente_id}/resolucion/"
    refused = holder.post(begin, follow=True).content.decode()
    assert "Nadie desistió de esta solicitud" in refused
    client.post("/", {"number": filing.label, "key": KEY})
    client.post("/seguimiento/desistir/", {"effect": "", "text": "", "token": "x"})
    found = Desistimiento.objects.get(filing=filing)
    accept = f"/mesa/expedientes/{filing.expediente_id}/desistimientos/{found.pk}/aceptar/"
    assert begin in holder.get(accept).content.decode()

    begun = holder.post(begin, follow=True).content.decode()

    assert "La resolución está en preparación en este mismo expediente." in begun
    assert holder.get(f"/mesa/expedientes/{filing.expediente_id}/").status_code == 200
    act = act_in(filing)
    assert begin not in holder.get(accept).content.decode()
    holder.post(accept, {"document": act.pk})
    page = holder.get(f"/mesa/expedientes/{filing.expediente_id}/").content.decode()
    assert "El desistimiento se aceptó." in page
    assert "Falta notificar esa resolución a 1 persona:" in page
    assert "Observar lo presentado" not in page


def test_who_does_not_have_the_file_begins_no_resolution(filing: Filing, seat: Seat, client: Client) -> None:
    begin = f"/mesa/expedientes/{filing.expediente_id}/resolucion/"

    assert seat("alcalde").post(begin).status_code == 404
    assert client.post(begin).status_code == 302
