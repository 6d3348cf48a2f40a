"""Procedures: what the entity's TUPA offers, read from ``procedures.csv`` of its profile.

No row says by omission what silence means (PL-11), none goes beyond the general maximum without a law that gives it
(PL-05), and none asks for what the entity can look up by itself (IN-16).
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path

from django.utils.translation import gettext as _

from law.enums import SilenceKind, TermUnit
from law.errors import SilenceMissing, TermTooLong
from law.models import Norm
from law.ports import LawProfile, NormLine, ProfileFault, TermLine
from law.rules.law_book import in_force
from law.rules.procedure import GivenTerm, check_silence, check_term
from law.services.profile_files import Row, Table
from law.services.profile_rows import bring_up_to_date
from organization.models import Post
from workflows.enums import ProcedureChannel, RequirementKind
from workflows.models import Procedure

COLUMNS = ("slug", "name", "requirements", "fee_soles", "term", "silence", "post", "channel", "route", "norm")
MORE = ("article", "law", "valid_from", "valid_to", "is_verified")
GENERAL_MAXIMUM = "evaluacion-previa"
PROHIBITED = frozenset({RequirementKind.DNI_COPY, RequirementKind.RUC_COPY})
"""What the entity can look up by interoperability may not be asked for."""
CENT = Decimal("0.01")


@dataclass(frozen=True)
class ProcedureLine:
    """A procedure, as ``procedures.csv`` gives it. ``requirements`` are pairs of kind and text."""

    slug: str
    name: str
    requirements: tuple[tuple[str, str], ...]
    fee_soles: Decimal
    term: str
    silence: str
    post: str
    channel: str
    route: str
    norm: str
    article: str
    law: str
    valid_from: date
    valid_to: date | None
    is_verified: bool


def read_procedures(
    folder: Path, law: LawProfile, *, posts: Collection[str], routes: Collection[str]
) -> tuple[tuple[ProcedureLine, ...], list[ProfileFault]]:
    """Read the procedures of an entity's folder, and every fault in them. Without the file there are none."""
    table = Table(folder / "procedures.csv", COLUMNS, more=MORE, is_optional=True)
    table.check_unique("slug", *(["valid_from"] if "valid_from" in table.columns else []))
    known = _Known(law, posts, routes)
    return tuple(_read(row, known) for row in table.rows), table.faults


def load_procedures(lines: Collection[ProcedureLine]) -> int:
    """Bring the procedures to what the profile says, and return how many rows changed."""
    norms, posts = dict(Norm.objects.values_list("slug", "pk")), dict(Post.objects.values_list("slug", "pk"))
    return bring_up_to_date(Procedure, ((_key(line), _values(line, norms, posts)) for line in lines))


def _key(line: ProcedureLine) -> dict[str, object]:
    return {"slug": line.slug, "valid_from": line.valid_from}


def _values(line: ProcedureLine, norms: Mapping[str, int], posts: Mapping[str, int]) -> dict[str, object]:
    return {
        "name": line.name,
        "requirements": [{"kind": kind, "text": text} for kind, text in line.requirements],
        "fee_soles": line.fee_soles,
        "term": line.term,
        "silence": line.silence,
        "decided_by_id": posts[line.post],
        "channel": line.channel,
        "route": line.route,
        "norm_id": norms[line.norm],
        "article": line.article,
        "law_id": norms[line.law] if line.law else None,
        "valid_to": line.valid_to,
        "is_verified": line.is_verified,
    }


class _Known:
    """What the lines may name."""

    def __init__(self, law: LawProfile, posts: Collection[str], routes: Collection[str]) -> None:
        self.norms: Mapping[str, NormLine] = {norm.slug: norm for norm in law.norms}
        self.articles = {(article.norm, article.number) for article in law.articles}
        self.terms: dict[str, list[TermLine]] = {}
        for term in law.terms:
            self.terms.setdefault(term.slug, []).append(term)
        self.posts, self.routes = posts, routes

    def term(self, slug: str, on: date) -> TermLine | None:
        rows = self.terms.get(slug, [])
        return in_force(rows, on) or next(reversed(rows), None)


def _read(row: Row, known: _Known) -> ProcedureLine:
    norm = row.needed_reference("norm", known.norms, file="norms.csv")
    line = ProcedureLine(
        slug=row.slug("slug"),
        name=row.needed("name"),
        requirements=tuple(_requirements(row)),
        fee_soles=_fee(row),
        term=row.text("term"),
        silence=_silence(row),
        post=row.needed_reference("post", known.posts, file="posts.csv"),
        channel=row.needed_choice("channel", ProcedureChannel.values),
        route=row.needed_reference("route", known.routes, file="routes/*.bpmn"),
        norm=norm,
        article=row.text("article"),
        law=row.reference("law", known.norms, file="norms.csv"),
        valid_from=row.day("valid_from") or (known.norms[norm].valid_from if norm in known.norms else date.min),
        valid_to=row.day("valid_to"),
        is_verified=row.flag("is_verified"),
    )
    _check_basis(row, line, known)
    _check_term(row, line, known)
    return line


def _requirements(row: Row) -> list[tuple[str, str]]:
    """Return the requirements: ``kind: text`` parted by ``|``. One that may not be asked for is a fault."""
    found = []
    for part in filter(None, (each.strip() for each in row.text("requirements").split("|"))):
        kind, _colon, text = (each.strip() for each in part.partition(":"))
        if kind not in RequirementKind.values or not text:
            words = {"value": part, "known": ", ".join(RequirementKind.values)}
            row.fault(
                _("No se entiende el requisito «%(value)s». Escriba «clase: texto», con una clase de: %(known)s.")
                % words
            )
        elif kind in PROHIBITED:
            row.fault(
                _(
                    "El requisito «%(value)s» no se puede exigir: la entidad lo consulta por sí misma. Quítelo de la "
                    "lista."
                )
                % {"value": part}
            )
        found.append((kind, text))
    return found


def _fee(row: Row) -> Decimal:
    value = row.text("fee_soles")
    try:
        fee = Decimal(value or "0")
    except InvalidOperation:
        fee = Decimal(-1)
    if not fee.is_finite() or fee < 0 or fee != fee.quantize(CENT):
        row.fault(_("«fee_soles» debe ser un monto en soles como 48.20 y dice «%(value)s».") % {"value": value})
        return Decimal(0)
    return fee.quantize(CENT)


def _silence(row: Row) -> str:
    """Return the kind of silence: none is a fault, nothing is supposed (PL-11)."""
    try:
        return check_silence(row.text("silence"))
    except SilenceMissing as error:
        row.fault(str(error))
        return ""


def _check_basis(row: Row, line: ProcedureLine, known: _Known) -> None:
    """A verified basis rests on a norm that was read; an article stands only where it was read."""
    norm = known.norms.get(line.norm)
    if line.article and (line.norm, line.article) not in known.articles:
        row.fault(
            _("El artículo %(article)s de «%(norm)s» no está en articles.csv. Añádalo allí con su fuente o quítelo.")
            % {"article": line.article, "norm": line.norm}
        )
    if line.is_verified and norm is not None and not norm.is_verified:
        row.fault(_("El procedimiento consta como leído y su norma no. Corrija uno de los dos «is_verified»."))
    if line.valid_to is not None and line.valid_to < line.valid_from:
        row.fault(_("La vigencia termina antes de empezar. Corrija «valid_from» o «valid_to»."))


def _check_term(row: Row, line: ProcedureLine, known: _Known) -> None:
    """A procedure that is decided has a term; beyond the general maximum only with the law that gives it (PL-05)."""
    if line.silence == SilenceKind.AUTOMATIC:
        if line.term:
            row.fault(_("Un procedimiento de aprobación automática no tiene plazo. Deje «term» vacío."))
        return
    row.needed_reference("term", known.terms, file="terms.csv")
    term, most = known.term(line.term, line.valid_from), known.term(GENERAL_MAXIMUM, line.valid_from)
    if term is None or most is None or line.law:
        return
    if term.unit != TermUnit.BUSINESS_DAYS:
        row.fault(
            _("El plazo no se cuenta en días hábiles. Indique en «law» la ley que lo da, o cuéntelo en días hábiles.")
        )
        return
    try:
        check_term(term.amount, most=GivenTerm(most.amount), has_law=False)
    except TermTooLong as error:
        row.fault(str(error))
