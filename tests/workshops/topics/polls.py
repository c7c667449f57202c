"""A vote that is held and counted, for tests of what becomes of topics."""

DESK = "facilitator"


def vote(world, *chosen, adopt=False):
    world.ask(DESK, "poll.open")
    for topic in chosen:
        world.mark("ahlen", topic)
    for command in ("poll.close", "agenda.adopt")[: 1 + adopt]:
        world.ask(DESK, command)
