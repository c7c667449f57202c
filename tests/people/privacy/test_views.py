"""The page on which somebody gets everything the house knows about them."""

import io
import json
import zipfile

import pytest
from sqlalchemy import insert, update

from foundation import clock
from foundation.database import Model
from people.accounts.models import Person
from people.privacy import queries


@pytest.fixture
def archive(browser):
    browser.sign_in("ahlen")
    answer = browser.post("/profile/data")
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    with zipfile.ZipFile(io.BytesIO(answer.data)) as packed:
        return {name: packed.read(name).decode() for name in packed.namelist()}


def test_the_archive_holds_what_the_house_knows_in_both_forms(archive):
    found = json.loads(archive["data.json"])
    assert found["person"][0]["email"] == "ahlen@example.org"
    assert {"seat", "session"} <= set(found)
    assert "ahlen@example.org" in archive["index.html"]


def test_the_archive_lets_nobody_in_and_names_nobody_else(archive):
    assert json.loads(archive["data.json"])["person"][0]["password_hash"] == "vorhanden"
    for text in archive.values():
        assert "$argon2" not in text
        assert "Menden" not in text
        assert "menden@example.org" not in text


def test_who_is_not_signed_in_is_sent_to_the_sign_in(browser):
    assert "/sign-in" in browser.get("/profile/data").location


def test_who_invited_somebody_does_not_get_their_address(world, database):
    now = clock.now()
    invitation = Model.metadata.tables["invitation"]
    with database.transaction() as connection:
        rows = dict(connection.execute(Person.__table__.select().with_only_columns(
            Person.public_id, Person.id)).all())  # fmt: skip
        values = {"email": "marked@example.org", "name": "Marked", "public_id": "marked",
                  "invited_at": now, "valid_until": now, "valid_from": now, "language": "de",
                  "role": "administrator", "invited_by_id": rows[world.people["ahlen"]]}  # fmt: skip
        values = {k: v for k, v in values.items() if k in invitation.columns}
        connection.execute(insert(invitation).values(**values))
        inviter = queries.about_person(connection, world.people["ahlen"])["invitation"]
        connection.execute(update(Person).where(Person.public_id == world.people["menden"])
                           .values(email="marked@example.org"))  # fmt: skip
        invited = queries.about_person(connection, world.people["menden"])["invitation"]
    assert "email" not in inviter[0]
    assert (invited[0]["email"], invited[0]["invited_by_id"]) == ("marked@example.org", "eine andere Person")


def test_who_has_not_shown_lately_who_they_are_is_asked_first(browser, clock):
    browser.sign_in("ahlen")
    clock.move(hours=1)
    answer = browser.post("/profile/data")
    assert (answer.status_code, answer.location) == (302, "/confirm?next=%2Fprofile%2Fdata")


def test_the_readable_page_calls_things_by_words(archive):
    assert "<h2>Ihr Konto</h2>" in archive["index.html"]
    assert '<html lang="de">' in archive["index.html"]


def test_the_readable_page_has_no_names_of_columns_and_says_what_numbers_stand_for(archive):
    page = archive["index.html"]
    for technical in ("password_hash", "person_id", "team_id", "valid_from", "seat", "session.open"):
        assert technical not in page, technical
    assert "<dt><strong>Team</strong></dt><dd>Ahlen</dd>" in page
    assert "<dt><strong>Sprache</strong></dt><dd>Deutsch</dd>" in page
    assert "Ihre Plätze oder Rollen sind geändert" in page


def test_the_archive_has_a_place_for_files(archive):
    assert "noch niemand Dateien" in archive["files/lies-mich.txt"]
