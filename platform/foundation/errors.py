"""Saying no, in a form that every door can turn into the same answer."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from foundation.text import N_


class Code(StrEnum):
    """What a program reads in a refusal. Which HTTP status goes with it stands in `STATUS`."""

    BAD_REQUEST = "bad_request"
    UNKNOWN_ACTOR = "unknown_actor"
    CSRF = "csrf"
    NOT_FOUND = "not_found"
    CLOSED = "closed"
    STALE = "stale"
    ID_REUSED = "id_reused"
    CONFLICT = "conflict"
    TOO_LARGE = "too_large"
    INVALID = "invalid"
    TOO_MANY = "too_many"
    BUSY = "busy"


STATUS: Mapping[Code, int] = {
    Code.BAD_REQUEST: 400,
    Code.UNKNOWN_ACTOR: 401,
    Code.CSRF: 403,
    Code.NOT_FOUND: 404,
    Code.CLOSED: 409,
    Code.STALE: 409,
    Code.ID_REUSED: 409,
    Code.CONFLICT: 409,
    Code.TOO_LARGE: 413,
    Code.INVALID: 422,
    Code.TOO_MANY: 429,
    Code.BUSY: 503,
}


class Refusal(Exception):  # noqa: N818 -- no error: the house understood, and says no
    """The house understood, and says no. Only the doors catch it, translate it and answer.

    `message` and the values of `fields` are message ids marked with `N_`; `params` fill their
    placeholders. Field values may be a pair (message id, params) where one field has its own.
    `present` is what the value is now, for who wanted to change another one.
    """

    def __init__(
        self,
        code: Code,
        message: str,
        fields: Mapping[str, str | tuple[str, Mapping[str, Any]]] | None = None,
        *,
        present: Any = None,
        **params: Any,
    ) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.fields = dict(fields or {})
        self.present = present
        self.params = params

    @property
    def status(self) -> int:
        return STATUS[self.code]


def not_found() -> Refusal:
    """The one answer for what does not exist and what is not yours to see."""
    return Refusal(Code.NOT_FOUND, N_("Das gibt es hier nicht, oder es ist nicht für Sie freigegeben."))


def too_many() -> Refusal:
    return Refusal(Code.TOO_MANY, N_("Zu viele Anfragen auf einmal. Bitte warten Sie einen Moment."))


def busy() -> Refusal:
    return Refusal(
        Code.BUSY,
        N_(
            "Der Server ist gerade sehr beschäftigt. Es wurde nichts verändert; "
            "bitte versuchen Sie es gleich noch einmal."
        ),
    )


def unknown_actor() -> Refusal:
    return Refusal(Code.UNKNOWN_ACTOR, N_("Bitte melden Sie sich an."))


def forged() -> Refusal:
    """A request that no page of ours has sent, or one from a page whose session is over."""
    return Refusal(
        Code.CSRF,
        N_("Diese Seite war zu lange offen oder gehört nicht zu Ihrer Anmeldung. Bitte laden Sie sie neu."),
    )


def id_reused() -> Refusal:
    return Refusal(Code.ID_REUSED, N_("Diese Befehlsnummer wurde schon für etwas anderes verwendet."))
