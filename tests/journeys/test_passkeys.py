"""An administrator must have a second factor: they set up a passkey, and come back with it alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, CDPSession, Page, expect
from tests.journeys.conftest import PATIENT, Guests
from tests.journeys.looking import found_by_axe
from tests.scene import PASSWORD, Scene, address
from tests.serving import Server

pytestmark = pytest.mark.e2e
expect.set_options(timeout=PATIENT)
PASSKEYS = "/profile/security/passkeys"


@pytest.fixture
def visitors(browser: Browser, scene: Scene, serve: Callable[..., Server]) -> Iterator[Guests]:
    house = serve(scene.url, settings={"administrators_need_second_factor": True}).start()
    here = Guests(browser, f"http://localhost:{house.port}")
    yield here
    here.leave()
    assert here.troubles == []


def authenticator(page: Page) -> tuple[CDPSession, str]:
    """A device that keeps passkeys and finds the right finger on it, beside this page."""
    line = page.context.new_cdp_session(page)
    line.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    made = line.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return line, str(made["authenticatorId"])


def sign_in(page: Page, who: str) -> None:
    page.goto("/sign-in")
    page.get_by_label("E-Mail-Adresse").fill(address(who))
    page.get_by_label("Passwort").fill(PASSWORD)
    page.get_by_role("button", name="Anmelden", exact=True).click()


def test_an_administrator_sets_up_a_passkey_and_comes_back_with_it_alone(visitors: Guests) -> None:
    page = visitors.open()
    line, device = authenticator(page)
    sign_in(page, "administrator")
    page.get_by_role("link", name="Zweiten Faktor einrichten").click()
    expect(page.get_by_text("Ihre Rechte als Programmverwaltung ruhen.")).to_be_visible()
    assert page.goto("/admin").status == 404  # type: ignore[union-attr]  # a page that was asked for answers

    found = found_by_axe(page, PASSKEYS)
    page.get_by_label("Name").fill("Diensttelefon")
    line.send("WebAuthn.setUserVerified", {"authenticatorId": device, "isUserVerified": False})
    page.get_by_role("button", name="Passkey einrichten").click()
    expect(page.get_by_role("alert").filter(has_text="Es wurde kein Passkey gezeigt.")).to_be_visible()
    line.send("WebAuthn.setUserVerified", {"authenticatorId": device, "isUserVerified": True})
    page.get_by_role("button", name="Passkey einrichten").click()
    expect(page.get_by_role("heading", name="Wiederherstellungscodes")).to_be_visible()
    expect(page.locator("main li code")).to_have_count(10)
    page.get_by_role("link", name="Ich habe sie aufbewahrt").click()
    expect(page.get_by_role("heading", name="Diensttelefon")).to_be_visible()
    assert page.goto("/admin").status == 200  # type: ignore[union-attr]  # the same
    found += found_by_axe(page, "/profile/security")

    page.get_by_role("link", name="Diensttelefon ändern").click()
    expect(page.get_by_text("Das ist Ihr einziger zweiter Faktor.")).to_be_visible()
    found += found_by_axe(page, page.url)
    page.get_by_role("button", name="Abmelden").click()

    # The browser offers it by itself, and this device takes whatever it is offered.
    page.wait_for_url(lambda there: "/sign-in" not in there)

    page.add_init_script("PublicKeyCredential.isConditionalMediationAvailable = undefined")
    page.get_by_role("button", name="Abmelden").click()
    page.wait_for_url("**/sign-in")
    found += found_by_axe(page, "/sign-in?next=/admin/people")
    page.get_by_role("button", name="Mit Passkey anmelden").click()
    page.wait_for_url("**/admin/people")
    expect(page.get_by_role("heading", level=1)).to_be_visible()

    page.get_by_role("button", name="Abmelden").click()
    page.wait_for_url("**/sign-in")
    sign_in(page, "administrator")
    page.wait_for_url("**/sign-in/second")
    found += found_by_axe(page, "/sign-in/second")
    page.get_by_role("button", name="Mit Passkey weiter").click()
    page.wait_for_url(lambda there: "/sign-in" not in there)
    found += found_by_axe(page, "/confirm?next=/profile/security")
    page.get_by_role("button", name="Mit Passkey weiter").click()
    page.wait_for_url("**/profile/security")
    assert found == []


def test_a_browser_without_passkeys_says_so_and_signs_in_by_password(visitors: Guests) -> None:
    page = visitors.open(width=390)
    page.add_init_script("delete window.PublicKeyCredential")
    page.goto("/sign-in")
    expect(page.get_by_role("button", name="Mit Passkey anmelden")).to_be_hidden()
    sign_in(page, "member")
    page.wait_for_url(lambda there: "/sign-in" not in there)
    page.goto(PASSKEYS)
    expect(page.get_by_text("Dieser Browser kann keine Passkeys.")).to_be_visible()
    expect(page.get_by_role("button", name="Passkey einrichten")).to_be_hidden()
