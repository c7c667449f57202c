"""reasons for concerns and objections on ballots."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_30_reasons"
down_revision = "2026_11_29_fair_minutes"


def upgrade() -> None:
    op.add_column("mark", sa.Column("reason", sa.Text(), nullable=False, server_default=""))


def downgrade() -> None:
    op.drop_column("mark", "reason")
