"""What others are told: webhooks and e-mail; the score and the stage of a lead."""

from __future__ import annotations

from pathlib import Path

from alembic import op

revision = "0004_events"
down_revision = "0003_model_calls"
branch_labels = None
depends_on = None

SQL = Path(__file__).parents[1] / "sql"


def upgrade() -> None:
    connection = op.get_bind().connection.driver_connection
    assert connection is not None
    connection.execute((SQL / "0004_events.sql").read_text(encoding="utf-8"))


def downgrade() -> None:
    op.execute("DROP TABLE events; DROP FUNCTION lead_score_v1; DROP FUNCTION lead_stage_v1")
