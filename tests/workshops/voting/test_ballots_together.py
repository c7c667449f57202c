"""Votes that fall into one transaction tell what they would have told one by one."""

import json
import random

from foundation import commands
from foundation.rides import Request

VOTERS = ("ahlen", "ahlen_2", "menden", "senden", "stranger")


def _drawn(dice, topics):
    """Marks and abstentions at random; often of the same team and the same topic."""
    who = dice.choice(VOTERS)
    if dice.random() < 0.15:
        return who, "ballot.abstain", {"value": dice.random() < 0.5}
    topic = dice.randrange(topics + 1)
    return who, "ballot.mark", {"topic": topic, "value": dice.randint(0, 1)}


def _prepared(world, workshop):
    """Three topics, one that is withdrawn, and an open poll; the names of its things."""
    place = f"workshop/{workshop}"
    made = [world.propose(title=f"Thema {number}", at=place) for number in range(4)]
    world.ask("ahlen", "topic.withdraw", {"topic": made[3]}, at=place)
    world.ask("facilitator", "poll.open", at=place)
    poll = world.state(world.stream(workshop=workshop))["poll"]["id"]
    return [*made, "0" * 16], {workshop: "workshop", poll: "poll"} | {
        topic: f"topic {number}" for number, topic in enumerate(made)
    }


def _asked(world, workshop, topics, who, name, body):
    named = body | {"topic": topics[body["topic"]]} if "topic" in body else body
    return Request(world.credential(who), commands.ask(name, f"workshop/{workshop}", named))


def _told(world, workshop, names, before):
    """What every stream of the workshop was told since, with the names of its things for their ids."""
    told = {}
    for kind in ("", "facilitators", "ahlen", "menden", "senden"):
        text = json.dumps(world.events(world.stream(kind, workshop), before.get(kind, 0)))
        for public_id, name in names.items():
            text = text.replace(public_id, name)
        told[kind] = [(name, body | {"at": ""}) for name, body in json.loads(text)]
    return told


def _outcome(ride):
    return type(ride.outcome).__name__, getattr(ride.outcome, "code", None)


def test_votes_in_one_transaction_tell_what_they_tell_one_by_one(world):
    for seed in range(2):
        dice = random.Random(seed)
        both = [world.add_workshop(starts_at=f"2016-{seed + 5:02}-0{day}T07:00:00Z") for day in (1, 2)]
        drawn = [_drawn(dice, topics=4) for _ in range(60)]
        results = []
        for workshop, together in zip(both, (20, 1), strict=True):
            topics, names = _prepared(world, workshop)
            before = {
                kind: world.snapshot(world.stream(kind, workshop))[0]
                for kind in ("", "facilitators", "ahlen", "menden", "senden")
            }
            rides = [_asked(world, workshop, topics, *one) for one in drawn]
            with world.everything_is_told(workshop):
                for first in range(0, len(rides), together):
                    world.door._carry(rides[first : first + together])
            results.append((_told(world, workshop, names, before), [_outcome(ride) for ride in rides]))
        assert results[0] == results[1]
