"""What counts as a telephone number, and how it is dialled."""

from __future__ import annotations

import re

LONGEST = 300
_PHONE = re.compile(r"\+?[0-9 ()/.-]{3,40}")


def is_phone(text: str) -> bool:
    return _PHONE.fullmatch(text) is not None and any(sign.isdigit() for sign in text)


def dialled(phone: str) -> str:
    """What a telephone is told: digits, and a plus in front if it was typed."""
    digits = "".join(sign for sign in phone if sign.isdigit())
    return f"+{digits}" if phone.strip().startswith("+") else digits
