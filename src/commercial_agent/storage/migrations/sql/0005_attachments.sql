-- Files that customers send: papers and pictures for the seller; of a voice note only what became of it.
CREATE TABLE attachments (
    id text CONSTRAINT attachments_pkey PRIMARY KEY,
    conversation_id text NOT NULL
        CONSTRAINT attachments_conversation_id_fkey REFERENCES conversations (id) ON DELETE CASCADE,
    message_id bigint NOT NULL
        CONSTRAINT attachments_message_id_fkey REFERENCES messages (id) ON DELETE CASCADE,
    number smallint NOT NULL,
    kind text NOT NULL,
    status text NOT NULL
        CONSTRAINT attachments_status_check CHECK (status IN ('kept', 'heard', 'refused', 'failed')),
    content_type text NOT NULL,
    size integer NOT NULL,
    content bytea,
    created_at timestamptz NOT NULL,
    CONSTRAINT attachments_message_id_number_key UNIQUE (message_id, number)
);
CREATE INDEX attachments_conversation_id_idx ON attachments (conversation_id);
-- compressed by their makers already
ALTER TABLE attachments ALTER COLUMN content SET STORAGE EXTERNAL;
