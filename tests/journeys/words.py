"""What the screens of the story say, in both languages."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Words:
    """The names by which somebody finds their way."""

    propose: str
    topic: str
    question: str
    time: str
    yes: str
    close: str
    adopt: str
    to_result: str
    voted: str
    saved: str
    connected: str
    chosen_by: str


WORDS = {
    "de": Words(
        propose="Thema vorschlagen",
        topic="Thema",
        question="Die Frage dahinter",
        time="Zeitbedarf",
        yes="Ja, wollen wir",
        close="Abstimmung schließen",
        adopt="Ablauf übernehmen",
        to_result="Zum Ergebnis",
        voted="{n} von 10 Teams haben abgestimmt",
        saved="Alles gespeichert",
        connected="verbunden",
        chosen_by="{n} von 10 Teams",
    ),
    "en": Words(
        propose="Propose a topic",
        topic="Topic",
        question="The question behind it",
        time="Time needed",
        yes="Yes, we want this",
        close="Close the poll",
        adopt="Adopt the agenda",
        to_result="To the result",
        voted="{n} of 10 teams have voted",
        saved="Everything is saved",
        connected="connected",
        chosen_by="{n} of 10 teams",
    ),
}


@dataclass(frozen=True)
class SheetWords:
    """The same for the run sheet."""

    arrival: str
    closing: str
    rests: tuple[str, ...]
    edit: str
    undo: str
    longer: str
    down: str
    minutes: str
    overflow: str
    move_to: str
    as_early: str
    move: str
    name: str
    rename: str
    split_at: str
    split: str
    take_off: str


RUN_SHEET = {
    "de": SheetWords(
        arrival="Ankommen",
        closing="Abschluss",
        rests=("Pause", "Mittagspause"),
        edit="Ablauf bearbeiten",
        undo="Rückgängig",
        longer="5 Minuten länger",
        down="Nach unten",
        minutes="{n} Minuten",
        overflow="{n} Minuten länger als geplant",
        move_to="Verschieben nach …",
        as_early="so früh wie möglich",
        move="Verschieben",
        name="Bezeichnung",
        rename="Umbenennen",
        split_at="Teilen: Minuten des ersten Teils",
        split="Teilen",
        take_off="Vom Ablauf nehmen",
    ),
    "en": SheetWords(
        arrival="Arrival",
        closing="Closing",
        rests=("Break", "Lunch break"),
        edit="Edit the agenda",
        undo="Undo",
        longer="5 minutes longer",
        down="Down",
        minutes="{n} minutes",
        overflow="{n} minutes longer than planned",
        move_to="Move to …",
        as_early="as early as possible",
        move="Move",
        name="Name",
        rename="Rename",
        split_at="Split: minutes of the first part",
        split="Split",
        take_off="Take off the agenda",
    ),
}
