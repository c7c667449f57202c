"""How much of everything there may be, as settings: each has an edge, and what lies beyond is refused."""

from __future__ import annotations

from dataclasses import fields
from typing import Annotated

from pydantic import Field
from pydantic_settings import BaseSettings

from live.limits import USUAL, Limits

Count = Annotated[int, Field(ge=1, le=1_000_000)]
Seconds = Annotated[int, Field(ge=1, le=300)]
Bytes = Annotated[int, Field(ge=1024, le=100_000_000)]


class Bounds(BaseSettings):
    """The part of the settings that is about limits."""

    connections: Count = Field(10_000, description="Connections that one process serves at the same time.")
    requests_at_once: Count = Field(
        2, description="Requests of one session that are worked on at the same time; the others wait."
    )
    requests_waiting: Count = Field(
        64, description="Requests of one session that may wait for that; what comes beyond is refused."
    )
    idle_seconds: Seconds = Field(
        75, description="Seconds for which a connection may be open without asking anything."
    )
    peer_seconds: Seconds = Field(
        30,
        description="Seconds for which nothing may come of a request, or be taken of its answer; within "
        "which its head must have come.",
    )
    request_bytes: Bytes = Field(1_000_000, description="Bytes of a form or a list that is sent in.")
    command_bytes: Bytes = Field(USUAL.command_bytes, description="Bytes of a command.")
    commands_per_transaction: Count = Field(
        64, description="Commands that are written together when several wait."
    )
    database_connections: Annotated[int, Field(ge=4, le=1000)] = Field(
        40, description="Connections to the database that one process holds at most."
    )
    sockets_per_person: Count = Field(
        USUAL.sockets_per_person, description="Open sockets of one person in one process."
    )
    streams_per_socket: Count = Field(
        USUAL.streams_per_socket, description="Streams that one socket may follow."
    )
    messages_per_second: Count = Field(
        USUAL.messages_per_second,
        description="Messages that a socket may send for long; it may save up two seconds' worth.",
    )
    message_bytes: Bytes = Field(
        USUAL.message_bytes, description="Bytes of one message from a socket, all its fragments together."
    )
    fragments_per_message: Count = Field(
        USUAL.fragments_per_message, description="Fragments that one message may come in."
    )
    silent_seconds: Seconds = Field(
        USUAL.silent_seconds, description="Seconds that a new socket has to say its first word."
    )
    queued_messages: Count = Field(
        USUAL.queued_messages,
        description="Messages that wait for a slow reader before it is cut off, to catch up later.",
    )
    queued_bytes: Bytes = Field(
        USUAL.queued_bytes, description="The same in bytes, not counting the first of them."
    )
    events_per_message: Count = Field(
        USUAL.events_per_message, description="Events that go into one message when several have come up."
    )
    events_per_answer: Count = Field(
        USUAL.events_per_answer, description="Events that one catch-up answers with at most."
    )
    wait_seconds: Seconds = Field(
        USUAL.wait_seconds, description="Seconds that a catch-up over HTTP may wait for news."
    )
    waiting_per_person: Count = Field(
        USUAL.waiting_per_person, description="Catch-ups that one person may have waiting in one process."
    )

    @property
    def limits(self) -> Limits:
        """What the wire is to know of it."""
        return Limits(**{field.name: getattr(self, field.name) for field in fields(Limits)})
