"""A secret ballot at the HTTP door: no answer, session or log says who handed one in."""

from __future__ import annotations

from datetime import timedelta

import pytest
import structlog
from sqlalchemy import select

from foundation import clock, commands
from people.sign_in.models import SessionRow

from .conftest import House


@pytest.fixture
def house(stage, database_kind, tmp_path):
    made = House(stage.copy(database_kind, tmp_path), tmp_path)
    yield made
    made.close()


def cast(house, who, *, base=0, value=1, abstained=False, once=""):
    marks = {house.scene.topics["sealed"]: value}
    body = {"poll": house.scene.polls["sealed"], "base": base, "marks": marks, "abstained": abstained}
    return house.asker(who).command("ballot.cast", house.scene.place("sealed"), body, once=once)


def everything_of(answer):
    headers = sorted((name, value) for name, value in answer.headers if name not in ("Date", "Set-Cookie"))
    return answer.status_code, headers, answer.data


def last_uses(house):
    with house.database.reading() as connection:
        return sorted(connection.execute(select(SessionRow.public_id, SessionRow.seen_at)).all())


def test_everybody_gets_the_same_answer_to_whatever_it_is(house):
    once = commands.new_id()
    answers = [
        cast(house, "member", once=once),
        cast(house, "member", once=once),
        cast(house, "neighbour", value=0, abstained=True),
        cast(house, "member", base=1, value=0),
    ]
    assert answers[0].status_code == 200
    assert {str(everything_of(answer)) for answer in answers} == {str(everything_of(answers[0]))}


def test_the_papers_that_are_fetched_are_equally_long(house):
    cast(house, "member")
    address = f"/workshops/{house.scene.workshops['sealed']}/poll/paper"
    full, blank = (house.asker(who).get(address) for who in ("member", "neighbour"))
    assert full.data != blank.data
    assert (len(full.data), full.headers["Content-Length"]) == (
        len(blank.data),
        blank.headers["Content-Length"],
    )


def test_no_session_says_that_it_was_used_for_it(house):
    house.asker("member"), house.asker("neighbour")
    clock.move(timedelta(minutes=10))
    before = last_uses(house)
    assert cast(house, "member").status_code == 200
    house.application.wire.using.note()
    assert last_uses(house) == before
    # Any other command shows it.
    need = {"topic": house.scene.topics["collecting"], "value": True}
    house.asker("neighbour").command("topic.need", house.scene.place("collecting"), need)
    house.application.wire.using.note()
    assert last_uses(house) != before


def test_nothing_is_logged(house):
    house.asker("member")
    with structlog.testing.capture_logs() as logged:
        assert cast(house, "member").status_code == 200
        assert cast(house, "member", value=0).status_code == 409
    assert logged == []
