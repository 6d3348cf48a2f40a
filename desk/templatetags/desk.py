"""What frames every page of the desk: the rail with its counts, and the words of the trays."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import template
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from desk.selectors.chart import act_key
from organization.enums import Role
from workflows.selectors import trays
from workflows.selectors.trays import Tab

register = template.Library()

TAB_NAMES = {
    Tab.TO_DO: _("Por atender"),
    Tab.DUE_TODAY: _("Vence hoy"),
    Tab.TO_SIGN: _("Por firmar"),
    Tab.DRAFTING: _("En proyecto"),
    Tab.OBSERVED: _("Observados"),
    Tab.ELSEWHERE: _("En otras unidades"),
    Tab.DONE: _("Hechos por usted"),
}
TAB_ICONS = {
    Tab.TO_DO: "inbox",
    Tab.DUE_TODAY: "alarm",
    Tab.TO_SIGN: "vector-pen",
    Tab.DRAFTING: "pencil",
    Tab.OBSERVED: "arrow-return-left",
    Tab.ELSEWHERE: "signpost-split",
    Tab.DONE: "check-circle",
}
PHONE_CAP = 99


@dataclass(frozen=True)
class RailItem:
    """One line of the rail."""

    address: str
    icon: str
    name: Any
    count: str = ""
    is_current: bool = False
    is_due: bool = False


@register.inclusion_tag("desk/_rail.html", takes_context=True)
def rail(context: dict[str, Any]) -> dict[str, Any]:
    """The rail of the person at the unit in view."""
    desk = context["request"].desk
    counts = context.get("counts") or trays.tray_counts(desk.seat)
    current = context.get("tab")
    return {
        "desk": desk,
        "entity": context.get("entity"),
        "request": context["request"],
        "csrf_token": context.get("csrf_token"),
        "trays": [_tray(tab, counts, current) for tab in Tab],
        "sections": _sections(desk.roles, _section(context["request"])),
    }


@register.inclusion_tag("desk/_bottom.html", takes_context=True)
def bottom_bar(context: dict[str, Any]) -> dict[str, Any]:
    """The four ways of a phone."""
    trays_ = [(tab, tab_address(tab), TAB_NAMES[tab], TAB_ICONS[tab]) for tab in list(Tab)[:3]]
    return {"tab": context.get("tab"), "is_more": context.get("is_more"), "trays": trays_}


def tab_address(tab: Tab) -> str:
    """Return where a tray opens: what is to be signed has its own page, with the sheet beside it."""
    return reverse("desk:to_sign") if tab == Tab.TO_SIGN else reverse("desk:tab", args=[tab])


def _tray(tab: Tab, counts: trays.TrayCounts, current: object) -> RailItem:
    numbers = {
        Tab.TO_DO: counts.to_do,
        Tab.DUE_TODAY: counts.due_today,
        Tab.TO_SIGN: counts.to_sign,
        Tab.DRAFTING: counts.drafting,
        Tab.OBSERVED: counts.observed,
        Tab.ELSEWHERE: counts.elsewhere,
    }
    number = numbers.get(tab, 0)
    plus = "+" if tab == Tab.ELSEWHERE and counts.is_elsewhere_capped else ""
    return RailItem(
        address=tab_address(tab),
        icon=TAB_ICONS[tab],
        name=TAB_NAMES[tab],
        count=f"{number}{plus}" if number else "",
        is_current=tab == current,
        is_due=tab == Tab.DUE_TODAY and number > 0,
    )


def _section(request: HttpRequest) -> str:
    """Return the section that the page's address belongs to: ``counter_add`` is the counter's."""
    return (request.resolver_match.url_name or "").partition("_")[0] if request.resolver_match else ""


def _sections(roles: frozenset[str], current: str) -> list[RailItem]:
    """Return the entity's sections that the person's units open."""
    found = []
    if Role.INTAKE in roles:
        found.append(("counter", "door-open", _("Mesa de partes")))
    if roles & {Role.INTAKE, Role.SECRETARIAT}:
        found.append(("dispatch", "send", _("Despacho y notificación")))
    found.append(("find", "folder2-open", _("Buscar expedientes")))
    if roles & {Role.SECRETARIAT, Role.PERSONNEL}:
        found.append(("posts", "people", _("Organización")))
    return [RailItem(reverse(f"desk:{name}"), icon, words, is_current=name == current) for name, icon, words in found]


GROUP_NAMES = {
    "late": _("Vencidos"),
    "next": _("Próximos días"),
    "none": _("Sin plazo"),
    "done": _("Atendidos"),
}


@register.filter
def group_name(group: str) -> Any:
    """The heading over rows; today's is written by its page, with the day."""
    return GROUP_NAMES.get(group, "")


@register.filter
def capped(number: int) -> str:
    """A count as a phone shows it."""
    return f"{PHONE_CAP}+" if number > PHONE_CAP else str(number)


@register.filter
def of(rows: Mapping[str, Any], key: str) -> Any:
    """What a table keeps under a key, or nothing."""
    return rows.get(key)


register.filter(act_key)


@register.filter
def fold(closed: frozenset[int], unit: int) -> str:
    """The folded units once this one is folded, or unfolded again."""
    return "-".join(map(str, sorted(closed ^ {unit})))


BROWSERS = (("Edg/", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))
SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "Mac"),
    ("Linux", "Linux"),
)


@register.filter
def device(user_agent: str) -> str:
    """``Firefox en Windows``: what a browser says of itself, as people say it."""
    browser = next((name for mark, name in BROWSERS if mark in user_agent), gettext("Otro programa"))
    system = next((name for mark, name in SYSTEMS if mark in user_agent), "")
    return gettext("%(browser)s en %(system)s") % {"browser": browser, "system": system} if system else browser
