"""The embedded index."""

from search.adapters.fts5.index import Fts5Index

__all__ = ["Fts5Index"]
