"""Opens the machine's browser: windows of the sizes that the design draws, each for one person."""

import os
import shutil
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Playwright

from tests.browser.installation import BROWSERS

DESKTOP, PHONE, NARROW = (1440, 900), (390, 844), (320, 700)
OPTIONS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--force-color-profile=srgb",
    "--lang=es",
]
PATIENCE_MS = 15_000


def chromium_path() -> str:
    """Return the machine's browser, or nothing."""
    named = os.environ.get("CHROMIUM", "")
    return named or next((path for name in BROWSERS if (path := shutil.which(name))), "")


def launch(playwright: Playwright) -> Browser:
    """Open the browser, with its own words (of a file field, say) in Spanish where it has them."""
    return playwright.chromium.launch(executable_path=chromium_path(), args=OPTIONS)


def new_context(browser: Browser, url: str, *, size: tuple[int, int] = DESKTOP, **options: Any) -> BrowserContext:
    """Return a window of its own, as another person would open it; only the server at ``url`` is reached."""
    context = browser.new_context(
        base_url=url,
        viewport={"width": size[0], "height": size[1]},
        locale="es-PE",
        timezone_id="America/Lima",
        reduced_motion="reduce",
        **options,
    )
    context.set_default_timeout(PATIENCE_MS)
    context.route(lambda asked: not asked.startswith((url, "data:", "blob:")), lambda route: route.abort())
    return context
