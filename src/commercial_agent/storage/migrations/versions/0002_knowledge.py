"""The knowledge base: collections, documents, passages with sparse vectors, embeddings."""

from __future__ import annotations

from pathlib import Path

from alembic import op

revision = "0002_knowledge"
down_revision = "0001_core"
branch_labels = None
depends_on = None

SQL = Path(__file__).parents[1] / "sql"


def upgrade() -> None:
    connection = op.get_bind().connection.driver_connection
    assert connection is not None
    connection.execute((SQL / "0002_knowledge.sql").read_text(encoding="utf-8"))


def downgrade() -> None:
    op.execute(
        "DROP TABLE knowledge_embeddings; DROP TABLE knowledge_passages; "
        "DROP TABLE knowledge_documents; DROP TABLE knowledge_collections"
    )
