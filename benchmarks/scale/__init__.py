"""The engine at the size of a whole state: a million files on the real servers, and what they cost.

``python -m benchmarks.scale`` fills an installation, looks at it, visits its pages, loads it; see docs/scaling.md.
"""
