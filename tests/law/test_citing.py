"""Citations in a text resolve by the date of the act; what is unverified or expired is a finding."""

from datetime import date

import pytest

from law.models import Article, ArticleAlias, Norm
from law.rules.citing import citations_in
from law.selectors import citation_findings


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("de acuerdo con la Ley N.° 27444, Ley del Procedimiento", [("ley 27444", "")]),
        ("el artículo 133 de la Ley 27444", [("ley 27444", "133")]),
        (
            "el art. 125.3 de la Ley Nº 27444 y el artículo 33-A de la ley 27444",
            [("ley 27444", "125.3"), ("ley 27444", "33-A")],
        ),
        ("el Decreto Supremo N° 004-2019-JUS", [("ds 4-2019-JUS", "")]),
        ("el D.S. 4 - 2019 - JUS", [("ds 4-2019-JUS", "")]),
        ("Resolución Ministerial 61-2011-PCM y R.M. N.° 061-2011-PCM", [("rm 61-2011-PCM", "")] * 2),
        ("los artículos 133 y 134 de la Ley Nro. 27444", [("ley 27444", "133"), ("ley 27444", "134")]),
        ("arts. 20, 24 y 33-A de la Ley núm. 27444", [("ley 27444", number) for number in ("20", "24", "33-A")]),
        ("la Ordenanza Municipal N.° 021-2026-MPC", [("ordenanza 21-2026-MPC", "")]),
        ("la Resolución Jefatural No. 121-2022-AGN/JEF", [("rj 121-2022-AGN/JEF", "")]),
        ("por ley expresa, 30 días; Shirley 5", []),
    ],
)
def test_norms_are_found_as_a_text_names_them(text: str, expected: list[tuple[str, str]]) -> None:
    assert [(each.key, each.article) for each in citations_in(text)] == expected


@pytest.fixture
def _norms(db: object) -> None:
    law = Norm.objects.create(slug="l", title="Ley 27444", valid_from=date(2001, 10, 11), source="F", is_verified=True)
    tuo = Norm.objects.create(
        slug="t",
        title="Decreto Supremo 004-2019-JUS",
        valid_from=date(2019, 1, 26),
        valid_to=date(2026, 4, 30),
        source="F",
        is_verified=True,
    )
    Norm.objects.create(
        slug="n", title="Decreto Supremo 006-2026-JUS", valid_from=date(2026, 5, 1), source="Prensa", is_verified=False
    )
    article = Article.objects.create(
        norm=law, number="133", title="Inicio", valid_from=date(2001, 10, 11), source="F", is_verified=True
    )
    ArticleAlias.objects.create(article=article, in_norm=tuo, number="144", source="F")


@pytest.mark.usefixtures("_norms")
@pytest.mark.parametrize(
    ("text", "on", "words"),
    [
        ("artículo 133 de la Ley 27444", date(2026, 11, 20), None),
        ("la Ley 27444", date(2026, 11, 20), None),
        ("artículo 144 del Decreto Supremo 004-2019-JUS", date(2020, 1, 1), None),
        (
            "artículo 144 del Decreto Supremo 004-2019-JUS",
            date(2026, 5, 1),
            "No estaba vigente el 01/05/2026: rigió del 26/01/2019 al 30/04/2026",
        ),
        ("la Ley 27444", date(2001, 1, 1), "rige desde el 11/10/2001"),
        ("el DS 006-2026-JUS", date(2026, 11, 20), "Norma por verificar: nadie ha leído su texto (Prensa)"),
        ("artículos 133 y 999 de la Ley 27444", date(2026, 11, 20), "El artículo 999 no consta"),
        ("artículo 999 de la Ley 27444", date(2026, 11, 20), "El artículo 999 no consta"),
        ("la Ordenanza 21-2026-MPX", date(2026, 11, 20), "No está entre las normas cargadas"),
    ],
)
def test_a_citation_resolves_by_the_date_of_the_act(text: str, on: date, words: str | None) -> None:
    findings = citation_findings(text, on)

    assert [words in finding.sentence for finding in findings if words] == ([True] if words else [])
    assert len(findings) == (1 if words else 0)


@pytest.mark.django_db
def test_a_text_without_norms_costs_no_query(django_assert_num_queries: object) -> None:
    with django_assert_num_queries(0):  # type: ignore[operator]
        assert citation_findings("Se solicita opinión.", date(2026, 11, 20)) == []
