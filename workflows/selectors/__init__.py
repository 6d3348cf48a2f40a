"""Every non-trivial read of the workflows room."""
