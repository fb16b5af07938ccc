"""The tables of the agent, as SQLAlchemy Core sees them. The migrations make them; a test keeps both the same.

Every table with customer data hangs on `conversations` with ON DELETE CASCADE: erasing a customer is one delete.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    Float,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

metadata = MetaData(
    naming_convention={
        "pk": "%(table_name)s_pkey",
        "uq": "%(table_name)s_%(column_0_N_name)s_key",
        "fk": "%(table_name)s_%(column_0_name)s_fkey",
        "ck": "%(table_name)s_%(constraint_name)s_check",
        "ix": "%(table_name)s_%(column_0_N_name)s_idx",
    }
)

_NOW = func.now()


def _moment(name: str, *, required: bool = False, now: bool = False) -> Column[object]:
    return Column(name, DateTime(timezone=True), nullable=not (required or now), server_default=_NOW if now else None)


def _conversation(*, primary: bool = False) -> Column[str]:
    return Column(
        "conversation_id", Text, ForeignKey("conversations.id", ondelete="CASCADE"), nullable=False, primary_key=primary
    )


conversations = Table(
    "conversations",
    metadata,
    Column("id", Text, primary_key=True),
    Column("channel", Text, nullable=False),
    Column("address", Text, nullable=False),
    Column("mode", Text, nullable=False, server_default="bot"),
    Column("language", Text),
    Column("opted_out", Boolean, nullable=False, server_default=text("false")),
    Column("state", JSONB, nullable=False, server_default=text("'{}'::jsonb")),
    Column("turns", Integer, nullable=False, server_default="0"),
    _moment("mode_since"),
    _moment("last_inbound_at"),
    _moment("last_reply_at"),
    _moment("created_at", now=True),
    _moment("updated_at", now=True),
    UniqueConstraint("channel", "address"),
    CheckConstraint("mode IN ('bot', 'human')", name="mode"),
    # no index on a column that every turn changes: the update stays on its page
)

# What arrives and leaves through a provider, apart from `conversations`: a turn locks that row while it thinks, and a
# webhook must not wait for it.
mailboxes = Table(
    "mailboxes",
    metadata,
    _conversation(primary=True),
    Column("sender", Text, nullable=False),  # our own address that the customer wrote to
    Column("last_seq", BigInteger, nullable=False, server_default="0"),
    _moment("due_at"),  # when a worker may take it; while one has it, the end of his lease; NULL: nobody waits
    _moment("again_at"),  # when what came while a worker has it is due
    _moment("waiting_since"),  # of the burst that no worker has taken yet
    Column("worker", Text),
    Column("failures", SmallInteger, nullable=False, server_default="0"),  # of turns, one after the other
    _moment("last_inbound_at"),
    Column("profile_name", Text),
    Column("external_id", Text),  # the provider's other name for the same person, where it has one
    Column("referral", JSONB),  # the advertisement that brought the customer
    Column("send_tokens", Float, nullable=False, server_default="10"),
    _moment("send_tokens_at", now=True),
    Index(None, "due_at", postgresql_where=text("due_at IS NOT NULL")),
)

messages = Table(
    "messages",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    _conversation(),
    Column("seq", BigInteger),  # of an inbound message, in the order of the database
    Column("direction", Text, nullable=False),  # in, out
    Column("author", Text, nullable=False),  # customer, bot, operator
    Column("kind", Text, nullable=False, server_default="text"),
    Column("text", Text, nullable=False),
    Column("payload", Text),
    Column("provider_sid", Text),
    Column("raw", JSONB),
    Column("turn_id", Text),  # of an inbound message: the turn that answered it; empty while it waits
    Column("limited", Boolean, nullable=False, server_default=text("false")),  # came above the customer's limit
    _moment("created_at", required=True),
    Index(None, "conversation_id", "id"),
    Index("messages_provider_sid_key", "provider_sid", unique=True, postgresql_where=text("provider_sid IS NOT NULL")),
    Index(
        "messages_waiting_idx",
        "conversation_id",
        "seq",
        postgresql_where=text("direction = 'in' AND turn_id IS NULL"),
    ),
    CheckConstraint("direction IN ('in', 'out')", name="direction"),
)

turns = Table(
    "turns",
    metadata,
    Column("id", Text, primary_key=True),
    _conversation(),
    Column("language", Text, nullable=False),
    Column("intents", ARRAY(Text), nullable=False),
    Column("agents", ARRAY(Text), nullable=False),
    Column("findings", JSONB, nullable=False),
    Column("reader", Text, nullable=False),
    Column("phraser", Text, nullable=False),
    Column("milliseconds", JSONB, nullable=False),
    Column("trace_id", Text),
    _moment("created_at", required=True),
    Index(None, "conversation_id", "created_at"),
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    _conversation(),
    Column("turn_id", Text),
    Column("part", SmallInteger, nullable=False),
    Column("body", Text, nullable=False),
    Column("media_url", Text),
    Column("quick_replies", JSONB),
    Column("author", Text, nullable=False),  # bot, operator
    Column("mode", Text, nullable=False),  # of the conversation when it was written
    Column("opted_out", Boolean, nullable=False),
    Column("status", Text, nullable=False, server_default="queued"),
    Column("attempts", SmallInteger, nullable=False, server_default="0"),
    Column("error_code", Integer),
    Column("error", Text),
    Column("provider_sid", Text),
    Column("dead_sids", ARRAY(Text), nullable=False, server_default=text("'{}'::text[]")),  # of tries that failed later
    _moment("next_attempt_at", required=True),
    _moment("attempted_at"),  # when the last try began
    _moment("leased_until"),
    _moment("created_at", required=True),
    _moment("sent_at"),  # when the provider took it
    _moment("delivered_at"),
    _moment("read_at"),
    _moment("checked_at"),  # when its status was last asked for
    Index(None, "conversation_id", "id"),
    Index("outbox_provider_sid_key", "provider_sid", unique=True, postgresql_where=text("provider_sid IS NOT NULL")),
    Index(
        "outbox_open_idx",
        "conversation_id",
        "id",
        postgresql_where=text("status IN ('queued', 'sending', 'unknown')"),
    ),
    Index("outbox_failed_idx", "id", postgresql_where=text("status IN ('failed', 'undelivered', 'blocked')")),
    Index("outbox_travelling_idx", "sent_at", postgresql_where=text("status IN ('accepted', 'sent')")),
)

sending_pace = Table(  # one row: the bucket that all senders draw from
    "sending_pace",
    metadata,
    Column("one", Boolean, primary_key=True, server_default=text("true")),
    _moment("filling_since", now=True),
    CheckConstraint("one", name="one"),
)

leads = Table(
    "leads",
    metadata,
    Column("id", Text, primary_key=True),
    _conversation(),
    Column("kind", Text, nullable=False),  # buy, sell, trade_in
    Column("interest", Text, nullable=False),  # what it is about: one lead per customer and interest
    Column("stage", Text, nullable=False, server_default="new"),
    Column("score", Integer, nullable=False, server_default="0"),
    Column("name", Text),
    Column("data", JSONB, nullable=False),
    _moment("created_at", required=True),
    _moment("updated_at", required=True),
    UniqueConstraint("conversation_id", "kind", "interest"),
    Index(None, "updated_at"),
)

lead_events = Table(
    "lead_events",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("lead_id", Text, ForeignKey("leads.id", ondelete="CASCADE"), nullable=False),
    Column("event", Text, nullable=False),
    Column("data", JSONB, nullable=False),
    _moment("created_at", required=True),
    Index(None, "lead_id", "id"),
)

appointments = Table(
    "appointments",
    metadata,
    Column("id", Text, primary_key=True),
    _conversation(),
    Column("branch", Text, nullable=False),  # "" where there is none: a video call
    _moment("starts_at", required=True),
    Column("seat", SmallInteger, nullable=False),  # which of the slot's places
    Column("kind", Text),
    Column("stock_id", Text),
    Column("name", Text),
    Column("status", Text, nullable=False, server_default="booked"),
    _moment("reminded_at"),
    _moment("created_at", required=True),
    _moment("updated_at", required=True),
    Index(
        "appointments_slot_key", "branch", "starts_at", "seat", unique=True, postgresql_where=text("status = 'booked'")
    ),
    Index(None, "conversation_id"),
    CheckConstraint("status IN ('booked', 'cancelled')", name="status"),
)

ratings = Table(
    "ratings",
    metadata,
    Column("conversation_id", Text, ForeignKey("conversations.id", ondelete="CASCADE"), primary_key=True),
    Column("turn_id", Text, primary_key=True),  # the rated turn
    Column("stars", SmallInteger, nullable=False),
    Column("comment", Text),
    _moment("created_at", required=True),
    CheckConstraint("stars BETWEEN 1 AND 5", name="stars"),
)

unanswered_questions = Table(
    "unanswered_questions",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    _conversation(),
    Column("turn_id", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("question", Text, nullable=False),
    _moment("created_at", required=True),
    _moment("resolved_at"),
    Index(None, "conversation_id"),
)

events = Table(  # what others are told: at least once, in the order of their turn
    "events",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    _conversation(),
    Column("kind", Text, nullable=False),  # lead.updated, handoff.made
    Column("target", Text, nullable=False),  # crm, handoff, email
    Column("subject", Text, nullable=False),  # the lead's id, where it is about one
    Column("status", Text, nullable=False, server_default="queued"),
    Column("attempts", SmallInteger, nullable=False, server_default="0"),
    Column("error", Text),
    _moment("next_attempt_at", required=True),
    _moment("created_at", required=True),
    _moment("sent_at"),
    Index(None, "conversation_id"),
    Index("events_due_idx", "next_attempt_at", postgresql_where=text("status = 'queued'")),
    CheckConstraint("status IN ('queued', 'sent', 'failed')", name="status"),
)

attachments = Table(  # files that customers send, for the seller; of a voice note only what became of it
    "attachments",
    metadata,
    Column("id", Text, primary_key=True),
    _conversation(),
    Column("message_id", BigInteger, ForeignKey("messages.id", ondelete="CASCADE"), nullable=False),
    Column("number", SmallInteger, nullable=False),  # of the file in its message
    Column("kind", Text, nullable=False),  # image, document, audio
    Column("status", Text, nullable=False),
    Column("content_type", Text, nullable=False),
    Column("size", Integer, nullable=False),
    Column("content", LargeBinary),
    _moment("created_at", required=True),
    UniqueConstraint("message_id", "number"),
    Index(None, "conversation_id"),
    CheckConstraint("status IN ('kept', 'heard', 'refused', 'failed')", name="status"),
)

content_templates = Table(  # interactive messages made at the provider once, by their shape
    "content_templates",
    metadata,
    Column("account", Text, primary_key=True),
    Column("shape", Text, primary_key=True),
    Column("content_sid", Text, nullable=False),
    _moment("created_at", now=True),
)
