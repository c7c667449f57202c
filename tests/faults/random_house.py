"""Two processes, four people with a page each, and what each of them may know: for runs by chance."""

from __future__ import annotations

import itertools
import json
import uuid
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select
from tests.faults.oracle import Log
from tests.faults.random_page import Page
from tests.faults.whole import Process
from tests.scene import SEED, Scene

from foundation import clock, commands, eventlog, streams
from foundation.eventlog import StreamRow
from people.sign_in.policy import DOOR
from people.sign_in.rules import digest

MEMBERS = ("member", "neighbour")
PEOPLE = (*MEMBERS, "coach", "facilitator")
PLACES = ("collecting", "voting")
REFUSALS = (404, 409, 422)
"""What a signed-in person may be told by chance: not theirs, not now, not so."""


class RandomHouse:
    """What may happen to the house, with what must be true of it then."""

    def __init__(self, scene: Scene, folder: Path) -> None:
        self.scene, self._folder = scene, folder
        self.processes = [Process(scene, folder) for _ in range(2)]
        self.pages = {who: Page(who, self._streams(who)) for who in PEOPLE}
        self.acknowledged: list[tuple[str, dict[str, Any], bytes]] = []
        self.history: dict[tuple[str, int], Any] = {}
        self.without: set[str] = set()
        self._seats, self._roles = dict(scene.seats), dict(scene.roles)
        self._tokens = itertools.count()
        self._heads: dict[str, tuple[str, int]] = {}
        self._remember()

    def _streams(self, who: str) -> list[str]:
        scene = self.scene
        common = [scene.place(name) for name in (*PLACES, "cohort")]
        own = {
            "member": [scene.ballot(name, "ahlen") for name in PLACES],
            "neighbour": [scene.ballot(name, "menden") for name in PLACES],
            "facilitator": [scene.desk(name) for name in PLACES],
        }
        return [*common, *own.get(who, [])]

    def topic(self, place: str, number: int) -> str:
        """One of the topics there."""
        stream = self.scene.place(place)
        topics = self.history[stream, self._heads[stream][1]]["topics"]
        return str(topics[number % len(topics)]["id"])

    def ask(self, who: str, where: int, name: str, place: str, body: dict[str, Any]) -> None:
        """A command: acknowledged, it stands in the log; refused, nothing has changed."""
        page = self.pages[who]
        sent = {"id": str(uuid.uuid4()), "name": name, "place": self.scene.place(place), "body": body}
        answer = self.processes[where].visitor(page.token).send(sent)
        if answer.status == 200:
            assert page.is_signed_in
            assert who not in self.without, f"{who} has no right to {name} any more"
            self.acknowledged.append((who, sent, answer.content))
            self._remember()
            assert {stream: self._heads[stream][1] for stream in answer.json["seqs"]} == answer.json["seqs"]
            return
        assert answer.status in (REFUSALS if page.is_signed_in else (401, 403)), answer.content
        self._nothing_changed()

    def ask_again(self, where: int, which: int) -> None:
        who, sent, content = self.acknowledged[which % len(self.acknowledged)]
        answer = self.processes[where].visitor(self.pages[who].token).send(sent)
        if self.pages[who].is_signed_in:
            assert answer.content == content
        else:
            assert answer.status in (401, 403)
        self._nothing_changed()

    def take_rights(self, who: str) -> None:
        if who in self.without:
            return
        self._deny(who)
        self.without.add(who)
        if who in MEMBERS:
            self._order("seat.end", "cohort", {"seat": self._seats[who]})
        else:
            self._order("role.end", "house", {"role": self._roles[who]})

    def give_rights(self, who: str) -> None:
        if who not in self.without:
            return
        scene, person = self.scene, self.scene.people[who]
        if who in MEMBERS:
            team = scene.teams["ahlen" if who == "member" else "menden"]
            self._seats[who] = self._order("seat.give", "cohort", {"team": team, "person": person})["seat"]
        else:
            scope = {"team": scene.teams["ahlen"]} if who == "coach" else {"cohort": scene.cohort}
            body = {"person": person, "role": who, **scope}
            self._roles[who] = self._order("role.grant", "house", body)["role"]
        self.without.discard(who)
        if self.pages[who].is_signed_in:
            self.pages[who].denied.clear()

    def sign_out(self, who: str, where: int) -> None:
        """Where their page is, it ends at once; elsewhere, with the next look there."""
        page = self.pages[who]
        if not page.is_signed_in:
            return
        if page.process is self.processes[where]:
            self._deny(who)
        sent = {"id": str(uuid.uuid4()), "name": "session.close", "place": self.scene.place(who)}
        answer = self.processes[where].visitor(page.token).send({**sent, "body": {"session": "present"}})
        assert answer.status == 200, answer.content
        page.is_signed_in = False
        self._remember()

    def sign_in(self, who: str) -> None:
        """In the same browser, whose old page is gone with it."""
        page = self.pages[who]
        if page.is_signed_in:
            return
        page.cut()
        page.shown.clear()
        page.token, page.is_signed_in = f"token {next(self._tokens)} of {who}", True
        body = {"key": digest(page.token), "ends_at": clock.now() + timedelta(days=7)}
        self._order("session.open", who, body, asker=DOOR)
        if who not in self.without:
            page.denied.clear()

    def look(self, where: int) -> None:
        process = self.processes[where]
        process.publisher.look()
        for who, page in self.pages.items():
            if page.process is process and not page.is_signed_in:
                self._deny(who)

    def pass_hints(self, where: int) -> None:
        """What this process has to say reaches the other."""
        told, self.processes[where].hints = self.processes[where].hints, []
        self.processes[1 - where].publisher.look_at(*told)

    def look_at_everybody(self, where: int) -> None:
        process = self.processes[where]
        process.check_everybody()
        for page in self.pages.values():
            if page.process is process:
                page.read()
                assert not page.following & page.denied.keys(), f"{page.who} still follows"
                assert page.is_signed_in or page.line is None

    def restart(self, where: int) -> None:
        for page in self.pages.values():
            if page.process is self.processes[where]:
                page.cut()
        self.processes[where].close()
        self.processes[where] = Process(self.scene, self._folder)

    def begin_an_epoch(self, which: int) -> None:
        names = sorted(self._heads)
        with self.processes[0].application.database.transaction() as connection:
            eventlog.begin_epoch(connection, names[which % len(names)])
        self._remember()

    def trim(self) -> None:
        with self.processes[0].application.database.transaction() as connection:
            eventlog.trim(connection, clock.now())

    def hear_all(self) -> None:
        for page in self.pages.values():
            page.hear()

    def settle(self) -> None:
        """One look of each process, and every open page shows what there is; so does whoever comes back."""
        for where, process in enumerate(self.processes):
            self.look(where)
            process.publisher.tell()
        for page in self.pages.values():
            page.read()
            assert page.following <= page.shown.keys()
            for stream in page.following - page.denied.keys():
                shown, head = page.shown[stream][:2], self._head(stream)
                assert shown == head, f"{page.who} shows {stream} at {shown}, not {head}"
        for who, page in self.pages.items():
            self.sign_in(who)
            self.give_rights(who)
            page.open(self.processes[0])
            assert {name: page.shown[name][:2] for name in page.streams} == {
                name: self._head(name) for name in page.streams
            }
        self._check_the_log()

    def close(self) -> None:
        for process in self.processes:
            process.close()

    def _deny(self, who: str) -> None:
        """From now on there is nothing new for them."""
        page = self.pages[who]
        for stream in page.streams:
            page.denied.setdefault(stream, self._head(stream)[1])

    def _order(self, name: str, place: str, body: dict[str, Any], *, asker: Any = SEED) -> dict[str, str]:
        """What the office does."""
        asked = commands.ask(name, self.scene.place(place), body)
        made = self.processes[0].application.door.carry_out(asker, asked).result
        self._remember()
        return dict(made)

    def _head(self, stream: str) -> tuple[str, int]:
        with self.processes[0].application.database.reading() as connection:
            head = eventlog.head(connection, stream, streams.place_of(stream) or "")
        return head.epoch, head.seq

    def _read_heads(self) -> dict[str, tuple[str, int]]:
        with self.processes[0].application.database.reading() as connection:
            rows = connection.execute(select(StreamRow.name, StreamRow.epoch, StreamRow.head))
            begun = {name: (epoch, head) for name, epoch, head in rows}
        followed = {stream for who in PEOPLE for stream in self._streams(who)}
        return {name: begun.get(name) or self._head(name) for name in followed}

    def _nothing_changed(self) -> None:
        assert self._read_heads() == self._heads

    def _remember(self) -> None:
        """What a latecomer sees, for each stream that has moved."""
        heads = self._read_heads()
        with self.processes[0].application.database.reading() as connection:
            for name, (epoch, seq) in heads.items():
                if self._heads.get(name) != (epoch, seq):
                    declared, ids = streams.match(name) or (None, {})
                    assert declared is not None
                    state = declared.snapshot(connection, **ids)
                    self.history[name, seq] = json.loads(eventlog.encode(state))
        self._heads = heads

    def _check_the_log(self) -> None:
        log = Log.read(self.scene.url)
        assert log.gaps() == []
        for place in PLACES:
            stream = self.scene.place(place)
            titles = [topic["title"] for topic in self.history[stream, self._heads[stream][1]]["topics"]]
            proposed = [
                sent["body"]["title"]
                for _who, sent, _content in self.acknowledged
                if sent["name"] == "topic.propose" and sent["place"] == stream
            ]
            assert [title for title in titles if title.startswith("Thema ")] == proposed
