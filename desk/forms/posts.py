"""The day on which the organisation is looked at, how much around it, and at which post."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django import forms
from django.utils.translation import gettext_lazy as _

from desk.forms.fields import day_field
from desk.rules.bars import Window, months_around, whole_months
from organization.models import Post

SPANS = {3: _("3 meses"), 8: _("8 meses"), 36: _("3 años")}
USUAL_SPAN = 8
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2199, 12, 31)


class DayForm(forms.Form):
    """The day on which the organisation is looked at."""

    dia = day_field(_("Ver al"))

    def clean_dia(self) -> date:
        day: date = self.cleaned_data["dia"]
        if not FIRST_DAY <= day <= LAST_DAY:
            raise forms.ValidationError(_("Escriba un día entre los años 1900 y 2199."))
        return day


@dataclass(frozen=True)
class Asked:
    """What an address of the page asks for, with what is missing or unreadable put right."""

    form: DayForm
    on: date
    span: int
    window: Window
    post: Post | None
    kind: str
    closed: frozenset[int]
    as_table: bool
    was_moved: bool

    @property
    def address(self) -> dict[str, str]:
        """Return the parameters that say the same: the slider's place becomes its day."""
        said = {
            "dia": self.on.isoformat(),
            "meses": str(self.span),
            "desde": self.window.first.isoformat(),
            "puesto": str(self.post.pk) if self.post else "",
            "clase": self.kind,
            "cerrada": "-".join(map(str, sorted(self.closed))),
            "ver": "tabla" if self.as_table else "",
        }
        return {name: value for name, value in said.items() if value}


def asked_of(query: Mapping[str, str], today: date) -> Asked:
    """Return what the address asks for; ``form`` says what of the day cannot be read."""
    form = DayForm(query) if "dia" in query else DayForm(initial={"dia": today})
    on: date = form.cleaned_data["dia"] if form.is_bound and form.is_valid() else today
    span = int(query.get("meses", "")) if query.get("meses") in {str(months) for months in SPANS} else USUAL_SPAN
    first = _day(query.get("desde", ""))
    moved = _moved(query, first)
    on = moved or on
    return Asked(
        form=form,
        on=on,
        span=span,
        window=_window(first, span, on),
        post=_post(query.get("puesto", "")),
        kind=query.get("clase", ""),
        closed=frozenset(int(pk) for pk in query.get("cerrada", "").split("-") if _is_key(pk)),
        as_table=query.get("ver") == "tabla",
        was_moved=moved is not None,
    )


def _window(first: date | None, span: int, on: date) -> Window:
    """Return the days to draw: those that were drawn, while the chosen day is one of them."""
    kept = whole_months(first, span) if first is not None else None
    return kept if kept is not None and kept.first <= on <= kept.last else months_around(on, span)


def _moved(query: Mapping[str, str], first: date | None) -> date | None:
    """Return the day to which the slider was moved, or nothing where it was left alone."""
    place, before = query.get("mover", ""), query.get("antes", "")
    if first is None or place == before or not place.isdecimal() or len(place) > 4:
        return None
    return first + timedelta(days=int(place))


def _day(text: str) -> date | None:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if FIRST_DAY <= found <= LAST_DAY else None


def _is_key(text: str) -> bool:
    return text.isdecimal() and len(text) < 19


def _post(text: str) -> Post | None:
    return Post.objects.select_related("unit").filter(pk=int(text)).first() if _is_key(text) else None
