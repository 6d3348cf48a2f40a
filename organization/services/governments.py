"""The change of a whole government on one day: a file of posts and who takes them, in one transaction or not at all.

Each line names a post that changes hands: who takes it from that day, by which credential or act, or nobody. Who holds
it leaves the day before; what they delegated, and what they held by that post, ends with them. A credential of the
electoral authority is no document of the archive: it is a citation.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from hashlib import sha256
from pathlib import Path

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from law.rules.dates import day_long
from law.services.profile_files import Row, Table
from ledger import services as ledger
from organization.enums import IdKind
from organization.errors import GovernmentRefused
from organization.models import Appointment, Entity, Grant, Person, Post
from organization.services.appointments import record_appointment
from organization.services.grants import record_grant

COLUMNS = ("post", "username", "given_names", "surnames", "id_kind", "id_number", "initials", "email", "act")
OF_PERSON = ("given_names", "surnames", "id_kind", "id_number", "initials", "email")
NEEDED_OF_NEW = ("given_names", "id_kind", "id_number", "initials")
LONGEST_ACT = Appointment._meta.get_field("act").max_length
ONE_DAY = timedelta(days=1)


@dataclass
class Change:
    """What the file changes: who leaves, who begins, which grants end with those who leave, who is new here."""

    on: date
    ended: list[Appointment] = field(default_factory=list)
    begun: list[Appointment] = field(default_factory=list)
    grants: list[Grant] = field(default_factory=list)
    people: list[Person] = field(default_factory=list)
    vacant: list[Post] = field(default_factory=list)

    @property
    def digest(self) -> str:
        """What tells this change from another: whoever reviewed one does not carry out the other."""
        lines = [
            self.on.isoformat(),
            *sorted(f"ends {row.pk}" for row in (*self.ended, *self.grants)),
            *sorted(f"begins {row.post.slug} {row.person.username} {row.act}" for row in self.begun),
            *sorted(f"new {[getattr(person, name) for name in ('username', *OF_PERSON)]}" for person in self.people),
            *sorted(f"vacant {post.slug}" for post in self.vacant),
        ]
        return sha256("\n".join(lines).encode()).hexdigest()


@dataclass(frozen=True)
class _Known:
    """The rows that the lines are checked against."""

    posts: dict[str, Post]
    people: dict[str, Person]
    accounts: dict[tuple[str, str], str]
    appointments: dict[int, list[Appointment]]


def change_government(
    *, path: Path, text: str | None = None, on: date, by: str, at: datetime, is_dry_run: bool = False
) -> Change:
    """Read the file and let its appointments begin on that day, at midnight of Lima; return what changes.

    :param text: what the file says, where somebody sent it.
    :param by: the actor, as the ledger names them.
    :param is_dry_run: check and return; write nothing.
    :raises GovernmentRefused: lines are faulty, each named; nothing was written.
    """
    with transaction.atomic():
        list(Entity.objects.select_for_update(no_key=True))
        change = _planned(Table(path, COLUMNS, text=text), on)
        if not is_dry_run:
            _carry_out(change, by, at)
    return change


# What the lines say


def _planned(table: Table, on: date) -> Change:
    known, change = _known(table), Change(on)
    seats = Counter(row.cells["post"] for row in table.rows)
    rows = {slug: [row for row in table.rows if row.cells["post"] == slug] for slug in seats}
    for row in table.rows:
        _read_line(row, known, change)
    for slug, lines in rows.items():
        post = known.posts.get(slug)
        if post is not None:
            _leave(post, lines, known, change)
    if not table.rows and not table.faults:
        table.fault(1, _("No hay ninguna línea. Escriba un puesto por línea, con quien lo asume."))
    if table.faults:
        raise GovernmentRefused(sorted(table.faults))
    return change


def _known(table: Table) -> _Known:
    posts = {p.slug: p for p in Post.objects.select_related("unit").filter(slug__in=_cells(table, "post"))}
    officials = Person.objects.exclude(username=None)
    rows: dict[int, list[Appointment]] = {post.pk: [] for post in posts.values()}
    for row in Appointment.objects.filter(post__in=rows).select_related("post", "person"):
        rows[row.post_id].append(row)
    return _Known(
        posts,
        {str(p.username): p for p in officials.filter(username__in=_cells(table, "username"))},
        {(p.id_kind, p.id_number): str(p.username) for p in officials.filter(id_number__in=_cells(table, "id_number"))},
        rows,
    )


def _cells(table: Table, column: str) -> set[str]:
    return {row.cells[column] for row in table.rows}


def _read_line(row: Row, known: _Known, change: Change) -> None:
    post = known.posts.get(row.needed("post"))
    act = row.needed("act")
    if post is None:
        row.fault(_("«%(post)s» no es un puesto de la entidad. Corrija su código.") % {"post": row.cells["post"]})
    elif post.unit.valid_to is not None and post.unit.valid_to < change.on:
        row.fault(_("La unidad de «%(post)s» ya no existe ese día. Quite la línea.") % {"post": post.title})
    elif (post.valid_from or change.on) > change.on or (post.valid_to or change.on) < change.on:
        row.fault(_("«%(post)s» no existe ese día. Quite la línea.") % {"post": post.title})
    if LONGEST_ACT and len(act) > LONGEST_ACT:
        row.fault(_("«act» tiene más de %(most)d letras. Abrevie la cita.") % {"most": LONGEST_ACT})
    person = _person(row, known, change)
    if post is not None and person is not None:
        change.begun.append(Appointment(post=post, person=person, from_on=change.on, to_on=None, act=act))
    elif post is not None and not row.cells["username"]:
        change.vacant.append(post)


def _person(row: Row, known: _Known, change: Change) -> Person | None:
    """Return who takes the post: somebody with an account here, or a new one whose line says all of them."""
    username = row.text("username")
    if not username:
        if any(row.cells[column] for column in OF_PERSON):
            row.fault(_("Falta «username». Escríbalo, o vacíe las otras celdas si el puesto queda vacante."))
        return None
    found = known.people.get(username)
    account = known.accounts.get((row.cells["id_kind"], row.cells["id_number"]), username)
    if account != username:
        row.fault(_("Esa persona ya tiene la cuenta «%(account)s». Escriba ese usuario.") % {"account": account})
    if found is None:
        return _newcomer(row, known, change)
    if row.cells["id_number"] not in {"", found.id_number}:
        row.fault(_("«%(name)s» es la cuenta de otra persona. Escriba otro usuario.") % {"name": username})
    return found


def _newcomer(row: Row, known: _Known, change: Change) -> Person:
    for column in NEEDED_OF_NEW:
        row.needed(column)
    kind = row.choice("id_kind", IdKind.values)
    person = Person(username=row.cells["username"], **{column: row.text(column) for column in OF_PERSON})
    person.set_unusable_password()
    _check_cells(row, person)
    known.people[row.cells["username"]] = person
    known.accounts[(kind, person.id_number)] = row.cells["username"]
    change.people.append(person)
    return person


def _check_cells(row: Row, person: Person) -> None:
    """Note what does not fit: a cell that is too long, or an address that is none."""
    not_here = {field.name for field in Person._meta.fields} - {"username", *OF_PERSON}
    try:
        person.clean_fields(exclude={*not_here, "id_kind", *(name for name in OF_PERSON if not row.cells[name])})
    except ValidationError as error:
        for column, sentences in error.message_dict.items():
            row.fault(f"«{column}»: {' '.join(sentences)}")


def _leave(post: Post, lines: list[Row], known: _Known, change: Change) -> None:
    """Let the holders of the post leave the day before, with what rests on them."""
    if post.is_single_seat and len(lines) > 1:
        lines[-1].fault(_("«%(post)s» es de una sola persona y ya está en otra línea.") % {"post": post.title})
    leaving = [row for row in known.appointments[post.pk] if row.to_on is None or row.to_on >= change.on]
    for row in leaving:
        if row.from_on >= change.on:
            lines[0].fault(
                _("«%(post)s» ya es de %(person)s desde el %(day)s. Termine antes esa designación o cambie el día.")
                % {"post": post.title, "person": row.person.full_name, "day": day_long(row.from_on)}
            )
    staying = {row.person_id for row in change.begun if row.post == post and row.person_id}
    gone = [row.person_id for row in leaving if row.person_id not in staying]
    change.ended += leaving
    if not gone:
        return
    for grant in _grants_with(post, gone, change.on):
        if grant.from_on >= change.on:
            lines[0].fault(
                _("Hay un encargo de «%(post)s» que empieza el %(day)s (%(act)s). Termínelo antes.")
                % {"post": grant.post.title, "day": day_long(grant.from_on), "act": grant.act}
            )
        elif grant not in change.grants:
            change.grants.append(grant)


def _grants_with(post: Post, gone: list[int], on: date) -> list[Grant]:
    """Return what the post's leaving holders gave, and what they were given for it, that goes on after the day."""
    later = Q(to_on__isnull=True) | Q(to_on__gte=on)
    theirs = Q(post=post) | Q(own_post=post, person__in=gone)
    return list(Grant.objects.filter(later, theirs).select_related("post", "person"))


# What becomes of it


def _carry_out(change: Change, by: str, at: datetime) -> None:
    for person in change.people:
        person.save()
        ledger.record("person.added", subject=f"person:{person.pk}", facts={}, by=by, at=at)
    for row in change.ended:
        row.to_on = change.on - ONE_DAY
        row.save(update_fields=["to_on"])
        record_appointment("post.left", row, actor=by, at=at)
    for grant in change.grants:
        grant.to_on = change.on - ONE_DAY
        grant.save(update_fields=["to_on"])
        record_grant("post.grant_ended", grant, actor=by, at=at)
    for row in change.begun:
        row.person_id = row.person.pk
        row.save()
        record_appointment("post.appointed", row, actor=by, at=at)
    facts = {
        "on": change.on,
        "ended": [row.pk for row in change.ended],
        "begun": [row.pk for row in change.begun],
        "grants": [grant.pk for grant in change.grants],
    }
    ledger.record("government.changed", subject="entity:1", facts=facts, by=by, at=at)
