"""Who follows a person: that person."""

import pytest

from foundation import places, streams


@pytest.mark.parametrize(
    ("who", "follows"),
    [("ahlen", True), ("menden", False), ("coach", False), ("facilitator", False), ("administrator", False)],
)
def test_everybody_follows_themselves_only(world, database, who, follows):
    stream = world.place("ahlen")
    with database.reading() as connection:
        place = places.find(connection, [stream])[stream]
    assert streams.may_read(world.actor(who), stream, place) == follows
