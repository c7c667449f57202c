"""Somebody signs in by the service of their town, and sets a forgotten password, in a real browser."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect
from sqlalchemy import select, update
from tests.journeys.conftest import PATIENT, Guests
from tests.people.identities.provider import Service
from tests.scene import Scene, address
from tests.serving import SECRET_KEY, Server
from tests.visiting import wait_until

from foundation.database import Database
from people.links.models import LinkRow
from people.links.rules import Purpose, token
from people.sign_in.models import SessionRow
from werkstatt import keys
from werkstatt.settings import load

pytestmark = pytest.mark.e2e
expect.set_options(timeout=PATIENT)
NEW = "ganz neue Worte hier"


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Any]:
    with (tmp_path / "service.log").open("ab") as log:
        made = Service(log)  # type: ignore[no-untyped-call]  # a part of the untyped tests
        yield made
        made.close()  # type: ignore[no-untyped-call]  # the same


@pytest.fixture
def house(scene: Scene, service: Any, serve: Callable[..., Server]) -> Server:
    told = {
        "oidc_issuer": service.issuer,
        "oidc_client_id": "werkstatt",
        "oidc_client_secret": "secret",
        "oidc_label": "Servicekonto",
    }
    return serve(scene.url, settings=told).start()


@pytest.fixture
def visitors(browser: Browser, house: Server) -> Iterator[Guests]:
    here = Guests(browser, house.url)
    yield here
    here.leave()
    assert here.troubles == []


def last_reset(scene: Scene) -> str:
    """Where the link leads that was made because somebody asked for it."""
    key = keys.key(load(secret_key=SECRET_KEY), keys.LINKS)
    database = Database(scene.url)
    asked = select(LinkRow.public_id).where(
        LinkRow.purpose == Purpose.RESET, LinkRow.public_id != scene.links["reset"]
    )

    def look() -> str | None:
        with database.reading() as connection:
            return connection.execute(asked).scalar_one_or_none()

    link = wait_until(look, "the job has made the link")
    database.close()
    return f"/reset/{token(link, key)}"


def forget_who_it_was(scene: Scene) -> None:
    """As if everybody had last shown long ago who they are."""
    database = Database(scene.url)
    with database.transaction() as connection:
        connection.execute(update(SessionRow).values(confirmed_at=None))
    database.close()


def test_signing_in_by_the_service_and_setting_a_forgotten_password(
    visitors: Guests, service: Any, scene: Scene
) -> None:
    service.knows("m", email=address("member"), email_verified=True)
    page = visitors.open()
    page.goto("/profile")
    page.get_by_role("link", name="Anmelden mit Servicekonto").click()
    page.locator("input[name=sub]").fill("m")
    page.locator("input[name=sub]").press("Enter")
    page.wait_for_url("**/profile")
    expect(page.get_by_label("Name", exact=False).first).to_have_value("Ahlen · Engagementförderung")

    forget_who_it_was(scene)
    page.goto("/profile/security/password")
    page.get_by_role("link", name="Bestätigen mit Servicekonto").click()
    page.locator("input[name=sub]").fill("m")
    page.locator("input[name=sub]").press("Enter")
    page.wait_for_url("**/profile/security")

    other = visitors.open(width=390)
    other.goto("/sign-in")
    other.get_by_role("link", name="Passwort vergessen?").click()
    other.get_by_label("E-Mail-Adresse").fill(address("member"))
    other.get_by_role("button", name="Link schicken").click()
    expect(other.get_by_role("heading", name="Sehen Sie in Ihr Postfach")).to_be_visible()
    other.goto(last_reset(scene))
    other.get_by_label("Neues Passwort", exact=False).first.fill(NEW)
    other.get_by_label("Neues Passwort wiederholen").fill(NEW)
    other.get_by_role("button", name="Passwort speichern").click()
    other.wait_for_url("**/sign-in")
    other.get_by_label("E-Mail-Adresse").fill(address("member"))
    other.get_by_label("Passwort").fill(NEW)
    other.get_by_role("button", name="Anmelden", exact=True).click()
    other.wait_for_url(lambda there: "/sign-in" not in there)

    page.reload()
    expect(page.get_by_role("link", name="Anmelden mit Servicekonto")).to_be_visible()
