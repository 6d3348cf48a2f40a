"""The account of a due day as a text to be typeset: for the file's index, or for a printer."""

import json
from collections.abc import Iterator

from django.utils.translation import gettext as _

from docs_store import selectors as stored
from docs_store.models import Expediente
from docs_store.ports import Draft, Section
from law.rules.dates import day_long
from workflows.models import Clock
from workflows.selectors.accounts import Account, Told
from workflows.selectors.counts import extension_of


def account_text(account: Account, expediente: Expediente) -> Draft:
    """Return the account as sections: what was asked, each step with its norm, and what today's norm would give."""
    return Draft(
        subject=account.question,
        sections=tuple(section for section in _sections(account, expediente) if section.paragraphs),
    )


def annex_title(account: Account) -> str:
    """Return what the account is called among the annexes of an act."""
    about, due_on = account.about, account.clock.due_on
    if account.is_suspended:
        return _("Cuenta del plazo «%(about)s», suspendido") % {"about": about}
    if due_on is None:
        return _("Cuenta del plazo «%(about)s», sin calendario todavía") % {"about": about}
    ends = _("Cuenta del plazo «%(about)s», que venció el %(day)s")
    if due_on >= account.today:
        ends = _("Cuenta del plazo «%(about)s», que vence el %(day)s")
    return ends % {"about": about, "day": day_long(due_on)}


def _sections(account: Account, expediente: Expediente) -> Iterator[Section]:
    yield Section(_("Qué se cuenta"), tuple(_asked(account, expediente)))
    yield Section(_("La cuenta, paso a paso"), tuple(_steps(account.steps)))
    yield Section(_("Con la norma de hoy"), tuple(_beside(account)))
    yield Section(_("Para repetirla"), (_("La línea que recibe «manage.py due --json»:"), line_of(account.clock)))


def printed_account(account: Account, expediente: Expediente) -> bytes:
    """Return the account as a PDF for a printer: it is in no index, and has neither number nor code."""
    name = _("Cuenta de un plazo del expediente")
    text = account_text(account, expediente)
    return stored.printed_sheet(text, expediente=expediente, name=name, day=account.today)


def _asked(account: Account, expediente: Expediente) -> Iterator[str]:
    clock = account.clock
    yield _("Expediente %(label)s, %(subject)s.") % vars(expediente)
    told = {"about": account.about, "own": account.own, "day": day_long(clock.event_on)}
    yield _("%(about)s: %(own)s desde el %(day)s.") % told
    yield _("Cuenta hecha el %(day)s con el calendario cargado ese día para %(place)s.") % {
        "day": day_long(account.today),
        "place": clock.place,
    }


def _steps(steps: tuple[Told, ...]) -> Iterator[str]:
    for number, step in enumerate(steps, start=1):
        norm = f" {step.norm}{f', {step.standing}' if step.standing else ''}." if step.norm else ""
        note = f" {step.note}" if step.note else ""
        yield f"{number}. {step.title} ({step.span}).{note}{norm[:2].upper() + norm[2:]}"


def _beside(account: Account) -> Iterator[str]:
    now = account.beside
    if now is None:
        return
    if now.is_same:
        yield _("Con la norma de hoy sería el mismo día.")
        return
    told = {"day": day_long(now.due_on), "given": now.given, "norm": now.norm, "own": account.own}
    yield _("Con la norma de hoy sería el %(day)s: %(given)s (%(norm)s). Este trámite conserva sus %(own)s.") % told


def line_of(clock: Clock) -> str:
    """Return the case of a clock as one line of ``manage.py due --json``, so that others can count it again."""
    case = {
        "id": str(clock.pk),
        "event_kind": "date",
        "event": clock.event_on.isoformat(),
        "term": {"amount": clock.amount, "unit": clock.unit},
        "place": clock.place,
        "suspensions": [{end: each[end] for end in ("from", "to") if each[end]} for each in clock.suspensions] or None,
        "extension": extension_of(clock),
        "distance": {"days": clock.distance["days"], "unit": clock.distance["unit"]} if clock.distance else None,
    }
    return json.dumps({name: value for name, value in case.items() if value is not None})
