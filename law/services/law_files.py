"""The law's files of one place, read into lines: every fault with its file, its line and what to do.

A row without a source, or without the norm that gives it, is refused: nothing here becomes law by being typed.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TypedDict

from django.utils.translation import gettext as _

from law.enums import DayKind, Regime, SilenceKind, TermEvent, TermUnit
from law.ports import (
    AliasLine,
    ArticleLine,
    DayLine,
    DistanceLine,
    NormLine,
    RegimeLine,
    RuleLine,
    SilenceLine,
    TermLine,
)
from law.rules.law_book import CHOICES
from law.rules.places import is_place, places_of
from law.services.profile_files import Row, Table

NORM_COLUMNS = ("slug", "title", "valid_from", "valid_to", "source", "is_verified")
ARTICLE_COLUMNS = ("norm", "number", "title", "valid_from", "valid_to", "source", "is_verified")
ALIAS_COLUMNS = ("norm", "number", "in_norm", "alias", "source")
DAY_COLUMNS = ("date", "name", "kind", "suspends_terms", "norm")
TERM_COLUMNS = ("slug", "name", "amount", "unit", "norm")
SILENCE_COLUMNS = ("kind", "name", "window", "norm")
DISTANCE_COLUMNS = ("table", "lives_in", "acts_in", "days", "unit", "norm")
REGIME_COLUMNS = ("regime", "closes", "norm")
RULE_COLUMNS = ("rule", "choice", "norm")
VALIDITY = ("article", "valid_from", "valid_to")
LONGEST_PLACE_NAME = 120
DISTANCE_UNITS = (TermUnit.BUSINESS_DAYS.value, TermUnit.CALENDAR_DAYS.value)


class Known:
    """The norms and articles that the lines may name: the country's and the place's own."""

    def __init__(self, norms: Mapping[str, NormLine], articles: Sequence[ArticleLine]) -> None:
        self.norms = norms
        self.articles = {(article.norm, article.number) for article in articles}


class Given(TypedDict):
    """The cells that every line given by a norm has."""

    norm: str
    article: str
    valid_from: date
    valid_to: date | None


class LawSet:
    """The tables of one place's law."""

    def __init__(self, folder: Path, place: str) -> None:
        self.place = places_of(place)[-1] if place else place
        self._norms = self._table(folder, "norms", NORM_COLUMNS, more=("published_on",))
        self._articles = self._table(folder, "articles", ARTICLE_COLUMNS)
        self._aliases = self._table(folder, "aliases", ALIAS_COLUMNS)
        self._days = self._table(folder, "days", DAY_COLUMNS, more=("place",))
        self._terms = self._table(folder, "terms", TERM_COLUMNS, more=("event", *VALIDITY, "reaches_open"))
        self._silences = self._table(folder, "silences", SILENCE_COLUMNS, more=VALIDITY)
        self._distances = self._table(folder, "distances", DISTANCE_COLUMNS, more=(*VALIDITY, "lives_in_name"))
        self._regimes = self._table(folder, "regimes", REGIME_COLUMNS, more=VALIDITY)
        self._rules = self._table(folder, "rules", RULE_COLUMNS, more=VALIDITY)
        self.tables = [table for table in vars(self).values() if isinstance(table, Table)]
        self._norms.check_unique("slug")
        self.norms = [_norm(row) for row in self._norms.rows]

    @staticmethod
    def _table(folder: Path, name: str, columns: Sequence[str], more: Sequence[str] = ()) -> Table:
        return Table(folder / f"{name}.csv", columns, more=more, is_optional=True)

    def read_articles(self, norms: Mapping[str, NormLine]) -> list[ArticleLine]:
        self._articles.check_unique("norm", "number", "valid_from")
        return [_article(row, norms) for row in self._articles.rows]

    def read_aliases(self, known: Known) -> list[AliasLine]:
        self._aliases.check_unique("norm", "number", "in_norm")
        return [_alias(row, known) for row in self._aliases.rows]

    def read_days(self, known: Known) -> list[DayLine]:
        self._days.check_unique("date", *(["place"] if "place" in self._days.columns else []))
        return [_day(row, self.place, known.norms) for row in self._days.rows]

    def read_terms(self, known: Known) -> list[TermLine]:
        self._check_unique(self._terms, "slug")
        return [_term(row, known) for row in self._terms.rows]

    def read_silences(self, known: Known) -> list[SilenceLine]:
        self._check_unique(self._silences, "kind")
        return [
            SilenceLine(
                kind=row.needed_choice("kind", SilenceKind.values),
                name=row.needed("name"),
                window=row.number("window"),
                **_given(row, known),
            )
            for row in self._silences.rows
        ]

    def read_distances(self, known: Known, *, is_general: bool) -> list[DistanceLine]:
        self._check_unique(self._distances, "table", "lives_in", "acts_in")
        return [
            DistanceLine(
                table=row.needed("table"),
                lives_in=_place(row, "lives_in"),
                lives_in_name=_place_name(row),
                acts_in=_place(row, "acts_in"),
                days=row.number("days"),
                unit=row.needed_choice("unit", DISTANCE_UNITS),
                is_general=is_general,
                **_given(row, known),
            )
            for row in self._distances.rows
        ]

    def read_regimes(self, known: Known) -> list[RegimeLine]:
        return [_regime(row, known) for row in self._regimes.rows]

    def read_rules(self, known: Known) -> list[RuleLine]:
        self._check_unique(self._rules, "rule")
        return [_rule(row, known) for row in self._rules.rows]

    @staticmethod
    def _check_unique(table: Table, *columns: str) -> None:
        """A change of law is a new row with another date: one that repeats the date as well is a fault."""
        table.check_unique(*columns, *(["valid_from"] if "valid_from" in table.columns else []))


def _given(row: Row, known: Known) -> Given:
    """Return what every line has: the norm must be known, and the article one of that norm's."""
    slug = row.needed_reference("norm", known.norms, file="norms.csv")
    norm, article = known.norms.get(slug), row.text("article")
    if article and norm and (slug, article) not in known.articles:
        row.fault(
            _("El artículo %(article)s de «%(norm)s» no está en articles.csv. Añádalo allí con su fuente o quítelo.")
            % {"article": article, "norm": slug}
        )
    valid_from = row.day("valid_from") or (norm.valid_from if norm else date.min)
    valid_to = row.day("valid_to") or (norm.valid_to if norm else None)
    _check_validity(row, valid_from, valid_to)
    return Given(norm=slug, article=article, valid_from=valid_from, valid_to=valid_to)


def _check_validity(row: Row, valid_from: date, valid_to: date | None) -> None:
    if valid_to is not None and valid_to < valid_from:
        row.fault(_("La vigencia termina antes de empezar. Corrija «valid_from» o «valid_to»."))


def _norm(row: Row) -> NormLine:
    norm = NormLine(
        slug=row.slug("slug"),
        title=row.needed("title"),
        valid_from=row.needed_day("valid_from"),
        valid_to=row.day("valid_to"),
        source=row.text("source"),
        is_verified=row.flag("is_verified"),
        published_on=row.day("published_on"),
    )
    if not norm.source:
        row.fault(_("Toda norma dice de dónde se tomó. Escriba su fuente en «source»."))
    _check_validity(row, norm.valid_from, norm.valid_to)
    return norm


def _article(row: Row, norms: Mapping[str, NormLine]) -> ArticleLine:
    norm = norms.get(row.needed_reference("norm", norms, file="norms.csv"))
    article = ArticleLine(
        norm=row.text("norm"),
        number=row.needed("number"),
        title=row.needed("title"),
        valid_from=row.day("valid_from") or (norm.valid_from if norm else date.min),
        valid_to=row.day("valid_to") or (norm.valid_to if norm else None),
        source=row.text("source"),
        is_verified=row.flag("is_verified"),
    )
    if not article.source:
        row.fault(_("Todo artículo dice dónde se leyó. Escriba su fuente en «source»."))
    if article.is_verified and norm is not None and not norm.is_verified:
        row.fault(_("El artículo consta como leído y su norma no. Corrija uno de los dos «is_verified»."))
    _check_validity(row, article.valid_from, article.valid_to)
    return article


def _alias(row: Row, known: Known) -> AliasLine:
    alias = AliasLine(
        norm=row.needed_reference("norm", known.norms, file="norms.csv"),
        number=row.needed("number"),
        in_norm=row.needed_reference("in_norm", known.norms, file="norms.csv"),
        alias=row.needed("alias"),
        source=row.text("source"),
    )
    if not alias.source:
        row.fault(_("Todo alias dice dónde se leyó. Escriba su fuente en «source»."))
    if (alias.norm, alias.number) not in known.articles:
        row.fault(_("El artículo %(number)s no está en articles.csv. Añádalo allí.") % {"number": alias.number})
    text = known.norms.get(alias.in_norm)
    if text is not None and not text.is_verified:
        row.fault(
            _("Un alias existe solo donde se leyó el texto, y el de «%(norm)s» no consta como leído. Léalo y márquelo.")
            % {"norm": alias.in_norm}
        )
    return alias


def _day(row: Row, place: str, norms: Mapping[str, NormLine]) -> DayLine:
    own = row.text("place")
    day = DayLine(
        date=row.needed_day("date"),
        place=places_of(_place(row, "place"))[-1] if own else place,
        name=row.needed("name"),
        kind=row.needed_choice("kind", DayKind.values),
        suspends_terms=row.flag("suspends_terms"),
        norm=row.reference("norm", norms, file="norms.csv"),
    )
    norm = norms.get(day.norm)
    if not day.norm:
        row.fault(
            _(
                "Un día no laborable va siempre con su norma. "
                "Escriba en «norm» el código de la que lo declara en norms.csv."
            )
        )
    elif norm is not None and not norm.valid_from <= day.date <= (norm.valid_to or date.max):
        row.fault(_("La norma «%(norm)s» no estaba vigente ese día. Corrija el día o la norma.") % {"norm": day.norm})
    return day


def _term(row: Row, known: Known) -> TermLine:
    return TermLine(
        slug=row.slug("slug"),
        name=row.needed("name"),
        amount=row.number("amount"),
        unit=row.needed_choice("unit", TermUnit.values),
        event=row.choice("event", TermEvent.values),
        reaches_open=row.flag("reaches_open"),
        **_given(row, known),
    )


def _regime(row: Row, known: Known) -> RegimeLine:
    line = RegimeLine(
        regime=row.needed_choice("regime", Regime.values), closes=row.hour("closes"), **_given(row, known)
    )
    if line.regime == Regime.OFFICE_HOURS and line.closes is None:
        row.fault(_("El horario de atención dice a qué hora cierra. Escríbala en «closes», como 16:30."))
    return line


def _rule(row: Row, known: Known) -> RuleLine:
    line = RuleLine(rule=row.needed("rule"), choice=row.text("choice"), **_given(row, known))
    choices = CHOICES.get(line.rule)
    if line.choice and choices is None:
        row.fault(_("La regla «%(rule)s» no deja elegir. Deje «choice» vacío.") % {"rule": line.rule})
    elif choices is not None:
        row.needed_choice("choice", choices)
    return line


def _place(row: Row, column: str) -> str:
    value = row.needed(column)
    if value and not is_place(value):
        row.fault(
            _("«%(column)s» dice «%(value)s». Escriba un código ISO 3166-2, como PE-CUS, o un ubigeo, como 080909.")
            % {"column": column, "value": value}
        )
        return ""
    return value


def _place_name(row: Row) -> str:
    name = row.text("lives_in_name")
    if len(name) > LONGEST_PLACE_NAME:
        row.fault(
            _("«lives_in_name» tiene más de %(longest)s letras. Escriba el lugar como lo dice la gente.")
            % {"longest": LONGEST_PLACE_NAME}
        )
    return name
