"""What lies in the box of a secret poll: a sheet for each team, all of one length, in an order by lot."""

from __future__ import annotations

import hashlib
import secrets
import struct
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from foundation.errors import Code, Refusal, id_reused
from foundation.text import N_
from workshops.voting.rules.election import Ballots

MOST_MARKS = 128
"""Topics that a sheet has room for: for those that are there, and for all that may come while people vote."""
REMEMBERED = 8
"""Commands that a sheet remembers. One that is older finds a newer version, and is refused."""

_HEAD = struct.Struct(">QIBBB")
_ASKED = struct.Struct(">16s16s")
_MARK = struct.Struct(">QH")
SHEET = _HEAD.size + REMEMBERED * _ASKED.size + MOST_MARKS * _MARK.size
"""Bytes of a sheet, whatever is written on it."""


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A command as a sheet remembers it."""

    id: bytes
    digest: bytes


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """The paper of a team, by row numbers. `version`: how often it was cast; `marks`: only those above 0."""

    team: int
    version: int = 0
    abstained: bool = False
    marks: Mapping[int, int] = field(default_factory=dict)
    asked: Sequence[Asked] = ()

    @property
    def says_something(self) -> bool:
        return bool(self.marks) and not self.abstained


@dataclass(frozen=True, kw_only=True)
class Count:
    """What an opened box says without any team: how many have cast, and the papers that say something."""

    turnout: int
    papers: Sequence[Mapping[int, int]]

    def ballots(self, topics: Mapping[str, int], teams: int) -> tuple[list[str], Ballots]:
        """Teams without names, as many as have a ballot, and what papers say; topics by public id."""
        nameless = [str(number) for number in range(teams)]
        ballots = {
            name: {topic: paper[row] for topic, row in topics.items() if row in paper}
            for name, paper in zip(nameless, self.papers, strict=False)
        }
        return nameless, ballots


def asked_as(command: str, actor: str, digest: str) -> Asked:
    """A command by its id (a UUID), who asked, and what for."""
    said = hashlib.sha256(f"{actor}\n{digest}".encode("utf-8", "surrogatepass")).digest()
    return Asked(id=uuid.UUID(command).bytes, digest=said[: _ASKED.size // 2])


def pack(sheets: Iterable[Sheet]) -> bytes:
    shuffled = list(sheets)
    secrets.SystemRandom().shuffle(shuffled)
    return b"".join(_packed(sheet) for sheet in shuffled)


def unpack(packed: bytes) -> dict[int, Sheet]:
    """The sheets by team."""
    found = (_unpacked(packed[start : start + SHEET]) for start in range(0, len(packed), SHEET))
    return {sheet.team: sheet for sheet in found}


def count(sheets: Iterable[Sheet]) -> Count:
    """The papers in an order that says nothing."""
    cast = [sheet for sheet in sheets if sheet.version]
    papers = [sheet.marks for sheet in cast if sheet.says_something]
    secrets.SystemRandom().shuffle(papers)
    return Count(turnout=len(cast), papers=papers)


def written(sheet: Sheet, asked: Asked, *, base: int, marks: Mapping[int, int], abstained: bool) -> Sheet:
    """The sheet with that on it. Asked twice changes it once; what was asked in between is not undone."""
    known = next((one for one in sheet.asked if one.id == asked.id), None)
    if known == asked:
        return sheet
    if known is not None:
        raise id_reused()
    if base != sheet.version:
        raise Refusal(
            Code.STALE,
            N_("Ihr Team hat den Stimmzettel inzwischen geändert. Bitte sehen Sie ihn noch einmal an."),
        )
    return Sheet(
        team=sheet.team,
        version=sheet.version + 1,
        abstained=abstained,
        marks={topic: value for topic, value in marks.items() if value},
        asked=[*sheet.asked, asked][-REMEMBERED:],
    )


def _packed(sheet: Sheet) -> bytes:
    head = _HEAD.pack(sheet.team, sheet.version, sheet.abstained, len(sheet.asked), len(sheet.marks))
    asked = b"".join(_ASKED.pack(one.id, one.digest) for one in sheet.asked)
    marks = b"".join(_MARK.pack(topic, value) for topic, value in sheet.marks.items())
    room = _HEAD.size + REMEMBERED * _ASKED.size
    return ((head + asked).ljust(room, b"\0") + marks).ljust(SHEET, b"\0")


def _unpacked(sheet: bytes) -> Sheet:
    team, version, abstained, asked, marks = _HEAD.unpack_from(sheet)
    remembered = sheet[_HEAD.size :][: asked * _ASKED.size]
    marked = sheet[_HEAD.size + REMEMBERED * _ASKED.size :][: marks * _MARK.size]
    return Sheet(
        team=team,
        version=version,
        abstained=bool(abstained),
        marks=dict(_MARK.iter_unpack(marked)),
        asked=[Asked(id=known, digest=digest) for known, digest in _ASKED.iter_unpack(remembered)],
    )
