"""Who gets a post, and until when."""

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from law.rules.dates import day_long
from ledger import services as ledger
from organization.errors import ActMissing, DatesCrossed, PostEnds, SeatTaken
from organization.models import Appointment, Person, Post
from organization.rules.holding import Span, overlap
from organization.services.people import Actor


def appoint(
    *,
    post: Post,
    person: Person,
    from_on: date,
    to_on: date | None,
    act: str,
    by: Actor,
    at: datetime,
    document_id: int | None = None,
    awaits_act: bool = False,
) -> Appointment:
    """Give the post to the person from one day to another, both included, and return the appointment.

    :param to_on: ``None`` where the act sets no end.
    :param document_id: the act, where this installation keeps it.
    :param awaits_act: the act is a draft: the appointment is kept, and counts from when it is signed.
    :raises SeatTaken: a post with one seat has another holder on one of those days, or this person has it already.
    :raises ActMissing: no act grants it.
    :raises DatesCrossed: it would end before it starts.
    :raises PostEnds: the post does not exist on all of those days.
    """
    if not act.strip():
        raise ActMissing
    span = _span(from_on, to_on)
    with transaction.atomic():
        locked = Post.objects.select_for_update(no_key=True, of=("self",)).select_related("unit").get(pk=post.pk)
        check_life(locked, span)
        check_seat(locked, person, span)
        appointment = Appointment.objects.create(
            post=locked,
            person=person,
            from_on=from_on,
            to_on=to_on,
            act=act,
            document_id=document_id,
            awaits_act=awaits_act,
        )
        record_appointment("post.appointed", appointment, actor=by.actor, at=at)
    return appointment


def end_appointment(*, appointment: Appointment, to_on: date, by: Person, at: datetime) -> Appointment:
    """Let the appointment end on that day.

    :raises DatesCrossed: it starts later.
    :raises SeatTaken: it ended before, and its new last day is another's.
    """
    span = _span(appointment.from_on, to_on)
    with transaction.atomic():
        locked = Post.objects.select_for_update(no_key=True).get(pk=appointment.post_id)
        check_seat(locked, appointment.person, span, besides=appointment)
        appointment.to_on = to_on
        appointment.save(update_fields=["to_on"])
        record_appointment("post.left", appointment, actor=by.actor, at=at)
    return appointment


def _span(from_on: date, to_on: date | None) -> Span:
    if to_on is not None and to_on < from_on:
        raise DatesCrossed
    return Span(from_on, to_on)


def check_life(post: Post, span: Span) -> None:
    """Check that the post exists on each of these days; one that moves with its unit's work goes on.

    :raises PostEnds: it begins later, or ends before.
    """
    first = max(filter(None, (post.valid_from, post.unit.valid_from)))
    if span.first < first:
        raise PostEnds(
            _("«%(post)s» existe desde el %(day)s. Escriba una fecha inicial desde ese día.")
            % {"post": post.title, "day": day_long(first)}
        )
    last = last_day_of(post)
    if last is not None and (span.last is None or span.last > last):
        raise PostEnds(
            _("«%(post)s» termina el %(day)s. Escriba una fecha final hasta ese día, o elija el puesto que lo sucede.")
            % {"post": post.title, "day": day_long(last)}
        )


def last_day_of(post: Post) -> date | None:
    """Return the post's last day: its own, or its unit's where it does not move on with the unit's work."""
    moves_on = post.successor_id is None and (post.next_unit_id or post.unit.successor_id)
    return min(filter(None, (post.valid_to, None if moves_on else post.unit.valid_to)), default=None)


def check_seat(post: Post, person: Person, span: Span, *, besides: Appointment | None = None) -> None:
    """Check that nobody is in the way of an appointment.

    :raises SeatTaken: a post with one seat has another holder on one of those days, or this person has it already.
    """
    for other in post.appointments.filter(awaits_act=False).select_related("person"):
        if other == besides:
            continue
        in_the_way = post.is_single_seat or other.person_id == person.pk
        if in_the_way and overlap(span, Span(other.from_on, other.to_on)):
            raise SeatTaken(
                _("«%(post)s» ya lo ocupa %(person)s en esas fechas. Elija otras o termine antes ese encargo.")
                % {"post": post.title, "person": other.person.full_name}
            )


def record_appointment(kind: str, appointment: Appointment, *, actor: str, at: datetime) -> None:
    """Write the entry of an appointment that begins or ends."""
    ledger.record(
        kind,
        subject=f"post:{appointment.post_id}",
        facts={
            "appointment": appointment.pk,
            "person": appointment.person_id,
            "from_on": appointment.from_on,
            "to_on": appointment.to_on,
        },
        by=actor,
        at=at,
    )
