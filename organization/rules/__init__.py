"""Pure rules of the organization room."""
