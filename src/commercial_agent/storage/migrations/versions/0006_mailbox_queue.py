"""The mailboxes are the queue of turns themselves; all senders share one pace."""

from __future__ import annotations

from pathlib import Path

from alembic import op

revision = "0006_mailbox_queue"
down_revision = "0005_attachments"
branch_labels = None
depends_on = None

SQL = Path(__file__).parents[1] / "sql"


def upgrade() -> None:
    connection = op.get_bind().connection.driver_connection
    assert connection is not None
    connection.execute((SQL / "0006_mailbox_queue.sql").read_text(encoding="utf-8"))


def downgrade() -> None:
    raise RuntimeError("The jobs of earlier versions are gone: restore a backup instead.")
