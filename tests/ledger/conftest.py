from collections.abc import Iterator

import pytest

from ledger.enums import Queue
from ledger.ports import Delivery
from ledger.services.outbox import subscribe, unsubscribe


class Ears:
    """Consumers of one test: they remember what they heard, and fail as often as told."""

    def __init__(self) -> None:
        self.heard: list[Delivery] = []
        self.failures: list[Exception] = []
        self.names: list[str] = []

    def subscribe(
        self, name: str, kinds: list[str], *, in_transaction: bool = True, queue: Queue = Queue.MAINTENANCE
    ) -> None:
        subscribe(name, kinds, in_transaction=in_transaction, queue=queue)(self.hear)
        self.names.append(name)

    def hear(self, delivery: Delivery) -> None:
        self.heard.append(delivery)
        if self.failures:
            raise self.failures.pop(0)


@pytest.fixture
def ears() -> Iterator[Ears]:
    ears = Ears()
    yield ears
    for name in ears.names:
        unsubscribe(name)
