"""What the ledger refuses. None of these reaches a person: each is a mistake of the code that calls."""


class LedgerError(Exception):
    """Base class: the ledger refused what it was given."""


class FactsRefused(LedgerError):
    """The facts are not plain JSON of ids, hashes and values; floats are refused, as engines spell them differently."""


class ConsumerNameTaken(LedgerError):
    """Two consumers subscribe under one name: the outbox could not tell them apart."""


class UnknownConsumer(LedgerError):
    """An event waits for a consumer that this version of the code does not have; it stays and is tried again."""
