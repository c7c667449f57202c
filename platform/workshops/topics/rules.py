"""Which topics stand for election, in which order they come, and what becomes of marks in a merger."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from foundation.errors import Code, Refusal
from foundation.text import N_

After = Mapping[str, Collection[str]]
"""By topic: those that have to come before it."""
APPROVING = frozenset({"approval", "equal_shares"})
"""The methods whose marks say nothing but that a team wants a topic: only these can be united."""
_ASIDE = {
    "withdrawn": N_("Dieses Thema ist zurückgezogen."),
    "question": N_("Das ist noch eine Frage und kein Thema, das zur Wahl steht."),
    "merged": N_("Dieses Thema ist mit einem anderen zusammengeführt."),
}


def refuse_unless_standing(state: str) -> None:
    """Only what stands for election can be marked or be spoken for."""
    if state in _ASIDE:
        raise Refusal(Code.CLOSED, _ASIDE[state])


def roots(into: Mapping[int, int | None]) -> dict[int, int]:
    """By topic: the one that it has become part of in the end, itself if it stands alone."""
    found = {}
    for topic in into:
        root = topic
        while (following := into.get(root)) is not None:
            root = following
        found[topic] = root
    return found


def has_circle(after: After) -> bool:
    """Whether some topic would have to come before itself. Depth first, each topic once."""
    done: set[str] = set()
    for start in after:
        path: list[str] = []
        waiting = [(start, False)]
        while waiting:
            topic, left = waiting.pop()
            if left:
                done.add(path.pop())
            elif topic in path:
                return True
            elif topic not in done:
                path.append(topic)
                waiting.append((topic, True))
                waiting.extend((before, False) for before in after.get(topic, ()))
    return False


def in_order_of_prerequisites(chosen: Sequence[str], after: After) -> list[str]:
    """The chosen topics, each behind those it needs, otherwise in the order given.

    A stable topological order: a topic that has to wait stands right behind the last one it waits for. What
    was not chosen holds nobody up; where topics wait for each other in a circle, the order given decides.
    """
    ordered: list[str] = []
    rest = list(chosen)
    while rest:
        waiting = set(rest)
        ready = (topic for topic in rest if not (waiting & set(after.get(topic, ())) - {topic}))
        following = next(ready, rest[0])
        ordered.append(following)
        rest.remove(following)
    return ordered


def unmet(chosen: Collection[str], after: After) -> dict[str, list[str]]:
    """By chosen topic: the prerequisites that were not chosen with it; topics that miss none are left out."""
    missing = {topic: sorted(set(after.get(topic, ())) - set(chosen)) for topic in chosen}
    return {topic: topics for topic, topics in missing.items() if topics}


@dataclass(frozen=True, kw_only=True)
class Vote:
    """How far the vote of a workshop is, as far as merging depends on it."""

    settled: bool
    closed: bool
    started: bool
    method: str
    secret: bool


def refuse_to_merge_during(vote: Vote | None) -> None:
    """Before a poll, and while an open one runs whose marks can be united; never once it is counted."""
    if vote is None:
        return
    if vote.settled:
        raise Refusal(
            Code.CLOSED,
            N_(
                "Der Ablauf dieses Treffens steht schon. "
                "Themen lassen sich nicht mehr zusammenführen oder trennen."
            ),
        )
    if vote.closed:
        raise Refusal(
            Code.CLOSED,
            N_(
                "Die Abstimmung ist beendet. Themen lassen sich erst wieder zusammenführen oder trennen, "
                "wenn eine läuft."
            ),
        )
    if vote.secret:
        raise Refusal(
            Code.CLOSED,
            N_(
                "Diese Abstimmung ist geheim: Niemand weiß, wessen Kreuze zusammengehören. "
                "Zusammenführen und trennen geht nur, bevor sie angesetzt ist."
            ),
        )
    if vote.started and vote.method not in APPROVING:
        raise Refusal(
            Code.CLOSED,
            N_(
                "In dieser Abstimmung werden nicht einfach Kreuze gemacht. "
                "Zusammenführen und trennen geht nur, bevor sie begonnen hat."
            ),
        )


@dataclass(frozen=True, kw_only=True)
class Said:
    """A mark as it stands on a ballot. `taken_from`: the merged topic it comes from, by its row."""

    value: int
    by: int | None
    at: datetime
    taken_from: int | None = None


@dataclass(frozen=True, kw_only=True)
class AtTarget:
    """What a ballot says at the topic that goes on. `carried`: what stood there, by each merged topic that
    the ballot wants and that the team has not answered with a mark of its own since."""

    said: Said | None = None
    carried: Mapping[int, Said | None] = field(default_factory=dict)

    @property
    def as_it_stands(self) -> AtTarget:
        """Without what a mark of the team's own has answered."""
        own = self.said is None or self.said.taken_from is None
        return replace(self, carried={}) if own else self


def merged(target: AtTarget, marks: Mapping[int, Said], source: int) -> AtTarget:
    """The ballot at the topic that goes on once `source` is part of it; `marks`: what it says, by topic.

    Union of supporters: who wants either counts once. Who already wants the target keeps its own mark.
    """
    target = target.as_it_stands
    wanted = marks.get(source)
    if wanted is None or wanted.value <= 0:
        return target
    if target.said is not None and target.said.taken_from is not None:
        before = next(iter(target.carried.values()))
        return replace(target, carried={**target.carried, source: before})
    if target.said is not None and target.said.value > 0:
        return target
    return AtTarget(said=replace(wanted, taken_from=source), carried={source: target.said})


def separated(target: AtTarget, marks: Mapping[int, Said], source: int) -> AtTarget:
    """The ballot at the topic that goes on once `source` stands alone again; `marks`: what it says, by topic.

    What the team marked itself since the merger stays.
    """
    target = target.as_it_stands
    if source not in target.carried or target.said is None:
        return target
    left = {topic: before for topic, before in target.carried.items() if topic != source}
    if not left:
        return AtTarget(said=target.carried[source])
    if target.said.taken_from != source:
        return replace(target, carried=left)
    following = min(left)
    return AtTarget(said=replace(marks[following], taken_from=following), carried=left)
