"""Members fetch the paper of their team while the poll is open; for everybody else there is none."""

import json
from datetime import timedelta

import pytest

from foundation import clock as house_clock

from .conftest import VOTERS


@pytest.fixture
def fetch(browse, world):
    return lambda who: browse(who).get(f"/workshops/{world.workshop}/poll/paper")


def test_both_members_see_what_is_on_the_paper_of_their_team(secret, fetch):
    secret.cast("ahlen", 0, 2)
    for who in ("ahlen", "ahlen_2"):
        assert json.loads(fetch(who).data) == {
            "poll": secret.poll,
            "team": secret.world.teams["ahlen"],
            "version": 1,
            "abstained": False,
            "marks": {secret.topics[0]: 1, secret.topics[2]: 1},
        }
    assert json.loads(fetch("menden").data)["marks"] == {}


def test_nobody_else_has_a_paper(secret, fetch):
    secret.cast("ahlen", 0)
    for who in ("facilitator", "coach", "administrator", "olpe", "stranger"):
        assert fetch(who).status_code == 404
    assert fetch(None).status_code == 302


def test_the_answer_is_as_long_whatever_is_on_the_paper_and_kept_by_nobody(secret, fetch):
    lengths, versions = set(), dict.fromkeys(VOTERS[:3], 0)
    for topics in ((), (0,), (0, 1, 2, 3)):
        for who in ("ahlen", "menden", "senden"):
            secret.cast(who, *topics, base=versions[who])
            versions[who] += 1
            answer = fetch(who)
            lengths.add((len(answer.data), answer.headers["Content-Length"]))
            assert answer.headers["Cache-Control"] == "no-store"
            assert answer.headers["Content-Encoding"] == "identity"
    assert len(lengths) == 1


def test_before_and_after_there_is_no_paper(unopened, fetch, monkeypatch):
    now = house_clock.now()
    opens, closes = now + timedelta(minutes=1), now + timedelta(minutes=2)
    unopened.open(opens_at=house_clock.wire(opens), closes_at=house_clock.wire(closes))
    found = []
    for moment in (now, opens, closes):
        monkeypatch.setattr(house_clock, "now", lambda moment=moment: moment)
        found.append(fetch("ahlen").status_code)
    assert found == [404, 200, 404]


def test_a_closed_or_an_open_vote_has_no_paper(secret, fetch):
    secret.close()
    assert fetch("ahlen").status_code == 404
    secret.world.ask("facilitator", "poll.open")
    assert fetch("ahlen").status_code == 404


def test_where_the_key_is_lost_one_is_asked_to_come_back(secret, fetch):
    for key in secret.keys:
        secret.world.door.vault.destroy(key)
    assert fetch("ahlen").status_code == 503
