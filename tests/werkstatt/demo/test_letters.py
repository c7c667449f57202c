"""The mails of a demo: shown instead of sent, to whoever is on this machine."""

import re

import pytest

from werkstatt.app import create_app
from werkstatt.nearby import FORWARDED


@pytest.fixture
def client(house):
    return house.app.test_client()


def shown(client, subject):
    """The address of the first mail with that subject."""
    found = re.findall(r'<a href="(/demo/mail/\w+)">([^<]+)</a>', client.get("/demo/mail").text)
    return next(address for address, named in found if named == subject)


def test_the_demo_leads_to_its_mails(client):
    assert 'href="/demo/mail"' in client.get("/demo").text


def test_the_members_of_ten_teams_were_told_of_the_vote_and_nobody_of_what_is_over(client):
    page = client.get("/demo/mail").text
    assert page.count("Die Abstimmung ist eröffnet") == 20
    assert "an Ahlen · Engagementförderung" in page


def test_a_mail_is_read_as_text_with_its_headers(client):
    page = client.get(shown(client, "Die Abstimmung ist eröffnet")).text
    assert "Guten Tag," in page
    assert "Auto-Submitted" in page
    assert "List-Unsubscribe" in page


def test_the_other_part_is_a_page_of_its_own_that_loads_nothing(client):
    answer = client.get(f"{shown(client, 'Die Abstimmung ist eröffnet')}/html")
    assert answer.mimetype == "text/html"
    assert '<html lang="de">' in answer.text
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


def test_what_is_no_mail_is_not_there(client):
    for path in ("/demo/mail/0123456789abcdef", "/demo/mail/x/html"):
        assert client.get(path).status_code == 404


@pytest.mark.parametrize("name", FORWARDED)
def test_nobody_reads_them_from_elsewhere(client, name):
    for path in ("/demo/mail", shown(client, "Die Abstimmung ist eröffnet")):
        assert client.get(path, headers={name: "192.0.2.7"}).status_code == 404


def test_outside_a_demo_there_is_nothing(house):
    app = create_app(house.settings).app
    assert app.test_client().get("/demo/mail").status_code == 404
