"""Engines that hold the index. Named in settings, imported by nobody."""
