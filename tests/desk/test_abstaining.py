"""Registering that somebody keeps out of a file: their task there goes on with another, by act."""

from django.utils import timezone

from organization.models import Abstention, Appointment, Post
from tests.desk.conftest import Seat, open_resolution, person

FORM = "/mesa/organizacion/abstenciones/nueva/"


def told(**values: object) -> dict[str, object]:
    own = Appointment.objects.get(post__slug="jefe-ois")
    other = Appointment.objects.get(post__slug="especialista-ois")
    told_ = {"post": own.post_id, "person": own.pk, "designee": other.pk, "reason": "Parentesco", "act": "Memo 3-2026"}
    return {**told_, "from_on": timezone.localdate().isoformat(), **values}


def test_an_abstention_is_registered_shown_and_ended(seat: Seat) -> None:
    process, client = open_resolution(), seat("secretario-general")
    label = process.expediente.label

    assert "Registrar una abstención" in client.get(FORM).content.decode()
    assert client.post(FORM, told(file=label.lower())).status_code == 302

    row = Abstention.objects.get()
    assert (row.expediente_id, row.person, row.designee) == (
        process.expediente_id,
        person("jefe-ois"),
        person("especialista-ois"),
    )
    page = client.get("/mesa/organizacion/encargos/").content.decode()
    assert label in page
    assert "Parentesco" in page
    end = f"/mesa/organizacion/abstenciones/{row.pk}/terminar/"
    assert client.post(end, {"to_on": ""}).status_code == 422
    assert client.post(end, {"to_on": timezone.localdate().isoformat()}).status_code == 302
    assert seat("jefe-ois").post(end, {}).status_code == 404


def test_what_cannot_be_an_abstention_is_told(seat: Seat) -> None:
    process, client = open_resolution(), seat("secretario-general")
    label = process.expediente.label

    unknown = client.post(FORM, told(file="X-1"))
    same = client.post(FORM, told(file=label, designee=Appointment.objects.get(post__slug="jefe-ois").pk))
    nobody = client.post(FORM, told(file=label, post=Post.objects.get(slug="jefe-oaj").pk))

    assert "No hay un expediente con ese número" in unknown.content.decode()
    assert "Nadie se reemplaza a sí mismo" in same.content.decode()
    assert "no actúa como" in nobody.content.decode()
    assert {answer.status_code for answer in (unknown, same, nobody)} == {422}
