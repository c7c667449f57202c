"""People as vCards (RFC 6350, version 4.0), for the address book of a phone or a mail program."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

LONGEST = 75
"""Bytes that a line may have, its end not counted."""

Card = Sequence[tuple[str, str]]
"""Properties with their values in plain text, in order."""

_ESCAPED = str.maketrans(
    {
        "\\": "\\\\",
        ",": "\\,",
        ";": "\\;",
        "\n": "\\n",
        **{chr(sign): None for sign in range(32) if sign != 10},
    }
)


def written(cards: Iterable[Card]) -> bytes:
    """The cards as a file. What is empty is left out."""
    return b"".join(_folded(line) for card in cards for line in _lines(card))


def _lines(card: Card) -> Iterator[str]:
    yield "BEGIN:VCARD"
    yield "VERSION:4.0"
    for name, value in card:
        if value:
            yield f"{name}:{_escaped(value)}"
    yield "END:VCARD"


def _escaped(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").translate(_ESCAPED)


def _folded(line: str) -> bytes:
    """Long lines go on in the next, after a space; no character is torn apart."""
    rows, row = [], b""
    for sign in line:
        encoded = sign.encode()
        if len(row) + len(encoded) > LONGEST:
            rows.append(row)
            row = b" "
        row += encoded
    return b"\r\n".join([*rows, row]) + b"\r\n"
