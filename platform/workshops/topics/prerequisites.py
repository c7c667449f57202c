"""Which topics have to come before another one: written down if they can, and no circle comes of it."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Connection, delete, insert, literal, select

from foundation import bodies
from foundation.text import N_

from . import queries, rules
from .models import Prerequisite, Topic, TopicState


def set_for(
    connection: Connection,
    workshop: int,
    topic: int,
    after: Collection[str],
    *,
    already: Collection[str] = (),
) -> None:
    """From now on exactly these come before the topic with that row: topics that stand at its workshop.

    `already` named ones may stay even if they do not stand any more.
    """
    query = select(Topic.id, Topic.public_id, Topic.state).where(
        Topic.public_id.in_(set(after)), Topic.workshop_id == workshop, Topic.id != topic
    )
    found = connection.execute(query).all() if after else []
    usable = [row.id for row in found if row.state == TopicState.PROPOSED or row.public_id in already]
    gone = set(already) & set(after) - {row.public_id for row in found}
    if len(usable) + len(gone) != len(set(after)):
        raise bodies.invalid(after=N_("Bitte wählen Sie nur andere Themen dieses Treffens."))
    connection.execute(delete(Prerequisite).where(Prerequisite.topic_id == topic))
    if not usable:
        return
    before = select(literal(topic), Topic.id).where(Topic.id.in_(usable))
    connection.execute(insert(Prerequisite).from_select(["topic_id", "after_id"], before))
    if rules.has_circle(queries.prerequisites(connection, workshop)):
        raise bodies.invalid(
            after=N_("So würden Themen aufeinander warten. Bitte nehmen Sie eine Angabe heraus.")
        )
