"""Who follows a cohort."""

import pytest

from foundation import places, streams
from people.cohorts.queries import cohorts_for, own_team

NEXT = {"name": "Durchgang 2016/17", "starts_on": "2016-09-01", "ends_on": "2017-12-31"}


@pytest.mark.parametrize(
    ("who", "follows"),
    [
        ("ahlen", True),
        ("coach", True),
        ("facilitator", True),
        ("administrator", True),
        ("stranger", False),
    ],
)
def test_the_cohort_and_the_office_follow_it_and_find_it(world, database, who, follows):
    stream, actor = f"cohort/{world.cohort}", world.actor(who)
    with database.reading() as connection:
        place = places.find(connection, [stream])[stream]
        found = [entry.id for entry in cohorts_for(connection, actor)]
    assert (streams.may_read(actor, stream, place), found) == (follows, [world.cohort] if follows else [])


def test_nobody_of_one_cohort_follows_another(world, database):
    other = f"cohort/{world.ask('administrator', 'cohort.create', 'house', NEXT).result['cohort']}"
    with database.reading() as connection:
        place = places.find(connection, [other])[other]
    follow = {who: streams.may_read(world.actor(who), other, place) for who in ("ahlen", "administrator")}
    assert follow == {"ahlen": False, "administrator": True}


def test_the_newest_cohort_comes_first(world, database):
    newer = world.ask("administrator", "cohort.create", "house", NEXT).result["cohort"]
    with database.reading() as connection:
        found = [entry.id for entry in cohorts_for(connection, world.actor("administrator"))]
    assert found == [newer, world.cohort]


def test_ones_own_team_is_the_one_of_that_cohort(world, database):
    with database.reading() as connection:
        teams = [own_team(connection, world.actor(who), world.cohort) for who in ("menden", "facilitator")]
    assert teams == [world.teams["menden"], None]
