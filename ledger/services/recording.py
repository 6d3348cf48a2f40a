"""Writes what happened and who read it."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NoReturn

from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.utils import timezone

from ledger.errors import FactsRefused
from ledger.models import Entry, Event, Reading
from ledger.services.subscriptions import consumers_of
from ledger.services.wake import wake_after_commit


def record(kind: str, *, subject: str, facts: Mapping[str, Any], by: str, at: datetime) -> Entry:
    """Write one fact, and one event for each consumer of its kind; return the entry.

    Call it inside the transaction of the change: then both exist, or neither. The sealer chains the entry later.

    :param subject: what it is about: ``document:7``.
    :param facts: ids, hashes and values; never names or personal data. Days and moments become ISO text.
    :param by: ``person:7``, or ``system:…``.
    :raises FactsRefused: the facts are not plain JSON, or hold a float.
    """
    plain = _plain(facts)
    recorded_at = timezone.now()
    with transaction.atomic(savepoint=False):
        entry = Entry.objects.create(at=at, recorded_at=recorded_at, actor=by, kind=kind, subject=subject, facts=plain)
        consumers = consumers_of(kind)
        if consumers:
            Event.objects.bulk_create(
                Event(entry=entry, consumer=consumer.name, queue=consumer.queue, due_at=recorded_at)
                for consumer in consumers
            )
            wake_after_commit({consumer.queue for consumer in consumers})
    return entry


def record_each(kind: str, *, facts: Sequence[tuple[str, Mapping[str, Any]]], by: str, at: datetime) -> None:
    """Write many facts of a kind that nobody subscribes to, as ``record`` writes one.

    :param facts: each with its subject.
    :raises FactsRefused: as ``record`` does.
    """
    assert not consumers_of(kind), "facts that somebody acts on are recorded one by one"
    recorded_at = timezone.now()
    Entry.objects.bulk_create(
        [
            Entry(at=at, recorded_at=recorded_at, actor=by, kind=kind, subject=subject, facts=_plain(each))
            for subject, each in facts
        ],
        batch_size=500,
    )


def read(subject: str, *, by: str) -> Reading:
    """Write that somebody read something that matters, and return the reading."""
    return Reading.objects.create(recorded_at=timezone.now(), actor=by, subject=subject)


def _plain(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Return the facts as JSON values with their keys in order: the spelling that the chain will hash."""
    try:
        text = json.dumps(facts, sort_keys=True, cls=DjangoJSONEncoder)
    except TypeError as error:
        raise FactsRefused("facts must be JSON values") from error
    if "\\u0000" in text:
        raise FactsRefused("facts hold a NUL character, which PostgreSQL cannot keep")
    plain: dict[str, Any] = json.loads(text, parse_float=_refuse_float, parse_constant=_refuse_float)
    return plain


def _refuse_float(digits: str) -> NoReturn:
    raise FactsRefused("facts hold a float: write whole numbers or text")
