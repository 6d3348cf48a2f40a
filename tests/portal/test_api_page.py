"""The page for programs: each address stands in it, and each example is answered with the fields that it shows."""

import json
import re
import shlex
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings as site
from django.test import Client
from django.urls import URLPattern
from django.utils import timezone

from desk import urls as desk
from docs_store import services as docs
from docs_store.models import Document
from ledger.services import deliver_due
from portal import urls as portal
from tests.portal.test_filing import a_pdf, key_on, present
from workflows.enums import FilingState
from workflows.models import Filing

PAGE = (Path(site.BASE_DIR) / "docs" / "api.md").read_text()
EXAMPLES = re.findall(r"```\n(curl [^`]+)\n```\n\n```json\n([^`]+)```", PAGE)
FOR_PROGRAMS = re.compile(r"^api/|\.(json|csv|bpmn)$")


def _addresses(prefix: str, patterns: list[Any]) -> list[str]:
    routes = [str(each.pattern) for each in patterns if isinstance(each, URLPattern)]
    return [prefix + re.sub(r"<\w+:(\w+)>", r"{\1}", route) for route in routes if FOR_PROGRAMS.search(route)]


@pytest.mark.parametrize("address", _addresses("/", portal.urlpatterns) + _addresses("/mesa/", desk.urlpatterns))
def test_every_address_for_programs_stands_in_it(address: str) -> None:
    assert re.search(rf"`(GET|POST) {re.escape(address)}[`?]", PAGE)


def test_every_public_address_has_an_example() -> None:
    asked = {urlsplit(shlex.split(command)[-1]).path.split("/")[2] for command, _answer in EXAMPLES}

    assert asked == {route.split("/")[2] for route in _addresses("/", portal.urlpatterns)}


def test_every_state_of_a_filing_is_named() -> None:
    assert [state for state in FilingState.values if f"`{state}`" not in PAGE] == []


@pytest.fixture
def filing(client: Client, clerk: Any, fresh_index: str) -> tuple[Filing, str]:
    """A filing with its key, whose paper was published and can be found."""
    _status, page = present(client, papers=[a_pdf("plan.pdf", "Plan de la acequia")])
    found = Filing.objects.select_related("expediente", "cargo").get()
    item = found.items.select_related("document").get()
    docs.publish(document=item.document, channel="portal", by=None, at=timezone.now())
    while deliver_due(worker="test"):
        pass
    return found, key_on(page)


@pytest.mark.django_db
@pytest.mark.parametrize(("command", "shown"), EXAMPLES, ids=[command for command, _shown in EXAMPLES])
def test_an_example_is_answered_with_the_fields_that_it_shows(
    command: str, shown: str, filing: tuple[Filing, str]
) -> None:
    answer = _ask(command, *filing)

    assert answer.status_code == 200
    assert _shape(answer.json()) == _shape(json.loads(shown))


def _ask(command: str, filing: Filing, key: str) -> Any:
    """Send what the example sends, with the number, the key, the code and the year of this town."""
    *words, address = shlex.split(command)[1:]
    body = dict(word.split("=", 1) for word in words if word != "-d")
    path, query = urlsplit(address).path, urlsplit(address).query
    if body:
        own = {"number": filing.expediente.label, "key": key}
        return Client().post(path, {name: own[name] for name in body})
    cargo = filing.cargo
    assert isinstance(cargo, Document)
    path = re.sub(r"(?<=verificar/).+", cargo.cvd or "", path)
    return Client().get(f"{path}?{query}".replace("year=2026", f"year={timezone.localdate().year}"))


def _shape(value: Any) -> Any:
    """Return the names of the fields, of the first thing of each list too."""
    if isinstance(value, dict):
        return {name: _shape(each) for name, each in value.items()}
    return [_shape(value[0])] if isinstance(value, list) and value else None
