"""series memory: what ties go by, and whose minutes a poll takes along.

What wishes got is not counted for votes before: teams voted then in the belief that nobody would see it.
"""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_29_series_memory"
down_revision = "2026_11_29_reasons"


_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_FROM = sa.ForeignKey("poll.id", name="fk_poll_carries_from_id_poll")


def upgrade() -> None:
    op.add_column("ballot", sa.Column("served_before", _NUMBER))
    op.add_column("poll", sa.Column("carries_from_id", _NUMBER, _FROM), inline_references=True)
    op.create_index("ix_poll_carries_from_id", "poll", ["carries_from_id"])


def downgrade() -> None:
    op.drop_index("ix_poll_carries_from_id", table_name="poll")
    op.drop_column("poll", "carries_from_id")
    op.drop_column("ballot", "served_before")
