"""Implementations of the document store's ports. Named in settings, imported by nobody."""
