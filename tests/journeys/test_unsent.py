"""Changes that could not be sent yet: nobody loses them, nobody else sends them, one tab sends for all."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Page, Request, expect
from tests.journeys.conftest import PATIENT, Guests
from tests.journeys.test_vote import AHLEN, OTHER, choice, the_running_vote

pytestmark = [pytest.mark.e2e, pytest.mark.usefixtures("on_sqlite")]
expect.set_options(timeout=PATIENT)

FIRST, SECOND, THIRD = "Digitales Ehrenamt", "Strategieentwicklung", "Nachfolge im Vereinsvorstand"
COMMANDS = "**/live/commands"
UNSENT = "Object.keys(localStorage).filter((name) => name.startsWith('werkstatt/unsent/'))"
LOCK = """navigator.locks.query().then(({ held }) =>
  held.map(({ name }) => name).find((name) => name.startsWith('werkstatt/')))"""
HOLD = """(name) => new Promise((held) => {
  const hold = () => (held(), new Promise(() => {}));
  navigator.locks.request(name, { steal: true }, hold).catch(() => {});
})"""

GROW_OLD = """() => {
  for (const [name, bytes] of Object.entries(localStorage)) {
    if (!name.startsWith('werkstatt/unsent/')) continue;
    localStorage.removeItem(name);
    localStorage.setItem(name.replace(/[^/]+$/, '0in4z0g00-of-2016'), bytes);
  }
}"""


def enter(page: Page, who: str, vote: str = "") -> str:
    """Sign in and open the vote; whoever was signed in before in this browser is not any more."""
    page.goto("/demo")
    page.get_by_role("button", name=who).first.click()
    page.wait_for_url(lambda there: "/demo" not in there)
    vote = vote or f"{the_running_vote(page)}/poll"
    page.goto(vote)
    expect(page.locator("live-connection")).to_have_text("verbunden")
    return vote


def mark(page: Page, title: str) -> None:
    """Tick a topic that was not ticked."""
    button = choice(page, title).get_by_role("button")
    expect(button).to_have_attribute("aria-pressed", "false")
    button.click()
    expect(button).to_have_attribute("aria-pressed", "true")


def expect_marked(page: Page, title: str, *, yes: bool = True) -> None:
    button = choice(page, title).get_by_role("button")
    expect(button).to_have_attribute("aria-pressed", "true" if yes else "false")


def expect_saved(page: Page) -> None:
    expect(page.locator(".ws-ballot__saved")).to_contain_text("Alles gespeichert")
    assert page.evaluate(UNSENT) == []


def leave_anyway(page: Page) -> None:
    """Say yes when the browser asks whether a page with unsent changes shall be left."""
    page.on("dialog", lambda dialog: dialog.accept())


@contextmanager
def no_command_arrives(page: Page) -> Iterator[None]:
    """Everything else does: the connection works."""
    page.context.route(COMMANDS, lambda route: route.abort())
    yield
    page.context.unroute(COMMANDS)


def sent_by(page: Page) -> list[str]:
    """The bodies of the commands that this tab sends from now on."""
    sent: list[str] = []

    def note(request: Request) -> None:
        if request.url.endswith("/live/commands"):
            sent.append(request.post_data or "")

    page.on("request", note)
    return sent


def fall_asleep(page: Page) -> None:
    """Have the lead and neither send nor answer, like a tab that the browser has put to sleep."""
    lock = page.evaluate(LOCK)
    page.goto("/healthz")
    page.evaluate(HOLD, lock)


def test_a_change_outlives_a_reload_and_is_sent_by_the_next_page(guests: Guests) -> None:
    ahlen = guests.open()
    enter(ahlen, AHLEN)
    leave_anyway(ahlen)
    with no_command_arrives(ahlen):
        mark(ahlen, FIRST)
        ahlen.reload()
        expect_marked(ahlen, FIRST)
        expect(choice(ahlen, FIRST)).to_have_class(re.compile("is-pending"))
    expect_saved(ahlen)
    ahlen.reload()
    expect_marked(ahlen, FIRST)


def test_signing_out_with_unsent_changes_asks_and_then_leaves_nothing_behind(guests: Guests) -> None:
    ahlen = guests.open()
    vote = enter(ahlen, AHLEN)
    with no_command_arrives(ahlen):
        mark(ahlen, FIRST)
        dialog = ahlen.get_by_role("dialog", name="Trotzdem abmelden?")
        ahlen.get_by_role("button", name="Abmelden").click()
        expect(dialog).to_contain_text("Eine Änderung ist noch nicht gespeichert.")
        dialog.get_by_role("button", name="Angemeldet bleiben").click()
        expect(dialog).to_have_count(0)
        assert len(ahlen.evaluate(UNSENT)) == 1
        ahlen.get_by_role("button", name="Abmelden").click()
        dialog.get_by_role("button", name="Abmelden und verwerfen").click()
        ahlen.wait_for_url("**/sign-in**")
        assert ahlen.evaluate(UNSENT) == []
    enter(ahlen, AHLEN, vote)
    expect_marked(ahlen, FIRST, yes=False)


def test_nothing_is_sent_for_somebody_else_who_signs_in_in_the_same_browser(guests: Guests) -> None:
    left = guests.open()
    other = guests.tab(left.context)
    vote = enter(left, AHLEN)
    with no_command_arrives(left):
        mark(left, FIRST)
        enter(other, OTHER, vote)
        expect_marked(other, FIRST, yes=False)
        expect(left.locator("live-connection")).to_contain_text("jemand anderes ist angemeldet")
    of_ahlen, of_menden = sent_by(left), sent_by(other)
    mark(other, THIRD)
    expect(other.locator(".ws-ballot__saved")).to_contain_text("Alles gespeichert")
    assert (of_ahlen, len(of_menden)) == ([], 1)
    expect_marked(other, FIRST, yes=False)

    enter(other, AHLEN, vote)
    expect_saved(other)
    expect_marked(other, FIRST)
    expect_marked(other, THIRD, yes=False)


def test_one_tab_sends_for_all_and_the_next_one_when_it_is_closed(guests: Guests) -> None:
    leading = guests.open()
    vote = enter(leading, AHLEN)
    second = guests.tab(leading.context)
    second.goto(vote)
    expect(second.locator("live-connection")).to_have_text("verbunden")
    of_leading, of_second = sent_by(leading), sent_by(second)
    mark(second, FIRST)
    expect_marked(leading, FIRST)
    expect_saved(second)
    assert (len(of_leading), of_second) == (1, [])
    leading.close()
    mark(second, SECOND)
    expect_saved(second)
    assert len(of_second) == 1


def test_a_refusal_is_said_where_the_change_was_made_or_in_another_tab_when_that_is_closed(
    guests: Guests,
) -> None:
    leading = guests.open()
    vote = enter(leading, AHLEN)
    second = guests.tab(leading.context)
    second.goto(vote)
    expect(second.locator("live-connection")).to_have_text("verbunden")
    refused = '{"ok": false, "error": {"code": "closed", "message": "Zu spät.", "fields": {}}}'
    leading.context.route(
        COMMANDS, lambda route: route.fulfill(status=409, content_type="application/json", body=refused)
    )
    choice(second, FIRST).get_by_role("button").click()
    expect(second.locator("live-toast")).to_contain_text("Zu spät.")
    expect(leading.locator("live-toast")).not_to_contain_text("Zu spät.")
    leading.context.unroute(COMMANDS)

    with no_command_arrives(leading):
        mark(second, FIRST)
        second.close(run_before_unload=False)
        leading.context.route(
            COMMANDS, lambda route: route.fulfill(status=409, content_type="application/json", body=refused)
        )
        expect(leading.locator("live-toast")).to_contain_text("Zu spät.")
    expect_marked(leading, FIRST, yes=False)


def test_a_change_behind_a_sleeping_tab_is_sent_by_the_page_that_comes_next(guests: Guests) -> None:
    sleeping = guests.open()
    vote = enter(sleeping, AHLEN)
    fall_asleep(sleeping)
    awake = guests.tab(sleeping.context)
    awake.goto(vote)
    expect(awake.locator("live-connection")).to_have_text("verbunden")
    leave_anyway(awake)
    with no_command_arrives(awake):
        mark(awake, FIRST)
        awake.reload()
        expect_marked(awake, FIRST)
    expect_saved(awake)


def test_a_command_that_breaks_the_server_is_given_up_and_the_next_one_goes(guests: Guests) -> None:
    ahlen = guests.open()
    enter(ahlen, AHLEN)
    broken = '{"ok": false, "error": {"code": "error", "message": "Etwas ging schief.", "fields": {}}}'
    ahlen.route(
        COMMANDS,
        lambda route: route.fulfill(status=500, content_type="application/json", body=broken),
        times=4,
    )
    mark(ahlen, FIRST)
    mark(ahlen, SECOND)
    expect(ahlen.locator("live-toast")).to_contain_text("Eine Änderung konnte nicht gespeichert werden")
    expect_saved(ahlen)
    expect_marked(ahlen, FIRST, yes=False)
    expect_marked(ahlen, SECOND)


def test_a_change_that_is_too_old_to_be_sent_is_not_dropped_without_a_word(guests: Guests) -> None:
    ahlen = guests.open()
    enter(ahlen, AHLEN)
    leave_anyway(ahlen)
    sent = sent_by(ahlen)
    with no_command_arrives(ahlen):
        mark(ahlen, FIRST)
        ahlen.evaluate(GROW_OLD)
        ahlen.reload()
        expect(ahlen.locator("live-toast")).to_contain_text(
            "konnte fast zwei Wochen lang nicht gesendet werden"
        )
        sent.clear()
    expect_marked(ahlen, FIRST, yes=False)
    assert (ahlen.evaluate(UNSENT), sent) == ([], [])
