"""What a cover would mean before it is registered: the bar it makes, what it allows, the stamp it prints."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from desk.rules.bars import Bar, Look, Month, Stay, Window, bars, height_px, month_marks, vacancies, whole_months
from desk.selectors.chart import COVERS, THERE, brief_name, stays_of
from desk.selectors.endings import Waiting, waiting_in
from docs_store.models import DocumentKind
from docs_store.ports import StampText
from law.rules.dates import day_short
from organization import selectors as organization
from organization.enums import Capacity, GrantKind
from organization.models import Absence, Appointment, Grant, Post
from organization.rules.holding import Span, covers, overlap
from organization.selectors import Competent
from organization.selectors.timeline import life_of
from signing.models import Credential
from signing.selectors import certificates_of
from signing.services.capacities import standing_from
from signing.services.signatures import stamp_text

ONE_DAY = timedelta(days=1)
MOST_MONTHS, LEAST_MONTHS = 36, 3
DRAWING_PX = 330


@dataclass(frozen=True)
class Cover:
    """A cover as far as the form has it."""

    kind: GrantKind
    post: Post | None = None
    own: Appointment | None = None
    from_on: date | None = None
    to_on: date | None = None
    scope: tuple[str, ...] = ()
    act: str = ""


@dataclass(frozen=True)
class Drawn:
    """The bars of the post with the new one among them."""

    bars: tuple[Bar, ...]
    months: tuple[Month, ...]
    note: str

    @property
    def height_px(self) -> int:
        return height_px(self.bars)


@dataclass(frozen=True)
class Preview:
    """What the cover would mean."""

    cover: Cover
    unit: str
    titular: str
    state: str
    rival: Grant | None
    drawn: Drawn | None
    allows: tuple[str, ...]
    forbids: tuple[str, ...]
    certificate: Credential | None
    waiting: Waiting
    stamp: StampText | None


def preview_of(cover: Cover, *, at: datetime) -> Preview:
    """Return what the cover would mean, as far as the form has it; nothing is written."""
    post, on = cover.post, cover.from_on or timezone.localdate(at)
    titular = organization.titulars_of([post.pk], on).get(post.pk) if post else None
    unit = organization.unit_name(post.unit, on).name if post else ""
    waiting = waiting_in([post.unit_id]) if post else {}
    own = cover.own
    return Preview(
        cover=cover,
        unit=unit,
        titular=titular.full_name if titular else "",
        state=_state(post, on) if post else "",
        rival=_rival(cover),
        drawn=_drawn(cover) if post else None,
        allows=tuple(_allows(cover, unit)) if post else (),
        forbids=tuple(_forbids(cover, unit, titular is not None)) if post else (),
        certificate=certificates_of([own.person_id]).get(own.person_id) if own else None,
        waiting=waiting.get(post.unit_id, Waiting(0, None)) if post else Waiting(0, None),
        stamp=stamp_of(cover, at=at),
    )


def stamp_of(cover: Cover, *, at: datetime) -> StampText | None:
    """Return the stamp as who covers would sign on the first day, by the code that prints it; nothing to print yet."""
    post, own = cover.post, cover.own
    if post is None or own is None:
        return None
    on = cover.from_on or timezone.localdate(at)
    titular = organization.titulars_of([post.pk], on).get(post.pk)
    grant = Grant(kind=cover.kind, post=post, person=own.person, own_post=own.post, act=cover.act or "…")
    standing = standing_from(Competent(post, own.person, Capacity(cover.kind), (), titular, grant))
    moment = timezone.localtime(at).replace(year=on.year, month=on.month, day=on.day)
    return stamp_text(
        person=own.person, capacity=standing.capacity, titular_post=standing.titular, act=standing.act, at=moment
    )


def _state(post: Post, on: date) -> str:
    """Return what stands at the post that day, in words: who holds it, since when nobody does, who is away."""
    appointments = post.appointments.filter(awaits_act=False).select_related("person")
    held = [row for row in appointments if covers(Span(row.from_on, row.to_on), on)]
    if not held:
        ends = [row.to_on for row in appointments if row.to_on is not None and row.to_on < on]
        if not ends:
            return _("sin titular")
        return _("sin titular desde el %(day)s") % {"day": day_short(max(ends) + ONE_DAY, today=on)}
    away = [row for row in Absence.objects.filter(person=held[0].person_id) if covers(Span(row.from_on, row.to_on), on)]
    name = held[0].person.full_name
    if not away:
        return _("titular: %(person)s") % {"person": name}
    if away[0].to_on is None:
        return _("titular: %(person)s, ausente") % {"person": name}
    return _("titular: %(person)s, ausente hasta el %(day)s") % {
        "person": name,
        "day": day_short(away[0].to_on, today=on),
    }


def _rival(cover: Cover) -> Grant | None:
    """Return who covers the post already on one of the days."""
    if cover.post is None or cover.from_on is None or cover.kind not in COVERS:
        return None
    span = Span(cover.from_on, cover.to_on)
    rows = cover.post.grants.filter(kind__in=COVERS, awaits_act=False).select_related("person")
    return next((row for row in rows if overlap(span, Span(row.from_on, row.to_on))), None)


def _drawn(cover: Cover) -> Drawn | None:
    post, first = cover.post, cover.from_on
    if post is None or first is None:
        return None
    window = _window(first, cover.to_on)
    life = life_of(post)
    new = _new_stay(cover)
    there = [(stay.first, stay.last) for stay in stays_of(life) if stay.look in THERE]
    stays = [stay for stay in stays_of(life) if stay.look != Look.VACANT] + ([new] if new else [])
    covered = there + ([(first, cover.to_on)] if cover.kind in COVERS else [])
    born = post.unit.valid_from
    empty = [Stay(a, b, Look.VACANT, (_("sin titular"),)) for a, b in vacancies(covered, born, post.unit.valid_to)]
    return Drawn(
        tuple(bars(stays + empty, window, width_px=DRAWING_PX)), tuple(month_marks(window)), _note(empty, window, first)
    )


def _new_stay(cover: Cover) -> Stay | None:
    assert cover.from_on is not None
    if cover.own is None:
        return None
    name, brief = cover.own.person.full_name, brief_name(cover.own.person)
    sign = " (e)" if cover.kind == GrantKind.CHARGE else ""
    look = Look.COVER if cover.kind in COVERS else Look.DELEGATION
    return Stay(
        cover.from_on,
        cover.to_on,
        look,
        (f"{name}{sign}", f"{brief}{sign}", f"{brief[0]}. {brief.split()[-1]}{sign}"),
        "new",
    )


def _window(first: date, last: date | None) -> Window:
    """Return the whole months from the one before the cover to that of its last day."""
    before = first.replace(day=1) - ONE_DAY
    end = last or first
    months = (end.year - before.year) * 12 + end.month - before.month + 1
    return whole_months(before, min(max(months, LEAST_MONTHS), MOST_MONTHS))


def _note(empty: list[Stay], window: Window, first: date) -> str:
    """Return which days just before stay without anybody: this registration does not reach back."""
    last = next((stay for stay in empty if stay.last is not None and stay.last + ONE_DAY == first), None)
    if last is None or last.last is None:
        return ""
    start = day_short(max(last.first, window.first), today=first)
    return _("Lo firmado entre el %(first)s y el %(last)s no queda cubierto por este registro.") % {
        "first": start,
        "last": day_short(last.last, today=first),
    }


def _allows(cover: Cover, unit: str) -> list[str]:
    post = cover.post.title if cover.post else ""
    kinds = _kind_names(cover)
    if cover.kind in COVERS:
        sign = _("«(e)»") if cover.kind == GrantKind.CHARGE else _("«Suplente de»")
        signing = _("Firmar y visar lo que firma el puesto %(post)s, con %(sign)s y este acto en el sello")
        first = signing % {"post": post, "sign": sign}
    elif cover.kind == GrantKind.COMPETENCE:
        first = _("Decidir y firmar %(kinds)s que competen a %(post)s, con «Por delegación de» en el sello") % {
            "kinds": kinds,
            "post": post,
        }
    else:
        first = _("Firmar %(kinds)s por el titular de %(post)s, que decide; el sello nombra a los dos") % {
            "kinds": kinds,
            "post": post,
        }
    return [
        first,
        _("Ver y trabajar la bandeja de %(unit)s") % {"unit": unit},
        _("Derivar, devolver y atender en nombre de la unidad"),
    ]


def _forbids(cover: Cover, unit: str, has_titular: bool) -> list[str]:
    found = [_outside(cover)] if cover.from_on else []
    if cover.kind == GrantKind.SUBSTITUTION and has_titular:
        found.append(_("Firmar los días en que el titular esté presente"))
    if cover.scope:
        found.append(_("Firmar otras clases de documento: solo %(kinds)s") % {"kinds": _kind_names(cover)})
    if cover.kind == GrantKind.SIGNATURE:
        found += _undelegable()
    return [
        *found,
        _("Aprobar lo que redactó esa misma persona, donde la regla de dos personas lo impide"),
        _("Pasar el encargo a otra persona"),
        _("Ver expedientes reservados que no tocan a %(unit)s") % {"unit": unit},
    ]


def _outside(cover: Cover) -> str:
    assert cover.from_on is not None
    first = day_short(cover.from_on, today=cover.from_on)
    if cover.to_on is None:
        return _("Firmar antes del %(first)s") % {"first": first}
    last = day_short(cover.to_on, today=cover.from_on)
    return _("Firmar antes del %(first)s ni después del %(last)s") % {"first": first, "last": last}


def _undelegable() -> list[str]:
    rows = DocumentKind.objects.filter(is_own_signature_only=True).order_by("name").values_list("name", flat=True)
    names = ", ".join(dict.fromkeys(rows))
    return [_("Firmar lo que agota la vía o sanciona: %(kinds)s") % {"kinds": names}] if names else []


def _kind_names(cover: Cover) -> str:
    if not cover.scope:
        return _("los documentos")
    rows = DocumentKind.objects.filter(slug__in=cover.scope).order_by("name").values_list("name", flat=True)
    names = list(dict.fromkeys(rows))
    shown = ", ".join(names[:3])
    more = len(names) - 3
    return (
        shown
        if more <= 0
        else ngettext("%(shown)s y %(more)d más", "%(shown)s y %(more)d más", more)
        % {
            "shown": shown,
            "more": more,
        }
    )
