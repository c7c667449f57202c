"""run sheets."""

import sqlalchemy as sa
from alembic import op

import foundation.database
from foundation import ids

revision = "2026_11_28_run_sheets"
down_revision = "2026_11_25_everyone_on_board"

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_MOMENT = foundation.database.Moment(timezone=True)
_ADOPTED = """
    SELECT poll.workshop_id, block.topic_id, block.title, block.minutes
    FROM agenda
    JOIN poll ON poll.id = agenda.poll_id
    LEFT JOIN block ON block.agenda_id = agenda.id AND block.position IS NOT NULL
    WHERE agenda.adopted_at IS NOT NULL
    ORDER BY poll.workshop_id, block.position
"""
_ARRIVAL, _CLOSING = 15, 10  # minutes


def upgrade() -> None:
    sheets = op.create_table(
        "run_sheet",
        sa.Column("id", _NUMBER, nullable=False),
        sa.Column("workshop_id", _NUMBER, nullable=False),
        sa.Column("version", _NUMBER, nullable=False),
        sa.Column("planned", _NUMBER, nullable=False),
        sa.Column("agreed", _NUMBER, nullable=True),
        sa.Column("ended_at", _MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["workshop_id"], ["workshop.id"], name=op.f("fk_run_sheet_workshop_id_workshop")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_run_sheet")),
        sa.UniqueConstraint("workshop_id", name=op.f("uq_run_sheet_workshop_id")),
    )
    blocks = op.create_table(
        "sheet_block",
        sa.Column("id", _NUMBER, nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("sheet_id", _NUMBER, nullable=False),
        sa.Column("topic_id", _NUMBER, nullable=True),
        sa.Column("is_off", sa.Boolean(), nullable=False),
        sa.Column("position", _NUMBER, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("minutes", _NUMBER, nullable=False),
        sa.Column("begun_at", _MOMENT, nullable=True),
        sa.CheckConstraint("minutes > 0", name=op.f("ck_sheet_block_lasts")),
        sa.CheckConstraint(
            "(kind = 'topic') = (topic_id IS NOT NULL)", name=op.f("ck_sheet_block_topics_are_topics")
        ),
        sa.ForeignKeyConstraint(
            ["sheet_id"], ["run_sheet.id"], name=op.f("fk_sheet_block_sheet_id_run_sheet")
        ),
        sa.ForeignKeyConstraint(["topic_id"], ["topic.id"], name=op.f("fk_sheet_block_topic_id_topic")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sheet_block")),
        sa.UniqueConstraint("public_id", name=op.f("uq_sheet_block_public_id")),
        sa.UniqueConstraint(
            "sheet_id", "is_off", "position", name=op.f("uq_sheet_block_sheet_id_is_off_position")
        ),
    )
    op.create_index(op.f("ix_sheet_block_topic_id"), "sheet_block", ["topic_id"], unique=False)
    _draw_up(sheets, blocks)


def _draw_up(sheets: sa.Table, blocks: sa.Table) -> None:
    """What was adopted before there were run sheets gets one, in its order; breaks are for people to add."""
    connection = op.get_bind()
    chosen: dict[int, list[tuple[str, int | None, str, int]]] = {}
    for row in connection.execute(sa.text(_ADOPTED)):
        topics = chosen.setdefault(row.workshop_id, [])
        if row.topic_id is not None:
            topics.append(("topic", row.topic_id, row.title, row.minutes))
    for workshop, topics in chosen.items():
        stretches = [("arrival", None, "", _ARRIVAL), *topics, ("closing", None, "", _CLOSING)]
        planned = sum(minutes for kind, _topic, _title, minutes in stretches if kind != "arrival")
        sheet = sheets.insert().values(workshop_id=workshop, version=1, planned=planned)
        number = connection.execute(sheet.returning(sheets.c.id)).scalar_one()
        rows = [
            {
                "public_id": ids.public_id(),
                "sheet_id": number,
                "topic_id": topic,
                "is_off": False,
                "position": position,
                "kind": kind,
                "title": title,
                "minutes": minutes,
            }
            for position, (kind, topic, title, minutes) in enumerate(stretches, start=1)
        ]
        connection.execute(blocks.insert(), rows)


def downgrade() -> None:
    op.drop_index(op.f("ix_sheet_block_topic_id"), table_name="sheet_block")
    op.drop_table("sheet_block")
    op.drop_table("run_sheet")
