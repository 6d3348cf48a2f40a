"""Pure functions of the document store."""
