"""The consent check (Konsent): not what most want, but what nobody has a grave objection to."""

from __future__ import annotations

from enum import IntEnum

from .election import Candidate, Election, Outcome, Receipt, Verdict
from .filling import fill


class Consent(IntEnum):
    """What a team says about a topic; who says nothing stands aside."""

    STANDS_ASIDE = 0
    AGREES = 1
    HAS_A_CONCERN = 2
    """Agrees, and wants something to be looked after."""
    OBJECTS = 3
    """A grave objection: the topic would harm what the group is there for."""


def nobody_objects(election: Election) -> Outcome:
    """Take the topics that somebody wants and nobody gravely objects to, as many as fit.

    First those with the fewest concerns, then those that most teams agree to; ties go by the announced
    order. Consent is the principle of decision of sociocracy (Endenburg, Sociocracy: The Organization of
    Decision-Making, 1998): a proposal stands unless there is a reasoned paramount objection. A concern is
    no objection.
    """
    counts = {topic.id: dict.fromkeys(Consent, 0) for topic in election.topics}
    for marks in election.ballots.values():
        for topic_id, value in marks.items():
            if topic_id in counts:
                counts[topic_id][Consent(value)] += 1
    support = {topic: said[Consent.AGREES] + said[Consent.HAS_A_CONCERN] for topic, said in counts.items()}

    def turn(topic: Candidate) -> tuple[int, int, object]:
        return counts[topic.id][Consent.HAS_A_CONCERN], -support[topic.id], election.ties(topic.id)

    passed = [topic for topic in election.topics if not counts[topic.id][Consent.OBJECTS]]
    filled = fill(sorted(passed, key=turn), support, election.minutes)
    receipts = dict(filled.receipts)
    free = election.minutes - sum(receipts[topic].minutes for topic in filled.chosen)
    opposed = (topic for topic in election.topics if counts[topic.id][Consent.OBJECTS])
    for topic in sorted(opposed, key=lambda topic: (counts[topic.id][Consent.OBJECTS], *turn(topic))):
        receipts[topic.id] = Receipt(
            topic=topic.id,
            verdict=Verdict.OPPOSED,
            support=support[topic.id],
            minutes=topic.minutes,
            free=free,
        )
    left_over = [topic for topic in receipts if topic not in filled.chosen]
    return Outcome(chosen=filled.chosen, left_over=left_over, receipts=receipts)
