"""What somebody sends past the forms stays text in everybody's browser: as it comes, and after a reload."""

from __future__ import annotations

import json
import uuid

import pytest
from playwright.sync_api import Page, expect
from tests.journeys.conftest import PATIENT, Guests
from tests.journeys.test_vote import AHLEN, OTHER, PARTNER, the_running_vote
from tests.serving import Server
from tests.visiting import Visitor

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.usefixtures("on_sqlite")]
expect.set_options(timeout=PATIENT)

SCRIPT = "window.poisoned = 1"
TITLES = (
    "__proto__",
    "constructor",
    "hasOwnProperty",
    "toString",
    f"</script><script>{SCRIPT}</script>",
    f"<!--<script>{SCRIPT}",
    f'<img src=x onerror="{SCRIPT}">',
    f"'\"><svg onload={SCRIPT}>",
    f"javascript:{SCRIPT}",
    "${" + SCRIPT + "}",
    "{{ 7 * 7 }} {title} %(title)s %s",
    '{"__proto__": {"poisoned": 1}}',
    "\\u003cscript\\u003e \\",
    "&lt;b&gt; &amp;",
    "links \u200fימין\u200e rechts",
    "Z\u0300\u0301\u0302\u0303a\u0300lgo",
    "👩‍👩‍👧‍👦 und 🏳️‍🌈",
    "W" * 120,
    "null",
    "1e999",
)
"""Titles that are accepted and must be shown as they are."""
QUESTION = f"</textarea></script><script>{SCRIPT}</script>" + "\u2028" + "x" * 500
"""A question may have lines; its separators must not end a line of a script."""

WRONG = {
    '"title":"\\ud800abc","minutes":60': 400,
    '"title":"abc\\u0000","minutes":60': 400,
    '"title":"abc","minutes":1e999': 400,
    '"title":"abc","minutes":NaN': 400,
    '"title":"abc","minutes":9007199254740993': 400,
    '"title":"abc","title":"def","minutes":60': 400,
    '"title":' + "[" * 13 + "]" * 13 + ',"minutes":60': 400,
    '"title":' + '{"a":' * 5000 + "1" + "}" * 5000 + ',"minutes":60': 400,
    '"title":"abc","minutes":60,"__proto__":{"poisoned":1}': 422,
    '"title":"abc","minutes":60,"constructor":{"prototype":{"poisoned":1}}': 422,
    '"title":"links\u202erechts","minutes":60': 422,
    '"title":"eine\u2028andere","minutes":60': 422,
    '"title":{"__proto__":{"poisoned":1}},"minutes":60': 422,
    '"title":"' + "x" * 121 + '","minutes":60': 422,
    '"title":"' + "x" * 70_000 + '","minutes":60': 413,
}
"""Bodies that no screen ever sees, and how they are refused."""

FOUND = """() => ({
  polluted: [...Object.keys(Object.prototype), ...Object.keys(Array.prototype)],
  poisoned: [window.poisoned, ({}).poisoned, [].poisoned].filter((one) => one !== undefined),
  elements: document.querySelectorAll("main img[src='x'], main svg[onload], main script:not([type])").length,
})"""
CLEAN = {"polluted": [], "poisoned": [], "elements": 0}


def somebody_in(page: Page, server: Server) -> Visitor:
    """A program with the session of that browser."""
    cookie = next(one for one in page.context.cookies() if one["name"] == "session")
    visitor = Visitor(server.url, cookie=f"session={cookie['value']}")
    visitor.csrf = visitor.get("/live/session").json["csrf"]
    return visitor


def shown(page: Page, where: str) -> list[str]:
    """The texts of these elements, character by character."""
    return list(page.locator(where).evaluate_all("found => found.map((one) => one.textContent.trim())"))


def test_poison_is_text_on_every_screen(guests: Guests, demo: Server) -> None:
    ahlen, partner, other = guests.come(AHLEN), guests.come(PARTNER), guests.come(OTHER)
    workshop = the_running_vote(ahlen)
    place = workshop.removeprefix("/").replace("workshops", "workshop")
    one = somebody_in(ahlen, demo)
    screens = {partner: (f"{workshop}/topics", "h3.ws-card__title"), other: (f"{workshop}/poll", "main")}
    for page, (address, _where) in screens.items():
        page.goto(address)
        expect(page.locator("live-connection")).to_have_text("verbunden")
        expect(page.locator(".ws-skeleton")).to_have_count(0)

    for body, status in WRONG.items():
        raw = f'{{"id":"{uuid.uuid4()}","name":"topic.propose","place":"{place}","body":{{{body}}}}}'
        assert one.send(raw.encode()).status == status, body[:60]
    for title in TITLES:
        sent = {"title": title, "question": QUESTION, "minutes": 60}
        assert one.command("topic.propose", place, sent).status == 200, title
    person = one.get("/live/session").json["actor"]["id"]
    profile = {"name": f"<img src=x onerror={SCRIPT}>", "language": "de", "theme": "auto"}
    named = one.command("profile.change", f"person/{person}", profile)
    assert named.status == 200, named.text
    ahlen.goto(f"{workshop}/poll")
    ahlen.locator(".ws-ballot__item").first.get_by_role("button").click()

    for again in (False, True):
        for page, (_address, where) in screens.items():
            if again:
                page.reload()
            for title in TITLES:
                expect(page.locator(where).filter(has_text=title).first).to_be_visible()
            assert page.evaluate(FOUND) == CLEAN
        assert [title for title in TITLES if title not in shown(partner, "h3.ws-card__title")] == []
        assert json.dumps(QUESTION) in map(json.dumps, shown(partner, ".ws-topic__question"))
    for address in ("/", workshop, f"{workshop}/topics"):
        ahlen.goto(address)
        assert ahlen.evaluate(FOUND) == CLEAN
    # What is looked for would be found.
    ahlen.evaluate("() => { Object.prototype.polluted = 1; }")
    assert ahlen.evaluate(FOUND) == {**CLEAN, "polluted": ["polluted"]}
    ahlen.evaluate(f"() => {{ delete Object.prototype.polluted; {SCRIPT}; }}")
    assert ahlen.evaluate(FOUND) == {**CLEAN, "poisoned": [1]}
