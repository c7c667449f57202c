"""Who is told how a vote stands: all, only the teams that have voted, or nobody before the close."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from foundation.places import Place
from foundation.transaction import Transaction

from .events import TallyChanged, TallyShown
from .settings import Show


@dataclass(frozen=True, kw_only=True)
class Telling:
    """Tells of one poll. `readers`: the teams that have voted, by public id; asked for only if needed."""

    transaction: Transaction
    place: Place
    poll: str
    show: str
    readers: Callable[[], Sequence[str]]

    def support(self, changed: Mapping[str, int], voted: int, *, turnout: bool) -> None:
        """These topics have that support now. `turnout`: whether `voted` has changed as well."""
        if self.show == Show.LIVE:
            for topic, approvals in changed.items():
                self._tally(topic, approvals, voted)
        elif self.show == Show.OWN and changed:
            for team in self.readers():
                self.to(team, changed)
        if turnout and not (self.show == Show.LIVE and changed):
            self._tally(None, None, voted)

    def to(self, team: str, tally: Mapping[str, int] | None) -> None:
        """Tell one team, where only those see the count who have voted; nothing: it sees it no more."""
        if self.show == Show.OWN:
            told = TallyShown(poll=self.poll, tally=tally)
            self.transaction.append(f"{self.place.name}/team/{team}", told)

    def _tally(self, topic: str | None, approvals: int | None, voted: int) -> None:
        told = TallyChanged(poll=self.poll, topic=topic, approvals=approvals, voted=voted)
        self.transaction.append(self.place.name, told)
