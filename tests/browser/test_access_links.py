"""The one-time link by which a person gets a password and a second factor, in a real browser.

Only a browser says where a form comes from: a page that hid its origin would have its form refused.
"""

import re
import subprocess
import sys

from playwright.sync_api import Browser, Page, expect

from tests.browser.installation import ROOT, Server, environment
from tests.browser.windows import new_context

PASSWORD = "cuatro llamas cruzan el puente"


def link_for(server: Server, username: str) -> str:
    """Have the console print a link for the person, and return its path with what stands behind the ``#``."""
    done = subprocess.run(
        [sys.executable, "manage.py", "make_administrator", username, "--recover"],
        cwd=ROOT, env=environment(server.data), capture_output=True, text=True, check=True, timeout=60,
    )  # fmt: skip
    found = re.search(r"/mesa/entrar/enlace/#[\w-]+", done.stdout)
    assert found is not None, done.stdout
    return found.group()


def told_to_servers(page: Page) -> list[str]:
    """Begin to note what a proxy's log could hold of each request: its address and where it comes from."""
    told: list[str] = []
    page.on("request", lambda request: told.append(f"{request.url} {request.headers.get('referer', '')}"))
    return told


def test_a_link_gives_a_password_once(demo_server: Server, browser: Browser) -> None:
    path = link_for(demo_server, "jefe-ois")
    context = new_context(browser, demo_server.url)
    page = context.new_page()
    told = told_to_servers(page)
    page.goto(path)
    page.get_by_label("Contraseña nueva").fill("123456")
    page.get_by_label("Otra vez, para no errar").fill("123456")
    page.get_by_role("button", name="Continuar").click()
    expect(page.locator(".field-error")).to_contain_text("Use al menos 12 caracteres")

    page.get_by_label("Contraseña nueva").fill(PASSWORD)
    page.get_by_label("Otra vez, para no errar").fill(PASSWORD)
    page.get_by_role("button", name="Continuar").click()
    expect(page).not_to_have_url(re.compile("enlace"))

    code = path.partition("#")[2]
    assert told and not [line for line in told if code in line.replace(path, "")]
    assert code not in demo_server.printed
    page.go_back()
    assert code not in page.url
    page.goto(path)
    expect(page.get_by_role("heading", level=1)).to_have_text("Este enlace ya no vale")
    context.close()


def test_without_scripts_one_pastes_the_link(demo_server: Server, browser: Browser) -> None:
    path = link_for(demo_server, "secretario-general")
    context = new_context(browser, demo_server.url, java_script_enabled=False)
    page = context.new_page()
    page.goto(path)
    page.get_by_label("Enlace, o su código").fill(path[:-1])
    page.get_by_role("button", name="Continuar").click()
    page.get_by_role("link", name="péguelo otra vez").click()

    page.get_by_label("Enlace, o su código").fill(f"{demo_server.url}{path}")
    page.get_by_role("button", name="Continuar").click()

    expect(page.get_by_label("Contraseña nueva")).to_be_visible()
    context.close()
