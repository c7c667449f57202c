"""series memory: what ties go by, and what wishes got in the votes before there was a memory."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_30_series_memory"
down_revision = "2026_11_30_reasons"

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_SERVED = """
    UPDATE ballot SET served = COALESCE((
        SELECT SUM(block.minutes) FROM mark
        JOIN agenda ON agenda.poll_id = ballot.poll_id
        JOIN block ON block.agenda_id = agenda.id AND block.topic_id = mark.topic_id
        WHERE mark.ballot_id = ballot.id AND mark.value > 0 AND block.position IS NOT NULL
        AND NOT ballot.abstained
    ), 0)
    WHERE served IS NULL AND poll_id IN (
        SELECT agenda.poll_id FROM agenda JOIN poll ON poll.id = agenda.poll_id
        WHERE poll.method = 'approval' AND NOT poll.secret
    )
"""
"""All votes until now were counted by approvals, and what a ballot says is still there."""


def upgrade() -> None:
    op.add_column("ballot", sa.Column("served_before", _NUMBER))
    op.execute(_SERVED)


def downgrade() -> None:
    op.drop_column("ballot", "served_before")
