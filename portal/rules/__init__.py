"""Pure functions of the citizen's pages."""
