"""Conversations, messages, turns, the outbox, leads, appointments."""

from __future__ import annotations

from pathlib import Path

from alembic import op

revision = "0001_core"
down_revision = None
branch_labels = None
depends_on = None

SQL = Path(__file__).parents[1] / "sql"


def upgrade() -> None:
    run((SQL / "0001_core.sql").read_text(encoding="utf-8"))
    run((SQL / "0001_receive_message.sql").read_text(encoding="utf-8"))


def downgrade() -> None:
    raise RuntimeError("The first revision cannot be taken back: drop the database instead.")


def run(script: str) -> None:
    """Run a script of several statements as it stands: no parameters, so that % is only %."""
    connection = op.get_bind().connection.driver_connection
    assert connection is not None
    connection.execute(script)
