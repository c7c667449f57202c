"""Sentences of receipts: plain, in both languages, and with numbers that add up."""

from __future__ import annotations

import re
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.workshops.results.counted import counted, result_of
from tests.workshops.voting.rules.elections import TEAMS, an_election, ten_teams

from workshops.results import explaining
from workshops.results.numbers import IN_WORDS, amount
from workshops.results.rules import Result, Since
from workshops.results.telling import tell
from workshops.results.words import why
from workshops.voting.rules.consent import Consent
from workshops.voting.rules.election import Completion, Verdict
from workshops.voting.rules.methods import OWNING, Method

THIRD = {"⅓": Fraction(1, 3), "⅔": Fraction(2, 3)}
NUMBER = re.compile(r"(\d*)([⅓⅔])|(\d+(?:,\d+)?)")


def read(said: str) -> list[Fraction]:
    """The numbers of a German sentence."""
    return [
        Fraction(whole or 0) + THIRD[third] if third else Fraction(plain.replace(",", "."))
        for whole, third, plain in NUMBER.findall(said)
    ]


def sentences(result: Result) -> dict[str, str]:
    told = tell(result)
    return {topic.title.split()[-1]: f"{topic.head} {topic.why}" for topic in (*told.chosen, *told.left_over)}


@given(st.fractions(0, 500))
def test_a_number_is_exact_or_says_that_it_is_rounded(said_in, value: Fraction) -> None:
    with said_in("de"):
        said = amount(value)
    if said.startswith("rund "):
        assert abs(read(said)[0] - value) <= Fraction(1, 200)
    else:
        assert read(said) == [value]


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(counted(*OWNING))
def test_the_numbers_in_a_sentence_add_up_to_the_minutes_of_the_topic(said_in, result: Result) -> None:
    """Where the amounts differ too much to be named, they stand behind the names."""
    with said_in("de"):
        told = tell(result)
        words = {word: number for number, word in enumerate(map(str, IN_WORDS))}
    for topic in told.chosen:
        if not topic.carried_by or "rund" in topic.why or "zwischen" in topic.why:
            continue
        paid = Fraction(0)
        for piece in topic.why.rstrip(".").split(", "):
            several = re.match(r"\w+ Teams", piece)
            said = re.sub(r" (ihrer|von eigenen) .*", "", re.sub(r"^Stadt \d", "", piece))
            paid += read(said)[0] * (words[several[0]] if several else 1)
        assert paid == topic.minutes


def test_the_example_of_the_ehrenamtskarte(said_in) -> None:
    result = result_of(Method.EQUAL_SHARES, ten_teams(seed="0", completion=Completion.NONE))
    raised = result_of(Method.EQUAL_SHARES, ten_teams(seed="0"))
    with said_in("de"):
        assert sentences(result)["Ehrenamtskarte"] == (
            "Thema Ehrenamtskarte, 30 Minuten: vier Teams zahlen je 7,5 ihrer 36 Minuten."
        )
        assert sentences(result)["Digital"] == "Thema Digital, 60 Minuten: Kein Team will es."
        assert sentences(raised)["Ehrenamtskarte"].endswith("vier Teams zahlen je 7,5 ihrer 49 Minuten.")
    with said_in("en"):
        assert sentences(result)["Ehrenamtskarte"] == (
            "Thema Ehrenamtskarte, 30 minutes: four teams each pay 7.5 of their 36 minutes."
        )


def test_unequal_payments_name_the_last_minutes(said_in) -> None:
    topics = [("a", 60), ("b", 60)]
    ballots = {team: {"a": 1} for team in TEAMS[:3]} | {team: {"b": 1} for team in TEAMS[3:6]}
    ballots[TEAMS[0]] = {"a": 1, "b": 1}
    election = an_election(topics, ballots, 300, completion=Completion.NONE)
    with said_in("de"):
        told = tell(result_of(Method.EQUAL_SHARES, election))
        why = {topic.title: (topic.why, topic.carried_by) for topic in told.chosen}
        assert why["Thema a"] == (
            "zwei Teams zahlen je 22,5 ihrer 30 Minuten, Stadt 0 die letzten 15.",
            "Stadt 1 (22,5), Stadt 2 (22,5), Stadt 0 (15)",
        )


@pytest.mark.parametrize("free", [0, 30])
@pytest.mark.parametrize("verdict", [Verdict.TOO_DEAR, Verdict.TOO_LONG])
def test_minutes_that_nobody_may_know_are_not_told_as_none(said_in, verdict: Verdict, free: int) -> None:
    result = result_of(Method.EQUAL_SHARES, ten_teams(seed="0"))
    topic = replace(result.left_over[0], verdict=verdict, support=1, free=free, funds=None)
    with said_in("de"):
        secret, known = (why(result, one, [], {}, None) for one in (topic, replace(topic, funds=Fraction(7))))
    assert secret.startswith("Ein Team will es. Die eigenen Minuten reichen dafür nicht.")
    assert "0 Minuten" not in secret.replace("30 Minuten", "")
    assert known.startswith(
        "Ein Team will es. An eigenen Minuten sind dafür noch da: 7 Minuten. Das reicht nicht."
    )
    assert ("keine Minute mehr frei" in secret) == (verdict is Verdict.TOO_LONG and not free)


def test_the_raise_is_explained_with_what_is_spent_of_it(said_in) -> None:
    with said_in("de"):
        lines = explaining.how(result_of(Method.EQUAL_SHARES, ten_teams(seed="0")))
    assert lines[1] == "10 Teams hatten einen Stimmzettel: Jedes besaß am Anfang 36 von 360 Minuten."
    assert lines[2] == (
        "Damit möglichst keine Minute übrig bleibt, wurde der Anteil jedes Teams von 36 auf 49 Minuten "
        "angehoben: immer um eine Minute, und jedes Mal wurde neu gezählt, so lange, wie das Gewählte "
        "noch in die Zeit passte. Zusammen besitzen die Teams dadurch mehr Minuten, als das Treffen hat; "
        "ausgegeben sind davon 330 Minuten."
    )
    assert lines[3].endswith("Es passte keines mehr.")


def test_what_teams_brought_along_is_said(said_in) -> None:
    result = result_of(Method.EQUAL_SHARES, ten_teams(seed="0"))
    uneven = [replace(team, owns=Fraction(40 if team.id == TEAMS[0] else 35)) for team in result.teams]
    with said_in("de"):
        told = tell(replace(result, teams=uneven))
    assert told.how[1].startswith("Am Anfang teilten sich die Teams 360 Minuten. Wer bei früheren")
    assert "wurde der Anteil jedes Teams um 13 Minuten angehoben" in told.how[2]
    assert told.teams[0].facts[0] == (
        "Eigene Minuten",
        "53 (40 am Anfang mit dem Mitgebrachten, 13 durch das Anheben)",
    )
    assert "sechs Teams zahlen je 15 Minuten." in {topic.why for topic in told.chosen}


def test_in_secret_it_is_said_how_many_pay_and_nobody_is_named(said_in) -> None:
    result = result_of(Method.EQUAL_SHARES, ten_teams(seed="0"))
    topics = [replace(topic, payments={}) for topic in result.topics]
    with said_in("de"):
        told = tell(replace(result, secret=True, teams=[], topics=topics))
    why = {topic.title: (topic.why, topic.carried_by) for topic in told.chosen}
    assert why["Thema Ehrenamtskarte"] == ("vier Teams zahlen zusammen 30 Minuten.", "")
    assert (told.teams, told.compared) == ([], "")
    assert "Stadt" not in repr(told)


VOICES = {
    TEAMS[0]: {"a": Consent.AGREES, "b": Consent.AGREES, "c": Consent.AGREES},
    TEAMS[1]: {"a": Consent.HAS_A_CONCERN, "b": Consent.OBJECTS},
    TEAMS[2]: {"b": Consent.OBJECTS},
}
POINTS = {TEAMS[0]: {"a": 3, "b": 1}, TEAMS[1]: {"a": 1, "c": 1}}
RANKS = {TEAMS[0]: {"a": 1, "b": 2, "c": 3}, TEAMS[1]: {"a": 1}}


FITS = ", und es passt in die 100 Minuten, die noch frei sind."
TOO_LONG = ". Als es an die Reihe kam, war nur noch Platz für 40 Minuten."
RANKED = " aus den Rangfolgen"


@pytest.mark.parametrize(
    ("method", "ballots", "said"),
    [
        (
            Method.CONSENT,
            VOICES,
            [
                f"Zwei Teams stimmen zu, davon ein Team mit Bedenken{TOO_LONG}",
                "Zwei Teams haben einen schwerwiegenden Einwand.",
                f"Ein Team stimmt zu{FITS}",
            ],
        ),
        (Method.DOTS, POINTS, [f"4 Punkte{FITS}", f"Ein Punkt{TOO_LONG}", f"Ein Punkt{TOO_LONG}"]),
        (
            Method.BORDA,
            RANKS,
            [f"4 Punkte{RANKED}{FITS}", f"Ein Punkt{RANKED}{TOO_LONG}", f"0 Punkte{RANKED}{TOO_LONG}"],
        ),
        (
            Method.SCHULZE,
            RANKS,
            [
                f"Zwei Teams haben es eingeordnet{FITS}",
                f"Ein Team hat es eingeordnet{TOO_LONG}",
                f"Ein Team hat es eingeordnet{TOO_LONG}",
            ],
        ),
    ],
)
def test_every_method_has_its_own_words(said_in, method, ballots, said) -> None:
    election = an_election([("a", 60), ("b", 60), ("c", 60)], ballots, 100)
    with said_in("de"):
        found = sentences(result_of(method, election))
    assert [found[topic].partition(": ")[2] for topic in "abc"] == said


@pytest.mark.parametrize("method", Method)
def test_every_method_has_a_rule_in_both_languages(said_in, method) -> None:
    said = []
    for language in ("de", "en"):
        with said_in(language):
            said.append(explaining.how(result_of(method, ten_teams())))
    german, english = said
    assert len(german) == len(english)
    assert not set(german) & set(english)


def test_what_has_become_of_a_topic_is_said(said_in) -> None:
    result = result_of(Method.APPROVAL, an_election([("a", 60)], {}, 100))
    fates = [
        (Since.WAITS, ""), (Since.MOVED, "4. Werkstatt-Treffen"), (Since.CHOSEN, "5. Werkstatt-Treffen"),
        (Since.MERGED, "5. Werkstatt-Treffen"), (Since.WITHDRAWN, ""),
    ]  # fmt: skip
    with said_in("de"):
        said = [
            tell(replace(result, topics=[replace(result.topics[0], since=since, where=where)]))
            .left_over[0]
            .whereabouts
            for since, where in fates
        ]
    assert said == [
        "Es kommt beim nächsten Treffen wieder.",
        "Es steht jetzt hier zur Wahl: 4. Werkstatt-Treffen.",
        "Es ist inzwischen hier gewählt: 5. Werkstatt-Treffen.",
        "Es ist inzwischen Teil eines anderen Themas.",
        "Das Team hat es inzwischen zurückgezogen.",
    ]
