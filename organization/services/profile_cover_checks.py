"""What a profile's absences, grants and abstentions must hold together. Each fault stands on the line to correct."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date

from django.utils.translation import gettext as _

from law.services.profile_files import Table
from organization.enums import GrantKind
from organization.errors import GrantRefused, no_post_sentence
from organization.ports import AbsenceLine, AbstentionLine, AppointmentLine, GrantLine, OrganizationProfile
from organization.rules.competence import Given, Held, Named
from organization.rules.granting import check_new_grant
from organization.rules.holding import covers, overlap


def check_absences(table: Table, lines: Sequence[AbsenceLine]) -> None:
    """Check that each absence ends after it starts, and that nobody is away twice on one day."""
    seen: dict[str, list[AbsenceLine]] = defaultdict(list)
    for line, row in zip(lines, table.rows, strict=True):
        if line.last is not None and line.last < line.first:
            row.fault(_("Termina antes de empezar. Corrija una de las dos fechas."))
        elif any(overlap(line, other) for other in seen[line.username]):
            row.fault(
                _("%(person)s ya está ausente en esas fechas. Corrija las fechas de una de las dos líneas.")
                % {"person": line.username}
            )
        seen[line.username].append(line)


def check_grants(table: Table, profile: OrganizationProfile) -> None:
    """Check each grant beside the earlier lines, as the system would when it is registered."""
    held = [_held(at, line) for at, line in enumerate(profile.appointments)]
    standing: list[Given] = []
    for at, (line, row) in enumerate(zip(profile.grants, table.rows, strict=True)):
        if line.kind not in GrantKind.values:
            continue
        if line.last is not None and line.last < line.first:
            row.fault(_("Termina antes de empezar. Corrija una de las dos fechas."))
            continue
        grant = _given(at, line)
        try:
            check_new_grant(grant, standing, held)
        except GrantRefused as refusal:
            row.fault(str(refusal))
        standing.append(grant)


def check_abstentions(table: Table, profile: OrganizationProfile) -> None:
    """Check that each person acts as the post from which they keep out, and that another one goes on in their place."""
    for at, (line, row) in enumerate(zip(profile.abstentions, table.rows, strict=True)):
        for sentence in _abstention_faults(line, profile.abstentions[:at], profile):
            row.fault(sentence)


def _abstention_faults(
    line: AbstentionLine, before: Sequence[AbstentionLine], profile: OrganizationProfile
) -> Iterator[str]:
    names = {"person": line.username, "designee": line.designee, "post": line.post}
    if line.last is not None and line.last < line.first:
        yield _("Termina antes de empezar. Corrija una de las dos fechas.")
        return
    if line.username == line.designee:
        yield _("Nadie se reemplaza a sí mismo. Elija a otra persona.")
    if not _acts([*profile.appointments, *profile.grants], line.username, line.post, line.first):
        yield _("%(person)s no actúa como «%(post)s» en esa fecha. Elija el puesto en que le tocaría actuar.") % names
    if not _acts(profile.appointments, line.designee, line.designee_post, line.first):
        yield no_post_sentence(line.designee, line.designee_post)
    beside = [other for other in before if other.expediente == line.expediente and overlap(other, line)]
    if line.designee in {other.username for other in beside}:
        yield _("%(designee)s también se abstuvo de este expediente. Elija a otra persona.") % names
    if (line.username, line.post) in {(other.username, other.post) for other in beside}:
        yield _("%(person)s ya se abstuvo de este expediente como «%(post)s». Quite una de las líneas.") % names


def _acts(rows: Sequence[AppointmentLine | GrantLine], username: str, post: str, on: date) -> bool:
    return any((row.username, row.post) == (username, post) and covers(row, on) for row in rows)


def _named(slug: str) -> Named:
    return Named(0, slug)


def _held(at: int, line: AppointmentLine) -> Held:
    return Held(at, _named(line.post), _named(line.username), line.first, line.last, line.act)


def _given(at: int, line: GrantLine) -> Given:
    return Given(
        pk=at,
        kind=GrantKind(line.kind),
        post=_named(line.post),
        person=_named(line.username),
        own_post=_named(line.own_post),
        first=line.first,
        last=line.last,
        act=line.act,
        scope=frozenset(line.scope),
    )
