"""Moving, shortening, splitting: each act says how something shall be, so that its like takes it back."""

from __future__ import annotations

from dataclasses import replace

from foundation import bodies
from foundation.errors import Code, Refusal
from foundation.text import N_

from .sheet import LONGEST, Block, Kind, Sheet, begun


def moved(sheet: Sheet, block: str, after: str | None) -> Sheet:
    """The block stands right after another one, or as early as it can."""
    place = sheet.still_ahead(block)
    one = _no_arrival(sheet.blocks[place])
    if after == block:
        return sheet
    rest = replace(sheet, blocks=(*sheet.blocks[:place], *sheet.blocks[place + 1 :]))
    return _put(rest, one, after)


def resized(sheet: Sheet, block: str, minutes: int) -> Sheet:
    """The block that is on can be made longer or shorter as well."""
    on = sheet.running
    place = sheet.place_of(block) if on and on.id == block else sheet.still_ahead(block)
    return _with(sheet, place, replace(sheet.blocks[place], minutes=minutes))


def renamed(sheet: Sheet, block: str, title: str) -> Sheet:
    """Topics keep the words that were voted on. Without a title it is called what it is for."""
    place = sheet.still_ahead(block)
    one = sheet.blocks[place]
    if one.kind is Kind.TOPIC:
        raise Refusal(Code.CLOSED, N_("Ein Thema behält die Worte, über die abgestimmt wurde."))
    if not title and one.kind is Kind.OTHER:
        raise bodies.invalid(title=N_("Bitte füllen Sie dieses Feld aus."))
    return _with(sheet, place, replace(one, title=title))


def split(sheet: Sheet, block: str, minutes: int, new_id: str) -> Sheet:
    """The block becomes two, the first of them so long; the second has the rest and stands behind it."""
    place = sheet.still_ahead(block)
    one = _no_arrival(sheet.blocks[place])
    if not 0 < minutes < one.minutes:
        raise bodies.invalid(minutes=(N_("Der größte mögliche Wert ist %(le)s."), {"le": one.minutes - 1}))
    sheet.refuse_if_full()
    first = replace(one, minutes=minutes)
    second = replace(one, id=new_id, minutes=one.minutes - minutes)
    return sheet.arranged([*sheet.blocks[:place], first, second, *sheet.blocks[place + 1 :]])


def joined(sheet: Sheet, block: str, other: str) -> Sheet:
    """Two parts become one again, where the first of them stands: the way back from a split."""
    place, second = sheet.still_ahead(block), sheet.still_ahead(other)
    one, two = sheet.blocks[place], sheet.blocks[second]
    if block == other or (one.kind, one.topic, one.title) != (two.kind, two.topic, two.title):
        raise Refusal(Code.CONFLICT, N_("Nur Teile von demselben lassen sich wieder verbinden."))
    if one.minutes + two.minutes > LONGEST:
        raise Refusal(Code.CONFLICT, N_("Zusammen wären diese Teile zu lang für einen Block."))
    whole = _with(sheet, place, replace(one, minutes=one.minutes + two.minutes))
    return whole.arranged([*whole.blocks[:second], *whole.blocks[second + 1 :]])


def added(sheet: Sheet, block: Block, after: str | None) -> Sheet:
    sheet.refuse_if_full()
    return _put(sheet, block, after)


def removed(sheet: Sheet, block: str) -> Sheet:
    """Taken off the sheet and kept beside it: whatever it was, it can come back."""
    place = sheet.still_ahead(block)
    return sheet.arranged(
        [*sheet.blocks[:place], *sheet.blocks[place + 1 :]], [*sheet.off, sheet.blocks[place]]
    )


def restored(sheet: Sheet, block: str, after: str | None) -> Sheet:
    """Back from beside the sheet. People arrive before everything else, and only once."""
    one = sheet.taken_off(block)
    rest = replace(sheet, off=tuple(other for other in sheet.off if other.id != block))
    if one.kind is not Kind.ARRIVAL:
        return _put(rest, one, after)
    if sheet.agreed is not None:
        raise begun()
    return rest.arranged([one, *rest.blocks])


def _put(sheet: Sheet, block: Block, after: str | None) -> Sheet:
    if sheet.ended_at:
        raise begun()
    place = sheet.place_after(after)
    return sheet.arranged([*sheet.blocks[:place], block, *sheet.blocks[place:]])


def _with(sheet: Sheet, place: int, block: Block) -> Sheet:
    return sheet.arranged([*sheet.blocks[:place], block, *sheet.blocks[place + 1 :]])


def _no_arrival(block: Block) -> Block:
    if block.kind is Kind.ARRIVAL:
        raise Refusal(Code.CLOSED, N_("Das Ankommen steht immer am Anfang."))
    return block
