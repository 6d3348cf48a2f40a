"""Implementations of the organization's ports. Named in settings, imported by nobody."""
