"""The office's pages of accounts: found, looked at, with seats and roles."""

import re


def test_accounts_are_found_by_name_and_by_address(office):
    by_name = office.get("/admin/people?search=stadtteil").text
    assert "ahlen_2@example.org" in by_name
    assert "menden@example.org" not in by_name
    assert "Menden · Ehrenamt" in office.get("/admin/people?search=menden@").text
    assert "Kein Konto gefunden" in office.get("/admin/people?search=100%25").text


def test_a_role_is_ended_on_the_page_of_the_account(office, world):
    here = f"/admin/people/{world.people['coach']}"
    role = re.search(rf'action="({here}/roles/[^"]+/end)"', office.get(here).text)[1]
    office.post(role, page=here)
    assert "Die Rolle ist beendet." in office.get(here).text
    assert not world.actor("coach").grants


def test_the_last_administrator_stays_one(office, world):
    here = f"/admin/people/{world.people['administrator']}"
    role = re.search(rf'action="({here}/roles/[^"]+/end)"', office.get(here).text)[1]
    office.post(role, page=here)
    assert office.get("/admin").status_code == 200
