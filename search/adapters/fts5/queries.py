"""From a question to FTS5's own language."""

from search.ports import EVERYONE, SEES_ALL, Clause, Query, Question
from search.rules.keys import DOCUMENT_MASK, PAGE_BITS, key_span

NEAR_TERMS = 10
WEIGHTS = "8.0, 1.0, 0.0"
"""A hit in number, title, kind or unit counts for more than one in the text."""
TEXT_ONLY = "0.0, 1.0, 0.0"

BY_TERMS = """
SELECT terms.rowid, {closeness} FROM terms {join}
WHERE terms MATCH :match AND terms.rowid BETWEEN :lowest AND :highest {conditions}
ORDER BY terms.rowid DESC LIMIT :limit
"""
CLOSENESS = f"bm25(terms, {WEIGHTS}), bm25(terms, {TEXT_ONLY}) < 0"
"""Each looks at every page of every word first, to know how seldom it is."""
NO_CLOSENESS = "0.0, 0"
JOIN = f"JOIN document ON document.id = ((terms.rowid >> {PAGE_BITS}) & {DOCUMENT_MASK})"
WITHOUT_TERMS = """
SELECT document.key, 0.0, 0 FROM document WHERE document.key BETWEEN :lowest AND :highest {conditions}
ORDER BY document.key DESC LIMIT :limit
"""
IN_TEXT = """
SELECT terms.rowid FROM terms WHERE terms MATCH ? AND terms.rowid BETWEEN ? AND ? ORDER BY terms.rowid DESC
"""
"""Newest first, as the pages were found: FTS5 would look for the oldest one's place first."""


def statement_of(question: Question) -> tuple[str, dict[str, object]]:
    """Return the statement that finds the pages, newest first, and its values: place, closeness, is in the text."""
    match = _match_expression(question.query)
    conditions, values = _conditions(question)
    lowest, highest = key_span(question)
    values |= {"match": match, "limit": question.limit, "lowest": lowest, "highest": highest}
    closeness = CLOSENESS if question.is_ranked else NO_CLOSENESS
    statement = BY_TERMS if match else WITHOUT_TERMS
    return statement.format(closeness=closeness, join=JOIN if conditions else "", conditions=conditions), values


def text_expression(question: Question) -> str:
    """Return what finds the pages whose own text has some of the words, where no closeness tells it; or nothing."""
    if question.is_ranked or not question.query.clauses:
        return ""
    return f"body : ({' OR '.join(_clause_expression(clause) for clause in question.query.clauses)})"


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
        f"AND +reader.reader IN ({listed}))"  # few read a file: "+" has them read, not each asker looked for
    )
    return f"(document.is_public OR {allowed})" if EVERYONE in readers else allowed
