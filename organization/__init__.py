"""Who may, and who holds which post: the entity, its units, posts and appointments in time."""
