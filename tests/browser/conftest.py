"""A real browser before a real server. Nothing but the loopback is reached."""

import fcntl
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, sync_playwright

from tests.browser.installation import Server, keep_servers, prepare
from tests.browser.windows import chromium_path, launch, new_context
from tests.servers.installations import own_servers

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test of this folder."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)


# Not for the whole session: while Playwright's loop is open, Django refuses this process its database.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if not chromium_path():
        pytest.skip("no Chromium: install chromium, or name it with CHROMIUM=/path/to/chrome")
    with sync_playwright() as playwright:
        opened = launch(playwright)
        yield opened
        opened.close()


@contextmanager
def _installation(tmp_path_factory: pytest.TempPathFactory, name: str, *, bare: bool) -> Iterator[Path]:
    """Give the folder of a prepared installation: a copy of one, or one on servers, which cannot be copied."""
    with own_servers() as servers:
        if not servers:
            yield _copied(tmp_path_factory, name, bare=bare)
            return
        own = tmp_path_factory.mktemp(name) / "data"
        keep_servers(own, servers)
        prepare(own, bare=bare)
        yield own


def _copied(tmp_path_factory: pytest.TempPathFactory, name: str, *, bare: bool) -> Path:
    """Return an own copy of an installation that the test processes of this run prepare once among them."""
    base = tmp_path_factory.getbasetemp()
    shared = (base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base) / f"installation-{name}"
    with (shared.parent / f"{shared.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not shared.exists():
            prepare(shared.with_suffix(".new"), bare=bare)
            shared.with_suffix(".new").rename(shared)
    own = tmp_path_factory.mktemp(name) / "data"
    shutil.copytree(shared, own)
    return own


@contextmanager
def _served(data: Path) -> Iterator[Server]:
    server = Server(data)
    try:
        yield server
    finally:
        server.stop()


@pytest.fixture(scope="session")
def demo_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The demo as a newcomer finds it, with its thirty files."""
    with _installation(tmp_path_factory, "demo", bare=False) as data, _served(data) as server:
        yield server


@pytest.fixture(scope="session")
def bare_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The entity and its people, and not one file."""
    with _installation(tmp_path_factory, "bare", bare=True) as data, _served(data) as server:
        yield server


@pytest.fixture
def opened(browser: Browser) -> Iterator[Callable[..., BrowserContext]]:
    """Open windows that are closed when the test ends."""
    contexts: list[BrowserContext] = []

    def open_context(server: Server, **options: Any) -> BrowserContext:
        contexts.append(new_context(browser, server.url, **options))
        return contexts[-1]

    yield open_context
    for context in contexts:
        context.close()
