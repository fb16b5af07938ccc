"""Files that customers send."""

from __future__ import annotations

from pathlib import Path

from alembic import op

revision = "0005_attachments"
down_revision = "0004_events"
branch_labels = None
depends_on = None

SQL = Path(__file__).parents[1] / "sql"


def upgrade() -> None:
    connection = op.get_bind().connection.driver_connection
    assert connection is not None
    connection.execute((SQL / "0005_attachments.sql").read_text(encoding="utf-8"))


def downgrade() -> None:
    op.execute("DROP TABLE attachments")
