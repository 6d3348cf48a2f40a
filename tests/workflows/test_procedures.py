"""What the TUPA offers: read from the profile, refused where it says too little or asks too much."""

from pathlib import Path

import pytest

from config import profiles
from law.ports import ProfileFault
from law.services import profile as law
from tests.cases.conftest import MONDAY
from workflows.models import Procedure
from workflows.selectors.procedures import offer_of, procedure_on, procedures_on
from workflows.services.procedures import read_procedures

PICHARI = profiles.PROFILES / "pichari-2023"
HEAD = (
    "slug,name,requirements,fee_soles,term,silence,post,channel,route,norm,article,law,valid_from,valid_to,is_verified"
)
WHOLE = {
    "slug": "licencia",
    "name": "Licencia",
    "requirements": "solicitud: Solicitud con el giro",
    "fee_soles": "48.20",
    "term": "evaluacion-previa",
    "silence": "positive",
    "post": "alcalde",
    "channel": "both",
    "route": "tramite",
    "norm": "ley-27444",
    "article": "35",
    "law": "",
    "valid_from": "",
    "valid_to": "",
    "is_verified": "1",
}


def faults_of(folder: Path, **changes: str) -> list[ProfileFault]:
    row = WHOLE | changes
    (folder / "procedures.csv").write_text(f"{HEAD}\n{','.join(row[name] for name in HEAD.split(','))}\n")
    (folder / "entity.toml").write_text('place = "PE-CUS"\n')
    (folder / "terms.csv").write_text(
        "slug,name,amount,unit,norm\nlargo,Plazo largo,45,business_days,ley-27444\nmeses,En meses,2,months,ley-27444\n"
    )
    given, _faults = law.read_profile(folder)
    _lines, faults = read_procedures(folder, given, posts={"alcalde"}, routes={"tramite"})
    return faults


def test_a_whole_procedure_has_no_fault(tmp_path: Path) -> None:
    assert faults_of(tmp_path) == []


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"silence": ""}, "no dice si es de aprobación automática"),
        ({"norm": "", "article": ""}, "Falta «norm»"),
        ({"norm": "ley-1", "article": ""}, "no está en norms.csv"),
        ({"article": "999"}, "El artículo 999 de «ley-27444» no está en articles.csv"),
        ({"term": "largo"}, "es de 45 días hábiles y el máximo es de 30"),
        ({"term": "meses"}, "no se cuenta en días hábiles"),
        ({"term": ""}, "Falta «term»"),
        ({"silence": "automatic"}, "no tiene plazo"),
        ({"requirements": "copia-dni: Copia del DNI"}, "no se puede exigir"),
        ({"requirements": "Una solicitud"}, "No se entiende el requisito"),
        ({"fee_soles": "-3"}, "monto en soles"),
        ({"fee_soles": "gratis"}, "monto en soles"),
        ({"fee_soles": "1.234"}, "monto en soles"),
        ({"post": "nadie"}, "no está en posts.csv"),
        ({"route": "otra"}, "no está en routes/*.bpmn"),
        ({"valid_from": "2026-02-01", "valid_to": "2026-01-01"}, "termina antes de empezar"),
        ({"norm": "ds-006-2026-jus", "article": ""}, "consta como leído y su norma no"),
    ],
)
def test_pl_05_pl_11_in_16_a_faulty_procedure_is_refused_with_what_to_do(
    tmp_path: Path, changes: dict[str, str], sentence: str
) -> None:
    faults = faults_of(tmp_path, **changes)

    assert len(faults) == 1
    assert sentence in str(faults[0])
    assert "procedures.csv:2" in str(faults[0])


def test_pl_05_a_law_of_its_own_allows_a_longer_term(tmp_path: Path) -> None:
    assert faults_of(tmp_path, term="largo", law="ley-27444") == []


@pytest.mark.django_db
@pytest.mark.parametrize("entity", profiles.names())
def test_each_entity_offers_procedures_and_cites_nothing_that_was_not_read(entity: str) -> None:
    profiles.load(entity, at=MONDAY)

    offers = [offer_of(each, MONDAY.date()) for each in procedures_on(MONDAY.date())]

    assert len(offers) >= 5
    assert {offer.basis for offer in offers} == {"norma por verificar"}
    assert all(offer.is_automatic or offer.term is not None for offer in offers)


@pytest.mark.django_db
def test_a_procedure_changes_by_a_new_row_with_its_date() -> None:
    profiles.load("pichari-2023", at=MONDAY)
    old = Procedure.objects.get(slug="licencia-funcionamiento")
    old.valid_to = MONDAY.date()
    old.save()
    Procedure.objects.create(
        slug=old.slug,
        name="Licencia nueva",
        term=old.term,
        silence=old.silence,
        decided_by=old.decided_by,
        channel=old.channel,
        route=old.route,
        norm=old.norm,
        valid_from=MONDAY.date().replace(day=17),
        is_verified=True,
        article="35",
    )

    today, tomorrow = procedure_on(old.slug, MONDAY.date()), procedure_on(old.slug, MONDAY.date().replace(day=17))

    assert today == old
    assert tomorrow is not None and tomorrow.name == "Licencia nueva"
