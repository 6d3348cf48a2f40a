"""What the cédula of a notice says, what it still lacks, and the paper for the printer (NT-01)."""

from collections.abc import Iterator, Sequence
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _

from docs_store import selectors as stored
from docs_store.enums import Stage
from docs_store.models import Document
from docs_store.ports import Cedula, CedulaRecourse, Frame
from docs_store.typesetting import joined, typeset_cargo_of_cedula, typeset_cedula
from law import selectors as law
from law.enums import TermUnit
from law.errors import LawError
from law.rules.dates import day_long
from law.rules.deadlines import UNIT_NAMES
from organization import selectors as organization
from organization.models import Person
from workflows.enums import NoticeMeans, TakesEffect
from workflows.models import Filing, Notice, NoticeContent
from workflows.selectors.distances import distance_of
from workflows.selectors.means import norm_of

RECOURSE, CONTENT_RULE = "recurso", "notice-content"
OURS = frozenset({Stage.TYPESET, Stage.SIGNED})


def content_of(document: Document) -> NoticeContent:
    """Return what was stated for the cédula of a document; before that an unsaved row that says nothing."""
    return NoticeContent.objects.filter(document=document).first() or NoticeContent(document=document)


def faults(notice: Notice, on: date) -> list[str]:
    """Return what a cédula lacks before it may be printed, each as a sentence that says what to do."""
    content = content_of(notice.document)
    found = list(_faults_of_address(notice, content))
    if notice.document.kind.is_act:
        found += _faults_of_act(content, on)
    return found


def _faults_of_address(notice: Notice, content: NoticeContent) -> Iterator[str]:
    if notice.means in {NoticeMeans.PERSONAL, NoticeMeans.CERTIFIED} and not notice.place:
        yield _("No consta el domicilio de la persona. Búsquelo y anótelo en la notificación, o pase a otro medio.")
    if not authority_of(notice.document):
        yield _("El documento no dice qué órgano lo emite. Pida que se emita de nuevo, con su unidad.")
    if not (content.authority_address or organization.entity().address):
        yield _("Falta la dirección de la autoridad. Escríbala abajo.")


def _faults_of_act(content: NoticeContent, on: date) -> list[str]:
    needed = [
        (content.decides, _("Falta qué decide el acto, en una frase. Escríbalo abajo.")),
        (content.takes_effect, _("Falta desde cuándo tiene efecto. Elíjalo abajo.")),
        (content.ends_route is not None, _("Falta si agota la vía administrativa. Elíjalo abajo.")),
        (content.reconsidered_by, _("Falta ante quién se pide la reconsideración. Escríbalo abajo.")),
        (
            content.appealed_to or content.ends_route is not False,
            _("No agota la vía administrativa: falta ante quién se apela. Escríbalo abajo."),
        ),
        (_recourse_term(on), _("Falta cargar el plazo de los recursos: pida que se cargue con su norma.")),
    ]
    return [sentence for said, sentence in needed if not said]


def cedula_of(notice: Notice, on: date) -> Cedula:
    """Return the cédula of a notice as it reads on that day; what is not known stays blank."""
    document, content = notice.document, content_of(notice.document)
    version = document.emitted_version
    is_act = document.kind.is_act
    return Cedula(
        label=notice.label,
        means=notice.get_means_display(),
        party=notice.person.full_name,
        party_id=notice.person.identity,
        place=_place(notice),
        procedure=_procedure(notice),
        document=f"{document.kind} {document.label or document.title}",
        pages=version.pages if version else None,
        authority=authority_of(document),
        authority_address=content.authority_address or organization.entity().address,
        counts_when=_counts_when(NoticeMeans(notice.means)),
        decides=content.decides if is_act else "",
        takes_effect=_takes_effect(content) if is_act else "",
        recourses=tuple(_recourses(content, notice.person, on)) if is_act else (),
        route=_route(content) if is_act else "",
        norm=norm_of(CONTENT_RULE, on),
    )


def _place(notice: Notice) -> str:
    if notice.means in {NoticeMeans.MAIL, NoticeMeans.CASILLA}:
        return notice.email
    return "" if notice.means == NoticeMeans.PUBLICATION else notice.place


def _procedure(notice: Notice) -> str:
    """Return the procedure that the person began, or what the file is about."""
    expediente = notice.document.expediente
    own = Filing.objects.filter(expediente=expediente, party=notice.person_id, is_first=True).select_related(
        "procedure"
    )
    filing = own.first()
    asked = (filing.procedure.name if filing.procedure else filing.subject) if filing else expediente.subject
    return f"{asked}, expediente {expediente.label}"


def authority_of(document: Document) -> str:
    """Return the post that decided and its unit, as they were called on the day of the document."""
    day = timezone.localdate(document.emitted_at) if document.emitted_at else document.created_at.date()
    unit = document.unit or (document.post.unit if document.post else None)
    named = organization.unit_name(unit, day).name if unit else ""
    return ", ".join(part for part in (document.post.title if document.post else "", named) if part)


def _counts_when(means: NoticeMeans) -> str:
    return {
        NoticeMeans.PERSONAL: _("El día en que se la entreguen en su domicilio."),
        NoticeMeans.CERTIFIED: _("El día en que la reciba del correo certificado."),
        NoticeMeans.PUBLICATION: _("El día de su última publicación."),
        NoticeMeans.MAIL: _("El día en que responda que recibió el correo."),
        NoticeMeans.CASILLA: _("El día en que la abra en su casilla, o al terminar el plazo para abrirla."),
    }[means]


def _takes_effect(content: NoticeContent) -> str:
    if content.takes_effect == TakesEffect.ON_DAY and content.takes_effect_on:
        return _("Desde el %(day)s.") % {"day": day_long(content.takes_effect_on)}
    return f"{TakesEffect(content.takes_effect).label}." if content.takes_effect else ""


def _recourse_term(on: date) -> str:
    """Return the term of the recourses with its norm, or nothing where none is loaded."""
    try:
        row = law.term(RECOURSE, on)
    except LawError:
        return ""
    return f"{row.amount} {UNIT_NAMES[TermUnit(row.unit)][row.amount != 1]}"


def _recourses(content: NoticeContent, person: Person, on: date) -> Iterator[CedulaRecourse]:
    term, far = _recourse_term(on), distance_of(person, on)
    if term and far is not None:
        added = f"{far.days} {UNIT_NAMES[far.unit][far.days != 1]}"
        term = _("%(term)s, más %(added)s por el término de la distancia") % {"term": term, "added": added}
    if content.reconsidered_by:
        yield CedulaRecourse(_("Reconsideración"), content.reconsidered_by, term)
    if content.appealed_to and not content.ends_route:
        yield CedulaRecourse(_("Apelación"), content.appealed_to, term)


def _route(content: NoticeContent) -> str:
    if content.ends_route is None:
        return ""
    said = (
        _("Esta decisión agota la vía administrativa.")
        if content.ends_route
        else _("Esta decisión no agota la vía administrativa.")
    )
    return said + " " + _("Los plazos se cuentan desde el día hábil siguiente a su notificación.")


def printed(notices: Sequence[Notice], on: date) -> bytes:
    """Return the papers of several notices as one file: each cédula, the full text, and the cargo that comes back.

    A text that came from outside as a file is not put in: it is printed by itself and goes along by hand.
    """
    return joined([part for notice in notices for part in _parts(notice, on)])


def _parts(notice: Notice, on: date) -> Iterator[bytes]:
    cedula, frame = cedula_of(notice, on), _frame(notice, on)
    yield typeset_cedula(cedula, frame).pdf
    if is_ours(notice.document):
        assert notice.document.emitted_version is not None
        with stored.open_version(notice.document.emitted_version) as content:
            yield content.read()
    yield typeset_cargo_of_cedula(cedula, frame).pdf


def is_ours(document: Document) -> bool:
    """Return whether the text was typeset here, and so can be printed with its cédula."""
    return document.emitted_version is not None and document.emitted_version.stage in OURS


def _frame(notice: Notice, on: date) -> Frame:
    entity = organization.entity()
    return Frame(
        template="anexo",
        kind_name=_("Cédula de notificación"),
        entity_name=entity.name,
        entity_location=entity.location,
        ruc=entity.ruc,
        unit_name="",
        label=notice.label,
        city=entity.city,
        date_on=on,
        expediente=notice.document.expediente.label,
    )
