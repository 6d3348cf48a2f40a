"""The windows that draw the product's pictures: one for each person at each width, signed in once."""

from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page

from tests.browser.installation import ROOT
from tests.browser.people import enter_as
from tests.browser.windows import DESKTOP, PHONE, new_context

OUT = ROOT / "build" / "screens"
SECRETARY, MAYOR, LEGAL, COUNTER = "Secretario General", "Alcalde", "Jefe de Asesoría Jurídica", "Encargado de Mesa"
SYSTEMS = "Jefe de Informática y Sistemas"
WIDTHS = {"desktop": DESKTOP, "phone": PHONE}


class Studio:
    """The windows of each person at each width, and what they draw."""

    def __init__(self, browser: Browser, url: str, out: Path = OUT) -> None:
        self._browser, self._url, self._out = browser, url, out
        self._windows: dict[tuple[str, str], Page] = {}
        self._context: dict[str, BrowserContext] = {}

    def window(self, post: str, width: str, **options: Any) -> Page:
        """Return the window of who holds a post, or of a citizen where there is none; signed in once."""
        known = (post, width + "".join(options))
        if known not in self._windows:
            scale = 2 if width == "phone" else 1
            context = new_context(self._browser, self._url, size=WIDTHS[width], device_scale_factor=scale, **options)
            self._windows[known] = context.new_page()
            if post:
                enter_as(self._windows[known], post)
        return self._windows[known]

    def keep(self, page: Page, name: str, *, keeps_focus: bool = False) -> None:
        """Write what a window shows, from top to bottom."""
        if not keeps_focus:
            page.evaluate("document.activeElement && document.activeElement.blur()")
        page.evaluate("scrollTo(0, 0)")
        page.wait_for_load_state("networkidle")
        # A window as tall as the page: what is fixed to its foot stands at the foot.
        width = page.viewport_size["width"] if page.viewport_size else DESKTOP[0]
        height = page.evaluate("document.documentElement.scrollHeight")
        page.set_viewport_size({"width": width, "height": height})
        page.screenshot(path=self._out / f"{name}.png", full_page=True, animations="disabled")
        page.set_viewport_size({"width": width, "height": PHONE[1] if width == PHONE[0] else DESKTOP[1]})

    def both(self, name: str, post: str, path: str) -> None:
        """Write one address at both widths."""
        for width in WIDTHS:
            page = self.window(post, width)
            page.goto(path)
            self.keep(page, f"{name}-{width}")
