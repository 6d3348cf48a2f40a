"""Every write of the workflows room."""
