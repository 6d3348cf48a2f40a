"""A8: every address × method × person has an answer that somebody decided on; an address without one fails here."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.core.cache import cache
from django.db import connection, transaction
from django.http.response import HttpResponseBase
from django.urls import URLPattern, URLResolver, get_resolver, resolve, reverse

from ledger.models import Entry
from tests.access.conftest import City
from tests.access.table import GROUPS, PEOPLE, SENT, TAKES_NOT, Row, rows, shut_out
from workflows.models import Task

ROWS = rows()
NAMES = tuple(dict.fromkeys(row.name for row in ROWS))
METHODS = ("GET", "POST")
REDIRECTS = {HTTPStatus.MOVED_PERMANENTLY, HTTPStatus.FOUND, HTTPStatus.SEE_OTHER}
WRITES = re.compile(r'\s*(?:INSERT(?: OR \w+)? INTO|UPDATE|DELETE FROM)\s+"(\w+)"', re.IGNORECASE)
MAY_WRITE_ON_GET = {"ledger_reading", "django_session", "usersessions_usersession", "signing_verdict"}
"""That somebody read, whose session it is, what the signatures of a paper were found to be: no fact of any file."""
OF_A_FILE = {"<file>", "<task>", "<clock>", "<filing>", "<movement>", "<notice>", "<document>", "<draft>", "<batch>"}
OF_A_FILE |= {"<desistimiento>"}
STRANGERS = {"desk": ("holder", "systems"), "portal": ("citizen",)}
"""Who asks for the file that is not theirs: who has another one, an official of no file, a citizen with another key."""
NOISE = re.compile(r'nonce="[^"]*"|name="csrfmiddlewaretoken" value="[^"]*"|Hora oficial de Lima[^<]*')


def addresses(resolver: URLResolver | None = None, room: str = "") -> Iterator[str]:
    """Yield the name of every address that is served, as ``reverse`` takes it."""
    for each in (resolver or get_resolver()).url_patterns:
        if isinstance(each, URLResolver):
            yield from addresses(each, f"{each.namespace}:" if each.namespace else room)
        elif isinstance(each, URLPattern):
            yield f"{room}{each.name}"


def rows_of(name: str) -> list[Row]:
    return [row for row in ROWS if row.name == name]


def path_of(row: Row, find: Callable[[str], Any]) -> str:
    values = {key: str(find(value)) if value.startswith("<") else value for key, value in row.arguments}
    return reverse(row.name, kwargs=values)


def among(objects: dict[str, Any]) -> Callable[[str], Any]:
    return lambda name: objects[name.strip("<>")]


def expected(name: str, method: str, who: str) -> set[str]:
    """Return the answers that are right: one, but who is shut out may hear of the method first."""
    row = next((row for row in rows_of(name) if who in GROUPS[row.who]), None)
    if row is not None:
        return {row.answer(method)}
    taken = {each.answer(method) for each in rows_of(name)}
    return {shut_out(name, who)} | (taken & {TAKES_NOT})


@contextmanager
def written() -> Iterator[list[str]]:
    """Collect the tables that are written to."""
    tables: list[str] = []

    def note(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        if found := WRITES.match(sql):
            tables.append(found[1])
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        yield tables


def asks(city: City, who: str, method: str, path: str, sent: dict[str, str] | None = None) -> tuple[str, str]:
    """Return the answer in the table's words, and its text; what it did is undone."""
    cache.clear()
    client = city.client(who)
    with transaction.atomic():
        answer: HttpResponseBase = client.get(path) if method == "GET" else client.post(path, sent or {})
        body = b"".join(answer) if answer.streaming else answer.content  # type: ignore[attr-defined]
        transaction.set_rollback(True)
    if answer.status_code in REDIRECTS:
        return f"> {resolve(urlsplit(answer.headers['Location']).path).view_name}", ""
    return str(answer.status_code), NOISE.sub("", body.decode(errors="replace"))


def test_the_table_knows_every_address_and_no_other() -> None:
    served = list(addresses())

    assert sorted(set(served) - set(NAMES)) == [], "give each its row in tests/access/table.py"
    assert sorted(set(NAMES) - set(served)) == [], "these addresses are gone: take their rows out"
    assert len(served) == len(set(served))


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("name", NAMES)
def test_who_gets_what(city: City, name: str, method: str) -> None:
    path = path_of(rows_of(name)[0], among(city.held))
    answers, changes = {}, {}
    for who in PEOPLE:
        with written() as tables:
            answers[who] = asks(city, who, method, path, SENT.get(name))[0]
        changes[who] = set(tables) - MAY_WRITE_ON_GET

    assert {who: each for who, each in answers.items() if each not in expected(name, method, who)} == {}
    if method == "GET":
        assert {who: tables for who, tables in changes.items() if tables} == {}, "a GET changed something"


def hidden_rows() -> list[Row]:
    return [row for row in ROWS if OF_A_FILE & {value for _key, value in row.arguments} and row.who != "everyone"]


@pytest.mark.parametrize("row", hidden_rows(), ids=lambda row: row.name)
def test_what_somebody_may_not_see_answers_as_what_does_not_exist(city: City, row: Row) -> None:
    hidden, absent = path_of(row, among(city.hidden)), path_of(row, lambda _name: city.held["absent"])
    for who in STRANGERS[row.name.partition(":")[0]]:
        for method in METHODS:
            answer, body = asks(city, who, method, hidden)

            assert answer in {"404", TAKES_NOT}, (who, method)
            assert (answer, body) == asks(city, who, method, absent), (who, method)


def named(row: Row) -> list[str]:
    """Return the objects of a file that an address names, the file itself first."""
    return [value for _key, value in row.arguments if value in OF_A_FILE]


@pytest.mark.parametrize("row", [row for row in hidden_rows() if len(named(row)) > 1], ids=lambda row: row.name)
def test_an_object_of_another_file_is_not_reached_through_ones_own(city: City, row: Row) -> None:
    mixed = city.hidden | {"file": city.held["file"]}
    assert named(row)[0] == "<file>"
    for method in METHODS:
        assert asks(city, "holder", method, path_of(row, among(mixed)))[0] in {"404", TAKES_NOT}, method


def test_only_the_first_opening_of_a_task_is_a_get_that_notes_something(city: City) -> None:
    task = Task.objects.get(pk=city.held["task"])
    Task.objects.filter(pk=task.pk).update(opened_at=None, opened_by=None)
    path = reverse("desk:task", args=[task.pk])

    with written() as tables:
        city.client("same").get(path)
        city.client("auditor").get(path)
    assert set(tables) <= MAY_WRITE_ON_GET
    for expected_kinds in (["task.opened"], []):
        last = Entry.objects.latest("pk").pk
        city.client("holder").get(path)
        found = [entry.kind for entry in Entry.objects.filter(pk__gt=last) if entry.kind != "movement.received"]
        assert found == expected_kinds
