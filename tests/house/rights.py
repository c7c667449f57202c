"""Who may do what in the house: the one table. `tests/house/test_rights.py` asks every door whether it is so.

    x   is carried out, or may be read
    .   is refused with the same answer as what does not exist

The place is one of the cohort (or the member's own person); `neighbour` sits in another team of the same
cohort, `outsider` in another cohort, `coach` coaches the member's team, `visitor` facilitates another cohort,
`former` had a seat in the member's team until it ended, `system` is the house itself as the one who lets
people in. Who brings no session is told to sign in, everywhere and before anything is looked at.
"""

from __future__ import annotations

COMMANDS = """
                      member neighbour outsider coach facilitator visitor administrator former system

person.create         .      .         .        .     .           .       x             .      x
profile.change        x      .         .        .     .           .       .             .      .
password.set          x      .         .        .     .           .       .             .      x
session.open          .      .         .        .     .           .       .             .      x
session.close         x      .         .        .     .           .       .             .      x
text.change           .      .         .        .     .           .       x             .      x

organisation.create   .      .         .        .     .           .       x             .      x
cohort.create         .      .         .        .     .           .       x             .      x
team.create           .      .         .        .     .           .       x             .      x
seat.give             .      .         .        .     .           .       x             .      x
seat.end              .      .         .        .     .           .       x             .      x
seat.turn             .      .         .        .     .           .       .             .      x
role.grant            .      .         .        .     .           .       x             .      x
role.end              .      .         .        .     .           .       x             .      x

workshop.create       .      .         .        .     x           .       x             .      x
workshop.change       .      .         .        .     x           .       x             .      x
topic.propose         x      x         .        .     .           .       .             .      .
topic.change          x      .         .        .     .           .       .             .      .
topic.withdraw        x      .         .        .     .           .       .             .      .
topic.restore         x      .         .        .     .           .       .             .      .
topic.need            x      x         .        .     .           .       .             .      .
topic.offer           x      x         .        .     .           .       .             .      .
poll.open             .      .         .        .     x           .       .             .      .
poll.close            .      .         .        .     x           .       .             .      x
poll.reopen           .      .         .        .     x           .       .             .      .
ballot.mark           x      x         .        .     .           .       .             .      .
ballot.abstain        x      x         .        .     .           .       .             .      .
agenda.adopt          .      .         .        .     x           .       .             .      .
"""

STREAMS = """
                                   member neighbour outsider coach facilitator visitor administrator former

cohort/{cohort}                    x      x         .        x     x           .       x             .
workshop/{workshop}                x      x         .        x     x           .       .             .
workshop/{workshop}/team/{team}    x      .         .        .     .           .       .             .
workshop/{workshop}/facilitators   .      .         .        .     x           .       .             .
person/{person}                    x      .         .        .     .           .       .             .
"""


def read(table: str) -> dict[str, dict[str, bool]]:
    """By line of the table, by role: allowed or not."""
    head, *lines = (line.split() for line in table.splitlines() if line.strip())
    for name, *marks in lines:
        if len(marks) != len(head) or not set(marks) <= {"x", "."}:
            raise ValueError(f"the line of {name} does not fit the table")
    if len({line[0] for line in lines}) != len(lines):
        raise ValueError("a line stands twice in the table")
    return {name: {who: mark == "x" for who, mark in zip(head, marks, strict=True)} for name, *marks in lines}


MAY = read(COMMANDS)
MAY_READ = read(STREAMS)
