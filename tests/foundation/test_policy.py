"""Policy: one map, and what has no rule is forbidden."""

from __future__ import annotations

from dataclasses import FrozenInstanceError
from enum import StrEnum
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import column, select
from tests.foundation.probe import Permission, code_of

from foundation import policy
from foundation.errors import Code
from foundation.policy import Actor, ActorKind, Credential, Grant, Role


class Strange(StrEnum):
    UNRULED = "strange.unruled"
    RULED = "strange.ruled"
    LISTED = "strange.listed"


def actor(*grants: tuple[Role, str]) -> Actor:
    return Actor(kind=ActorKind.PERSON, id="p", grants=frozenset(Grant(*grant) for grant in grants))


@given(st.sets(st.tuples(st.sampled_from(Role), st.sampled_from(["house", "cohort/a", "team/b"]))))
def test_what_has_no_rule_is_forbidden_whoever_asks(grants: set[tuple[Role, str]]) -> None:
    for somebody in (actor(*grants), policy.system("seed")):
        assert not policy.may(somebody, Strange.UNRULED, object())
        assert code_of(lambda who=somebody: policy.require(who, Strange.UNRULED, object())) is Code.NOT_FOUND
        assert str(select(column("x")).where(policy.where(somebody, Strange.UNRULED))).endswith("false")


def test_a_rule_decides_by_actor_and_subject() -> None:
    @policy.rule(Strange.RULED)
    def members(who: Actor, subject: str) -> bool:
        return who.holds(Role.PARTICIPANT, subject)

    somebody = actor((Role.PARTICIPANT, "team/a"))

    assert policy.may(somebody, Strange.RULED, "team/a")
    assert not policy.may(somebody, Strange.RULED, "team/b")
    policy.require(somebody, Strange.RULED, "team/a")
    assert code_of(lambda: policy.require(somebody, Strange.RULED, "team/b")) is Code.NOT_FOUND


def test_what_was_not_found_is_refused_without_asking_the_rule() -> None:
    @policy.rule(Strange.RULED)
    def everybody(_who: Actor, subject: object) -> bool:
        assert subject is not None
        return True

    assert code_of(lambda: policy.require(actor(), Strange.RULED, None)) is Code.NOT_FOUND


def test_a_rule_without_a_clause_finds_nothing_in_lists() -> None:
    @policy.rule(Strange.RULED)
    def everybody(_who: Actor, _subject: object) -> bool:
        return True

    assert str(policy.where(actor(), Strange.RULED)) == "false"


def test_a_rule_with_a_clause_is_the_same_in_lists() -> None:
    name = column("name")

    @policy.rule(Strange.LISTED, clause=lambda who: name.in_(who.scopes(Role.COACH, prefix="team/")))
    def coaches(who: Actor, subject: str) -> bool:
        return who.holds(Role.COACH, f"team/{subject}")

    clause = policy.where(actor((Role.COACH, "team/a")), Strange.LISTED)

    assert str(clause.compile(compile_kwargs={"literal_binds": True})) == "name IN ('a')"


def test_two_rules_for_one_permission_are_a_mistake() -> None:
    with pytest.raises(RuntimeError, match="already has a rule"):
        policy.rule(Permission.ADD)(lambda _who, _subject: True)


def test_where_somebody_holds_a_role() -> None:
    somebody = actor(
        (Role.PARTICIPANT, "team/a"),
        (Role.PARTICIPANT, "cohort/c"),
        (Role.COACH, "team/b"),
        (Role.COACH, "house"),
    )

    assert somebody.scopes(Role.PARTICIPANT) == {"team/a", "cohort/c"}
    assert somebody.scopes(Role.PARTICIPANT, Role.COACH, prefix="team/") == {"a", "b"}
    assert somebody.scopes(Role.FACILITATOR) == frozenset()
    assert somebody.holds(Role.COACH, "house")
    assert not somebody.holds(Role.COACH, "team/a")


def test_any_of_several_roles_at_several_places() -> None:
    somebody = actor((Role.COACH, "team/b"))

    assert policy.any_of(somebody, (Role.PARTICIPANT, Role.COACH), iter(("team/a", "team/b")))
    assert not policy.any_of(somebody, (Role.PARTICIPANT, Role.FACILITATOR), ("team/b",))
    assert not policy.any_of(somebody, (Role.COACH,), ())


def test_the_house_itself_holds_nothing_and_says_why_it_acts() -> None:
    house = policy.system("poll.close_when_due")

    assert (house.kind, house.id, house.is_system) == (ActorKind.SYSTEM, "system/poll.close_when_due", True)
    assert house.grants == frozenset()
    assert not actor().is_system


def test_only_whoever_types_at_the_server_is_at_the_command_line() -> None:
    assert policy.at_the_command_line(policy.COMMAND_LINE)
    assert policy.at_the_command_line(policy.system("command-line"))
    assert not policy.at_the_command_line(policy.system("seed"))
    assert not policy.at_the_command_line(policy.system("backup"))
    assert not policy.at_the_command_line(Actor(kind=ActorKind.PERSON, id=policy.COMMAND_LINE.id))


def test_every_rule_of_the_house_is_listed() -> None:
    rule = policy.rules()[Permission.ADD]

    assert rule.clause is None
    assert rule.check(policy.system("test"), None)


def test_the_same_actor_is_the_same_wherever_their_row_lies() -> None:
    one, other = (Actor(kind=ActorKind.PERSON, id="p", row=row) for row in (1, 2))

    assert one == other
    assert len({one, other}) == 1
    assert policy.system("test").row == 0


def test_the_same_credential_is_recognised() -> None:
    assert {Credential("session", "a"): 1}[Credential("session", "a")] == 1
    assert Credential("session", "a") != Credential("link", "a")


@pytest.mark.parametrize(
    "value",
    [
        actor(),
        Credential("session", "a"),
        Grant(Role.COACH, "house"),
        policy.Rule(lambda _who, _subject: False, None),
    ],
)
def test_nobody_gets_more_rights_by_writing_into_them(value: Any) -> None:
    [name, *_] = vars(value)
    with pytest.raises(FrozenInstanceError):
        setattr(value, name, "other")
