"""Somebody takes along what the house knows about them, and has it erased; others see what is left."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from tests.journeys.conftest import PATIENT, Guests
from tests.journeys.looking import found_by_axe
from tests.journeys.test_vote import AHLEN, PARTNER, choice, the_running_vote

pytestmark = pytest.mark.e2e
expect.set_options(timeout=PATIENT)


def test_one_takes_ones_data_along_and_is_gone_for_everybody(guests: Guests, tmp_path: Path) -> None:
    ahlen, partner = guests.come(AHLEN), guests.come(PARTNER)
    workshop = the_running_vote(ahlen)
    for page in (ahlen, partner):
        page.goto(f"{workshop}/poll")
    title = ahlen.locator(".ws-ballot__title").first.inner_text()
    choice(ahlen, title).get_by_role("button").click()
    expect(choice(partner, title)).to_contain_text(AHLEN)
    elsewhere = guests.tab(ahlen.context)
    elsewhere.goto(f"{workshop}/topics")

    found = _downloaded(ahlen, tmp_path / "archive.zip")
    assert json.loads(found["data.json"])["person"][0]["name"] == AHLEN
    assert AHLEN in found["index.html"]
    assert PARTNER not in "".join(found.values())

    ahlen.get_by_role("link", name="Ansehen, was gelöscht würde").click()
    expect(ahlen.locator("main")).to_contain_text("Plätze in Teams")
    ahlen.get_by_role("button", name="Konto löschen").click()
    expect(ahlen.locator(".ws-error-summary")).to_contain_text("Bitte kreuzen Sie an")
    ahlen.get_by_label("Ja, ich möchte mein Konto für immer löschen.").check()
    ahlen.get_by_role("button", name="Konto löschen").click()
    expect(ahlen.locator("h1")).to_have_text("Auf Wiedersehen")
    assert found_by_axe(ahlen, "/goodbye") == []

    expect(elsewhere.locator("live-connection")).to_contain_text("abgemeldet")
    expect(choice(partner, title)).to_contain_text("ehemaliges Mitglied")
    expect(choice(partner, title)).not_to_contain_text(AHLEN)
    expect(choice(partner, title).get_by_role("button")).to_have_attribute("aria-pressed", "true")
    ahlen.goto("/demo")
    expect(ahlen.get_by_role("button", name=PARTNER)).to_be_visible()
    expect(ahlen.get_by_role("button", name=AHLEN)).to_have_count(0)


def _downloaded(page: Page, target: Path) -> dict[str, str]:
    page.goto("/profile/data")
    with page.expect_download() as download:
        page.get_by_role("button", name="Meine Daten herunterladen").click()
    download.value.save_as(target)
    with zipfile.ZipFile(target) as packed:
        return {name: packed.read(name).decode() for name in packed.namelist()}


def test_the_office_looks_before_it_erases_on_a_phone_in_the_dark(guests: Guests, on_sqlite: None) -> None:
    office = guests.come("Programmbüro", dark=True, width=390)
    office.goto("/admin/people?search=Menden")
    here = office.locator("main a[href^='/admin/people/']").first.get_attribute("href")
    assert found_by_axe(office, f"{here}/erase") == []
    wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert office.evaluate(wide) <= 0
    office.get_by_label("Ja, dieses Konto soll für immer gelöscht werden.").check()
    office.get_by_role("button", name="Konto löschen").click()
    expect(office.locator("main")).to_contain_text("Das Konto ist gelöscht.")
    assert office.goto(f"{here}/erase").status == 404  # type: ignore[union-attr]  # there is an answer
