"""DR-08: an act that exhausts the administrative route is not signed "por" somebody; delegated competence signs it."""

import csv
from pathlib import Path

import pytest

from organization.enums import GrantKind
from signing.errors import OutsideCompetence
from signing.models import Signature
from tests.cases.ceremony_steps import ONE_SIGNER
from tests.cases.conftest import Town
from tests.cases.test_bad_input import brought_to
from tests.cases.test_substitutes import TUESDAY, grant, stamp_of
from workflows import services as workflows
from workflows.services.play import DEMO_PIN

ENTITIES = Path(__file__).resolve().parents[2] / "entities"
ACTS = {
    "pichari-2023": {"resolucion"},
    "callao-2011": {"resolucion"},
    "cajamarca-2011": {"resolucion"},
    "invermet-2013": {"resolucion"},
    "mtpe-2017": {"resolucion"},
}


def test_dr_08_a_resolution_of_the_mayor_is_not_signed_by_delegated_signature(town: Town) -> None:
    process = brought_to(town, ONE_SIGNER, "firmar")
    given = grant(town, GrantKind.SIGNATURE, "alcalde", "gerente-municipal")
    task, delegate = town.task(process, "firmar"), town.person("gerente-municipal")

    with pytest.raises(OutsideCompetence, match="no se puede delegar") as refused:
        workflows.complete_sign_step(task_id=task.pk, pin=DEMO_PIN, by=delegate, at=TUESDAY)

    assert [link.act for link in refused.value.chain][-1] == given.act  # type: ignore[attr-defined]
    assert not Signature.objects.filter(post__slug="alcalde").exists()
    assert town.steps(process) == ["firmar"]


def test_dr_08_under_delegated_competence_it_is_signed_and_the_act_is_cited(town: Town) -> None:
    process = brought_to(town, ONE_SIGNER, "firmar")
    grant(town, GrantKind.COMPETENCE, "alcalde", "gerente-municipal")
    task, delegate = town.task(process, "firmar"), town.person("gerente-municipal")

    workflows.complete_sign_step(task_id=task.pk, pin=DEMO_PIN, by=delegate, at=TUESDAY)

    signature = Signature.objects.get(post__slug="alcalde")
    assert signature.person == delegate
    assert "R.A. 422-2026" in stamp_of(signature)


@pytest.mark.parametrize("entity", sorted(ACTS))
def test_each_profile_marks_the_acts_whose_signature_is_not_delegated_and_says_why(entity: str) -> None:
    lines = (ENTITIES / entity / "kinds.csv").read_text().splitlines()

    rows = list(csv.DictReader(line for line in lines if not line.startswith("#")))

    assert {row["slug"] for row in rows if row["is_own_signature_only"] == "1"} == ACTS[entity]
    assert any("is_own_signature_only" in line and "Ley 27444" in line for line in lines if line.startswith("#"))
