"""From result to run sheet: a facilitator arranges and leads it by keyboard, and a member sees it happen."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Locator, Page, expect
from tests.journeys.conftest import PATIENT, Guests
from tests.journeys.looking import found_by_axe, resize, scrolls_sideways
from tests.journeys.test_vote import AHLEN, DESK, the_running_vote
from tests.journeys.words import RUN_SHEET, WORDS, SheetWords

from foundation import clock

pytestmark = [pytest.mark.e2e, pytest.mark.usefixtures("on_sqlite")]
expect.set_options(timeout=PATIENT)

LATE = timedelta(minutes=8)


def adopted(desk: Page, language: str) -> str:
    """Close the vote and adopt its result; the address of the workshop."""
    words = WORDS[language]
    workshop = the_running_vote(desk)
    desk.goto(f"{workshop}/poll")
    for name in (words.close, words.adopt):
        desk.get_by_role("button", name=name).first.click()
        desk.get_by_role("dialog").get_by_role("button", name=name).click()
        desk.get_by_role("button", name=name).wait_for(state="detached")
    desk.goto(f"{workshop}/agenda")
    return workshop


def block(page: Page, name: str, nth: int = 0) -> Locator:
    return page.locator(".ws-sheet__block").filter(has=page.get_by_role("heading", name=name)).nth(nth)


def titles(page: Page) -> list[str]:
    return page.locator(".ws-sheet__block h3").all_inner_texts()


def press(within: Locator | Page, name: str | re.Pattern[str], key: str = "Enter") -> Locator:
    """The button by its name, by keyboard: focused and pressed."""
    button = within.get_by_role("button", name=name)
    button.focus()
    button.press(key)
    return button


def opened(within: Locator, words: SheetWords) -> Locator:
    """The menu of a block, opened by keyboard."""
    summary = within.locator("summary")
    if within.locator("details[open]").count() == 0:
        summary.focus()
        summary.press("Enter")
    return within.locator(".ws-sheet__menu")


@pytest.mark.parametrize("language", ["de", "en"])
def test_what_a_facilitator_changes_by_keyboard_a_member_sees_at_once(guests: Guests, language: str) -> None:
    words = RUN_SHEET[language]
    desk, member = guests.come(DESK, language=language), guests.come(AHLEN, language=language)
    workshop = adopted(desk, language)
    member.goto(f"{workshop}/agenda")
    expect(member.locator(".ws-sheet__block").first).to_contain_text(words.arrival)
    expect(member.locator(".ws-sheet__block").last).to_contain_text(words.closing)
    expect(member.locator("run-sheet").get_by_role("button")).to_have_count(0)
    drawn = titles(member)
    assert set(words.rests) & set(drawn)
    first, second = (
        drawn[1],
        next(title for title in drawn[2:] if "(" not in title and title not in words.rests),
    )

    press(desk, words.edit, "Space")
    longer = press(block(desk, first), re.compile("^" + words.longer))
    longer.press("Enter")
    minutes = int(block(desk, first).get_by_role("spinbutton").first.input_value())
    expect(block(member, first)).to_contain_text(words.minutes.format(n=minutes))
    expect(member.locator(".ws-sheet__overflow")).to_contain_text(words.overflow.format(n=10))

    down = press(block(desk, first), re.compile("^" + words.down))
    expect(member.locator(".ws-sheet__block h3").nth(2)).to_have_text(first)
    expect(down).to_be_focused()
    press(desk, words.undo)
    expect(member.locator(".ws-sheet__block h3").nth(1)).to_have_text(first)

    menu = opened(block(desk, second), words)
    menu.get_by_label(words.move_to).select_option(label=words.as_early)
    press(menu, words.move)
    expect(member.locator(".ws-sheet__block h3").nth(1)).to_have_text(second)

    menu = opened(block(desk, words.closing), words)
    menu.get_by_label(words.name).fill("Feedback")
    press(menu, words.rename)
    expect(member.locator(".ws-sheet__block h3").last).to_have_text("Feedback")

    field = block(desk, "Feedback").get_by_role("spinbutton").first
    field.fill("25")
    field.press("Enter")
    expect(block(member, "Feedback")).to_contain_text(words.minutes.format(n=25))

    menu = opened(block(desk, "Feedback"), words)
    menu.get_by_label(words.split_at).fill("10")
    press(menu, words.split)
    expect(member.locator(".ws-sheet__block").filter(has_text="Feedback")).to_have_count(2)

    menu = opened(block(desk, second), words)
    press(menu, re.compile("^" + words.take_off))
    expect(member.locator(".ws-sheet__off")).to_contain_text(second.partition(" (")[0])
    expect(desk.locator("#sheet-undo")).to_be_focused()
    press(desk, words.undo)
    expect(member.locator(".ws-sheet__off")).to_have_count(0)
    expect(member.locator(".ws-sheet__block h3").nth(1)).to_have_text(second)
    assert titles(desk) == titles(member)
    for page in (desk, member):
        assert found_by_axe(page) == []


def test_while_it_runs_everybody_sees_what_is_on_and_how_far_behind(guests: Guests) -> None:
    words = RUN_SHEET["de"]
    desk, member = guests.come(DESK), guests.come(AHLEN, dark=True, width=320, height=800)
    workshop = adopted(desk, "de")
    expect(desk.get_by_role("button", name="Treffen beginnen")).to_have_count(0)
    member.goto(f"{workshop}/agenda")
    wall = guests.come(DESK, width=1920, height=1080)
    wall.goto(f"{workshop}/projector")
    expect(wall.locator(".ws-projector__list li").first).to_contain_text("Uhr Ankommen")
    expect(wall.locator(".ws-projector__list li")).to_have_count(len(titles(member)))
    assert found_by_axe(wall) + scrolls_sideways(wall) == []
    desk.goto(f"{workshop}/change")
    began = (clock.now() - LATE).astimezone(clock.SHOWN_IN)
    desk.get_by_label("Beginn").fill(began.strftime(clock.TYPED))
    desk.get_by_role("button", name="Speichern").click()
    desk.goto(f"{workshop}/agenda")
    expect(member.locator(".ws-now")).to_contain_text("Nach Plan ist jetzt dran")

    press(desk, "Treffen beginnen")
    expect(desk.get_by_role("button", name=re.compile("^Weiter: "))).to_be_focused()
    first, following = titles(desk)[1:3]
    now = member.locator(".ws-now")
    expect(now.locator(".ws-now__title")).to_have_text(first)
    expect(now).to_contain_text(f"Danach um {block(member, following).locator('time').inner_text()[:3]}")
    expect(now.locator(".ws-now__drift")).to_contain_text(re.compile(r"^(8|9) Minuten hinter dem Plan"))
    expect(member.locator("[aria-current=time]")).to_contain_text(first)
    press(desk, words.longer)
    expect(now.locator(".ws-now__drift")).to_contain_text(re.compile(r"^1[34] Minuten hinter dem Plan"))
    press(desk, re.compile("^Weiter: "))
    expect(now.locator(".ws-now__title")).to_have_text(following)
    expect(block(member, first)).to_contain_text("vorbei")
    expect(wall.locator(".ws-now__title")).to_have_text(following)
    expect(wall.locator(".ws-now").get_by_role("button")).to_have_count(0)
    expect(wall.locator(".ws-projector__list")).to_have_count(0)
    assert found_by_axe(wall) + scrolls_sideways(wall) == []
    for page in (desk, member):
        assert found_by_axe(page) == []
    assert scrolls_sideways(member) == []
    resize(desk, 320)
    press(desk, words.edit)
    opened(desk.locator(".ws-sheet__block.is-ahead").first, words)
    assert scrolls_sideways(desk) == []
    assert found_by_axe(desk) == []
    press(desk, "Einen Schritt zurück")
    expect(now.locator(".ws-now__title")).to_have_text(first)


def test_two_facilitators_at_once_do_not_overwrite_each_other(guests: Guests) -> None:
    words = RUN_SHEET["de"]
    desk, other = guests.come(DESK), guests.come(DESK)
    workshop = adopted(desk, "de")
    other.goto(f"{workshop}/agenda")
    for page in (desk, other):
        press(page, words.edit)
    first = titles(desk)[1]
    other.context.set_offline(True)
    press(block(other, first), re.compile("^" + words.longer))
    press(block(desk, words.closing), re.compile("^" + words.longer))
    expect(block(desk, words.closing)).to_contain_text("15 Minuten")
    other.context.set_offline(False)
    expect(other.locator("run-sheet [role=alert]")).to_contain_text("inzwischen geändert")
    expect(block(other, words.closing)).to_contain_text("15 Minuten")
    assert titles(other) == titles(desk)
    length = block(desk, first).get_by_role("spinbutton").first.input_value()
    expect(block(other, first).get_by_role("spinbutton").first).to_have_value(length)
