"""run sheets for agendas that were adopted before there were any."""

import sqlalchemy as sa
from alembic import op

from foundation import ids

revision = "2026_11_29_sheets_of_before"
down_revision = "2026_11_29_life_of_topics"

_ADOPTED = """
    SELECT poll.workshop_id, block.topic_id, block.title, block.minutes
    FROM agenda
    JOIN poll ON poll.id = agenda.poll_id
    LEFT JOIN block ON block.agenda_id = agenda.id AND block.position IS NOT NULL
    WHERE agenda.adopted_at IS NOT NULL
    AND NOT EXISTS (SELECT 1 FROM run_sheet WHERE run_sheet.workshop_id = poll.workshop_id)
    ORDER BY poll.workshop_id, block.position
"""
_ARRIVAL, _CLOSING = 15, 10  # minutes
_SHEETS = sa.table("run_sheet", *map(sa.column, ("id", "workshop_id", "version", "planned")))
_BLOCKS = sa.table(
    "sheet_block",
    *map(sa.column, ("public_id", "sheet_id", "topic_id", "is_off", "position", "kind", "title", "minutes")),
)


def upgrade() -> None:
    """The topics in their order, each as a whole; breaks are for people to add."""
    connection = op.get_bind()
    chosen: dict[int, list[tuple[str, int | None, str, int]]] = {}
    for row in connection.execute(sa.text(_ADOPTED)):
        topics = chosen.setdefault(row.workshop_id, [])
        if row.topic_id is not None:
            topics.append(("topic", row.topic_id, row.title, row.minutes))
    for workshop, topics in chosen.items():
        stretches = [("arrival", None, "", _ARRIVAL), *topics, ("closing", None, "", _CLOSING)]
        planned = sum(minutes for kind, _topic, _title, minutes in stretches if kind != "arrival")
        sheet = _SHEETS.insert().values(workshop_id=workshop, version=1, planned=planned)
        number = connection.execute(sheet.returning(_SHEETS.c.id)).scalar_one()
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
        connection.execute(_BLOCKS.insert(), rows)


def downgrade() -> None:
    """They stay: the version before knows run sheets too."""
