"""How much one client may take, and how much is done at once. Each is a setting of the same name."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Limits:
    """Counts, bytes and seconds; what an operator says of each stands in `werkstatt/settings.py`."""

    sockets_per_person: int = 8
    streams_per_socket: int = 64
    messages_per_second: int = 30
    message_bytes: int = 65_536
    fragments_per_message: int = 64
    queued_messages: int = 256
    queued_bytes: int = 1_000_000
    silent_seconds: int = 10
    command_bytes: int = 65_536
    events_per_message: int = 100
    events_per_answer: int = 500
    wait_seconds: int = 25
    waiting_per_person: int = 8


USUAL = Limits()
