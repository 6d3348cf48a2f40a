"""Implementations of the ports; named in settings, imported by nobody."""
