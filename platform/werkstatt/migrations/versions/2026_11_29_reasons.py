"""reasons for concerns and objections on ballots."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_29_reasons"
down_revision = "2026_11_29_secret_polls"


def upgrade() -> None:
    op.add_column("mark", sa.Column("reason", sa.Text(), nullable=False, server_default=""))


def downgrade() -> None:
    op.drop_column("mark", "reason")
