"""What a list would make of the house as it is: values in, values out."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Any

from foundation import clock, eventlog
from foundation.text import N_, same
from people.organisations.rules import town

from .rules import COLUMNS, Kind, Line, Wrong

KINDS = {
    "stadt": "stadt", "city": "stadt", "town": "stadt", "gemeinde": "gemeinde", "municipality": "gemeinde",
    "kreis": "kreis", "landkreis": "kreis", "county": "kreis", "bezirksregierung": "bezirksregierung",
    "district government": "bezirksregierung",
}  # fmt: skip
ROLES = {
    "": "participant", "platz": "participant", "seat": "participant", "mitglied": "participant",
    "member": "participant", "coach": "coach", "moderation": "facilitator", "facilitator": "facilitator",
    "facilitation": "facilitator",
}  # fmt: skip
LANGUAGES = {
    "": "de", "de": "de", "deutsch": "de", "german": "de", "en": "en", "englisch": "en", "english": "en"
}  # fmt: skip
NAME_LENGTH, CLAIM_LENGTH = 120, 200

NO_KIND = N_("Diese Art gibt es nicht. Möglich sind Stadt, Gemeinde, Kreis und Bezirksregierung.")
TOO_LONG = N_("Das ist zu lang: Möglich sind %(most)s Zeichen.")
NEEDED = N_("Diese Angabe fehlt.")
TWICE = N_("Das steht schon in Zeile %(line)s.")
CLAIM_TAKEN = N_("Diesen Wert hat schon eine andere Kommune.")


@dataclass(frozen=True, kw_only=True)
class KnownOrganisation:
    """An organisation that is there."""

    id: str
    name: str
    kind: str
    claim: str = ""


@dataclass(frozen=True, kw_only=True)
class NewOrganisation:
    """An organisation that the list would make."""

    name: str
    kind: str
    region: str = ""
    claim: str = ""

    @property
    def key(self) -> str:
        return key_of(self.name, self.kind)


@dataclass(frozen=True, kw_only=True)
class NewTeam:
    """A team that the list would make, of an organisation by public id or by the key of a new one."""

    name: str
    organisation: str


@dataclass(frozen=True, kw_only=True)
class NewInvitation:
    """An invitation that the list would send. `team` is a public id, or what a new team is called."""

    email: str
    name: str
    language: str
    role: str
    team: str | None
    new_team: str | None
    valid_from: datetime | None
    valid_until: datetime | None


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What would be made, what is there already and left alone, and what is wrong."""

    kind: Kind
    organisations: Sequence[NewOrganisation] = ()
    teams: Sequence[NewTeam] = ()
    invitations: Sequence[NewInvitation] = ()
    left: Mapping[str, int] = field(default_factory=dict)
    wrong: Sequence[Wrong] = ()
    unread: Sequence[str] = ()

    @property
    def makes_nothing(self) -> bool:
        return not (self.organisations or self.teams or self.invitations)

    @property
    def digest(self) -> str:
        """The same as long as the same would be made and the same would be left alone."""
        told = {name: value for name, value in asdict(self).items() if name != "unread"}
        for invited in told["invitations"]:
            for moment in ("valid_from", "valid_until"):
                invited[moment] = clock.wire(invited[moment]) if invited[moment] else ""
        return hashlib.sha256(eventlog.encode(told).encode()).hexdigest()


def key_of(name: str, kind: str) -> str:
    return f"{town(name)}/{kind}"


class Findings:
    """What is wrong with the lines of a list of one kind, found one after another."""

    def __init__(self, kind: Kind) -> None:
        self._columns = COLUMNS[kind]
        self.all: list[Wrong] = []

    def add(self, line: Line, key: str, sentence: str, /, **params: Any) -> None:
        self.all.append(Wrong(line.number, self._columns[key].name, sentence, params))

    def fits(self, line: Line, key: str, most: int = NAME_LENGTH) -> bool:
        """Whether it is no longer than that; else it is noted."""
        if len(line.cells.get(key, "")) <= most:
            return True
        self.add(line, key, TOO_LONG, most=most)
        return False

    def word(self, line: Line, key: str, words: Mapping[str, str], sentence: str) -> str | None:
        """What the word in the cell stands for; none for a word that stands for nothing."""
        found = words.get(same(line.cells.get(key, "")))
        if found is None:
            self.add(line, key, sentence)
        return found

    def day(self, line: Line, key: str) -> date | None:
        try:
            return day(line.cells.get(key, ""))
        except ValueError:
            self.add(line, key, N_("Das ist kein Tag. Bitte schreiben Sie ihn wie 24.11.2026."))
            return None


_GERMAN = re.compile(r"(\d\d?)\.(\d\d?)\.(\d{4})(?: 0?0:00(?::00)?)?")
_ISO = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?:[ T]00:00(?::00)?)?")


def day(text: str) -> date | None:
    """A day as German or ISO 8601 writes it, midnight of Excel included. Raises `ValueError`."""
    if not text:
        return None
    if found := _GERMAN.fullmatch(text):
        year, month, number = (int(part) for part in reversed(found.groups()))
    elif found := _ISO.fullmatch(text):
        year, month, number = (int(part) for part in found.groups())
    else:
        raise ValueError(text)
    if not 2000 <= year < 2100:
        raise ValueError(text)
    return date(year, month, number)


def organisations(
    lines: Sequence[Line], known: Sequence[KnownOrganisation]
) -> tuple[list[NewOrganisation], int, list[Wrong]]:
    """New organisations, how many are there already, and what is wrong."""
    findings = Findings(Kind.ORGANISATIONS)
    there = {key_of(one.name, one.kind) for one in known}
    claims = {one.claim for one in known if one.claim}
    seen: dict[str, int] = {}
    made: list[NewOrganisation] = []
    left = 0
    for line in lines:
        one = _organisation(line, findings)
        if one is None:
            continue
        if one.key in seen:
            findings.add(line, "name", TWICE, line=seen[one.key])
            continue
        seen[one.key] = line.number
        if one.key in there:
            left += 1
        elif one.claim and one.claim in claims:
            findings.add(line, "claim", CLAIM_TAKEN)
        else:
            claims.add(one.claim)
            made.append(one)
    return made, left, findings.all


def _organisation(line: Line, findings: Findings) -> NewOrganisation | None:
    before = len(findings.all)
    if not line.cells["name"]:
        findings.add(line, "name", NEEDED)
    findings.fits(line, "name")
    findings.fits(line, "region")
    findings.fits(line, "claim", CLAIM_LENGTH)
    kind = findings.word(line, "kind", KINDS, NO_KIND)
    if kind is None or len(findings.all) > before:
        return None
    cells = {key: line.cells.get(key, "") for key in ("name", "region", "claim")}
    return NewOrganisation(kind=kind, **cells)
