"""What a bad profile is told: each fault with its file, its line and what to do."""

import re
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from config import profiles
from ledger.models import Entry
from organization.models import Person, Unit
from tests.config.conftest import change

# Bad profiles: each fault with its file, its line and what to do

BAD = [
    ("units.csv", "gm,alcaldia,", "gm,oaf,", "Hay un ciclo: "),
    ("units.csv", "ois,oaf,", "ois,nadie,", "«nadie» no está en units.csv."),
    ("units.csv", "orh,oaf,2005-01-01", "orh,oaf,2001-01-01", "La unidad existe en días en que «oaf» no existe."),
    ("units.csv", "gm,alcaldia,2005-01-01,,,0", "gm,alcaldia,2005-01-01,,intake,0", "Mesa de partes es una"),
    ("units.csv", "gm,alcaldia,2005-01-01,,,0", "gm,alcaldia,2005-01-01,2004-01-01,,0", "Termina antes de empezar."),
    ("units.csv", "gds,gm", "gde,gm", "«gde» ya está en la línea"),
    ("unit_names.csv", "gde,Gerencia de Desarrollo Económico,GDE", "gde,Gerencia,gds", "Las siglas gds son de «gds»"),
    ("unit_names.csv", "2023-10-01", "2023-09-30", "La unidad ya se llama «Oficina de Informática y Sistemas»"),
    ("unit_names.csv", "DIS,MDP/DIS,2023-10-01", "OIS,MDP/DIS,2023-09-01", "La unidad ya se llama «Oficina de"),
    ("unit_aliases.csv", "ois,UI", "ois,OPP", "OPP son las siglas de «opp». Quite este alias."),
    ("posts.csv", "especialista-ois,ois,Especialista en Sistemas,0", "especialista-ois,ois,E,1", "ya la dirige"),
    ("posts.csv", "alcalde,alcaldia,Alcalde,1,1", "alcalde,alcaldia,Alcalde,1,0", "una sola persona"),
    ("people.csv", "jefe-oaf,Edwin", "jefe-opp,Edwin", "«jefe-opp» ya está en la línea"),
    ("appointments.csv", "2018-12-31", "2019-06-30", "«jefe-opp» ya lo ocupa jefe-opp-2018 en esas fechas."),
    ("appointments.csv", "jefe-oci,jefe-oci,", "jefe-oci,nadie,", "«nadie» no está en people.csv."),
    ("entity.toml", "20000000023", "123", "Escriba «ruc». Son once cifras."),
    ("entity.toml", "pichari-2023", "otra", "Es el nombre de la carpeta del perfil."),
    ("entity.toml", 'name = "', "name = ", "No se entiende esta línea."),
    ("kinds.csv", "carta,Carta,carta", "carta,Carta,cartas", "Escriba una de estas palabras: "),
    ("series.csv", "informe-ois,informe,ois,", "informe-ois,informe,,", "Escriba la unidad en «unit»."),
    ("series.csv", "informe-ois,informe,ois,", "informe-ois,informe,oti,", "«oti» no está en units.csv."),
    ("series.csv", "acta-comite,acta,comite", "acta-comite,informe,gm", "ya numera ese tipo de documento"),
    ("patterns.csv", "{seq:05}", "{seq:05}-{anio}", "El patrón dice «{anio}», que no se conoce."),
    ("patterns.csv", "E-{seq:05}-{year}", "E-{year}", "El patrón no imprime el número."),
    ("patterns.csv", "2023-08-31", "2023-09-01", "ya imprime «{seq:04}-{year}-MDP/A» en esas fechas"),
    ("patterns.csv", "acta-comite,{seq:03}-{year},2005-01-01,", "acta-comite,{seq}-{year},2005-01-01,2001-01-01",
     "Termina antes de empezar."),
    ("days.csv", "2026-06-24,Inti Raymi,regional,1,dl-21860", "2026-06-24,Inti Raymi,regional,1,",
     "Un día no laborable va siempre con su norma."),
    ("norms.csv", "dl-21860,Decreto Ley 21860,1977-06-08", "dl-21860,Decreto Ley 21860,2027-06-08", ""),
]  # fmt: skip


# Of two lines that do not go together the later one is told.
LINES_LATER = {
    "Hay un ciclo: ": 3,
    "«jefe-opp» ya lo ocupa jefe-opp-2018 en esas fechas.": 1,
    "ya imprime «{seq:04}-{year}-MDP/A» en esas fechas": 1,
    "ya numera ese tipo de documento": 4,
    "«gde» ya está en la línea": 1,
    "«jefe-opp» ya está en la línea": 0,
}


@pytest.mark.parametrize(("file", "before", "after", "sentence"), BAD, ids=[f"{b[0]} {b[2]}" for b in BAD])
def test_a_fault_names_its_file_and_line_and_says_what_to_do(
    copy: Path, file: str, before: str, after: str, sentence: str
) -> None:
    line = change(copy, file, before, after)

    faults = profiles.check("pichari-2023")

    if sentence:
        told = [fault for fault in faults if Path(fault.file).name == file and sentence in fault.sentence]
        assert told, faults
        assert told[0].line == line + LINES_LATER.get(sentence, 0)
    assert all(fault.sentence.endswith(".") or ":" in fault.sentence for fault in faults)
    assert faults


FAULTS_ELSEWHERE = [
    # what is changed, and where the fault stands: on the line to correct
    (("units.csv", "2005-01-01,,archive,0", "2005-01-01,,,0"), "units.csv", 1,
     "Falta la unidad con la función «archive»"),
    (("unit_names.csv", "gde,Gerencia de Desarrollo Económico,GDE,MDP/GDE,2005", "gde,Gerencia,GDE,MDP/GDE,2006"),
     "units.csv", 18, "La unidad no tiene nombre ni siglas desde el 2005-01-01."),
    (("patterns.csv", "carta-ois,{seq:03}-{year}-{siglas_path},2005-01-01,\n", ""),
     "series.csv", None, "La serie no tiene patrón."),
    (("patterns.csv", "acta-comite,{seq:03}-{year}", "acta-comite,{seq:03}"),
     "series.csv", None, "Añada {year} al patrón o escriba never en «reset»."),
    (("kinds.csv", "cargo,Cargo,cargo,0,0,\n", ""), "kinds.csv", 1, "Falta la línea «cargo»"),
    (("series.csv", "registro-salida,,,yearly\n", ""), "series.csv", 1, "Falta la línea «registro-salida»"),
    (("posts.csv", "jefe-ois,ois", "jefe-sistemas,ois"), "plan.bpmn", None, "jefe-ois"),
]  # fmt: skip


@pytest.mark.parametrize(("done", "file", "line", "sentence"), FAULTS_ELSEWHERE)
def test_a_fault_stands_where_it_must_be_corrected(
    copy: Path, done: tuple[str, str, str], file: str, line: int | None, sentence: str
) -> None:
    change(copy, *done)

    faults = [fault for fault in profiles.check("pichari-2023") if Path(fault.file).name == file]

    assert any(sentence in fault.sentence and line in {None, fault.line} for fault in faults), faults


def test_a_missing_file_is_a_fault(copy: Path) -> None:
    (copy / "posts.csv").unlink()

    told = [fault for fault in profiles.check("pichari-2023") if fault.file.endswith("posts.csv")]

    assert [fault.sentence for fault in told] == [
        "Falta este archivo. Créelo, aunque solo tenga los nombres de sus columnas."
    ]


@pytest.mark.django_db
def test_nothing_is_loaded_when_one_line_is_wrong(copy: Path) -> None:
    line = change(copy, "appointments.csv", "2018-12-31", "2019-06-30")
    told = StringIO()

    with pytest.raises(CommandError, match="Hay una falla por corregir; no se cargó nada"):
        call_command("load_entity", "pichari-2023", stderr=told)

    assert re.fullmatch(rf".*appointments\.csv:{line + 1}: «jefe-opp» ya lo ocupa .*\n", told.getvalue())
    assert (Unit.objects.count(), Person.objects.count(), Entry.objects.count()) == (0, 0, 0)


def test_check_entity_tells_every_fault_and_fails(copy: Path) -> None:
    first = change(copy, "entity.toml", "20000000023", "123")
    second = change(copy, "series.csv", "informe-ois,informe,ois,", "informe-ois,informe,,")
    told = StringIO()

    with pytest.raises(CommandError, match="Hay 2 fallas por corregir"):
        call_command("check_entity", "pichari-2023", stdout=told)

    lines = told.getvalue().splitlines()
    assert [line.split(": ")[0].rsplit("/", 1)[1] for line in lines] == [
        f"entity.toml:{first}",
        f"series.csv:{second}",
    ]


def test_a_heading_that_cannot_be_typeset_is_a_fault_of_the_profile(copy: Path) -> None:
    (copy / "templates").mkdir()
    (copy / "templates" / "heading.typ").write_text("{ escudo(h) }")

    (fault,) = profiles.check("pichari-2023")

    assert fault.file.endswith("templates/heading.typ")
    assert "El membrete no se puede componer: " in fault.sentence
    assert "unknown variable: escudo" in fault.sentence


def test_check_entity_of_a_sound_profile_says_so() -> None:
    told = StringIO()

    call_command("check_entity", "callao-2011", stdout=told)

    assert told.getvalue() == "Perfil callao-2011: sin fallas.\n"


@pytest.mark.django_db
def test_load_entity_says_what_it_did() -> None:
    told = StringIO()

    call_command("load_entity", "callao-2011", stdout=told)
    call_command("load_entity", "callao-2011", stdout=told)

    assert told.getvalue() == "Perfil callao-2011: cargado.\nPerfil callao-2011: sin cambios.\n"


@pytest.mark.parametrize("name", ["nadie", "../entities/callao-2011", ""])
@pytest.mark.parametrize("command", ["check_entity", "load_entity"])
def test_an_unknown_profile_is_told_with_those_that_there_are(command: str, name: str) -> None:
    with pytest.raises(CommandError, match="Elija uno de estos: cajamarca-2011, callao-2011"):
        call_command(command, name)
