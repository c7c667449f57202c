"""run sheets."""

import sqlalchemy as sa
from alembic import op

import foundation.database

revision = "2026_11_28_run_sheets"
down_revision = "2026_11_25_everyone_on_board"

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_MOMENT = foundation.database.Moment(timezone=True)


def upgrade() -> None:
    op.create_table(
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
    op.create_table(
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


def downgrade() -> None:
    op.drop_index(op.f("ix_sheet_block_topic_id"), table_name="sheet_block")
    op.drop_table("sheet_block")
    op.drop_table("run_sheet")
