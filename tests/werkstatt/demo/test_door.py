"""The demo's door: one click lets anybody in as anybody, on this machine and in a demo only."""

import json
import re

import pytest
from sqlalchemy import delete

from werkstatt.app import create_app
from werkstatt.demo.browser import Choice
from werkstatt.demo.mark import Installation
from werkstatt.nearby import FORWARDED


@pytest.fixture
def client(house):
    return house.app.test_client()


def _enter(client, button, **options):
    """Click the button with that text."""
    form = next(
        form for form in re.findall(r"<form.*?</form>", client.get("/demo").text, re.DOTALL) if button in form
    )
    sent = dict(re.findall(r'name="(\w+)" value="([^"]+)"', form))
    return client.post("/demo/enter", data=sent, **options)


def _page(answer):
    found = re.search(r'<script type="application/json" id="page">(.*?)</script>', answer.text)
    return json.loads(found[1])


def _plain(answer):
    """What a page says, without what differs from one request to the next."""
    said = re.sub(r'<script type="application/json" id="page">.*?</script>', "", answer.text)
    return answer.status_code, re.sub(r"next=%2F\w+", "next", said)


def test_the_page_lets_in_two_members_of_each_of_the_ten_teams(client):
    page = client.get("/demo").text
    members = [member.team for member in Choice.read(page).members]
    assert sorted(members)[:4] == ["Ahlen", "Ahlen", "Bad Berleburg", "Bad Berleburg"]
    assert len(members) == 20 + 10  # and one each of the ten teams of the fourth run
    assert [
        name
        for name in ("Moderation", "Programmbüro", "Coach · Teams Ahlen bis Kirchhundem")
        if name not in page
    ] == []


def test_the_page_says_that_it_is_a_demo_and_how_to_take_a_second_role(client):
    page = client.get("/demo").text
    assert "Hier ist alles nur Beispiel" in page
    assert "privaten Fenster" in page


@pytest.mark.parametrize(
    ("button", "name", "team", "facilitates"),
    [
        ("Sozialplanung", "Ahlen · Sozialplanung", True, False),
        ("Coach · Teams Ahlen", "Coach · Teams Ahlen bis Kirchhundem", False, False),
        ("Moderation", "Moderation", False, True),
        ("Programmbüro", "Programmbüro", False, False),
        ("Hochschule", "Hochschule · Engagementforschung", False, False),
        ("Kreis Soest", "Kreis Soest · Ehrenamtsbüro", False, False),
    ],
)
def test_one_click_signs_in(client, button, name, team, facilitates):
    entered = _enter(client, button)
    assert (entered.status_code, entered.location) == (302, "/")
    page = _page(client.get("/people"))
    assert (page["actor"]["name"], page["team"] is not None, page["facilitates"]) == (name, team, facilitates)


def test_who_belongs_to_both_cohorts_comes_into_the_one_with_most_to_see(client):
    _enter(client, "Moderation")
    page = client.get("/people").text
    assert "Dritte Entwicklungswerkstatt 2015/16" in re.search(r"<title>.*?</title>", page)[0]
    assert "Vierte Entwicklungswerkstatt 2017/18" in page


def test_a_second_click_changes_who_one_is(client):
    _enter(client, "Moderation")
    _enter(client, "Sozialplanung")
    assert client.get("/live/session").json["actor"]["name"] == "Ahlen · Sozialplanung"


def test_who_does_not_exist_cannot_be_entered(client):
    sent = {"csrf_token": Choice.read(client.get("/demo").text).csrf, "person": "0" * 16}
    assert client.post("/demo/enter", data=sent).status_code == 404
    assert client.get("/live/session").status_code == 401


def test_a_click_on_another_site_signs_nobody_in(client):
    assert _enter(client, "Moderation", headers={"Origin": "https://elsewhere.example"}).status_code == 403
    assert client.post("/demo/enter", data={"person": "0" * 16}).status_code == 403
    assert client.get("/live/session").status_code == 401


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1:5000", "[::1]:5000"])
@pytest.mark.parametrize("address", ["127.0.0.1", "::1", "::ffff:127.0.0.1"])
def test_this_machine_gets_in(house, client, host, address):
    house.app.config["TRUSTED_HOSTS"] = None  # Werkzeug's list cannot name [::1]
    here = {"base_url": f"http://{host}", "environ_overrides": {"REMOTE_ADDR": address}}
    assert client.get("/demo", **here).status_code == 200


@pytest.mark.parametrize("address", ["192.0.2.7", "10.0.0.1", "2001:db8::1", "::ffff:192.0.2.7", ""])
def test_for_another_machine_there_is_nothing_here(client, address):
    elsewhere = {"environ_overrides": {"REMOTE_ADDR": address}}
    assert _plain(client.get("/demo", **elsewhere)) == _plain(client.get("/missing", **elsewhere))
    assert client.get("/demo", **elsewhere).status_code == 404
    assert _enter(client, "Moderation", **elsewhere).status_code == 404


@pytest.mark.parametrize("header", FORWARDED)
def test_what_was_passed_on_by_a_proxy_finds_nothing_here(client, header):
    assert client.get("/demo", headers={header: "127.0.0.1"}).status_code == 404


@pytest.mark.parametrize("host", ["elsewhere.example", "localhost.elsewhere.example", "192.0.2.7"])
def test_under_another_name_there_is_nothing_here(house, client, host):
    """Also where the house itself would answer to that name: a page elsewhere can make its name ours."""
    house.app.config["TRUSTED_HOSTS"] = None
    assert client.get("/demo", base_url=f"http://{host}").status_code == 404
    assert client.get("/healthz", base_url=f"http://{host}").status_code == 200


def test_in_a_database_without_the_mark_there_is_nothing_here(client, demo):
    with demo.transaction() as connection:
        connection.execute(delete(Installation))
    assert client.get("/demo").status_code == 404


def test_a_house_that_is_no_demo_has_no_such_door(house):
    real = create_app(house.settings)
    client = real.app.test_client()
    assert _plain(client.get("/demo")) == _plain(client.get("/missing"))
    assert client.get("/demo").status_code == 404
    assert [rule.rule for rule in real.app.url_map.iter_rules() if "demo" in rule.rule] == []
    real.database.close()
