"""Lets the other teams of a demo propose, say what they need and vote, by the same HTTP door as a browser.

Standard library only, as a program of its own: `python -m werkstatt.demo.lively --url http://127.0.0.1:5000`.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from .browser import Browser, Member, RefusedError, State
from .ideas import IDEAS

VISITORS = "Ahlen"
"""The team that is left to whoever watches."""
PAUSE = (1.0, 4.0)
"""Seconds between two acts: as fast as ten teams at their desks."""
LONGEST = 30
"""Minutes after which it has been lively enough."""
TICKED = ("approval", "equal_shares")
"""The methods whose ballots they can fill in."""
PATIENCE = 8
"""Failed acts in a row after which the server counts as gone."""


@dataclass
class Window:
    """A browser with the member who sits at it."""

    browser: Browser
    cohort: str
    team: str


class Company:
    """The other teams. Each act begins with a look at how things stand, like a person's."""

    def __init__(self, url: str, chance: random.Random) -> None:
        self._url = url
        self._chance = chance
        self._members: list[Member] = []
        self._windows: dict[str, Window] = {}
        self._ideas = list(IDEAS)
        chance.shuffle(self._ideas)

    def act(self) -> None:
        """One member of one team does one thing. Raises `RefusedError` or `OSError`."""
        if not self._members:
            found = Browser(self._url).members()
            self._members = [member for member in found if member.team != VISITORS]
        if not self._members:
            raise RefusedError("nobody")
        member = self._chance.choice(self._members)
        window = self._windows.get(member.id) or self._window(member)
        if window is None:
            self._members.remove(member)
            return
        try:
            self._do_something(window)
        except RefusedError as error:
            if error.code in ("unknown_actor", "csrf"):
                del self._windows[member.id]
            raise

    def _window(self, member: Member) -> Window | None:
        """Signed in when first needed; none for somebody from a cohort in which nobody watches."""
        browser = Browser(self._url)
        browser.enter(member)
        shown, team = browser.cohort()
        if not team or not any(one["name"] == VISITORS for one in shown.get("teams", ())):
            return None
        self._windows[member.id] = Window(browser, shown["cohort"]["id"], team)
        return self._windows[member.id]

    def _do_something(self, window: Window) -> None:
        now = window.browser.now()
        found = self._upcoming(window, now)
        if found is None:
            return
        place, state = found
        acts: list[Callable[[Window, str, State], bool]] = [self._say, self._say, self._propose]
        if _takes_marks(state["poll"], now):
            acts += [self._mark] * 6
        self._chance.shuffle(acts)
        any(act(window, place, state) for act in acts)

    def _upcoming(self, window: Window, now: str) -> tuple[str, State] | None:
        """The workshop with a vote under way, else the next one whose agenda is still open."""
        open_one = None
        for workshop in window.browser.state(f"cohort/{window.cohort}")["workshops"]:
            if workshop["starts_at"] <= now:
                continue
            place = f"workshop/{workshop['id']}"
            state = window.browser.state(place)
            if _takes_marks(state["poll"], now):
                return place, state
            settled = state["agenda"] is not None and state["agenda"]["adopted_at"] is not None
            if open_one is None and not settled:
                open_one = place, state
        return open_one

    def _mark(self, window: Window, place: str, state: State) -> bool:
        """What the ballot does not say yet; where it says everything, a change of mind."""
        ballot = window.browser.state(f"{place}/team/{window.team}")
        marks = ballot["marks"]
        topics = [topic for topic in state["topics"] if topic["state"] == "proposed"]
        blank = [topic for topic in topics if topic["id"] not in marks]
        if not topics or not ballot["entitled"]:
            return False
        topic = self._chance.choice(blank or topics)
        wanted = window.team in topic["need"] or topic["team"] == window.team
        value = int(wanted or self._chance.random() < 0.4) if blank else 1 - marks[topic["id"]]["value"]
        window.browser.command("ballot.mark", place, {"topic": topic["id"], "value": value})
        return True

    def _say(self, window: Window, place: str, state: State) -> bool:
        """That the team needs something, or could contribute to it."""
        voice = self._chance.choice(("need", "need", "offer"))
        open_ones = [
            topic
            for topic in state["topics"]
            if topic["state"] == "proposed" and window.team not in topic[voice] and len(topic[voice]) < 6
        ]
        if not open_ones:
            return False
        topic = self._chance.choice(open_ones)
        window.browser.command(f"topic.{voice}", place, {"topic": topic["id"], "value": True})
        return True

    def _propose(self, window: Window, place: str, state: State) -> bool:
        """Rarely, and nothing that somebody has proposed already: a list of thirty topics helps nobody."""
        known = {topic["title"] for topic in state["topics"]}
        self._ideas = [idea for idea in self._ideas if idea.title not in known]
        if not self._ideas or len(known) >= 16 or self._chance.random() < 0.5:
            return False
        idea = self._ideas.pop()
        body = {"title": idea.title, "question": idea.question, "minutes": idea.minutes}
        window.browser.command("topic.propose", place, body)
        return True


def _takes_marks(poll: State | None, now: str) -> bool:
    """Ticks, one at a time. Times on the wire are text whose order is that of time."""
    if poll is None or poll["closed_at"] is not None or poll["secret"] or poll["method"] not in TICKED:
        return False
    return bool(poll["opens_at"] <= now and (poll["closes_at"] is None or now < poll["closes_at"]))


def main(argv: Sequence[str]) -> int:
    """Go on until it has been long enough or the server is gone; what is refused is nobody's concern."""
    options = _options(argv)
    chance = random.Random(options.seed)  # noqa: S311 -- chooses who acts, guards nothing
    company = Company(options.url, chance)
    until = time.monotonic() + options.minutes * 60
    failed = 0
    while failed < PATIENCE and time.monotonic() < until:
        wait = chance.uniform(*PAUSE) * options.pace
        try:
            company.act()
        except OSError:
            failed += 1
        except RefusedError as error:
            # A refusal proves that somebody is there; an accident does not.
            failed = failed + 1 if error.code.startswith("http_") or error.code == "nobody" else 0
            wait = max(wait, min(error.wait, 60.0))
        else:
            failed = 0
        time.sleep(wait)
    return 0


def _options(argv: Sequence[str]) -> argparse.Namespace:
    asked = argparse.ArgumentParser(prog="werkstatt.demo.lively", description=__doc__)
    asked.add_argument("--url", required=True, help="where the demo answers, e.g. http://127.0.0.1:5000")
    asked.add_argument("--minutes", type=float, default=LONGEST, help="how long (default: %(default)s)")
    asked.add_argument("--pace", type=float, default=1.0, help="less than 1 is faster")
    asked.add_argument("--seed", type=int, help="the same seed, the same choices")
    return asked.parse_args(argv)


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(0)
