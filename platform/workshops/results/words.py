"""Why a topic was chosen or not, as a sentence from the values of its receipt."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from flask_babel import gettext, ngettext

from workshops.voting.rules.consent import Consent
from workshops.voting.rules.election import Verdict
from workshops.voting.rules.methods import Kind, Method

from .numbers import amount, first_big, span, teams
from .rules import Part, Result, Since, Topic, said

MOST_PARTS = 4
"""So many different payments are named in a sentence; more of them stand in the list behind it."""
Names = Mapping[str, str]
"""Teams by public id."""


def head(topic: Topic) -> str:
    """ "Ehrenamtskarte, 30 Minuten:"; the sentence follows."""
    return str(gettext("%(title)s, %(span)s:", title=topic.title, span=span(topic.minutes)))


def why(result: Result, topic: Topic, parts: Sequence[Part], names: Names, owns: Fraction | None) -> str:
    """Why the topic was chosen or not. `owns`: the minutes of each who pays, if all own the same."""
    match topic.verdict:
        case Verdict.PAID if parts:
            return _paid(parts, names, owns)
        case Verdict.PAID:
            return _paid_in_secret(topic)
        case Verdict.FITS if result.owning:
            return str(
                gettext(
                    "%(support)s. Die eigenen Minuten reichen nicht ganz, aber es passt in die Zeit, "
                    "die am Ende frei ist (%(free)s).",
                    support=support(result, topic),
                    free=span(topic.free),
                )
            )
        case Verdict.FITS:
            return str(
                gettext(
                    "%(support)s, und es passt in die %(free)s, die noch frei sind.",
                    support=support(result, topic),
                    free=span(topic.free),
                )
            )
        case Verdict.TOO_LONG:
            return _too_long(result, topic)
        case Verdict.TOO_DEAR:
            return _too_dear(result, topic)
        case Verdict.OPPOSED:
            return _opposed(result, topic)
        case Verdict.NOBODY:
            return str(gettext("Kein Team will es."))


def support(result: Result, topic: Topic) -> str:
    """How much a topic is wanted, as its method counts it."""
    count = topic.support
    if result.method is Method.SCHULZE:
        return str(
            ngettext(
                "Ein Team hat es eingeordnet",
                "%(teams)s haben es eingeordnet",
                count,
                teams=first_big(teams(count)),
            )
        )
    if result.kind is Kind.ORDER:
        return str(ngettext("Ein Punkt aus den Rangfolgen", "%(num)s Punkte aus den Rangfolgen", count))
    if result.kind is Kind.GRADES:
        return str(gettext("Noten zusammen: %(num)s", num=count))
    if result.kind is Kind.DOTS and not result.owning:
        return str(ngettext("Ein Punkt", "%(num)s Punkte", count))
    if result.kind is Kind.VOICES:
        return _agreed(result, topic)
    return str(ngettext("Ein Team will es", "%(teams)s wollen es", count, teams=first_big(teams(count))))


def carried_by(parts: Sequence[Part], names: Names) -> str:
    """Who pays, by name; with the amounts where they differ."""
    if len(parts) == 1:
        return ", ".join(sorted(names[team] for team in parts[0].teams))
    return ", ".join(
        f"{name} ({each})"
        for part in parts
        for each in [amount(part.each)]
        for name in sorted(names[team] for team in part.teams)
    )


def missed(result: Result, topic: Topic) -> str:
    """In a few words why a wish did not come true."""
    match topic.verdict:
        case Verdict.OPPOSED:
            return str(gettext("es gibt einen schwerwiegenden Einwand"))
        case Verdict.TOO_DEAR:
            return str(gettext("den Teams, die es wollen, fehlen eigene Minuten"))
        case _ if result.owning and not topic.free:
            return str(gettext("zu teuer für die Teams, die es wollen, und keine Minute mehr frei"))
        case _ if not topic.free:
            return str(gettext("zu spät: Es war keine Minute mehr frei"))
        case _ if result.owning:
            return str(
                gettext(
                    "zu teuer für die Teams, die es wollen, und zu lang für den Rest (%(free)s)",
                    free=span(topic.free),
                )
            )
        case _:
            return str(
                gettext(
                    "zu lang: Als es an die Reihe kam, war noch Platz für %(free)s", free=span(topic.free)
                )
            )


def whereabouts(topic: Topic) -> str:
    """What becomes of a topic that was not chosen."""
    match topic.since:
        case Since.WITHDRAWN:
            return str(gettext("Das Team hat es inzwischen zurückgezogen."))
        case Since.MOVED:
            return str(gettext("Es steht jetzt hier zur Wahl: %(workshop)s.", workshop=topic.where))
        case Since.CHOSEN:
            return str(gettext("Es ist inzwischen hier gewählt: %(workshop)s.", workshop=topic.where))
        case Since.MERGED:
            return str(gettext("Es ist inzwischen Teil eines anderen Themas."))
        case Since.WAITS:
            return str(gettext("Es kommt beim nächsten Treffen wieder."))


def _paid(parts: Sequence[Part], names: Names, owns: Fraction | None) -> str:
    if len(parts) > MOST_PARTS:
        return str(
            gettext(
                "%(teams)s zahlen zwischen %(least)s und %(most)s.",
                teams=teams(sum(len(part.teams) for part in parts)),
                least=amount(parts[-1].each),
                most=span(parts[0].each),
            )
        )
    first, *others = parts
    pieces = [_first(first, names, owns), *(_next(part, names) for part in others)]
    return f"{', '.join(pieces)}."


def _first(part: Part, names: Names, owns: Fraction | None) -> str:
    if len(part.teams) == 1:
        told = {"team": names[part.teams[0]], "each": amount(part.each)}
        if owns is None:
            return str(gettext("%(team)s zahlt %(span)s", **told, span=span(part.each)))
        return str(gettext("%(team)s zahlt %(each)s von eigenen %(owns)s", **told, owns=span(owns)))
    told = {"teams": teams(len(part.teams)), "each": amount(part.each)}
    if owns is None:
        return str(gettext("%(teams)s zahlen je %(span)s", **told, span=span(part.each)))
    return str(gettext("%(teams)s zahlen je %(each)s ihrer %(owns)s", **told, owns=span(owns)))


def _next(part: Part, names: Names) -> str:
    each = amount(part.each)
    if len(part.teams) == 1:
        team = names[part.teams[0]]
        if part.rest:
            return str(gettext("%(team)s die letzten %(each)s", team=team, each=each))
        return f"{team} {each}"
    several = teams(len(part.teams))
    if part.rest:
        return str(gettext("%(teams)s je die letzten %(each)s", teams=several, each=each))
    return str(gettext("%(teams)s je %(each)s", teams=several, each=each))


def _paid_in_secret(topic: Topic) -> str:
    payers = topic.payers or 0
    return str(
        ngettext(
            "Ein Team zahlt %(span)s.",
            "%(teams)s zahlen zusammen %(span)s.",
            payers,
            teams=teams(payers),
            span=span(topic.minutes),
        )
    )


def _too_dear(result: Result, topic: Topic) -> str:
    """Of a secret poll it is not known what the teams had left."""
    wanted = support(result, topic)
    if topic.funds is None:
        return str(gettext("%(support)s. Die eigenen Minuten reichen dafür nicht.", support=wanted))
    return str(
        gettext(
            "%(support)s. An eigenen Minuten sind dafür noch da: %(funds)s. Das reicht nicht.",
            support=wanted,
            funds=span(topic.funds),
        )
    )


def _too_long(result: Result, topic: Topic) -> str:
    told = {"support": support(result, topic), "free": span(topic.free)}
    if result.owning:
        return f"{_too_dear(result, topic)} {_no_room_left(topic)}"
    if not topic.free:
        return str(gettext("%(support)s. Als es an die Reihe kam, war keine Minute mehr frei.", **told))
    return str(gettext("%(support)s. Als es an die Reihe kam, war nur noch Platz für %(free)s.", **told))


def _no_room_left(topic: Topic) -> str:
    if not topic.free:
        return str(gettext("Am Ende ist keine Minute mehr frei."))
    free = span(topic.free)
    return str(gettext("Für die Zeit, die am Ende frei ist (%(free)s), ist es zu lang.", free=free))


def _agreed(result: Result, topic: Topic) -> str:
    agreed = str(
        ngettext(
            "Ein Team stimmt zu",
            "%(teams)s stimmen zu",
            topic.support,
            teams=first_big(teams(topic.support)),
        )
    )
    concerns = said(result, topic, Consent.HAS_A_CONCERN)
    if not concerns:
        return agreed
    return str(gettext("%(agreed)s, davon %(teams)s mit Bedenken", agreed=agreed, teams=teams(concerns)))


def _opposed(result: Result, topic: Topic) -> str:
    opposed = said(result, topic, Consent.OBJECTS)
    if not opposed:
        return str(gettext("Es gibt mindestens einen schwerwiegenden Einwand."))
    return str(
        ngettext(
            "Ein Team hat einen schwerwiegenden Einwand.",
            "%(teams)s haben einen schwerwiegenden Einwand.",
            opposed,
            teams=first_big(teams(opposed)),
        )
    )
