"""A vote where the network swallows sockets: the page shows what others do, and what is ticked is saved."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect
from tests.journeys.conftest import PATIENT, Guests
from tests.journeys.narrow import NarrowNetwork
from tests.journeys.test_vote import AHLEN, PARTNER, bar, choice, the_running_vote
from tests.serving import Server

pytestmark = [pytest.mark.e2e, pytest.mark.usefixtures("on_sqlite")]
expect.set_options(timeout=PATIENT)

FIRST, SECOND = "Digitales Ehrenamt", "Strategieentwicklung"
SOCKET_PATIENCE = 8_000
"""Milliseconds after which the browser gives up its first socket: by then all has to be shown without it."""
FIRST_ASKED = """() => new Promise((found) => {
  const look = (list) => {
    const asked = list.getEntries().find(({ name }) => name.includes("/events?"));
    if (asked) found(asked.startTime);
  };
  new PerformanceObserver(look).observe({ type: "resource", buffered: true });
})"""
"""When the page has asked by HTTP for the first time, in milliseconds since it was opened."""


@pytest.fixture
def network() -> Iterator[NarrowNetwork]:
    opened = NarrowNetwork()
    yield opened
    opened.close()


@pytest.fixture
def demo(demo_url: str, network: NarrowNetwork, serve: Callable[..., Server]) -> Server:
    """A demo whose only address leads through the narrow network."""
    server = serve(demo_url, options=("--demo",), settings={"base_url": network.url})
    network.lead_to(server.port)
    server.start()
    server.url = network.url
    return server


def open_the_vote(page: Page) -> None:
    page.goto(f"{the_running_vote(page)}/poll")
    expect(page.locator("live-connection")).to_have_text("verbunden", timeout=SOCKET_PATIENCE)


def test_others_changes_appear_and_own_ones_are_saved_without_a_socket(
    guests: Guests, network: NarrowNetwork
) -> None:
    partner, ahlen = guests.come(PARTNER), guests.come(AHLEN)
    open_the_vote(partner)
    open_the_vote(ahlen)
    assert network.swallowed > 0

    choice(ahlen, FIRST).get_by_role("button").click()
    expect(ahlen.locator(".ws-ballot__saved")).to_contain_text("Alles gespeichert")
    expect(choice(partner, FIRST).get_by_role("button")).to_have_attribute("aria-pressed", "true")
    expect(choice(partner, FIRST)).to_contain_text(AHLEN)
    choice(partner, SECOND).get_by_role("button").click()
    expect(choice(ahlen, SECOND)).to_contain_text(PARTNER)
    expect(bar(ahlen, SECOND)).to_have_text(bar(partner, SECOND).inner_text(), use_inner_text=True)


def test_the_next_page_knows_and_a_better_network_is_used_again(
    guests: Guests, network: NarrowNetwork
) -> None:
    ahlen = guests.come(AHLEN)
    open_the_vote(ahlen)
    found_out = ahlen.evaluate(FIRST_ASKED)
    ahlen.reload()
    assert ahlen.evaluate(FIRST_ASKED) < found_out

    network.narrow = False
    ahlen.reload()
    expect(ahlen.locator("live-presence")).to_contain_text("Nur Sie sind gerade hier")
