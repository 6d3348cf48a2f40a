"""The few writes of the citizen's pages: how often an address may try, and a mailbox be written to."""

import hashlib

from django.core.cache import cache

TRIES = 10
WAIT_SECONDS = 60
MAILBOX_SECONDS = 300


def count_miss(address: str) -> None:
    """Remember that this address asked for something that does not exist or is not its own."""
    name = _name(address)
    if cache.add(name, 1, WAIT_SECONDS):
        return
    try:
        cache.incr(name)
    except ValueError:  # it ended between the two
        cache.set(name, 1, WAIT_SECONDS)
    cache.touch(name, WAIT_SECONDS)


def has_to_wait(address: str) -> bool:
    """Return whether this address missed too often: it may try again a minute after its last miss."""
    return int(cache.get(_name(address), 0)) >= TRIES


def may_write_to(mailbox: str) -> bool:
    """Return whether a link may be mailed there now: once in five minutes, so that nobody floods it."""
    name = f"casilla-{hashlib.sha256(mailbox.strip().upper().encode()).hexdigest()[:32]}"
    return bool(cache.add(name, 1, MAILBOX_SECONDS))


def _name(address: str) -> str:
    """Return the counter's name; the address itself is personal data and is not kept."""
    return f"misses-{hashlib.sha256(address.encode()).hexdigest()[:32]}"
