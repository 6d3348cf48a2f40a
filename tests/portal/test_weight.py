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
    """Return the weight of a page with all that it names, and all that its styles name: more than is ever loaded."""
    linked = set(LINKED.findall(page))
    styles = [path for path in linked if path.endswith(".css")]
    for style in styles:
        with open(finders.find(style), encoding="utf-8") as file:  # noqa: PTH123
            linked |= {
                path for path in IN_STYLES.findall(file.read()) if "400.woff2" not in path or "serif" not in path
            }
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
