"""The office starts a cohort from a list: one line is wrong and named, then the letters are on their way."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect
from tests.journeys.conftest import PATIENT, Guests

pytestmark = pytest.mark.e2e
expect.set_options(timeout=PATIENT)

COHORT = "Fünfte Entwicklungswerkstatt"
HEAD = "Kommune;Art;Team;Name;E-Mail;Rolle\n"
LINES = (
    "Werl;Stadt;Werl;Werl · Ehrenamt;werl@example.net;Platz\n",
    "Werl;Stadt;Werl;Werl · Jugendhilfe;{address};Platz\n",
    "Kreis Soest;Kreis;Kreis Soest;Kreis Soest · Sport;sport@example.net;Platz\n",
    ";;;Moderation der Fünften;fuenfte@example.net;Moderation\n",
)
RIGHT, WRONG = "jugend@example.net", "jugend.example.net"


def a_list(address: str) -> str:
    return HEAD + "".join(LINES).format(address=address)


def preview(office: Page) -> Locator:
    office.get_by_role("button", name="Vorschau ansehen").click()
    return office.locator("section[aria-labelledby=preview]")


def begin_a_cohort(office: Page) -> None:
    office.goto("/admin/cohorts/new")
    office.get_by_label("Name").fill(COHORT)
    office.get_by_label("Erster Tag").fill("2030-01-15")
    office.get_by_label("Letzter Tag").fill("2031-06-30")
    office.get_by_role("button", name="Durchgang anlegen").click()
    expect(office.get_by_role("heading", name=COHORT)).to_be_visible()


@pytest.mark.usefixtures("on_sqlite")
def test_a_cohort_begins_with_a_list(guests: Guests, tmp_path: Path) -> None:
    office = guests.come("Programmbüro")
    begin_a_cohort(office)

    office.goto("/admin/import")
    path = tmp_path / "liste.csv"
    path.write_text(a_list(WRONG), encoding="utf-8-sig")
    office.get_by_label("Durchgang", exact=False).and_(office.locator("select")).select_option(label=COHORT)
    office.locator("[name=file]").set_input_files(path)
    shown = preview(office)
    expect(shown).to_contain_text("An einer Stelle ist etwas falsch")
    expect(shown.locator("tbody tr")).to_have_count(1)
    expect(shown.locator("tbody tr")).to_contain_text("3")
    expect(shown.locator("tbody tr")).to_contain_text("E-Mail")
    expect(office.get_by_role("button", name="Liste aufnehmen")).to_have_count(0)

    typed = office.locator("[name=text]")
    typed.fill(typed.input_value().replace(WRONG, RIGHT))
    expect(preview(office)).to_contain_text("4 Einladungen: Werl · Ehrenamt, Werl · Jugendhilfe")
    office.get_by_role("button", name="Liste aufnehmen").click()
    expect(office.locator(".ws-flashes")).to_contain_text("Die Liste ist aufgenommen")
    expect(office.get_by_role("button", name="Liste zurücknehmen").first).to_be_visible()

    office.goto("/demo/mail")
    letters = office.locator(".ws-card")
    for address in ("werl@example.net", RIGHT, "sport@example.net", "fuenfte@example.net"):
        expect(letters.filter(has_text=address)).to_have_count(1)

    office.goto("/admin/export")
    with office.expect_download() as download:
        office.get_by_role("button", name=f"Menschen herunterladen: {COHORT}").click()
    with Path(download.value.path()).open(encoding="utf-8-sig", newline="") as file:
        taken = list(csv.DictReader(file, delimiter=";"))
    assert [[line["Name"], line["E-Mail"]] for line in taken] == [
        ["Moderation der Fünften", "fuenfte@example.net"],
        ["Werl · Ehrenamt", "werl@example.net"],
        ["Werl · Jugendhilfe", RIGHT],
        ["Kreis Soest · Sport", "sport@example.net"],
    ]

    office.goto("/admin/import")
    office.get_by_role("button", name="Liste zurücknehmen").first.click()
    expect(office.locator(".ws-flashes")).to_contain_text("Die Liste ist zurückgenommen")
    office.goto("/demo/mail")
    expect(letters.filter(has_text="@example.net")).to_have_count(0)
