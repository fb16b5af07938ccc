-- What others are told of conversations and leads, each to one target, until it has been taken.
CREATE TABLE events (
    id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT events_pkey PRIMARY KEY,
    conversation_id text NOT NULL
        CONSTRAINT events_conversation_id_fkey REFERENCES conversations (id) ON DELETE CASCADE,
    kind text NOT NULL,
    target text NOT NULL,
    subject text NOT NULL,
    status text NOT NULL DEFAULT 'queued'
        CONSTRAINT events_status_check CHECK (status IN ('queued', 'sent', 'failed')),
    attempts smallint NOT NULL DEFAULT 0,
    error text,
    next_attempt_at timestamptz NOT NULL,
    created_at timestamptz NOT NULL,
    sent_at timestamptz
);
CREATE INDEX events_conversation_id_idx ON events (conversation_id);
CREATE INDEX events_due_idx ON events (next_attempt_at) WHERE status = 'queued';

CREATE FUNCTION lead_score_v1(points jsonb) RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN (SELECT least(100, greatest(0, coalesce(sum(value::integer), 0)))::integer FROM jsonb_each_text(points));

CREATE FUNCTION lead_stage_v1(stage text, next text, points jsonb) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE
    WHEN stage = 'booked' AND points ->> 'booked' = '0' THEN 'interested'
    WHEN array_position(ARRAY['new', 'interested', 'quoted', 'booked'], stage)
        < array_position(ARRAY['new', 'interested', 'quoted', 'booked'], next) THEN next
    ELSE stage
END;
