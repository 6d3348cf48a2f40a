"""From a question to Elasticsearch's own language, and from its answer to pages."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from search.adapters.elasticsearch.mapping import HEAD_WEIGHT
from search.ports import EVERYONE, SEES_ALL, Clause, PageMatch, Question
from search.rules.keys import DAY_SHIFT, key_of_document, key_span, page_of

NEAR_SPAN = 12
"""The terms of a number and its siglas stand within so many terms, the first and the last among them."""

FIELDS = {"head": HEAD_WEIGHT, "body": 1}
SHOWN_FIELDS = ("key", "document_id", "expediente_id", "kind", "kind_name", "unit", "unit_siglas")

IN_TEXT = 1024.0
"""Added to the score of a page whose own text has some of the words, and taken off again: a score is all that the
engine tells of each page without asking twice."""

Json = dict[str, Any]


def body_of(question: Question) -> Json:
    """Return the request that finds the pages, newest first, with what may be read decided inside the query."""
    body: Json = {
        "query": _query(question),
        "sort": [{"key": "desc"}],
        "size": question.limit,
        "track_scores": True,
        "track_total_hits": False,
        "source": False,
        "stored_fields": "_none_",  # not even the id: it lies compressed with the text, and 2,000 cost a second
        "docvalue_fields": list(SHOWN_FIELDS),
        "search_type": "dfs_query_then_fetch",
        "allow_partial_search_results": False,
    }
    if question.before is not None:
        body["search_after"] = [question.before]
    return body


def page_match(hit: Json) -> PageMatch:
    """Return the page of a hit."""
    fields = hit["fields"]
    key, score = int(fields["key"][0]), float(hit["_score"])
    is_in_text = score >= IN_TEXT
    return PageMatch(
        key=key_of_document(key),
        document_id=int(fields["document_id"][0]),
        page=page_of(key),
        score=-(score - IN_TEXT if is_in_text else score),
        expediente_id=int(fields["expediente_id"][0]),
        kind=fields["kind"][0],
        kind_name=fields["kind_name"][0],
        unit=fields["unit"][0],
        unit_siglas=fields["unit_siglas"][0],
        emitted_on=date.fromordinal(key >> DAY_SHIFT),
        is_in_text=is_in_text,
    )


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
    some = {"bool": {"should": [_in_field(clause, "body", 1) for clause in clauses]}}
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
