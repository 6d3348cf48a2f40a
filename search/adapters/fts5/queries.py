"""From a question to FTS5's own language, and from its rows to pages."""

import sqlite3
from datetime import date

from search.ports import EVERYONE, SEES_ALL, Clause, PageMatch, Query, Question
from search.rules.keys import DAY_SHIFT, DOCUMENT_MASK, PAGE_BITS, key_of_document, key_span, page_of

NEAR_TERMS = 10
WEIGHTS = "8.0, 1.0, 0.0"
"""A hit in number, title, kind or unit counts for more than one in the text."""
TEXT_ONLY = "0.0, 1.0, 0.0"

BY_TERMS = f"""
SELECT terms.rowid AS key, bm25(terms, {WEIGHTS}) AS score, bm25(terms, {TEXT_ONLY}) AS text_score, document.*
FROM terms JOIN document ON document.id = ((terms.rowid >> {PAGE_BITS}) & {DOCUMENT_MASK})
WHERE terms MATCH :match AND terms.rowid BETWEEN :lowest AND :highest {{conditions}}
ORDER BY terms.rowid DESC LIMIT :limit
"""
WITHOUT_TERMS = """
SELECT document.key AS key, 0.0 AS score, 0.0 AS text_score, document.*
FROM document WHERE document.key BETWEEN :lowest AND :highest {conditions}
ORDER BY document.key DESC LIMIT :limit
"""


def statement_of(question: Question) -> tuple[str, dict[str, object]]:
    """Return the statement that finds the pages, newest first, and its values."""
    match = _match_expression(question.query)
    conditions, values = _conditions(question)
    lowest, highest = key_span(question)
    values |= {"match": match, "limit": question.limit, "lowest": lowest, "highest": highest}
    return (BY_TERMS if match else WITHOUT_TERMS).format(conditions=conditions), values


def _match_expression(query: Query) -> str:
    """Return the query in FTS5's own language; empty if it names no term."""
    wanted = [_clause_expression(clause) for clause in query.clauses]
    wanted += [f'marks : "{mark}"' for mark in query.marks]
    if not wanted:
        return ""
    expression = " AND ".join(wanted)
    for clause in query.excluded:
        expression = f"({expression}) NOT {_clause_expression(clause)}"
    return expression


def _clause_expression(clause: Clause) -> str:
    if clause.is_near:
        return f"NEAR({' '.join(_quoted(term) for term in clause.terms)}, {NEAR_TERMS})"
    return _quoted(" ".join(clause.terms))


def _quoted(terms: str) -> str:
    return '"' + terms.replace('"', '""') + '"'


def _conditions(question: Question) -> tuple[str, dict[str, object]]:
    """Return what must hold of the document besides its terms: the facets, and that the asker may read it."""
    filters = question.filters
    conditions: list[str] = []
    values: dict[str, object] = {}
    if filters.kind:
        conditions.append("document.kind = :kind")
        values["kind"] = filters.kind
    if filters.unit:
        conditions.append("document.unit = :unit")
        values["unit"] = filters.unit
    if filters.is_published:
        conditions.append("document.is_public")
    if SEES_ALL not in question.readers:
        conditions.append(_readable(question.readers, values))
    return "".join(f" AND {condition}" for condition in conditions), values


def _readable(readers: frozenset[str], values: dict[str, object]) -> str:
    names = [f"reader_{position}" for position, _reader in enumerate(sorted(readers))]
    values.update(zip(names, sorted(readers), strict=True))
    listed = ", ".join(f":{name}" for name in names)
    allowed = (
        "EXISTS (SELECT 1 FROM reader WHERE reader.expediente_id = document.expediente_id "
        f"AND reader.reader IN ({listed}))"
    )
    return f"(document.is_public OR {allowed})" if EVERYONE in readers else allowed


def page_match(row: sqlite3.Row) -> PageMatch:
    key = int(row["key"])
    return PageMatch(
        key=key_of_document(key),
        document_id=row["id"],
        page=page_of(key),
        score=row["score"],
        expediente_id=row["expediente_id"],
        kind=row["kind"],
        kind_name=row["kind_name"],
        unit=row["unit"],
        unit_siglas=row["unit_siglas"],
        emitted_on=date.fromordinal(key >> DAY_SHIFT),
        is_in_text=row["text_score"] < 0,
    )
