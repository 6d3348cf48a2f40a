"""A key of the device (WebAuthn), by Chromium's virtual authenticator."""

from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.installation import Server
from tests.browser.people import enter_as
from tests.browser.windows import new_context

MAYOR = "Alcalde"


def with_authenticator(context: BrowserContext) -> Page:
    """Open a page on a device that has a fingerprint reader, whose owner always touches it."""
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    session.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )
    return page


def add_key(page: Page, name: str) -> None:
    """Set a key up as the person's first factor, and keep the recovery codes."""
    page.goto("/mesa/acceso/")
    page.get_by_role("link", name="Agregar teléfono o llave").click()
    page.get_by_label("Cómo la llama (opcional)").fill(name)
    page.get_by_role("button", name="Usar la llave").click()
    expect(page.get_by_role("heading", name="Guarde sus códigos de respaldo")).to_be_visible()
    expect(page.locator(".recovery-codes li")).to_have_count(10)
    page.get_by_role("link", name="Ya los guardé").click()
    expect(page.get_by_text(name)).to_be_visible()


def test_a_key_is_set_up_entered_with_and_asked_before_a_signature(demo_server: Server, browser: Browser) -> None:
    by_name = demo_server.url.replace("127.0.0.1", "localhost")  # keys know names, not numbers
    page = with_authenticator(new_context(browser, by_name))
    enter_as(page, MAYOR)
    add_key(page, "Huella de la alcaldía")

    page.context.clear_cookies()
    page.goto("/mesa/entrar/")
    page.get_by_role("button", name=f"Entrar como {MAYOR}").first.click()
    expect(page.get_by_role("heading", name="Confirme que es usted")).to_be_visible()
    expect(page.get_by_role("radio", name="Llave o huella de este equipo")).to_be_checked()
    page.get_by_role("button", name="Usar la llave").click()
    expect(page.get_by_role("heading", name="Confirme que es usted")).to_be_hidden()

    page.goto("/mesa/por-firmar/")
    for address in page.locator("a.sign-name").evaluate_all("all => all.map(one => one.href)"):
        page.goto(address)
    page.goto("/mesa/por-firmar/")
    page.locator(".sign-sheet").get_by_role("button", name="Firmar").click()
    expect(page.get_by_role("heading", name="Va a firmar")).to_be_visible()
    expect(page.get_by_text("Confirme otra vez que es usted")).to_be_visible()
    page.get_by_label("PIN de su llave").fill("123456")
    page.get_by_role("button", name="Firmar").click()
    page.wait_for_url("**/mesa/por-firmar/lotes/*/", timeout=60_000)
    expect(page.get_by_role("heading", level=1)).to_contain_text("firmado")
    page.context.close()
