"""Language models: answers that may serve again, and what they cost."""

from __future__ import annotations

from pathlib import Path

from alembic import op

revision = "0003_model_calls"
down_revision = "0002_knowledge"
branch_labels = None
depends_on = None

SQL = Path(__file__).parents[1] / "sql"


def upgrade() -> None:
    connection = op.get_bind().connection.driver_connection
    assert connection is not None
    connection.execute((SQL / "0003_model_calls.sql").read_text(encoding="utf-8"))


def downgrade() -> None:
    op.execute("DROP TABLE model_answers; DROP TABLE model_spending")
