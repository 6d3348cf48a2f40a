"""Pure functions of the organization room."""
