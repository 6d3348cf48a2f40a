"""Pure functions of the desk: where bars stand, and what an act's words say of days."""
