"""Who acts on which facts. Rooms subscribe when the process starts; the database remembers consumers by name."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from ledger.enums import Queue
from ledger.errors import ConsumerNameTaken, UnknownConsumer
from ledger.ports import Delivery, Handler, HandlerOfSeveral


@dataclass(frozen=True)
class Consumer:
    """One consumer of the outbox. ``takes_several``: what waits for it is given to it in one call."""

    name: str
    kinds: frozenset[str]
    handle: HandlerOfSeveral
    place: tuple[str, str]
    in_transaction: bool
    queue: Queue
    takes_several: bool = False


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
        def handle(deliveries: Sequence[Delivery]) -> None:
            for delivery in deliveries:
                handler(delivery)

        _add(Consumer(name, frozenset(kinds), handle, _place(handler), in_transaction, queue))
        return handler

    return add


def subscribe_together(
    name: str, kinds: Iterable[str], *, queue: Queue
) -> Callable[[HandlerOfSeveral], HandlerOfSeveral]:
    """Make the decorated function receive every fact of these kinds, as many as wait in one call.

    For work outside the database that costs hardly more for many than for one. It runs as with
    ``in_transaction=False``: at least once. If it fails, each fact is given to it by itself the next time, so that one
    that always fails holds up no other.

    :raises ConsumerNameTaken: another function has this name.
    """

    def add(handler: HandlerOfSeveral) -> HandlerOfSeveral:
        _add(Consumer(name, frozenset(kinds), handler, _place(handler), False, queue, takes_several=True))
        return handler

    return add


def _add(consumer: Consumer) -> None:
    known = _CONSUMERS.get(consumer.name)
    if known is not None and known.place != consumer.place:
        raise ConsumerNameTaken(consumer.name)
    _CONSUMERS[consumer.name] = consumer


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


def takes_several(name: str) -> bool:
    """Return whether the consumer is given what waits for it in one call; no, if there is none of that name."""
    return name in _CONSUMERS and _CONSUMERS[name].takes_several


def _place(handler: Handler | HandlerOfSeveral) -> tuple[str, str]:
    return handler.__module__, handler.__qualname__
