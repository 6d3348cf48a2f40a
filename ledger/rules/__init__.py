"""The chain and the patience of the outbox, as pure functions."""
