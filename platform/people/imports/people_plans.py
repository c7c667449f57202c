"""What a list of the people of a cohort would make: teams, and invitations to seats and roles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from foundation import clock
from foundation.text import N_, same
from people.accounts.rules import address
from people.cohorts.rules import Lack, Period, Room
from people.organisations.rules import town

from .plans import (
    KINDS,
    LANGUAGES,
    NEEDED,
    NO_KIND,
    ROLES,
    Findings,
    KnownOrganisation,
    NewInvitation,
    NewOrganisation,
    NewTeam,
)
from .rules import Kind, Line, Wrong

SEAT, COACH, FACILITATOR = "participant", "coach", "facilitator"


@dataclass(frozen=True, kw_only=True)
class KnownTeam:
    """A team of the cohort, with the public id of its organisation; by `row` its room knows it."""

    id: str
    row: int
    name: str
    organisation: str


@dataclass(frozen=True, kw_only=True)
class Holding:
    """A seat or a role in the cohort that somebody has or is invited to; `team` by public id."""

    email: str
    role: str
    team: str | None
    period: Period
    invited: bool


@dataclass(frozen=True, kw_only=True)
class KnownCohort:
    """What the cohort takes, and who is in it or on the way."""

    id: str
    room: Room
    teams: Sequence[KnownTeam]
    holdings: Sequence[Holding]
    locked: frozenset[str]
    """Addresses of accounts that are locked."""


@dataclass
class PeoplePlanner:
    """Goes through the lines once and collects what they would make."""

    cohort: KnownCohort
    organisations: Sequence[KnownOrganisation]
    findings: Findings = field(default_factory=lambda: Findings(Kind.PEOPLE))
    new_organisations: dict[str, NewOrganisation] = field(default_factory=dict)
    new_teams: dict[str, NewTeam] = field(default_factory=dict)
    invitations: list[NewInvitation] = field(default_factory=list)
    left_organisations: set[str] = field(default_factory=set)
    left_teams: set[str] = field(default_factory=set)
    left_people: int = 0
    _lines: dict[tuple[str, ...], int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._teams = {same(team.name): team for team in self.cohort.teams}
        self._by_address: dict[str, list[Holding]] = {}
        self._rows = {team.id: team.row for team in self.cohort.teams}
        self._by_name: dict[str, list[KnownOrganisation]] = {}
        self._new_by_name: dict[str, list[NewOrganisation]] = {}
        for known in self.organisations:
            self._by_name.setdefault(town(known.name), []).append(known)
        for held in self.cohort.holdings:
            self._by_address.setdefault(held.email, []).append(held)

    def go_through(self, lines: Sequence[Line]) -> list[Wrong]:
        for line in lines:
            self._note_organisation(line)
        for line in lines:
            self._take(line)
        return sorted(self.findings.all, key=lambda one: one.line)

    def _note_organisation(self, line: Line) -> None:
        """Organisations first: a later line may say what kind of one an earlier line means."""
        name, kind = line.cells.get("organisation", ""), KINDS.get(same(line.cells.get("kind", "")))
        if name and kind and not self._known(name, kind):
            new = NewOrganisation(name=name, kind=kind)
            if new.key not in self.new_organisations:
                self.new_organisations[new.key] = new
                self._new_by_name.setdefault(town(name), []).append(new)

    def _known(self, name: str, kind: str | None) -> list[KnownOrganisation]:
        """Those that bear this name; the one that is written just so goes before the others."""
        found = [one for one in self._by_name.get(town(name), ()) if kind in (None, one.kind)]
        return [one for one in found if one.name == name] or found

    def _take(self, line: Line) -> None:
        before = len(self.findings.all)
        role = self.findings.word(
            line, "role", ROLES, N_("Diese Rolle gibt es nicht. Möglich sind Platz, Coach und Moderation.")
        )
        language = self.findings.word(
            line, "language", LANGUAGES, N_("Diese Sprache gibt es hier nicht. Möglich sind de und en.")
        )
        first, last = self.findings.day(line, "valid_from"), self.findings.day(line, "valid_until")
        now = self.cohort.room.now
        begins, ends = clock.begins(first) if first else None, clock.ends(last) if last else None
        period = Period(begins or now, ends)
        if period.ends is not None and period.ends <= now:
            self.findings.add(line, "valid_until", N_("Dieser Tag ist schon vorbei."))
        elif period.ends is not None and period.ends <= period.begins:
            self.findings.add(line, "valid_until", N_("Das Ende liegt vor dem Anfang."))
        email = self._address(line)
        team = None
        if role == FACILITATOR:
            self._without_team(line)
        elif role is not None:
            team = self._team(line)
        if role is None or language is None or not email or len(self.findings.all) > before:
            return
        asked = NewInvitation(
            email=email,
            name=line.cells.get("name", ""),
            language=language,
            role=role,
            team=self._teams[team].id if team and team in self._teams else None,
            new_team=team if team and team in self.new_teams else None,
            valid_from=begins,
            valid_until=ends,
        )
        self._invite(line, asked, period)

    def _address(self, line: Line) -> str:
        """The address; empty where it is wrong, and where the line is about a team and nobody in it."""
        given, name = line.cells["email"], line.cells.get("name", "")
        self.findings.fits(line, "name")
        if not given and not name and (line.cells.get("team") or line.cells.get("organisation")):
            return ""
        email = address(given)
        if not given:
            self.findings.add(line, "email", NEEDED)
        elif not email:
            self.findings.add(line, "email", N_("Das ist keine E-Mail-Adresse."))
        if not name:
            self.findings.add(line, "name", NEEDED)
        return email

    def _without_team(self, line: Line) -> None:
        for key in ("organisation", "team"):
            if line.cells.get(key):
                self.findings.add(line, key, N_("Die Moderation gilt für den Durchgang, nicht für ein Team."))

    def _team(self, line: Line) -> str | None:
        """How the team of the line is called here; it is noted as new if it is not there."""
        name = line.cells.get("team") or line.cells.get("organisation", "")
        if not name:
            self.findings.add(line, "team", N_("Bitte nennen Sie das Team oder die Kommune."))
            return None
        if not (self.findings.fits(line, "team") & self.findings.fits(line, "organisation")):
            return None
        called = same(name)
        organisation = self._organisation(line, called)
        if organisation is None:
            return None
        there = self._teams[called].organisation if called in self._teams else None
        planned = self.new_teams[called].organisation if called in self.new_teams else None
        if (there or planned or organisation) != organisation:
            self.findings.add(line, "team", N_("Dieses Team gehört zu einer anderen Kommune."))
            return None
        if there:
            self.left_teams.add(called)
        elif not planned:
            if lack := self.cohort.room.lack_of_team():
                self._no_room(line, lack)
                return None
            self.cohort.room.teams.add(called)
            self.new_teams[called] = NewTeam(name=name, organisation=organisation)
        return called

    def _organisation(self, line: Line, team: str) -> str | None:
        """The organisation of the line: a public id, or the key of a new one."""
        name, typed = line.cells.get("organisation", ""), line.cells.get("kind", "")
        kind = self.findings.word(line, "kind", KINDS, NO_KIND) if typed else None
        if typed and kind is None:
            return None
        if not name:
            if team in self._teams or team in self.new_teams:
                return (self._teams.get(team) or self.new_teams[team]).organisation
            sentence = N_("Dieses Team gibt es noch nicht. Bitte nennen Sie seine Kommune.")
            self.findings.add(line, "organisation", sentence)
            return None
        known = self._known(name, kind)
        new = [one.key for one in self._new_by_name.get(town(name), ()) if kind in (None, one.kind)]
        if len(known) + len(new) == 1:
            self.left_organisations.update(one.id for one in known)
            return known[0].id if known else new[0]
        sentence = N_("So heißen mehrere Kommunen. Bitte geben Sie auch die Art an.")
        if not known and not new:
            sentence = N_("Diese Kommune gibt es noch nicht. Bitte geben Sie auch ihre Art an.")
        self.findings.add(line, "kind", sentence)
        return None

    def _invite(self, line: Line, asked: NewInvitation, period: Period) -> None:
        for held in self._by_address.get(asked.email, ()):
            if held.role != asked.role or not held.period.meets(period):
                continue
            if held.team == asked.team:
                self.left_people += 1
                return
            if held.role == SEAT:
                self._refuse_second_seat(line, held)
                return
        team = asked.team or asked.new_team or ""
        scope = (asked.email, asked.role) if asked.role == SEAT else (asked.email, asked.role, team)
        if scope in self._lines:
            sentence = N_("Diese Adresse steht schon in Zeile %(line)s.")
            self.findings.add(line, "email", sentence, line=self._lines[scope])
            return
        self._lines[scope] = line.number
        if asked.email in self.cohort.locked:
            self.findings.add(line, "email", N_("Das Konto zu dieser Adresse ist gesperrt."))
        elif asked.role != SEAT or self._has_room(line, team, period):
            self.invitations.append(asked)

    def _refuse_second_seat(self, line: Line, held: Holding) -> None:
        name = next(team.name for team in self.cohort.teams if team.id == held.team)
        sentence = N_("Diese Person hat schon einen Platz im Team %(team)s.")
        if held.invited:
            sentence = N_("Diese Adresse ist schon in das Team %(team)s eingeladen.")
        self.findings.add(line, "email", sentence, team=name)

    def _has_room(self, line: Line, team: str, period: Period) -> bool:
        room, key = self.cohort.room, self._rows.get(team, team)
        if lack := room.lack_of_seat(key, period):
            self._no_room(line, lack)
            return False
        room.taken.append((key, period))
        return True

    def _no_room(self, line: Line, lack: Lack) -> None:
        column, sentence = _NO_ROOM[lack]
        self.findings.add(line, column, sentence, most=self.cohort.room.limits.of(lack))


_NO_ROOM = {
    Lack.SEATS: ("team", N_("Dieses Team hat nur %(most)s Plätze.")),
    Lack.PEOPLE: ("email", N_("Dieser Durchgang nimmt nur %(most)s Menschen auf.")),
    Lack.TEAMS: ("team", N_("Dieser Durchgang nimmt nur %(most)s Teams auf.")),
}
"""Which column of the line does not fit, and why."""
