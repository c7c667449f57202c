"""Votes as `.pb` files, the format of Pabulib, so that anybody can count them again with other software.

Three sections, META, PROJECTS and VOTES, each with a head line, cells divided by semicolons: Faliszewski,
Flis, Peters, Pierczyński, Skowron, Stolicki, Szufa and Talmon, Participatory Budgeting: Data, Tools and
Analysis, IJCAI 2023; pabulib.org/format.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Literal

from foundation.text import N_

from .rules.election import Candidate, Completion, Election
from .rules.ties import TieOrder

MOST_DIGITS = 18
"""Of a number, before and after the point together; nobody votes about more."""
_PLAIN = re.compile(r"[0-9]+(\.[0-9]+)?")


class Kind(StrEnum):
    """What the votes of a file say (`vote_type`)."""

    APPROVAL = "approval"
    ONE = "choose-1"
    ORDINAL = "ordinal"
    CUMULATIVE = "cumulative"
    SCORING = "scoring"

    @property
    def has_points(self) -> bool:
        return self in (Kind.CUMULATIVE, Kind.SCORING)


@dataclass(frozen=True)
class Wrong:
    """Something in a line (the first is 1; 0: the file as a whole) that is not as it should be."""

    line: int
    reason: str
    about: str = ""

    def __str__(self) -> str:
        said = self.reason % {"about": self.about}
        return f"Zeile {self.line}: {said}" if self.line else said


class WrongFileError(ValueError):
    """The file cannot be counted; `wrongs` says all that is wrong with it, in the order of the lines."""

    def __init__(self, wrongs: Sequence[Wrong]) -> None:
        super().__init__("; ".join(map(str, wrongs)))
        self.wrongs = wrongs


@dataclass(frozen=True, kw_only=True)
class Vote:
    """A vote as a file tells of it.

    `costs` by project, `ballots` by voter, by project: points; or the rank, 1 the best; or 1 for an approval.
    `names` and `selected` of the projects are told only where they are known. `totals` by project stand where
    the ballots are secret or do not say it by themselves; they are points in a column `score`, or `votes`.
    """

    kind: Kind
    budget: Decimal
    costs: Mapping[str, Decimal]
    ballots: Mapping[str, Mapping[str, Decimal]]
    meta: Mapping[str, str] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)
    selected: frozenset[str] | None = None
    totals: Mapping[str, int] | None = None
    totals_are: Literal["votes", "score"] = "votes"

    def election(self, ties: TieOrder, completion: Completion) -> Election:
        """For the rules, in whole numbers: of the currency's hundredths, say, if a cost has any."""
        money = 10 ** _digits([self.budget, *self.costs.values()])
        points = 10 ** _digits(value for marks in self.ballots.values() for value in marks.values())
        return Election(
            topics=[Candidate(project, int(Fraction(cost) * money)) for project, cost in self.costs.items()],
            teams=list(self.ballots),
            ballots={
                voter: {project: int(Fraction(value) * points) for project, value in marks.items()}
                for voter, marks in self.ballots.items()
            },
            minutes=int(Fraction(self.budget) * money),
            ties=ties,
            completion=completion,
            unit=money,
        )


def read(text: str) -> Vote:
    """The vote in the file. Raises `WrongFileError` with everything that is wrong."""
    reading = _Reading(text)
    vote = reading.vote()
    if reading.wrongs or vote is None:
        raise WrongFileError(sorted(reading.wrongs, key=lambda wrong: wrong.line))
    return vote


def write(vote: Vote) -> str:
    """The file that tells of the vote."""
    out = io.StringIO()
    names = _in_one_line(vote.names)
    rows = csv.writer(out, delimiter=";", lineterminator="\n")
    own = {
        "num_projects": len(vote.costs),
        "num_votes": len(vote.ballots),
        "budget": f"{vote.budget:f}",
        "vote_type": vote.kind.value,
    }
    rows.writerows([["META"], ["key", "value"], *_in_one_line({**vote.meta, **own}).items()])
    totals = _wanted(vote) if vote.totals is None else vote.totals
    heads = ["project_id", "cost", vote.totals_are, "name", *([] if vote.selected is None else ["selected"])]
    rows.writerows([["PROJECTS"], heads])
    for project, cost in vote.costs.items():
        chosen = [] if vote.selected is None else [int(project in vote.selected)]
        rows.writerow([project, f"{cost:f}", totals[project], names.get(project, ""), *chosen])
    rows.writerows([["VOTES"], ["voter_id", "vote", *(["points"] if vote.kind.has_points else [])]])
    for voter, marks in vote.ballots.items():
        # A zero is something said only where points are.
        said = {project: value for project, value in marks.items() if value > 0 or vote.kind.has_points}
        if vote.kind is Kind.ORDINAL:
            said = dict(sorted(said.items(), key=lambda mark: mark[1]))
        points = [",".join(f"{value:f}" for value in said.values())] if vote.kind.has_points else []
        rows.writerow([voter, ",".join(said), *points])
    return out.getvalue()


def _wanted(vote: Vote) -> Mapping[str, int]:
    """By project: how many voters want it."""
    wanted = dict.fromkeys(vote.costs, 0)
    for marks in vote.ballots.values():
        for project, value in marks.items():
            wanted[project] += value > 0
    return wanted


class _Reading:
    """One file, read once; what is wrong is gathered, and reading goes on behind it."""

    def __init__(self, text: str) -> None:
        self.wrongs: list[Wrong] = []
        self._sections: dict[str, list[tuple[int, list[str]]]] = {"META": [], "PROJECTS": [], "VOTES": []}
        now, begun = "", set()
        for line, cells in self._rows(text):
            head = cells[0].strip().upper() if len(cells) == 1 else ""
            if head in self._sections:
                if head in begun:
                    self._wrong(line, N_("Der Abschnitt %(about)s steht zweimal da."), head)
                begun.add(head)
                now = head
            elif now:
                self._sections[now].append((line, cells))
            else:
                self._wrong(line, N_("Diese Zeile steht vor dem ersten Abschnitt."))
        for name, rows in self._sections.items():
            if not rows:
                self._wrong(0, N_("Der Abschnitt %(about)s fehlt oder ist leer."), name)

    def vote(self) -> Vote | None:
        """None where something is missing without which nothing else can be judged."""
        meta = self._meta()
        kind, budget = self._kind(meta), self._budget(meta)
        costs, names, selected = self._projects(meta)
        ballots = self._votes(kind, costs, meta)
        if kind is None or budget is None:
            return None
        plain = {key: value for key, (_line, value) in meta.items()}
        return Vote(
            kind=kind, budget=budget, costs=costs, ballots=ballots, meta=plain, names=names, selected=selected
        )

    def _rows(self, text: str) -> Iterator[tuple[int, list[str]]]:
        rows = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), delimiter=";")
        last = 0
        try:
            for cells in rows:
                if any(cell.strip() for cell in cells):
                    yield last + 1, cells
                last = rows.line_num
        except csv.Error:
            self._wrong(rows.line_num, N_("Ab hier lässt sich die Datei nicht in Zellen teilen."))

    def _table(self, section: str, needed: Sequence[str]) -> Iterator[tuple[int, dict[str, str]]]:
        rows = self._sections[section]
        if not rows:
            return
        (line, first), *others = rows
        heads = [head.strip().lower() for head in first]
        missing = [head for head in needed if head not in heads]
        for head in missing:
            self._wrong(line, N_("In der Kopfzeile fehlt die Spalte %(about)s."), head)
        if missing:
            return
        for line, cells in others:
            if len(cells) != len(heads):
                self._wrong(
                    line,
                    N_("So viele Zellen wie in der Kopfzeile gehören hierher: %(about)s."),
                    str(len(heads)),
                )
            else:
                yield line, dict(zip(heads, (cell.strip() for cell in cells), strict=True))

    def _meta(self) -> dict[str, tuple[int, str]]:
        meta: dict[str, tuple[int, str]] = {}
        for line, row in self._table("META", ["key", "value"]):
            if row["key"] in meta:
                self._wrong(line, N_("Die Angabe %(about)s steht zweimal da."), row["key"])
            meta[row["key"]] = line, row["value"]
        return meta

    def _kind(self, meta: Mapping[str, tuple[int, str]]) -> Kind | None:
        line, said = meta.get("vote_type", (0, ""))
        if said in set(Kind):
            return Kind(said)
        self._wrong(line, N_("vote_type muss eine dieser Arten sein: %(about)s."), ", ".join(Kind))
        return None

    def _budget(self, meta: Mapping[str, tuple[int, str]]) -> Decimal | None:
        line, said = meta.get("budget", (0, ""))
        return self._number(
            line, said, N_("budget muss eine Zahl über null sein, nicht „%(about)s“."), above=Decimal(0)
        )

    def _projects(
        self, meta: Mapping[str, tuple[int, str]]
    ) -> tuple[dict[str, Decimal], dict[str, str], frozenset[str] | None]:
        costs: dict[str, Decimal] = {}
        names: dict[str, str] = {}
        selected: dict[str, str] = {}
        for line, row in self._table("PROJECTS", ["project_id", "cost"]):
            project = row["project_id"]
            cost = self._number(
                line,
                row["cost"],
                N_("Die Kosten müssen eine Zahl über null sein, nicht „%(about)s“."),
                above=Decimal(0),
            )
            if not project or "," in project:
                self._wrong(
                    line, N_("Ein Projekt braucht eine Kennung ohne Komma, nicht „%(about)s“."), project
                )
            elif project in costs:
                self._wrong(line, N_("Das Projekt %(about)s steht zweimal da."), project)
            elif cost is not None:
                costs[project] = cost
            else:
                # Known, so that votes for it are not wrong as well.
                costs[project] = Decimal(1)
            names[project] = row.get("name", "")
            selected[project] = row.get("selected", "")
        self._compare(meta, "num_projects", len(self._sections["PROJECTS"]) - 1)
        told = any(selected.values())
        return (
            costs,
            names,
            frozenset(name for name, said in selected.items() if said == "1") if told else None,
        )

    def _votes(
        self, kind: Kind | None, costs: Mapping[str, Decimal], meta: Mapping[str, tuple[int, str]]
    ) -> dict[str, dict[str, Decimal]]:
        ballots: dict[str, dict[str, Decimal]] = {}
        needed = ["voter_id", "vote", *(["points"] if kind is not None and kind.has_points else [])]
        least, most = self._length(meta, "min_length", 0), self._length(meta, "max_length", len(costs))
        for line, row in self._table("VOTES", needed):
            voter = row["voter_id"]
            if not voter:
                self._wrong(line, N_("Wer abstimmt, braucht eine Kennung."))
            elif voter in ballots:
                self._wrong(line, N_("Die Stimme von %(about)s steht zweimal da."), voter)
            chosen = [project.strip() for project in row["vote"].split(",")] if row["vote"] else []
            for project in dict.fromkeys(chosen):
                if project not in costs:
                    self._wrong(line, N_("Das Projekt %(about)s gibt es hier nicht."), project)
                if chosen.count(project) > 1:
                    self._wrong(line, N_("Das Projekt %(about)s steht zweimal in dieser Stimme."), project)
            if kind is Kind.ONE and len(chosen) > 1:
                self._wrong(line, N_("Hier darf nur ein Projekt gewählt werden."))
            if not least <= len(chosen) <= most:
                self._wrong(
                    line, N_("So viele Projekte darf eine Stimme nicht nennen: %(about)s."), str(len(chosen))
                )
            ballots[voter] = dict(
                zip(chosen, self._values(line, kind, chosen, row.get("points", "")), strict=False)
            )
        self._compare(meta, "num_votes", len(self._sections["VOTES"]) - 1)
        return ballots

    def _values(self, line: int, kind: Kind | None, chosen: Sequence[str], points: str) -> list[Decimal]:
        if kind is Kind.ORDINAL:
            return [Decimal(rank) for rank in range(1, len(chosen) + 1)]
        if kind is None or not kind.has_points:
            return [Decimal(1)] * len(chosen)
        cells = points.split(",") if points else []
        if len(cells) != len(chosen):
            self._wrong(line, N_("Zu jedem genannten Projekt gehört eine Punktzahl."))
        reason = N_("Punkte müssen eine Zahl sein, null oder mehr, nicht „%(about)s“.")
        return [self._number(line, cell.strip(), reason) or Decimal(0) for cell in cells]

    def _length(self, meta: Mapping[str, tuple[int, str]], name: str, usual: int) -> int:
        line, said = meta.get(name, (0, ""))
        if not said:
            return usual
        number = self._number(line, said, N_("Hier gehört eine Zahl hin, nicht „%(about)s“."))
        return usual if number is None else int(number)

    def _compare(self, meta: Mapping[str, tuple[int, str]], name: str, found: int) -> None:
        line, said = meta.get(name, (0, ""))
        if said and said != str(max(0, found)):
            self._wrong(
                line,
                N_("Die Datei hat nicht so viele Zeilen, wie hier steht, sondern %(about)s."),
                str(found),
            )

    def _number(self, line: int, said: str, reason: str, *, above: Decimal | None = None) -> Decimal | None:
        is_plain = _PLAIN.fullmatch(said) and len(said.replace(".", "")) <= MOST_DIGITS
        number = Decimal(said) if is_plain else None
        if number is None or (above is not None and number <= above):
            self._wrong(line, reason, said[:40])
            return None
        return number

    def _wrong(self, line: int, reason: str, about: str = "") -> None:
        self.wrongs.append(Wrong(line, reason, about))


def _in_one_line(told: Mapping[str, object]) -> dict[str, str]:
    """Python's writer puts no quotes around a lone carriage return, and its reader ends the line there."""
    return {key: " ".join(str(value).split()) for key, value in told.items()}


def _digits(numbers: Iterator[Decimal] | Sequence[Decimal]) -> int:
    """How many digits behind the point they need."""
    return max((max(0, -int(number.normalize().as_tuple().exponent)) for number in numbers), default=0)
