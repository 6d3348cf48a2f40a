"""Answers what a person asks, within what that person may read."""

from search.selectors.answers import COUNTED_PAGES, Facet, Facets, Hit, Results, answer, find

__all__ = ["COUNTED_PAGES", "Facet", "Facets", "Hit", "Results", "answer", "find"]
