"""A secret poll whose box or key is lost begins again and all are told; keys that open nothing go."""

import json
import shutil
from datetime import timedelta

import pytest
from sqlalchemy import delete, select

from foundation import clock as house_clock
from foundation.errors import Refusal
from people.mail.models import MailRow
from workshops.voting.secret import keeping
from workshops.voting.secret.models import PollBox

from .conftest import VOTERS


def lose_the_key(secret):
    for key in secret.keys:
        secret.world.door.vault.destroy(key)


def lose_the_box(secret):
    """As after a restore: boxes are in no backup."""
    secret.world.door.write(lambda connection: connection.execute(delete(PollBox)))


def garble_the_box(secret):
    values = {"sealed": b"x" * 100}
    secret.world.door.write(lambda connection: connection.execute(PollBox.__table__.update().values(values)))


def mails(world):
    with world.door.database.reading() as connection:
        rows = connection.execute(select(MailRow.params).where(MailRow.kind == "poll_reset"))
        return [json.loads(params)["path"] for params in rows.scalars()]


@pytest.mark.parametrize("lose", [lose_the_key, lose_the_box, garble_the_box])
def test_what_is_lost_begins_again_and_everybody_is_told(secret, lose):
    world = secret.world
    for who in VOTERS:
        secret.cast(who, 0)
    lose(secret)
    with pytest.raises(Refusal) as refused:
        secret.cast("ahlen", 1, base=1)
    assert refused.value.code == "busy"
    with world.everything_is_told():
        assert keeping.mend(world.door) == 1
    poll = world.state()["poll"]
    assert (poll["id"], poll["round"], poll["closed_at"]) == (secret.poll, 1, None)
    assert poll["reset_at"]
    log = world.state(world.stream("facilitators"))["log"]
    assert (log[-1]["what"], log[-1]["by"]) == ("reset", None)
    assert len(mails(world)) == len(VOTERS) + 1
    for who in VOTERS[:5]:
        secret.cast(who, 1)
    secret.close()
    assert [block["title"] for block in world.state()["agenda"]["blocks"]] == ["Netzwerk"]


def test_what_is_whole_is_left_alone(secret):
    secret.cast("ahlen", 0)
    heads = secret.world.heads()
    assert keeping.mend(secret.world.door) == 0
    assert secret.world.heads() == heads
    assert secret.world.refused("administrator", "poll.reset", {"poll": secret.poll}) == "not_found"


def test_a_poll_that_has_not_begun_is_set_up_anew_without_a_word(unopened):
    unopened.open(opens_at=house_clock.wire(house_clock.now() + timedelta(hours=1)))
    lose_the_key(unopened)
    assert keeping.mend(unopened.world.door) == 1
    assert unopened.world.state()["poll"]["reset_at"] is None
    assert mails(unopened.world) == []


def test_a_poll_that_is_over_before_its_key_is_missed_is_closed_without_a_result(unopened, monkeypatch):
    closes = house_clock.now() + timedelta(hours=1)
    unopened.open(closes_at=house_clock.wire(closes))
    for who in VOTERS:
        unopened.cast(who, 0)
    lose_the_key(unopened)
    monkeypatch.setattr(house_clock, "now", lambda: closes)
    unopened.work()
    assert unopened.world.state()["poll"]["closed_at"] is None
    keeping.mend(unopened.world.door)
    monkeypatch.setattr(house_clock, "now", lambda: closes + timedelta(hours=2))
    unopened.work()
    poll = unopened.world.state()["poll"]
    assert (poll["voted"], poll["closed_at"], unopened.world.state()["agenda"]) == (
        None, house_clock.wire(closes), None
    )  # fmt: skip


def test_keys_that_are_only_away_are_not_lost_whatever_is_opened_meanwhile(secret, tmp_path):
    """As with a disk that is not there yet: were the folder made anew, all that runs would look lost."""
    world, keys = secret.world, tmp_path / "keys"
    secret.cast("ahlen", 0)
    keys.rename(tmp_path / "away")
    other = f"workshop/{world.add_workshop()}"
    assert world.refused("facilitator", "poll.open", {"secret": True, "show": "end"}, at=other) == "busy"
    assert keeping.mend(world.door) == 0
    assert not keys.exists()
    (tmp_path / "away").rename(keys)
    for number, who in enumerate(VOTERS[:5]):
        secret.cast(who, 0, base=int(number == 0))
    secret.close()
    assert [block["title"] for block in world.state()["agenda"]["blocks"]] == ["Strategie"]


def test_a_folder_that_is_lost_is_given_up_by_an_empty_one(secret, tmp_path):
    secret.cast("ahlen", 0)
    shutil.rmtree(tmp_path / "keys")
    assert keeping.mend(secret.world.door) == 0
    (tmp_path / "keys").mkdir()
    assert keeping.mend(secret.world.door) == 1


def test_keys_that_open_nothing_are_destroyed_unless_they_are_new(secret, monkeypatch):
    in_use, orphan = secret.keys, secret.world.door.vault.make(first=False)
    keeping.sweep(secret.world.door)
    assert secret.keys == {*in_use, orphan}
    now = house_clock.now()
    monkeypatch.setattr(house_clock, "now", lambda: now + timedelta(hours=2))
    assert keeping.sweep(secret.world.door) == 1
    assert secret.keys == in_use
    assert keeping.mend(secret.world.door) == 0
