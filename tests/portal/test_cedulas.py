"""The cédula: refused while it lacks something, printed with its text and its cargo, and the cargo back in the file.

NT-01, NT-06.
"""

from datetime import date
from io import BytesIO

import pypdfium2
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from docs_store import services as docs
from docs_store.errors import UploadRefused
from docs_store.models import Document, Leaf
from docs_store.ports import Article, Draft
from law.models import Term
from ledger.models import Entry
from organization import selectors as organization
from organization.models import Entity, Person
from tests.factories import make_kind, make_pdf
from tests.portal.answering import THURSDAY, TUESDAY, WEDNESDAY, answers, presents
from workflows.enums import AttemptResult, NoticeMeans, TakesEffect
from workflows.errors import NoticeRefused
from workflows.models import Notice, NoticeContent
from workflows.selectors import cedulas as selectors
from workflows.services import cedulas, notices, notified
from workflows.services.cedulas import Stated

TODAY = TUESDAY.date()
STATED = Stated(
    decides="Autoriza su anuncio, por dos años.",
    takes_effect=TakesEffect.NOTIFIED,
    ends_route=False,
    reconsidered_by="La misma gerencia",
    appealed_to="Gerencia Municipal",
)
FORM = {
    "decides": "Autoriza su anuncio, por dos años.",
    "takes_effect": "notified",
    "ends_route": "no",
    "reconsidered_by": "La misma gerencia",
    "appealed_to": "Gerencia Municipal",
    "authority_address": "Plaza principal s/n",
}


@pytest.fixture
def act(clerk: Person) -> Notice:
    """An act of the office's own typesetting, on its way to a person with an address."""
    Entity.objects.update(address="Plaza principal s/n")
    make_kind("archivo", name="Anexo", template="anexo")
    filing = presents().filing
    Person.objects.filter(pk=filing.party_id).update(address="Jr. de la Muestra 410")
    unit = organization.seats_on(TODAY)[0].post.unit
    document = docs.start_document(
        expediente=filing.expediente,
        kind=make_kind("resolucion", name="Resolución", template="resolucion", is_act=True),
        title="Autoriza",
        label="1-2026",
        unit=unit,
        by=clerk,
        at=TUESDAY,
    )
    draft = Draft(considerandos=("el plano está completo;",), articles=(Article("Autorizar", "el anuncio."),))
    docs.save_draft(document=document, content=draft, by=clerk, at=TUESDAY)
    version, _places = docs.typeset_document(document=document, signers=[], visados=(), by=clerk, at=TUESDAY)
    docs.emit(document=document, version=version, by=clerk, at=TUESDAY)
    (notice,) = notices.queue(document=Document.objects.get(pk=document.pk), by=clerk, at=TUESDAY)
    notices.begin(notice_id=notice.pk, at=TUESDAY)
    return Notice.objects.get(pk=notice.pk)


def test_nt_01_an_incomplete_cedula_is_refused_with_what_it_lacks(act: Notice, clerk: Person) -> None:
    Entity.objects.update(address="")
    Person.objects.filter(pk=act.person_id).update(address="")

    said = " ".join(selectors.faults(Notice.objects.get(pk=act.pk), TODAY))

    for lacking in (
        "No consta el domicilio",
        "Falta la dirección de la autoridad",
        "Falta qué decide el acto",
        "Falta desde cuándo tiene efecto",
        "Falta si agota la vía administrativa",
        "Falta ante quién se pide la reconsideración",
    ):
        assert lacking in said
    assert "falta ante quién se apela" not in said
    act.document.unit = None
    assert "qué órgano lo emite" in " ".join(selectors.faults(act, TODAY))
    Term.objects.filter(slug="recurso").delete()
    assert "plazo de los recursos" in " ".join(selectors.faults(act, TODAY))


def test_nt_01_a_complete_cedula_says_it_all(act: Notice, clerk: Person) -> None:
    cedulas.state(document=act.document, content=STATED, by=clerk, at=TUESDAY)

    assert selectors.faults(act, TODAY) == []
    found = selectors.cedula_of(act, TODAY)
    assert found.place == "Jr. de la Muestra 410"
    assert found.procedure == f"Autorización de anuncio, expediente {act.document.expediente.label}"
    assert found.authority
    assert [(each.name, each.organ, each.term) for each in found.recourses] == [
        ("Reconsideración", "La misma gerencia", "15 días hábiles"),
        ("Apelación", "Gerencia Municipal", "15 días hábiles"),
    ]
    assert "no agota la vía administrativa" in found.route
    entry = Entry.objects.get(kind="notice.content_stated")
    assert entry.facts == {}


def test_an_act_that_ends_the_route_offers_no_appeal(act: Notice, clerk: Person) -> None:
    ends = Stated("Niega.", TakesEffect.ON_DAY, True, date(2026, 12, 1), "Alcaldía", "Nadie")
    cedulas.state(document=act.document, content=ends, by=clerk, at=TUESDAY)

    found = selectors.cedula_of(act, TODAY)

    assert [each.name for each in found.recourses] == ["Reconsideración"]
    assert found.route.startswith("Esta decisión agota")
    assert found.takes_effect == "Desde el martes 1 de diciembre de 2026."
    with pytest.raises(NoticeRefused, match="desde qué día"):
        cedulas.state(document=act.document, content=Stated("x", TakesEffect.ON_DAY, True), by=clerk, at=TUESDAY)


def test_each_means_says_when_it_counts(act: Notice, clerk: Person) -> None:
    cedulas.state(document=act.document, content=STATED, by=clerk, at=TUESDAY)
    said = set()
    for means in NoticeMeans:
        act.means = means
        said.add(selectors.cedula_of(act, TODAY).counts_when)
        assert selectors.faults(act, TODAY) == []

    assert len(said) == len(NoticeMeans)


def test_the_paper_is_the_cedula_the_whole_text_and_the_cargo(act: Notice, clerk: Person) -> None:
    cedulas.state(document=act.document, content=STATED, by=clerk, at=TUESDAY)

    paper = pypdfium2.PdfDocument(selectors.printed([act, act], TODAY))
    texts = [page.get_textpage().get_text_range() for page in paper]
    paper.close()

    assert len(texts) == 6
    assert "Cédula de notificación" in texts[0]
    assert "Autorizar" in texts[1]
    assert "Cargo de la cédula" in texts[2]


def test_nt_06_the_scanned_cargo_enters_the_file_with_its_folio(act: Notice, clerk: Person) -> None:
    notified.deliver(notice=act, day=WEDNESDAY.date(), received_by="Rosa", by=clerk, at=THURSDAY)
    with pytest.raises(UploadRefused):
        cedulas.add_evidence(notice=act, name="cargo.pdf", content=BytesIO(b""), by=clerk, at=THURSDAY)

    scan = BytesIO(make_pdf("Cargo firmado"))
    document = cedulas.add_evidence(notice=act, name="cargo.pdf", content=scan, by=clerk, at=THURSDAY)

    leaf = Leaf.objects.get(version__document=document)
    assert leaf.expediente_id == act.document.expediente_id
    link = act.attempts.get(result=AttemptResult.EVIDENCE)
    assert (link.evidence, link.note) == (document, f"Folio {leaf.folio_from}")
    assert Entry.objects.get(kind="notice.evidence_added").facts == {
        "notice": act.pk,
        "evidence": document.pk,
        "folios": [leaf.folio_from, leaf.folio_to],
    }


def test_the_desk_asks_for_what_is_lacking_then_prints(act: Notice, client: Client, clerk: Person) -> None:
    client.force_login(clerk)
    address = f"/mesa/despacho/notificacion/{act.pk}/cedula/"

    assert "Todavía no se puede imprimir" in client.get(address).content.decode()
    refused = client.get(f"/mesa/despacho/cedulas.pdf?n={act.pk}")
    assert refused.status_code == 422
    assert "Falta qué decide el acto" in refused.content.decode()
    wrong = client.post(address, {**FORM, "appealed_to": "", "takes_effect": "on_day", "decides": ""})
    assert wrong.status_code == 422
    said = wrong.content.decode()
    assert "escriba ante quién se apela" in said
    assert "Escriba desde qué día tiene efecto." in said
    assert "Escriba qué decide el acto" in said
    assert not NoticeContent.objects.exists()
    assert client.post(address, FORM).status_code == 302
    assert "Está completa." in client.get(address).content.decode()
    paper = client.get(f"/mesa/despacho/cedulas.pdf?n={act.pk}")
    assert paper["Content-Type"] == "application/pdf"
    assert paper.content.startswith(b"%PDF")


def test_several_are_printed_together_or_none(act: Notice, client: Client, clerk: Person) -> None:
    other = answers(presents().filing, clerk)
    client.force_login(clerk)
    client.post(f"/mesa/despacho/notificacion/{act.pk}/cedula/", FORM)

    assert 'name="n"' in client.get("/mesa/despacho/").content.decode()
    refused = client.get(f"/mesa/despacho/cedulas.pdf?n={act.pk}&n={other.pk}")
    assert refused.status_code == 422
    assert "Imprimir la otra, que está completa" in refused.content.decode()
    nothing = client.get("/mesa/despacho/cedulas.pdf")
    assert nothing.status_code == 422
    assert "Marque en la lista" in nothing.content.decode()
    assert client.get("/mesa/despacho/cedulas.pdf?n=0&n=x").status_code == 422
    many = "&".join(f"n={number}" for number in range(60))
    assert client.get(f"/mesa/despacho/cedulas.pdf?{many}").status_code == 404
    assert client.get("/mesa/despacho/notificacion/999999/cedula/").status_code == 404


def test_the_desk_takes_the_scanned_cargo(act: Notice, client: Client, clerk: Person) -> None:
    client.force_login(clerk)
    address = f"/mesa/despacho/notificacion/{act.pk}/"
    client.post(address, {"act": "deliver", "words": "Rosa", "day": timezone.localdate()})

    refused = client.post(address, {"act": "evidence"})
    assert refused.status_code == 422
    assert "Elija el archivo" in refused.content.decode()
    broken = SimpleUploadedFile("cargo.pdf", b"%PDF-1.4 nothing")
    assert client.post(address, {"act": "evidence", "paper": broken}).status_code == 422
    scan = SimpleUploadedFile("cargo.pdf", make_pdf("Cargo firmado"))
    assert client.post(address, {"act": "evidence", "paper": scan}).status_code == 302

    page = client.get(f"/mesa/despacho/notificadas/?n={act.pk}").content.decode()
    assert "Cargo agregado al expediente" in page
    assert "Folio " in page


def test_only_dispatchers_see_a_cedula(act: Notice, client: Client, clerk: Person) -> None:
    client.force_login(Person.objects.get(username="archivo"))

    assert client.get(f"/mesa/despacho/notificacion/{act.pk}/cedula/").status_code == 404
    assert client.get(f"/mesa/despacho/cedulas.pdf?n={act.pk}").status_code == 404
