"""Loading the law of a profile, and reading it back."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from law import selectors
from law.errors import CalendarMissing, LawError, UnknownTerm
from law.models import CalendarSpan, Day, Norm
from law.rules.business_days import business_days_between, is_business_day
from law.services import profile as law_profile
from ledger.models import Entry

AT = datetime(2026, 11, 20, 9, 0, tzinfo=ZoneInfo("America/Lima"))
NORMS = "slug,title,valid_from,valid_to,source,is_verified\n"
DAYS = "date,name,kind,suspends_terms,norm\n"
OWN_NORM = NORMS + "dl-1,Decreto Ley 1,1977-06-08,2028-12-31,Diario,0\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "entity.toml").write_text('place = "PE-CUS"\n')
    return tmp_path


def load(folder: Path) -> None:
    parsed, faults = law_profile.read_profile(folder)
    assert faults == []
    law_profile.load_profile(parsed, at=AT)


def faults_of(folder: Path) -> list[tuple[str, int, str]]:
    _parsed, faults = law_profile.read_profile(folder)
    return [(Path(fault.file).name, fault.line, fault.sentence) for fault in faults]


@pytest.mark.django_db
def test_the_country_s_calendar_holds_in_every_place(folder: Path) -> None:
    load(folder)

    calendar = selectors.calendar_of("PE-CUS")

    assert business_days_between(calendar, date(2023, 8, 18), date(2023, 11, 10)) == 58
    assert selectors.calendar_of("PE-LIM").non_working == calendar.non_working


@pytest.mark.django_db
def test_a_place_adds_its_own_days(folder: Path) -> None:
    (folder / "norms.csv").write_text(OWN_NORM)
    (folder / "days.csv").write_text(DAYS + "2026-06-24,Inti Raymi,regional,1,dl-1\n")
    load(folder)

    assert not is_business_day(selectors.calendar_of("PE-CUS"), date(2026, 6, 24))
    assert is_business_day(selectors.calendar_of("PE-LIM"), date(2026, 6, 24))


@pytest.mark.django_db
def test_loading_again_changes_nothing_and_records_nothing(folder: Path) -> None:
    load(folder)
    before = list(Day.objects.values_list("pk", flat=True))

    load(folder)

    assert list(Day.objects.values_list("pk", flat=True)) == before
    assert Entry.objects.filter(kind="law.loaded").count() == 1


@pytest.mark.django_db
def test_a_day_taken_from_the_list_is_taken_from_the_calendar(folder: Path) -> None:
    (folder / "norms.csv").write_text(OWN_NORM)
    (folder / "days.csv").write_text(DAYS + "2026-06-24,Inti Raymi,regional,1,dl-1\n")
    load(folder)
    (folder / "days.csv").write_text(DAYS)

    load(folder)

    assert is_business_day(selectors.calendar_of("PE-CUS"), date(2026, 6, 24))


@pytest.mark.django_db
def test_a_calendar_already_built_notices_rows_of_another_process(folder: Path) -> None:
    load(folder)
    assert is_business_day(selectors.calendar_of("PE-CUS"), date(2026, 6, 24))

    norm = Norm.objects.get(slug="dleg-713")
    Day.objects.create(
        date=date(2026, 6, 24), place="PE-CUS", name="Fiesta", kind="regional", suspends_terms=True, norm=norm
    )

    assert not is_business_day(selectors.calendar_of("PE-CUS"), date(2026, 6, 24))


@pytest.mark.django_db
def test_a_known_calendar_costs_one_query(
    folder: Path, django_assert_num_queries: Callable[[int], AbstractContextManager[object]]
) -> None:
    load(folder)
    selectors.calendar_of("PE-CUS")

    with django_assert_num_queries(1):
        selectors.calendar_of("PE-CUS")


@pytest.mark.django_db
def test_a_place_without_calendar_is_an_error() -> None:
    with pytest.raises(CalendarMissing, match="PE-CUS"):
        selectors.calendar_of("PE-CUS")


@pytest.mark.django_db
def test_a_place_s_own_span_goes_before_the_country_s(folder: Path) -> None:
    load(folder)
    CalendarSpan.objects.create(place="PE-CUS", first=date(2020, 1, 1), last=date(2021, 12, 31))
    selectors.forget_calendars()

    assert selectors.calendar_of("PE-CUS").last == date(2021, 12, 31)


@pytest.mark.django_db
def test_a_norm_that_nobody_read_is_shown_as_to_be_verified(folder: Path) -> None:
    load(folder)

    assert selectors.norm_label(Norm.objects.get(slug="dleg-713")) == "norma por verificar"
    assert selectors.norm_label(Norm.objects.get(slug="ley-27444")) == "Ley 27444"


@pytest.mark.django_db
def test_a_term_is_found_by_its_code(folder: Path) -> None:
    load(folder)

    assert selectors.term("remision-del-plan").amount == 120
    assert str(selectors.term("evaluacion-previa").norm) == "Ley 27444"
    with pytest.raises(UnknownTerm, match="sin-norma") as error:
        selectors.term("sin-norma")
    assert isinstance(error.value, LawError)


def test_a_day_without_norm_is_a_fault(folder: Path) -> None:
    (folder / "days.csv").write_text(DAYS + "2026-06-24,Inti Raymi,regional,1,\n")

    assert faults_of(folder) == [
        (
            "days.csv",
            2,
            "Un día no laborable va siempre con su norma. "
            "Escriba en «norm» el código de la que lo declara en norms.csv.",
        )
    ]


def test_a_day_before_or_after_its_norm_is_a_fault(folder: Path) -> None:
    (folder / "norms.csv").write_text(OWN_NORM)
    (folder / "days.csv").write_text(
        DAYS + "1976-06-24,Inti Raymi,regional,1,dl-1\n2029-06-24,Inti Raymi,regional,1,dl-1\n"
    )

    assert [(line, sentence[:40]) for _file, line, sentence in faults_of(folder)] == [
        (2, "La norma «dl-1» no estaba vigente ese dí"),
        (3, "La norma «dl-1» no estaba vigente ese dí"),
    ]


def test_faults_of_cells_name_their_line_and_say_what_to_do(folder: Path) -> None:
    (folder / "norms.csv").write_text(
        NORMS + "# una nota\n\nDL 1,Decreto,1977-13-01,,,quizás\nx,T,2000-01-01,,F,1,de más\n"
    )
    (folder / "days.csv").write_text(DAYS + "2026-06-24,,fiesta,1,nada\n2026-06-24,A,regional,1,dleg-713\n")
    (folder / "terms.csv").write_text("slug,name,amount,unit,norm\nplazo,Plazo,diez,horas,\n")

    found = {(file, line) for file, line, _sentence in faults_of(folder)}
    sentences = " ".join(sentence for _file, _line, sentence in faults_of(folder))

    assert found == {("norms.csv", 4), ("norms.csv", 5), ("days.csv", 2), ("days.csv", 3), ("terms.csv", 2)}
    for words in (
        "«DL 1» no sirve de código",
        "debe ser un día como 2023-11-10 y dice «1977-13-01»",
        "Escriba su fuente",
        "debe ser 1 o 0 y dice «quizás»",
        "tiene 7 celdas y debe tener 6",
        "Falta «name». Escríbalo.",
        "Escriba una de estas palabras: national, regional, public_sector",
        "«nada» no está en norms.csv",
        "ya está en la línea 2",
        "debe ser un número entero y dice «diez»",
        "Falta «norm»",
    ):
        assert words in sentences


def test_wrong_columns_and_unreadable_files_are_faults(folder: Path) -> None:
    (folder / "days.csv").write_text("fecha,nombre\n2026-06-24,x\n")
    (folder / "norms.csv").write_bytes(b"\xff\xfe\x00")

    assert faults_of(folder) == [
        ("norms.csv", 1, "No se puede leer este archivo. Guárdelo como texto UTF-8 y revise sus permisos."),
        ("days.csv", 1, "La primera línea debe decir: date,name,kind,suspends_terms,norm"),
    ]
