"""Many at once on one place: numbers without a gap, events in order, the last tally is the recount."""

import random
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from structlog.testing import capture_logs

COMMANDS, THREADS, TOPICS = 300, 16, 10


@pytest.fixture
def topics(world):
    made = [world.propose(title=f"Thema {number}", minutes=30) for number in range(TOPICS)]
    world.ask("facilitator", "poll.open")
    return made


def _together(work, jobs):
    """Carry all jobs out from so many threads that begin at once; whatever one raises is raised here."""
    start = threading.Barrier(THREADS)

    def run(share):
        start.wait(timeout=30)
        return [work(job) for job in share]

    with ThreadPoolExecutor(THREADS) as pool:
        shares = [jobs[number::THREADS] for number in range(THREADS)]
        return [result for share in pool.map(run, shares) for result in share]


def test_three_hundred_commands_from_sixteen_threads_are_numbered_without_a_gap(world, topics):
    before = world.heads()[world.stream()]
    bodies = [(random.choice(["ahlen", "ahlen_2"]), f"Vorschlag {number}") for number in range(COMMANDS)]
    answers = _together(
        lambda job: world.ask(job[0], "topic.propose", {"title": job[1], "minutes": 5}), bodies
    )
    numbers = sorted(answer.seqs[world.stream()] - before for answer in answers)
    # Commands carried by one transaction are answered with numbers of their own as well.
    assert numbers == list(range(1, COMMANDS + 1))
    names = [name for name, _body in world.events(after=before)]
    assert names == ["topic.proposed"] * COMMANDS
    made = [body["topic"]["id"] for _name, body in world.events(after=before)]
    assert [topic["id"] for topic in world.state()["topics"]] == topics + made


def test_the_last_tally_after_a_storm_of_marks_is_the_recount(world, topics):
    dice = random.Random(2015)
    people = ["ahlen", "ahlen_2", "menden", "senden"]
    marks = [(dice.choice(people), dice.choice(topics), dice.randint(0, 1)) for _ in range(COMMANDS)]
    with world.everything_is_told():
        _together(lambda mark: world.mark(*mark), marks)
    recount = Counter()
    voted = 0
    for team in ("ahlen", "menden", "senden"):
        ballot = world.state(world.stream(team))["marks"]
        recount.update(topic for topic, mark in ballot.items() if mark["value"])
        voted += bool(ballot)
    poll = world.state()["poll"]
    assert poll["tally"] == {topic: recount[topic] for topic in topics}
    assert poll["voted"] == voted
    events = world.events(world.stream())
    last = {body["topic"]: body["approvals"] for name, body in events if name == "poll.tally_changed"}
    assert {topic: last[topic] for topic in last if topic} == {
        topic: recount[topic] for topic in last if topic
    }


def test_agendas_of_two_workshops_adopted_by_many_at_once_do_not_block_each_other(world, topics):
    """The earlier one moves topics to the later one, which is being adopted itself: locks of two places."""
    rounds = 6
    for number in range(rounds):
        pair = [world.add_workshop(starts_at=f"2017-0{number + 1}-1{day}T09:00:00Z") for day in (0, 1)]
        for workshop in pair:
            place = f"workshop/{workshop}"
            world.propose(title=f"Thema {number}", at=place)
            world.ask("facilitator", "poll.open", at=place)
            world.ask("facilitator", "poll.close", at=place)
        work = [*pair] * (THREADS // 2)
        with capture_logs() as logs:
            outcomes = _together(
                lambda workshop: world.refused("facilitator", "agenda.adopt", at=f"workshop/{workshop}"), work
            )
        # What the next workshop is may change while one waits; that is asked again and is no deadlock.
        assert {entry["error"] for entry in logs} <= {"_PlacesMovedError"}
        assert Counter(outcomes) == {None: 2, "closed": THREADS - 2}
    adopted = [workshop for workshop, head in world.heads().items() if workshop.endswith("/facilitators")]
    assert len(adopted) == 1 + 2 * rounds
