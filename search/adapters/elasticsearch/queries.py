"""From a question to Elasticsearch's own language, and from its answer to pages."""

from collections.abc import Sequence
from typing import Any

from search.adapters.elasticsearch.mapping import HEAD_WEIGHT
from search.ports import EVERYONE, SEES_ALL, Clause, Named, PageMatch, Question, Tally
from search.rules.keys import key_span

Json = dict[str, Any]

NEAR_SPAN = 12
"""The terms of a number and its siglas stand within so many terms, the first and the last among them."""

FIELDS = {"head": HEAD_WEIGHT, "body": 1}
NAMED_BY = {"kinds": ("kind", "kind_name"), "units": ("unit", "unit_siglas")}
MOST_NAMED = 1_000
DETAILS = (
    "responses.error.type", "responses.status", "responses.hits.hits._source",
    "responses.aggregations.kinds.buckets", "responses.aggregations.units.buckets",
    "responses.aggregations.expedientes.count",
)  # fmt: skip
"""What is read of the answer to ``details_of``."""

IN_TEXT = 1024.0
"""Added to the score of a page whose own text has some of the words, and taken off again: a score is all that the
engine tells of each page without asking twice."""

RANKED: Json = {
    "track_scores": True,
    "filter_path": "took,hits.hits._score,hits.hits.sort",
    "search_type": "dfs_query_then_fetch",
}
UNRANKED: Json = {"filter_path": "took,hits.hits.matched_queries,hits.hits.sort"}
"""Without a score the engine stops at the newest pages; which of them have some of the words in their text it then
tells by the name of that part of the query."""


def body_of(question: Question) -> Json:
    """Return the request that finds the pages, newest first, with what may be read decided inside the query.

    Of each page only its key and its score are asked for: the one is what it is sorted by, the other is there as well.
    """
    body: Json = {
        "query": _query(question),
        "sort": [{"key": "desc"}],
        "size": question.limit,
        "track_total_hits": False,
        "source": False,
        "stored_fields": "_none_",  # not even the id: it lies compressed with the text, and 2,000 cost a second
        "allow_partial_search_results": False,
        **(RANKED if question.is_ranked else UNRANKED),
    }
    if question.before is not None:
        body["search_after"] = [question.before]
    return body


def matches_of(answer: Json) -> list[PageMatch]:
    """Return the pages of the answer.

    :raises KeyError: it is none.
    """
    assert answer["took"] is not None
    return [_page_match(hit) for hit in answer.get("hits", {}).get("hits", [])]


def _page_match(hit: Json) -> PageMatch:
    (place,), score = hit["sort"], hit.get("_score")
    if score is None:
        return PageMatch(place, 0.0, "matched_queries" in hit)
    return PageMatch(place, IN_TEXT - score, True) if score >= IN_TEXT else PageMatch(place, -score, False)


def details_of(alias: str, document_ids: Sequence[int], records: Sequence[str]) -> list[Json]:
    """Return two requests in one: how many documents are of each kind, unit and file, and what some records say."""
    chosen = [{"term": {"record": "document"}}, {"terms": {"document_id": list(document_ids)}}]
    named = {
        name: {"composite": {"sources": [{each: {"terms": {"field": each}}} for each in fields], "size": MOST_NAMED}}
        for name, fields in NAMED_BY.items()
    }
    files: Json = {"terms": {"field": "expediente_id", "size": max(1, len(document_ids))}}
    return [
        {"index": alias, "allow_partial_search_results": False},
        {
            "query": {"bool": {"filter": chosen}},
            "size": 0,
            "track_total_hits": False,
            "aggs": {**named, "files": files, "expedientes": {"stats_bucket": {"buckets_path": "files._count"}}},
        },
        {"index": alias, "allow_partial_search_results": False},
        {
            "query": {"ids": {"values": list(records)}},
            "size": len(records),
            "track_total_hits": False,
            "_source": {"excludes": ["readers", "head", "body", "marks", "pages"]},
        },
    ]


def tally_of(answer: Json) -> Tally:
    """Return the tally of the first of the two answers."""
    found = answer["aggregations"]
    return Tally(_named(found, "kinds"), _named(found, "units"), found["expedientes"]["count"])


def _named(found: Json, name: str) -> dict[Named, int]:
    buckets = found.get(name, {}).get("buckets", [])
    return {Named(*(each["key"][field] for field in NAMED_BY[name])): each["doc_count"] for each in buckets}


def _query(question: Question) -> Json:
    """Return what must hold; without terms and marks the documents themselves are listed, not their pages."""
    query = question.query
    has_terms = bool(query.clauses or query.marks)
    conditions = [{"term": {"record": "page" if has_terms else "document"}}, *_filters(question)]
    conditions += [{"term": {"marks": mark}} for mark in query.marks]
    return {
        "bool": {
            "filter": conditions,
            "must": [_in_either(clause) for clause in query.clauses],
            "should": [_in_text(query.clauses)] if query.clauses else [],
            "must_not": [_in_either(clause) for clause in query.excluded] if has_terms else [],
        }
    }


def _filters(question: Question) -> list[Json]:
    """Return what must hold besides terms: the days, the facets, and that the asker may read it."""
    lowest, highest = key_span(question)
    filters = question.filters
    conditions: list[Json] = [{"range": {"key": {"gte": lowest, "lte": highest}}}]
    if filters.kind:
        conditions.append({"term": {"kind": filters.kind}})
    if filters.unit:
        conditions.append({"term": {"unit": filters.unit}})
    if filters.is_published:
        conditions.append({"term": {"is_public": True}})
    if SEES_ALL not in question.readers:
        conditions.append(_readable(question.readers))
    return conditions


def _readable(readers: frozenset[str]) -> Json:
    allowed: Json = {"terms": {"readers": sorted(readers)}}
    if EVERYONE not in readers:
        return allowed
    return {"bool": {"should": [allowed, {"term": {"is_public": True}}]}}


def _in_text(clauses: Sequence[Clause]) -> Json:
    """Return what tells a page whose own text has some of the words from one that only its document's head found."""
    some = {"bool": {"should": [_in_field(clause, "body", 1) for clause in clauses], "_name": "in_text"}}
    return {"constant_score": {"filter": some, "boost": IN_TEXT}}


def _in_either(clause: Clause) -> Json:
    """Return the query of a clause, which may hold in head or text."""
    return {"bool": {"should": [_in_field(clause, field, weight) for field, weight in FIELDS.items()]}}


def _in_field(clause: Clause, field: str, weight: int) -> Json:
    """Return the query of a clause in one field: a number with its siglas close by, or the terms in their order."""
    if not clause.is_near:
        return {"match_phrase": {field: {"query": " ".join(clause.terms), "boost": weight}}}
    terms = sorted(set(clause.terms))
    if len(terms) > NEAR_SPAN:
        return {"match_none": {}}
    wanted = [{"span_term": {field: term}} for term in terms]
    return {"span_near": {"clauses": wanted, "slop": NEAR_SPAN - len(terms), "in_order": False, "boost": weight}}
