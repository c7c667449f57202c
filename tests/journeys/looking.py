"""What axe finds on a page, and whether the page is wider than the window."""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
WIDER = """async () => {
  const page = document.documentElement, wider = () => page.scrollWidth - page.clientWidth;
  const until = performance.now() + 3000;
  while (wider() > 0 && performance.now() < until) await new Promise(requestAnimationFrame);
  return wider();
}"""
"""By how many px the page is wider than its window, once it has settled in that."""

SETTLED = """async () => {
  await new Promise(requestAnimationFrame);
  const ends = (one) => one.effect?.getComputedTiming().endTime !== Infinity;
  await Promise.allSettled(document.getAnimations().filter(ends).map((one) => one.finished));
}"""
"""Once what has just changed is drawn: between two themes colours are those of neither."""


def found_by_axe(page: Page, address: str = "") -> list[str]:
    """What axe finds on the page, or the one that is open, once its live parts have drawn themselves."""
    if address:
        page.goto(address)
    expect(page.locator(".ws-skeleton")).to_have_count(0)
    page.evaluate(SETTLED)
    found = Axe().run(page, options={"runOnly": RULES, "resultTypes": ["violations"]}).response["violations"]
    return [f"{one['id']}: {one['nodes'][0]['target']}" for one in found]


def scrolls_sideways(page: Page) -> list[str]:
    more = page.evaluate(WIDER)
    return [f"scrolls sideways by {more} px"] if more > 0 else []


def resize(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
