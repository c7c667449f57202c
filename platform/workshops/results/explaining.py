"""How a vote was counted, in words: the rule, minutes that nobody could spend, ties, a comparison."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import gettext, ngettext

from foundation.text import N_
from workshops.voting.rules.election import Completion, Verdict
from workshops.voting.rules.methods import Method

from .numbers import amount, span, titles
from .rules import Receipt, Result, level, spread, total, uneven

RULES = {
    Method.EQUAL_SHARES: N_(
        "Jedes Team besitzt eigene Minuten des Treffens. Ein Thema wird von den Teams bezahlt, "
        "die es wollen, zu gleichen Teilen; wem dafür zu wenig bleibt, der gibt, was er noch hat. Es "
        "kommt immer das Thema als Nächstes, das für seine Teams je Minute am günstigsten ist."
    ),
    Method.EQUAL_SHARES_POINTS: N_(
        "Jedes Team besitzt eigene Minuten des Treffens. Ein Thema wird von den Teams bezahlt, "
        "die ihm Punkte gegeben haben: doppelt so viele Punkte zahlen doppelt so viel; wem dafür zu "
        "wenig bleibt, der gibt, was er noch hat. Es kommt immer das Thema als Nächstes, das je "
        "Minute und Punkt am günstigsten ist."
    ),
    Method.APPROVAL: N_(
        "Zuerst kommt das Thema, das die meisten Teams wollen, dann das nächste, solange es in die "
        "Minuten passt. Was nicht mehr passt, wird übersprungen."
    ),
    Method.DOTS: N_(
        "Jedes Team hatte gleich viele Punkte zu verteilen. Zuerst kommt das Thema mit den meisten "
        "Punkten, dann das nächste, solange es in die Minuten passt. Was nicht mehr passt, wird "
        "übersprungen."
    ),
    Method.SCORE: N_(
        "Jedes Team konnte jedem Thema eine Note von null bis fünf geben. Zuerst kommt das Thema mit "
        "der höchsten Summe, dann das nächste, solange es in die Minuten passt. Was nicht mehr passt,"
        " wird übersprungen."
    ),
    Method.BORDA: N_(
        "Jedes Team hat die Themen in eine Rangfolge gebracht. Ein Thema bekommt von einem Team einen"
        " Punkt für jedes andere, das dort hinter ihm steht (Borda). Zuerst kommt das Thema mit den "
        "meisten Punkten, dann das nächste, solange es in die Minuten passt."
    ),
    Method.SCHULZE: N_(
        "Jedes Team hat die Themen in eine Rangfolge gebracht. Je zwei Themen werden verglichen: "
        "Eines schlägt das andere, wenn mehr Teams es davor setzen als dahinter. Die stärksten Ketten"
        " solcher Siege ergeben die Reihenfolge (Schulze); gewählt wird, was danach in die Minuten "
        "passt."
    ),
    Method.CONSENT: N_(
        "Gewählt wird, was jemand will und wogegen kein Team einen schwerwiegenden Einwand hat "
        "(Konsent): zuerst die Themen mit den wenigsten Bedenken, dann die mit der meisten "
        "Zustimmung, solange sie in die Minuten passen."
    ),
}


def turnout(result: Result) -> str:
    all_of_them = ngettext("%(num)s Team", "%(num)s Teams", result.entitled)
    if not result.voted:
        return str(gettext("Von %(all)s hat keines abgestimmt.", all=all_of_them))
    return str(
        ngettext(
            "Von %(all)s hat eines abgestimmt.",
            "Von %(all)s haben %(num)s abgestimmt.",
            result.voted,
            all=all_of_them,
        )
    )


def outcome(result: Result) -> str:
    return str(
        ngettext(
            "Ein Thema ist gewählt: %(filled)s von %(room)s sind belegt.",
            "%(num)s Themen sind gewählt: %(filled)s von %(room)s sind belegt.",
            len(result.chosen),
            filled=amount(total(result.chosen)),
            room=span(result.minutes),
        )
        if result.chosen
        else gettext("Kein Thema ist gewählt.")
    )


def how(result: Result) -> list[str]:
    """The rule, and where teams own minutes what became of those that were left."""
    said = [str(gettext(RULES[result.method])), gettext("Was kein Team will, wird nicht gewählt.")]
    return [" ".join(said), *(_shares(result) if result.owning else [])]


def ties(result: Result) -> list[str]:
    """The rule for ties, and the topics that stood equal."""
    if result.by_lot:
        rule = gettext("Bei Gleichstand entscheidet ein Los, das beim Öffnen der Abstimmung gezogen wurde.")
    else:
        rule = gettext(
            "Bei Gleichstand kommt zuerst, was das Team will, dessen Wünsche in der Reihe bisher die "
            "wenigsten Minuten bekommen haben; danach entscheidet ein Los, das beim Öffnen der Abstimmung "
            "gezogen wurde."
        )
    equal = [
        gettext(
            "Gleichauf liegen %(topics)s: In dieser Reihenfolge kamen sie dran.",
            topics=titles([topic.title for topic in group]),
        )
        for group in level(result)
    ]
    return [str(rule), *map(str, equal)]


def instead(result: Result) -> list[str]:
    """What the most votes first would have chosen; nothing where there is nothing to compare with."""
    others = result.by_votes
    if others is None:
        return []
    if {topic.id for topic in others} == {topic.id for topic in result.chosen}:
        return [str(gettext("Nach den meisten Stimmen wären dieselben Themen gewählt worden."))]
    if not others:
        return [str(gettext("Nach den meisten Stimmen wäre kein Thema gewählt worden."))]
    said = gettext(
        "Nach den meisten Stimmen wäre stattdessen gewählt worden: %(topics)s, zusammen %(span)s.",
        topics=titles([topic.title for topic in others]),
        span=span(total(others)),
    )
    return [str(said)]


def compared(result: Result, found: Sequence[Receipt]) -> str:
    """How evenly the wishes of the teams get time, here and by the most votes."""
    here = spread(found, lambda receipt: receipt.minutes)
    if here is None:
        return ""
    told = {"least": amount(here[0]), "most": span(here[1])}
    there = spread(found, lambda receipt: receipt.by_votes or 0) if result.by_votes is not None else None
    if there is None:
        return str(
            gettext(
                "Die Wünsche der Teams, die abgestimmt haben, bekommen zwischen %(least)s und %(most)s.",
                **told,
            )
        )
    return str(
        gettext(
            "Die Wünsche der Teams, die abgestimmt haben, bekommen zwischen %(least)s und %(most)s. "
            "Nach den meisten Stimmen wären es zwischen %(fewest)s und %(highest)s.",
            **told,
            fewest=amount(there[0]),
            highest=span(there[1]),
        )
    )


def _shares(result: Result) -> list[str]:
    share, first = result.share or result.first_share, result.first_share
    if uneven(result):
        owned = gettext(
            "Am Anfang teilten sich die Teams %(room)s. Wer bei früheren Treffen Minuten übrig behalten "
            "hatte, besaß mehr als die anderen.",
            room=span(result.minutes),
        )
        return [str(owned), *_raised(result, None, span(share - first)), *_filled(result)]
    owned = ngettext(
        "Ein Team hatte einen Stimmzettel und besaß am Anfang alle %(room)s.",
        "%(num)s Teams hatten einen Stimmzettel: Jedes besaß am Anfang %(share)s von %(room)s.",
        result.entitled,
        share=amount(first),
        room=span(result.minutes),
    )
    return [str(owned), *_raised(result, amount(first), span(share)), *_filled(result)]


def _raised(result: Result, first: str | None, last: str) -> list[str]:
    """`first`: the share that all had; without one, `last` is by how much each was raised."""
    if result.completion is Completion.NONE:
        return [str(gettext("Was die Teams übrig haben, bleibt frei."))]
    everything = all(topic.verdict in (Verdict.PAID, Verdict.NOBODY) for topic in result.topics)
    until = (
        gettext("bis alles gewählt war, was Teams wollen")
        if everything
        else gettext("so lange, wie das Gewählte noch in die Zeit passte")
    )
    if result.share == result.first_share:
        said = (
            gettext("Damit ist schon alles bezahlt, was Teams wollen.")
            if everything
            else gettext(
                "Hätte jedes Team nur eine Minute mehr, so wäre mehr gewählt, als in die Zeit passt."
            )
        )
        return [str(said)]
    raised = (
        gettext(
            "Damit möglichst keine Minute übrig bleibt, wurde der Anteil jedes Teams um %(by)s angehoben: "
            "immer um eine Minute, und jedes Mal wurde neu gezählt, %(until)s.",
            by=last,
            until=until,
        )
        if first is None
        else gettext(
            "Damit möglichst keine Minute übrig bleibt, wurde der Anteil jedes Teams von %(first)s auf "
            "%(last)s angehoben: immer um eine Minute, und jedes Mal wurde neu gezählt, %(until)s.",
            first=first,
            last=last,
            until=until,
        )
    )
    spent_now = sum(topic.minutes for topic in result.topics if topic.verdict is Verdict.PAID)
    only = gettext(
        "Zusammen besitzen die Teams dadurch mehr Minuten, als das Treffen hat; "
        "ausgegeben sind davon %(spent)s.",
        spent=span(spent_now),
    )
    return [f"{raised} {only}"]


def _filled(result: Result) -> list[str]:
    if result.completion is not Completion.RAISE_SHARES_AND_APPROVALS:
        return []
    filled = [topic.title for topic in result.chosen if topic.verdict is Verdict.FITS]
    rest = gettext("Was danach noch frei war, ging an die meistgewollten Themen, die ganz hineinpassen.")
    if filled:
        those = gettext("Das sind: %(topics)s.", topics=titles(filled))
        return [f"{rest} {those}"]
    none = gettext("Es passte keines mehr.")
    return [f"{rest} {none}"] if any(topic.support for topic in result.left_over) else []
