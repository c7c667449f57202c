"""life of topics: questions, mergers, ranges of minutes, prerequisites, answers, who carries them."""

from typing import Any

import sqlalchemy as sa
from alembic import op

import foundation.database

revision = "2026_11_29_life_of_topics"
down_revision = "2026_11_29_series_memory"

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_MOMENT = foundation.database.Moment(timezone=True)
_STATES_BEFORE = "state IN ('proposed', 'chosen', 'withdrawn')"
_STATES = "state IN ('question', 'proposed', 'chosen', 'withdrawn', 'merged')"
_ADDED: dict[str, tuple[sa.Column[Any], ...]] = {
    "topic": (
        sa.Column("minutes_most", _NUMBER),
        sa.Column("merged_into_id", _NUMBER, sa.ForeignKey("topic.id", name="fk_topic_merged_into_id_topic")),
        sa.Column("asked_at", _MOMENT),
        sa.Column("answered", sa.Text()),
        sa.Column("answer_note", sa.Text(), nullable=False, server_default=""),
        sa.Column("carrier", sa.Text(), nullable=False, server_default=""),
        sa.Column("carrier_note", sa.Text(), nullable=False, server_default=""),
    ),
    "mark": (
        sa.Column("taken_from_id", _NUMBER, sa.ForeignKey("topic.id", name="fk_mark_taken_from_id_topic")),
    ),
    "agenda": (sa.Column("unmet", sa.Text(), nullable=False, server_default="{}"),),
}
"""Columns, added one by one: a table that others point to cannot be made anew on SQLite."""


def _say(before: str, after: str, *, minutes_needed: bool) -> None:
    """Change what the states of a topic may be, and whether each has minutes.

    Others point to the table, so on SQLite only what is written about it is changed: the way that SQLite's
    own manual shows for conditions that leave the rows as they are (ALTER TABLE, section 7).
    """
    if op.get_bind().dialect.name == "postgresql":
        name = op.f("ck_topic_state_known")
        op.drop_constraint(name, "topic", type_="check")
        op.create_check_constraint(name, "topic", after)
        op.alter_column("topic", "minutes", existing_type=_NUMBER, nullable=not minutes_needed)
        return
    connection = op.get_bind()
    minutes = ("minutes INTEGER NOT NULL", "minutes INTEGER")
    old, new = reversed(minutes) if minutes_needed else minutes
    written = "SELECT sql FROM sqlite_schema WHERE type = 'table' AND name = 'topic'"
    sql = connection.exec_driver_sql(written).scalar_one()
    changed = sql.replace(before, after).replace(f"\t{old},", f"\t{new},")
    version = connection.exec_driver_sql("PRAGMA schema_version").scalar_one()
    connection.exec_driver_sql("PRAGMA writable_schema = ON")
    connection.exec_driver_sql(
        "UPDATE sqlite_schema SET sql = ? WHERE type = 'table' AND name = 'topic'", (changed,)
    )
    connection.exec_driver_sql(f"PRAGMA schema_version = {version + 1}")
    connection.exec_driver_sql("PRAGMA writable_schema = OFF")


def upgrade() -> None:
    _say(_STATES_BEFORE, _STATES, minutes_needed=False)
    for table, columns in _ADDED.items():
        for column in columns:
            op.add_column(table, column, inline_references=True)
    op.create_index(op.f("ix_topic_merged_into_id"), "topic", ["merged_into_id"])
    op.create_index(op.f("ix_mark_taken_from_id"), "mark", ["taken_from_id"])
    op.create_table(
        "topic_prerequisite",
        sa.Column("topic_id", _NUMBER, nullable=False),
        sa.Column("after_id", _NUMBER, nullable=False),
        sa.ForeignKeyConstraint(
            ["topic_id"], ["topic.id"], name=op.f("fk_topic_prerequisite_topic_id_topic")
        ),
        sa.ForeignKeyConstraint(
            ["after_id"], ["topic.id"], name=op.f("fk_topic_prerequisite_after_id_topic")
        ),
        sa.PrimaryKeyConstraint("topic_id", "after_id", name=op.f("pk_topic_prerequisite")),
    )
    op.create_index(op.f("ix_topic_prerequisite_after_id"), "topic_prerequisite", ["after_id"])
    op.create_table(
        "carried_mark",
        sa.Column("topic_id", _NUMBER, nullable=False),
        sa.Column("ballot_id", _NUMBER, nullable=False),
        sa.Column("value", _NUMBER, nullable=True),
        sa.Column("by_id", _NUMBER, nullable=True),
        sa.Column("at", _MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["topic_id"], ["topic.id"], name=op.f("fk_carried_mark_topic_id_topic")),
        sa.ForeignKeyConstraint(["ballot_id"], ["ballot.id"], name=op.f("fk_carried_mark_ballot_id_ballot")),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_carried_mark_by_id_person")),
        sa.PrimaryKeyConstraint("topic_id", "ballot_id", name=op.f("pk_carried_mark")),
    )
    op.create_index(op.f("ix_carried_mark_ballot_id"), "carried_mark", ["ballot_id"])
    op.create_index(op.f("ix_carried_mark_by_id"), "carried_mark", ["by_id"])


def downgrade() -> None:
    """The version before knows neither questions nor mergers: the ones are put aside, the others separated.

    A carried mark is given back; a question gets the shortest time that a topic can take.
    """
    op.execute(
        "DELETE FROM mark WHERE taken_from_id IS NOT NULL AND EXISTS (SELECT 1 FROM carried_mark AS stood "
        "WHERE stood.topic_id = mark.taken_from_id AND stood.ballot_id = mark.ballot_id "
        "AND stood.value IS NULL)"
    )
    op.execute(
        "UPDATE mark SET (value, by_id, at) = (SELECT stood.value, stood.by_id, stood.at "
        "FROM carried_mark AS stood WHERE stood.topic_id = mark.taken_from_id "
        "AND stood.ballot_id = mark.ballot_id) WHERE taken_from_id IS NOT NULL"
    )
    op.drop_table("carried_mark")
    op.drop_table("topic_prerequisite")
    op.drop_index(op.f("ix_mark_taken_from_id"), table_name="mark")
    op.drop_index(op.f("ix_topic_merged_into_id"), table_name="topic")
    op.execute("UPDATE topic SET state = 'withdrawn' WHERE state = 'question'")
    op.execute("UPDATE topic SET state = 'proposed' WHERE state = 'merged'")
    op.execute("UPDATE topic SET minutes = 5 WHERE minutes IS NULL")
    op.execute("UPDATE topic SET title = substr(question, 1, 120) WHERE title = ''")
    for table, columns in _ADDED.items():
        for column in columns:
            op.drop_column(table, column.name)
    _say(_STATES, _STATES_BEFORE, minutes_needed=True)
