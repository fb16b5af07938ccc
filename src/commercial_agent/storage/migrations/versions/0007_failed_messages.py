"""Messages that did not reach their customer are found without reading all that did."""

from __future__ import annotations

from alembic import op

revision = "0007_failed_messages"
down_revision = "0006_mailbox_queue"
branch_labels = None
depends_on = None

INDEX = "CREATE INDEX outbox_failed_idx ON outbox (id) WHERE status IN ('failed', 'undelivered', 'blocked')"


def upgrade() -> None:
    op.execute(INDEX)


def downgrade() -> None:
    op.execute("DROP INDEX outbox_failed_idx")
