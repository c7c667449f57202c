"""Going through a run sheet: begin, the next one, longer, one step back."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from foundation.errors import Code, Refusal
from foundation.text import N_

from .arranging import resized
from .sheet import Block, Sheet, length


def started(sheet: Sheet, now: datetime) -> Sheet:
    """The first block after the arrival is on; from here on the length of the sheet is what was agreed."""
    if sheet.agreed is not None:
        raise Refusal(Code.CLOSED, N_("Das Treffen hat schon begonnen."))
    place = sheet.free_from
    if place >= len(sheet.blocks):
        raise Refusal(Code.CLOSED, N_("Der Ablauf ist leer. Fügen Sie zuerst etwas hinzu."))
    return replace(_on(sheet, place, now), agreed=length(sheet.blocks))


def next_one(sheet: Sheet, now: datetime) -> Sheet:
    """The one after it is on; after the last, the meeting is over."""
    place = sheet.place_of(_running(sheet).id) + 1
    return _on(sheet, place, now) if place < len(sheet.blocks) else replace(sheet, ended_at=now)


def extended(sheet: Sheet, minutes: int) -> Sheet:
    """The block that is on lasts so long altogether."""
    return resized(sheet, _running(sheet).id, minutes)


def back(sheet: Sheet) -> Sheet:
    """One step back: the end, a block or the beginning was called too early."""
    if sheet.ended_at:
        return replace(sheet, ended_at=None)
    place = sheet.place_of(_running(sheet).id)
    before = _on(sheet, place, None)
    return before if before.running else replace(before, agreed=None)


def _on(sheet: Sheet, place: int, now: datetime | None) -> Sheet:
    block = replace(sheet.blocks[place], begun_at=now)
    return replace(sheet, blocks=(*sheet.blocks[:place], block, *sheet.blocks[place + 1 :]))


def _running(sheet: Sheet) -> Block:
    if sheet.agreed is None:
        raise Refusal(Code.CLOSED, N_("Das Treffen hat noch nicht begonnen."))
    if sheet.running is None:
        raise Refusal(Code.CLOSED, N_("Das Treffen ist beendet."))
    return sheet.running
