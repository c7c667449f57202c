"""What is new, in sentences: in a mail of its own, or as a part of a digest."""

from __future__ import annotations

from foundation.text import N_

from .rules import Kind
from .words import Facts, Words


def told(words: Words, kind: Kind, facts: Facts) -> list[str]:
    """What is new, in sentences: in a mail of its own, or as a part of a digest."""
    starts_at = words.moment(facts["starts_at"])
    if kind is Kind.WORKSHOP_CANCELLED and facts.get("held") == "yes":
        return [words(N_("Das Treffen am %(starts_at)s findet doch statt."), starts_at=starts_at)]
    if kind is Kind.WORKSHOP_CANCELLED:
        return [words(N_("Das Treffen am %(starts_at)s ist abgesagt."), starts_at=starts_at)]
    if kind is Kind.POLL_RESET:
        return [
            words(
                N_(
                    "Die geheime Abstimmung über die Themen des Treffens am %(starts_at)s wurde nach einer "
                    "Wiederherstellung geleert. Was bis dahin abgegeben war, ist verloren."
                ),
                starts_at=starts_at,
            ),
            words(N_("Bitte stimmen Sie als Team noch einmal ab, auch wenn Sie es schon getan hatten.")),
        ]
    if kind is Kind.POLL_CLOSES_SOON and "secret" in facts:
        return [
            words(
                N_(
                    "Die geheime Abstimmung über die Themen des Treffens am %(starts_at)s endet am %(until)s."
                ),
                starts_at=starts_at,
                until=words.moment(facts["until"]),
            ),
            words(
                N_(
                    "Diese Erinnerung geht an alle Teams: Niemand weiß, wer schon abgestimmt hat. "
                    "Sie können sich als Team auch enthalten."
                )
            ),
        ]
    if kind is Kind.POLL_CLOSES_SOON:
        return [
            words(
                N_(
                    "Ihr Team hat über die Themen des Treffens am %(starts_at)s noch nicht abgestimmt. "
                    "Die Abstimmung endet am %(until)s."
                ),
                starts_at=starts_at,
                until=words.moment(facts["until"]),
            ),
            words(N_("Sie können sich als Team auch enthalten.")),
        ]
    said = words(N_("Über die Themen des Treffens am %(starts_at)s wird abgestimmt."), starts_at=starts_at)
    if "until" not in facts:
        return [said, words(N_("Ihr Team kann abstimmen, bis die Moderation die Abstimmung beendet."))]
    return [said, words(N_("Ihr Team kann bis %(until)s abstimmen."), until=words.moment(facts["until"]))]
