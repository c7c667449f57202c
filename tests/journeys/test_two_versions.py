"""Two write on the same ballot at once, and a facilitator fills one in: nothing is written over unseen."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from playwright.sync_api import expect
from tests.journeys.conftest import PATIENT, Guests
from tests.journeys.looking import found_by_axe
from tests.journeys.polls import hold, item, reach
from tests.journeys.test_vote import AHLEN, DESK, PARTNER, the_running_vote

pytestmark = [pytest.mark.e2e, pytest.mark.usefixtures("on_sqlite")]
expect.set_options(timeout=PATIENT)


@pytest.fixture
def demo_url(demo_file: Path, tmp_path: Path) -> str:
    """What two versions look like does not depend on the kind of database."""
    copy = tmp_path / "demo.sqlite3"
    shutil.copy(demo_file, copy)
    return f"sqlite:///{copy}"


@pytest.mark.parametrize("saved", ["mine", "other"])
@pytest.mark.parametrize("reloaded", [False, True])
def test_who_was_cut_off_sees_both_versions_and_decides(guests: Guests, saved: str, reloaded: bool) -> None:
    ahlen, partner, desk = guests.come(AHLEN), guests.come(PARTNER), guests.come(DESK)
    workshop = the_running_vote(ahlen)
    hold(desk, workshop, method="dots")
    for page in (ahlen, partner):
        page.goto(f"{workshop}/poll")
        expect(page.locator("live-connection")).to_have_text("verbunden")
    partner.context.set_offline(True)
    partner.locator("[data-act=more]").nth(1).click()
    expect(partner.locator(".ws-ballot__saved")).to_contain_text("wartet auf die Verbindung")
    ahlen.locator("[data-act=more]").nth(0).click()
    expect(ahlen.locator(".ws-ballot__saved")).to_contain_text("Alles gespeichert")
    if reloaded:
        partner.on("dialog", lambda dialog: dialog.accept())
        partner.goto("about:blank")
    partner.context.set_offline(False)
    if reloaded:
        partner.goto(f"{workshop}/poll")
    conflict = partner.locator(".ws-conflict")
    expect(conflict).to_be_visible()
    titles = [item(ahlen, number).locator(".ws-ballot__title").inner_text() for number in (0, 1)]
    both = conflict.locator(".ws-conflict__one")
    expect(both.nth(0)).to_contain_text(f"{titles[1]}: 1 Punkt")
    expect(both.nth(1)).to_contain_text(f"{titles[0]}: 1 Punkt")
    expect(both.nth(1)).to_contain_text(AHLEN)
    assert found_by_axe(partner) == []
    choice = "Meine Fassung speichern" if saved == "mine" else "Die andere behalten"
    reach(partner, partner.get_by_role("button", name=choice))
    partner.keyboard.press("Enter")
    expect(conflict).to_have_count(0)
    wanted = 1 if saved == "mine" else 0
    for page in (ahlen, partner):
        expect(item(page, wanted).locator(".ws-stepper__value")).to_have_text("1 Punkt")
        expect(item(page, 1 - wanted).locator(".ws-stepper__value")).to_have_text("keine Punkte")


def test_what_was_changed_a_moment_before_the_page_went_is_saved(guests: Guests) -> None:
    ahlen, desk = guests.come(AHLEN), guests.come(DESK)
    workshop = the_running_vote(ahlen)
    hold(desk, workshop, method="dots")
    ahlen.goto(f"{workshop}/poll")
    expect(ahlen.locator("live-connection")).to_have_text("verbunden")
    for _ in range(3):
        ahlen.locator("[data-act=more]").nth(0).click()
    ahlen.reload()
    expect(item(ahlen, 0).locator(".ws-stepper__value")).to_have_text("3 Punkte")
    expect(ahlen.locator(".ws-ballot__saved")).to_contain_text("Alles gespeichert")


@pytest.mark.parametrize("method", ["approval", "borda"])
def test_a_facilitator_fills_in_a_ballot_and_the_team_hands_it_in(guests: Guests, method: str) -> None:
    menden, desk = guests.come("Menden"), guests.come(DESK)
    workshop = the_running_vote(menden)
    hold(desk, workshop, method=method)
    for page in (menden, desk):
        page.goto(f"{workshop}/poll")
    entering = desk.locator("workshop-entering")
    reach(desk, entering.locator("summary"))
    desk.keyboard.press("Enter")
    reach(desk, entering.get_by_role("listitem").filter(has_text="Menden").get_by_role("button"))
    desk.keyboard.press("Enter")
    expect(entering.locator(".ws-entering__title")).to_be_focused()
    first = entering.locator(".ws-ballot__item").first
    reach(desk, first.get_by_role("button"))
    desk.keyboard.press("Enter")
    reach(desk, entering.get_by_role("button", name="Eintragen und dem Team zeigen"))
    assert found_by_axe(desk) == []
    desk.keyboard.press("Enter")
    row = entering.get_by_role("listitem").filter(has_text="Menden")
    expect(row).to_contain_text("wartet auf die Bestätigung des Teams")

    expect(menden.locator(".ws-entered")).to_contain_text("Die Moderation hat diesen Stimmzettel")
    expect(item(menden, 0)).to_contain_text("Moderation")
    expect(menden.locator(".ws-turnout__words")).to_contain_text("0 von 10")
    assert found_by_axe(menden) == []
    reach(menden, menden.get_by_role("button", name="Ja, so abgeben"))
    menden.keyboard.press("Enter")
    expect(menden.locator(".ws-entered")).to_have_count(0)
    for page in (menden, desk):
        expect(page.locator("workshop-ballot .ws-turnout__words")).to_contain_text("1 von 10")
    expect(row).to_have_count(0)
