"""A first load of a citizen's page is at most 100 KB over the wire, also on a slow phone."""

import gzip
import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.test import Client

from tests.portal.conftest import KEY, CitizensFile

pytestmark = pytest.mark.django_db

MOST_BYTES = 100_000
LINKED = re.compile(r'(?:href|src)="/static/([^"#?]+)')
IN_STYLES = re.compile(r'url\("\.\./([^"]+)"\)')
UNUSED = {"vendor/source-serif-4/400.woff2"}
COMPRESSED = (".woff2", ".png")


def wire_bytes(path: str) -> int:
    """Return what a static file weighs as it is served."""
    content = stored(path)
    return len(content if path.endswith(COMPRESSED) else gzip.compress(content))


def stored(path: str) -> bytes:
    found = finders.find(path)
    assert found, path
    return Path(found).read_bytes()


def weight(page: str) -> int:
    """Return the weight of a page with all that it and its styles name, but for the paper type that it does not use."""
    linked = set(LINKED.findall(page))
    for style in [path for path in linked if path.endswith(".css")]:
        linked |= set(IN_STYLES.findall(stored(style).decode())) - UNUSED
    return len(gzip.compress(page.encode())) + sum(wire_bytes(path) for path in linked)


@pytest.mark.parametrize("address", ["/", "/presentar/", "/verificar/", "/publicaciones/", "/seguimiento/"])
def test_first_load_is_light(client: Client, citizens_file: CitizensFile, address: str) -> None:
    client.post("/", {"number": citizens_file.expediente.label, "key": KEY})

    answer = client.get(address)

    assert answer.status_code == 200
    assert weight(answer.content.decode()) <= MOST_BYTES


@pytest.mark.parametrize("address", ["/", "/presentar/", "/verificar/", "/publicaciones/", "/seguimiento/"])
def test_no_page_of_the_citizen_needs_a_script(client: Client, citizens_file: CitizensFile, address: str) -> None:
    client.post("/", {"number": citizens_file.expediente.label, "key": KEY})

    assert "<script" not in client.get(address).content.decode()
