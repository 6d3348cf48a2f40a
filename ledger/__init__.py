"""What happened: the append-only chain of entries, and the outbox of facts still to be acted on."""
