"""fair minutes: how polls are held, what teams own and pay, why topics were chosen."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "2026_11_29_fair_minutes"
down_revision = "2026_11_29_calendar"

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_ADDED: dict[str, tuple[sa.Column[Any], ...]] = {
    "poll": (
        sa.Column("completion", sa.Text(), nullable=False, server_default="raise-shares+approvals"),
        sa.Column("dots", _NUMBER),
        sa.Column("show", sa.Text(), nullable=False, server_default="live"),
        sa.Column("secret", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("quorum", _NUMBER),
        sa.Column("ties", sa.Text(), nullable=False, server_default="seed"),
        sa.Column("carries", sa.Boolean(), nullable=False, server_default=sa.false()),
    ),
    "ballot": (
        sa.Column("version", _NUMBER, nullable=False, server_default="0"),
        sa.Column("awaits", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column(
            "entered_by_id", _NUMBER, sa.ForeignKey("person.id", name="fk_ballot_entered_by_id_person")
        ),
        sa.Column("owns", sa.Text()),
        sa.Column("paid", sa.Text()),
        sa.Column("served", _NUMBER),
    ),
    "agenda": (sa.Column("share", sa.Text()),),
    "block": (
        sa.Column("verdict", sa.Text(), nullable=False, server_default=""),
        sa.Column("payments", sa.Text()),
        sa.Column("payers", _NUMBER),
        sa.Column("funds", sa.Text()),
        sa.Column("by_votes", sa.Boolean()),
    ),
}
"""Columns, added one by one: a table that others point to cannot be made anew on SQLite."""
_VERDICTS = """
    UPDATE block SET verdict = CASE
        WHEN position IS NOT NULL THEN 'fits' WHEN approvals = 0 THEN 'nobody' ELSE 'too_long' END
"""
"""What was counted before was counted by the most approvals that fit."""


def upgrade() -> None:
    for table, columns in _ADDED.items():
        for column in columns:
            op.add_column(table, column, inline_references=True)
    op.create_index("ix_ballot_entered_by_id", "ballot", ["entered_by_id"])
    op.execute(_VERDICTS)


def downgrade() -> None:
    op.drop_index("ix_ballot_entered_by_id", table_name="ballot")
    for table, columns in _ADDED.items():
        for column in columns:
            op.drop_column(table, column.name)
