"""``load_law`` and ``check_law``, and what of the law may be shown."""

import io
import shutil
from datetime import date, datetime
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from law import selectors
from law.errors import UnknownTerm
from law.models import Article, ArticleAlias, Day, Norm, RuleSource, Silence, Term
from law.rules.citations import UNVERIFIED
from law.services import profile as law_profile
from law.services.profile import NATIONAL
from tests.factories import LIMA

AT = datetime(2026, 11, 20, 9, tzinfo=LIMA)
NORMS = """slug,title,valid_from,valid_to,source,is_verified
ley-1,Ley 1,2000-01-01,2020-12-31,Diario,1
ley-2,Ley 2,2001-01-01,,Diario,0
"""


def told(command: str, *arguments: str) -> str:
    out = io.StringIO()
    call_command(command, *arguments, stdout=out, stderr=out)
    return out.getvalue()


@pytest.fixture
def profiles(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(law_profile, "PROFILES", tmp_path)
    folder = tmp_path / "villa"
    folder.mkdir()
    (folder / "entity.toml").write_text('place = "PE-CUS"\n')
    (folder / "norms.csv").write_text(NORMS)
    return folder


@pytest.mark.django_db
def test_the_law_is_loaded_once_and_says_what_follows(profiles: Path) -> None:
    assert "Los plazos abiertos se cuentan de nuevo" in told("load_law", "villa")
    assert told("load_law", "villa") == "La ley ya estaba cargada: sin cambios.\n"
    assert Silence.objects.get(kind="positive").window == 5
    assert RuleSource.objects.get(rule="first-day").article == "133"
    with pytest.raises(CommandError, match="No hay un perfil «aldea»"):
        told("load_law", "aldea")


@pytest.mark.django_db
def test_nothing_is_loaded_of_a_law_with_a_fault(profiles: Path) -> None:
    (profiles / "days.csv").write_text("date,name,kind,suspends_terms,norm\n2026-06-24,Fiesta,regional,1,\n")

    with pytest.raises(CommandError, match="no se cargó nada"):
        told("load_law", "villa")

    assert not Day.objects.exists()


def test_check_law_tells_that_the_calendar_ends(profiles: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "El calendario" not in told("check_law", "villa")
    folder = profiles.parent / "national"
    shutil.copytree(NATIONAL, folder)
    (folder / "spans.csv").write_text("place,first,last\nPE,2005-01-01,2020-12-31\n")
    monkeypatch.setattr(law_profile, "NATIONAL", folder)

    assert "El calendario cargado terminó el 31/12/2020; cargue el de 2021." in told("check_law", "villa")


def test_check_law_lists_what_was_not_read_row_by_row(profiles: Path) -> None:
    listed = told("check_law", "villa", "--unverified").splitlines()

    assert any(line.startswith("norma ley-2: Ley 2 (Diario)") for line in listed)
    assert any("dleg-713" in line and "312 días" in line for line in listed)
    assert not any("ley-27444:" in line for line in listed)
    with pytest.raises(CommandError, match="No hay un perfil"):
        told("check_law", "aldea")


TABLES = {
    "articles.csv": "norm,number,title,valid_from,valid_to,source,is_verified\n",
    "aliases.csv": "norm,number,in_norm,alias,source\n",
    "terms.csv": "slug,name,amount,unit,norm,event,article,valid_from,valid_to,reaches_open\n",
    "silences.csv": "kind,name,window,norm,article,valid_from,valid_to\n",
    "distances.csv": "table,lives_in,acts_in,days,unit,norm,article,valid_from,valid_to\n",
    "regimes.csv": "regime,closes,norm,article,valid_from,valid_to\n",
    "rules.csv": "rule,choice,norm,article,valid_from,valid_to\n",
    "days.csv": "date,name,kind,suspends_terms,norm,place\n",
}


@pytest.mark.parametrize(
    ("file", "row", "words"),
    [
        ("articles.csv", "ley-1,5,Materia,,,,1", "Todo artículo dice dónde se leyó"),
        ("articles.csv", "ley-2,5,Materia,,,Diario,1", "consta como leído y su norma no"),
        ("articles.csv", "ley-9,5,Materia,,,Diario,1", "«ley-9» no está en norms.csv"),
        ("articles.csv", "ley-1,5,Materia,2010-01-01,2009-01-01,Diario,1", "termina antes de empezar"),
        ("aliases.csv", "ley-27444,133,ley-1,144,", "Todo alias dice dónde se leyó"),
        ("aliases.csv", "ley-27444,133,ds-004-2019-jus,144,Diario", "existe solo donde se leyó el texto"),
        ("aliases.csv", "ley-27444,999,ley-1,144,Diario", "El artículo 999 no está"),
        ("terms.csv", "plazo,Plazo,5,weeks,ley-1,,,,,", "business_days, calendar_days, months, years"),
        ("terms.csv", "plazo,Plazo,5,months,,,,,,", "Falta «norm»"),
        ("terms.csv", "plazo,Plazo,5,months,ley-1,filing,77,,,", "El artículo 77 de «ley-1» no está en articles.csv"),
        ("silences.csv", "tacit,Tácito,5,ley-1,,,", "automatic, positive, negative"),
        ("distances.csv", "Cuadro,Maynas,PE-LIM,5,calendar_days,ley-1,,,", "ISO 3166-2"),
        ("distances.csv", "Cuadro,PE-LOR,PE-LIM,5,months,ley-1,,,", "business_days, calendar_days"),
        ("regimes.csv", "office-hours,,ley-1,,,", "dice a qué hora cierra"),
        ("regimes.csv", "office-hours,25:00,ley-1,,,", "debe ser una hora"),
        ("rules.csv", "first-day,late,ley-1,,,", "no deja elegir"),
        ("rules.csv", "public-sector-days,,ley-1,,,", "Falta «choice»"),
        ("rules.csv", "public-sector-days,maybe,ley-1,,,", "count, do-not-count"),
        ("days.csv", "2019-06-24,Fiesta,regional,1,ley-1,Cusco", "ISO 3166-2"),
        ("days.csv", "2021-06-24,Fiesta,regional,1,ley-1,PE-CUS", "no estaba vigente ese día"),
    ],
)
def test_a_row_that_is_no_law_is_refused_with_its_line(profiles: Path, file: str, row: str, words: str) -> None:
    (profiles / file).write_text(TABLES[file] + row + "\n")

    with pytest.raises(CommandError, match="Fallas por corregir"):
        told("check_law", "villa")
    _parsed, faults = law_profile.read_profile(profiles)

    assert any(Path(f.file).name == file and f.line == 2 and words in f.sentence for f in faults), faults


@pytest.mark.django_db
def test_a_change_of_law_is_a_new_row_with_a_date(profiles: Path) -> None:
    (profiles / "terms.csv").write_text(
        TABLES["terms.csv"]
        + "respuesta,Respuesta,15,business_days,ley-1,filing,,,2009-12-31,0\n"
        + "respuesta,Respuesta,12,business_days,ley-2,filing,,2010-01-01,,0\n"
    )
    told("load_law", "villa")

    assert Term.objects.filter(slug="respuesta").count() == 2
    assert selectors.term("respuesta", date(2009, 12, 31)).amount == 15
    assert selectors.term("respuesta", date(2010, 1, 1)).amount == 12
    assert selectors.term("respuesta").amount == 12
    with pytest.raises(UnknownTerm):
        selectors.term("respuesta", date(1999, 1, 1))


@pytest.mark.django_db
def test_an_article_is_shown_only_where_it_was_read_with_its_numbers_of_that_day(profiles: Path) -> None:
    told("load_law", "villa")
    law, unread = Norm.objects.get(slug="ley-27444"), Norm.objects.get(slug="ley-2")
    read = Norm.objects.create(
        slug="tuo",
        title="TUO 2019",
        valid_from=date(2019, 1, 26),
        valid_to=date(2026, 4, 30),
        source="F",
        is_verified=True,
    )
    ArticleAlias.objects.create(
        article=Article.objects.get(norm=law, number="133"), in_norm=read, number="144", source="F"
    )

    assert selectors.article_label(law, "133", on=date(2020, 1, 1)) == "Ley 27444, art. 133 (TUO 2019, art. 144)"
    assert selectors.article_label(law, "133", on=date(2026, 5, 1)) == "Ley 27444, art. 133"
    assert selectors.article_label(law, "999", on=date(2020, 1, 1)) == "Ley 27444"
    assert selectors.article_label(unread, "5", on=date(2020, 1, 1)) == UNVERIFIED


def test_the_country_s_own_files_have_no_fault_and_no_alias_that_nobody_read() -> None:
    aliases = (NATIONAL / "aliases.csv").read_text(encoding="utf-8").splitlines()

    assert [line for line in aliases if not line.startswith("#")] == ["norm,number,in_norm,alias,source"]
