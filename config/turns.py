"""Turns: of several processes that start together one does a thing, and the others find it done."""

from enum import IntEnum

from django.db import connection


class Turn(IntEnum):
    """What is done by one at a time. The number is the lock's on PostgreSQL."""

    LOAD_ENTITY = 0xE47


def take_turn(turn: Turn) -> None:
    """Wait inside a transaction until nobody else does the same, and keep the turn until the transaction ends.

    What was looked at before must be looked at again. SQLite has one writer: whoever began a transaction is alone.
    """
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = 0")
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [turn])
        cursor.execute("SET LOCAL lock_timeout TO DEFAULT")
