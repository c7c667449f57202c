"""Refusals: one code, one status, one sentence."""

from __future__ import annotations

import pytest

from foundation.errors import STATUS, Code, Refusal, busy, forged, not_found, unknown_actor


def test_every_code_has_its_status() -> None:
    assert STATUS == {
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
    assert set(STATUS) == set(Code)


@pytest.mark.parametrize("code", Code)
def test_a_refusal_knows_its_status(code: Code) -> None:
    assert Refusal(code, "Nein.").status == STATUS[code]


def test_a_refusal_keeps_what_its_sentence_needs() -> None:
    given = {"minutes": "Zu viele."}
    refusal = Refusal(Code.CLOSED, "Noch %(left)s Minuten.", given, left=5)
    given["minutes"] = "changed"

    assert refusal.message % refusal.params == "Noch 5 Minuten."
    assert refusal.fields == {"minutes": "Zu viele."}
    assert str(refusal) == "closed: Noch %(left)s Minuten."


def test_those_that_everybody_needs() -> None:
    assert (not_found().code, not_found().fields) == (Code.NOT_FOUND, {})
    assert busy().code is Code.BUSY
    assert unknown_actor().code is Code.UNKNOWN_ACTOR
    assert forged().code is Code.CSRF
    assert not_found() is not not_found()
