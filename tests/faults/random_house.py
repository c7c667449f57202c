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
from tests.faults.screens import Screen
from tests.faults.whole import Line, Process
from tests.scene import SEED, Scene, token

from foundation import clock, commands, eventlog, streams
from foundation.eventlog import StreamRow
from people.sign_in.policy import DOOR
from people.sign_in.rules import digest

MEMBERS = ("member", "neighbour")
PEOPLE = (*MEMBERS, "coach", "facilitator")
PLACES = ("collecting", "voting")
REFUSALS = (404, 409, 422)
"""What a signed-in person may be told by chance: not theirs, not now, not so."""


class Page(Screen):
    """Somebody's open page, which reads when it is told to. `denied`: the last numbers it may know of
    the streams that it lost."""

    def __init__(self, who: str, followed: list[str]) -> None:
        self.who = who
        self.token = token(who)
        self.is_signed_in = True
        self.line: Line | None = None
        self.process: Process | None = None
        self.following: set[str] = set()
        self.denied: dict[str, int] = {}
        self.streams = tuple(followed)
        self.shown = {}
        self.resets = self.holes = 0

    def open(self, process: Process) -> None:
        """Connect, and follow everything that one may."""
        self.cut()
        visitor = process.visitor(self.token)
        self.line, self.process = visitor.socket(), process
        if self.line is None:
            assert not self.is_signed_in
            return
        for stream in self.streams:
            self._follow_again(visitor, stream)

    def cut(self) -> None:
        if self.line is not None and self.line.is_open:
            self.line.drop()
        self.line = self.process = None
        self.following.clear()

    def read(self) -> None:
        """Take in what lies there, as docs/wire.md says."""
        if self.line is None or self.process is None:
            return
        self.line.read()
        visitor = self.process.visitor(self.token)
        while self.line is not None and self.line.heard:
            name, told = self.line.heard.pop(0)
            if name == "evicted":
                self._lose(told["stream"])
            elif name in ("events", "reset"):
                assert told["stream"] in self.following, "nothing follows after evicted"
                try:
                    self._hear(visitor, self.line, name, told)
                except ConnectionError:
                    self._lose(told["stream"])
        if self.line is not None and not self.line.is_open:
            self.cut()

    def hear(self) -> None:
        """Let come what was sent, and look at it before anything else happens: was it for us to know?"""
        if self.line is not None:
            self.line.read()
            for name, told in self.line.heard:
                if name == "events":
                    self._judge(told["stream"], told["events"])

    def _follow_again(self, visitor: Any, stream: str) -> None:
        assert self.line is not None
        self.following.add(stream)
        try:
            self._subscribe(visitor, self.line, stream)
        except ConnectionError:
            assert stream in self.denied, "refused without a reason"
            self._lose(stream)

    def _apply(self, stream: str, events: Any) -> bool:
        self._judge(stream, events)
        return super()._apply(stream, events)

    def _judge(self, stream: str, events: Any) -> None:
        if stream in self.denied and events:
            assert events[-1]["seq"] <= self.denied[stream], f"{self.who} was told of {stream} too late"

    def _lose(self, stream: str) -> None:
        self.following.discard(stream)
        self.shown.pop(stream, None)


class RandomHouse:
    """What may happen to the house, with what must be true of it then."""

    def __init__(self, scene: Scene, folder: Path) -> None:
        self.scene, self._folder = scene, folder
        self.processes = [Process(scene, folder) for _ in range(2)]
        self.pages = {who: Page(who, self._streams(who)) for who in PEOPLE}
        self.acknowledged: list[tuple[str, dict[str, Any], bytes]] = []
        self.history: dict[tuple[str, str, int], Any] = {}
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
        topics = self.history[stream, *self._heads[stream]]["topics"]
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
        page = self.pages[who]
        if not page.is_signed_in:
            return
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
        for process in self.processes:
            process.publisher.look()
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
                    self.history[name, epoch, seq] = json.loads(eventlog.encode(state))
        self._heads = heads

    def _check_the_log(self) -> None:
        log = Log.read(self.scene.url)
        assert log.gaps() == []
        for place in PLACES:
            stream = self.scene.place(place)
            titles = [topic["title"] for topic in self.history[stream, *self._heads[stream]]["topics"]]
            proposed = [
                sent["body"]["title"]
                for _who, sent, _content in self.acknowledged
                if sent["name"] == "topic.propose" and sent["place"] == stream
            ]
            assert [title for title in titles if title.startswith("Thema ")] == proposed
