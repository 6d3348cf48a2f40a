"""Who acts on which facts. Rooms subscribe when the process starts; the database remembers consumers by name."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from ledger.enums import Queue
from ledger.errors import ConsumerNameTaken, UnknownConsumer
from ledger.ports import Handler


@dataclass(frozen=True)
class Consumer:
    """One consumer of the outbox."""

    name: str
    kinds: frozenset[str]
    handler: Handler
    in_transaction: bool
    queue: Queue


_CONSUMERS: dict[str, Consumer] = {}


def subscribe(
    name: str, kinds: Iterable[str], *, in_transaction: bool = True, queue: Queue = Queue.MAINTENANCE
) -> Callable[[Handler], Handler]:
    """Make the decorated function receive every fact of these kinds that is recorded from now on.

    The name is a database value: renaming it strands the events that wait under the old one.

    :param in_transaction: ``True`` if all that the function does is in this database: its work and the mark "done"
        then commit together, exactly once, whatever kills the worker. ``False`` if it writes files, mails, asks
        another server or takes long: no transaction is held meanwhile, and after a kill it runs once more, so that
        running twice must do no harm.
    :param queue: where its events wait: one that may be slow must not share a queue with one that must be prompt.
    :raises ConsumerNameTaken: another function has this name.
    """

    def add(handler: Handler) -> Handler:
        known = _CONSUMERS.get(name)
        if known is not None and _place(known.handler) != _place(handler):
            raise ConsumerNameTaken(name)
        _CONSUMERS[name] = Consumer(name, frozenset(kinds), handler, in_transaction, queue)
        return handler

    return add


def unsubscribe(name: str) -> None:
    """Forget the consumer: for tests, which bring their own."""
    _CONSUMERS.pop(name, None)


def consumers_of(kind: str) -> list[Consumer]:
    """Return the consumers of the kind, in the order in which they subscribed."""
    return [consumer for consumer in _CONSUMERS.values() if kind in consumer.kinds]


def consumer(name: str) -> Consumer:
    """Return the consumer of that name.

    :raises UnknownConsumer: this version of the code has none.
    """
    try:
        return _CONSUMERS[name]
    except KeyError as error:
        raise UnknownConsumer(name) from error


def _place(handler: Handler) -> tuple[str, str]:
    return handler.__module__, handler.__qualname__
