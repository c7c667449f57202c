"""What the server needs for one mark and for one whole paper where 100 teams vote on 60 topics."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from random import Random
from statistics import median
from typing import Any

from flask.testing import FlaskClient
from tests.serving import SECRET_KEY

from bench import house, machine
from bench.house import SEED, ask
from bench.rows import Row, row
from foundation import clock, commands, streams
from foundation.door import Door
from foundation.policy import Credential
from people.sign_in.queries import KIND
from people.sign_in.rules import digest
from werkstatt.app import create_app
from werkstatt.settings import load

Took = tuple[float, float]
"""Seconds by the clock, and of the processor."""

TEAMS = 100
TOPICS = 60


def measure(*, quick: bool) -> list[Row]:
    """In-process, on SQLite, after every team has voted: with each change all hundred teams are counted."""
    times = 10 if quick else 60
    rows = []
    with machine.scratch() as folder, machine.database("sqlite", folder) as url:
        with house.furnishing(url) as door:
            scene = _furnish(door)
        settings = load(database_url=url, data_dir=folder, secret_key=SECRET_KEY, async_="threading")
        application = create_app(settings)
        client = application.app.test_client()
        for method, show in itertools.product(("approval", "dots"), ("live", "own")):
            rows += _poll(application.door, scene, method, show, times)
            rows.append(_page(client, scene, "poll", f"poll_{method}_{show}", times))
        for method in ("equal_shares", "equal_shares_points"):
            _close(application.door, scene, method)
            rows.append(_page(client, scene, "result", f"result_{method}", times))
        application.database.close()
    return rows


def _furnish(door: Door) -> dict[str, Any]:
    days = {"starts_on": clock.now().date(), "ends_on": (clock.now() + timedelta(days=300)).date()}
    cohort = ask(door, SEED, "cohort.create", name="Hundert Teams", **days)["cohort"]
    place = f"cohort/{cohort}"
    members = []
    for number in range(TEAMS):
        organisation = ask(door, SEED, "organisation.create", name=f"Stadt {number}", kind="stadt")
        team = ask(
            door, SEED, "team.create", place, organisation=organisation["organisation"], name=f"Team {number}"
        )["team"]
        person, token = house.person(door, f"Team {number} · Ehrenamt")
        ask(door, SEED, "seat.give", place, team=team, person=person)
        members.append((team, token))
    guide, guiding = house.person(door, "Moderation der Hundert")
    ask(door, SEED, "role.grant", person=guide, role="facilitator", cohort=cohort)
    meeting = {"starts_at": clock.now() + timedelta(days=20), "place": "Siegburg", "minutes": 360}
    workshop = ask(door, SEED, "workshop.create", place, **meeting)["workshop"]
    topics = [
        ask(
            door, members[number][1], "topic.propose", f"workshop/{workshop}",
            title=f"Thema {number}", question="", minutes=30,
        )["topic"]
        for number in range(TOPICS)
    ]  # fmt: skip
    return {"workshop": workshop, "topics": topics, "members": members, "guiding": guiding}


def _poll(door: Door, scene: dict[str, Any], method: str, show: str, times: int) -> list[Row]:
    place, name = f"workshop/{scene['workshop']}", f"{method}_{show}"
    if scene.get("open"):
        ask(door, scene["guiding"], "poll.close", place)
    ask(door, scene["guiding"], "poll.open", place, method=method, show=show, dots=100)
    scene["open"] = True
    said = _papers(scene, method)
    for _, token in scene["members"]:
        _say(door, place, token, *next(said))
    took = [_say(door, place, scene["members"][turn % 7][1], *next(said)) for turn in range(times)]
    team = scene["members"][0][0]
    rows = [_row(f"ballot_{name}", took)]
    for what, stream in (("workshop", place), ("team", f"{place}/team/{team}")):
        rows.append(_row(f"snapshot_{what}_{name}", [_snapshot(door, stream) for _ in range(times)]))
    return rows


def _close(door: Door, scene: dict[str, Any], method: str) -> None:
    """A poll in which no two ballots say the same, each about half of the topics; counted."""
    place = f"workshop/{scene['workshop']}"
    if scene["open"]:
        ask(door, scene["guiding"], "poll.close", place)
    ask(door, scene["guiding"], "poll.open", place, method=method, dots=100)
    drawn = Random(TEAMS)
    most = 1 if method == "equal_shares" else 3
    for _, token in scene["members"]:
        wanted = {topic: drawn.randint(1, most) for topic in drawn.sample(scene["topics"], TOPICS // 2)}
        if method == "equal_shares":
            for topic in wanted:
                _say(door, place, token, "ballot.mark", {"topic": topic, "value": 1})
        else:
            _say(door, place, token, "ballot.fill", {"base": 0, "marks": wanted})
    scene["open"] = False
    ask(door, scene["guiding"], "poll.close", place)


def _timed(work: Callable[[], object]) -> Took:
    begun, processor = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - begun, time.process_time() - processor


def _row(name: str, took: list[Took], note: str = "") -> Row:
    slowest = max(wall for wall, _ in took) * 1000
    processor = median(processor for _, processor in took) * 1000
    told = f"{processor:.1f} ms of processor, slowest of {len(took)}: {slowest:.1f} ms{note}"
    return row(name, median(wall for wall, _ in took) * 1000, "ms", note=told)


def _papers(scene: dict[str, Any], method: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """One topic marked; or dots on all sixty topics, others each time, from the version it is."""
    topics, teams = scene["topics"], len(scene["members"])
    for turn in itertools.count():
        if method == "approval":
            yield "ballot.mark", {"topic": topics[turn % TOPICS], "value": 1}
            continue
        base = 0 if turn < teams else 1 + (turn - teams) // 7
        marks = {topic: 1 + (number + base) % 2 for number, topic in enumerate(topics)}
        yield "ballot.fill", {"base": base, "marks": marks}


def _say(door: Door, place: str, token: str, name: str, body: dict[str, Any]) -> Took:
    asked = commands.ask(name, place, body)
    return _timed(lambda: door.carry_out(Credential(KIND, digest(token)), asked))


def _snapshot(door: Door, stream: str) -> Took:
    found = streams.match(stream)
    assert found is not None
    declared, ids = found

    def read() -> None:
        with door.database.reading() as connection:
            declared.snapshot(connection, **ids)

    return _timed(read)


def _page(client: FlaskClient, scene: dict[str, Any], page: str, name: str, times: int) -> Row:
    with client.session_transaction() as session:
        session["_user_id"] = scene["members"][0][1]
    address, said = f"/workshops/{scene['workshop']}/{page}", b""

    def visit() -> None:
        nonlocal said
        answer = client.get(address)
        said = answer.get_data()
        if answer.status_code != 200:
            raise AssertionError(f"{address} answers {answer.status_code}")

    took = [_timed(visit) for _ in range(times)]
    return _row(f"page_{name}", took, f", {len(said) / 1024:.0f} kB")
