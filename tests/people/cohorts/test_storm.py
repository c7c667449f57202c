"""Many at once for the last of something: one gets it, whichever way it is asked for."""

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier

from sqlalchemy import select

from foundation import clock
from foundation.errors import Refusal
from people.cohorts.queries import administrators


def together(*asks):
    """The codes of the refusals of all that is asked at the same moment; none for what was done."""
    start = Barrier(len(asks))

    def one(ask):
        start.wait()
        try:
            ask()
        except Refusal as refusal:
            return str(refusal.code)
        return None

    with ThreadPoolExecutor(len(asks)) as pool:
        return sorted(map(str, pool.map(one, asks)))


def test_the_last_seat_is_given_or_offered_once(world):
    cohort, team = f"cohort/{world.cohort}", {"team": world.teams["ahlen"]}
    offer = {"name": "Neu", "role": "participant", **team}

    def give(who):
        world.ask("administrator", "seat.give", cohort, {**team, "person": world.people[who]})

    def invite(email):
        world.ask("administrator", "invitation.send", "house", {**offer, "email": email})

    codes = together(
        partial(give, "ahlen_2"),
        partial(give, "stranger"),
        partial(invite, "neu@example.org"),
        partial(invite, "noch@example.org"),
    )
    assert codes.count("None") == 1
    assert set(codes) <= {"None", "conflict", "invalid"}


def test_two_administrators_do_not_lock_each_other_out(world):
    body = {"person": world.people["stranger"], "role": "administrator"}
    world.ask("administrator", "role.grant", "house", body)
    codes = together(
        lambda: world.ask("administrator", "person.lock", "house", {"person": world.people["stranger"]}),
        lambda: world.ask("stranger", "person.lock", "house", {"person": world.people["administrator"]}),
    )
    assert codes.count("None") == 1
    with world.door.database.reading() as connection:
        assert len(connection.execute(select(administrators(clock.now()).subquery())).all()) == 1
