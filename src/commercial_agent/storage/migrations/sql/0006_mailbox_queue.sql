-- The mailboxes are the queue themselves: a worker takes those that are due, a batch in one statement.
--
-- due_at: when a worker may take it; NULL: nobody waits. While a worker has it: when his lease ends, by this clock.
ALTER TABLE mailboxes
    DROP COLUMN queued,
    ADD COLUMN due_at timestamptz,
    ADD COLUMN again_at timestamptz,
    ADD COLUMN waiting_since timestamptz,
    ADD COLUMN worker text,
    ADD COLUMN failures smallint NOT NULL DEFAULT 0;
UPDATE mailboxes AS b SET due_at = now() WHERE EXISTS (
    SELECT 1 FROM messages AS m WHERE m.conversation_id = b.conversation_id AND m.direction = 'in' AND m.turn_id IS NULL
);
CREATE INDEX mailboxes_due_at_idx ON mailboxes (due_at) WHERE due_at IS NOT NULL;

-- How fast all senders together may send: the moment from which on the bucket has been filling.
CREATE TABLE sending_pace (
    one boolean NOT NULL DEFAULT true CONSTRAINT sending_pace_pkey PRIMARY KEY CONSTRAINT sending_pace_one_check CHECK (one),
    filling_since timestamptz NOT NULL DEFAULT now()
);
INSERT INTO sending_pace DEFAULT VALUES;

-- Stores an inbound message once and makes its mailbox due, in one round trip and one transaction.
--
-- The mailbox row is locked for the few milliseconds this takes, so that the messages of one customer are numbered in
-- the order they are stored. The conversation row is never touched once it exists: a turn may hold it for seconds.
-- A mailbox is due once the customer was silent for a moment. While a worker has it, `again_at` says when what came
-- meanwhile is due; the worker takes the mailbox under the same lock before it reads.
CREATE FUNCTION receive_message_v2(
    p_new_id text,
    p_channel text,
    p_address text,
    p_sender text,
    p_sid text,
    p_kind text,
    p_text text,
    p_payload text,
    p_raw jsonb,
    p_at timestamptz,
    p_profile_name text,
    p_external_id text,
    p_referral jsonb,
    p_per_ten_seconds integer,
    p_per_minute integer,
    p_quiet_s double precision,
    p_at_most_s double precision
)
    RETURNS TABLE (conversation_id text, message_id bigint, is_new boolean, is_limited boolean)
    LANGUAGE plpgsql
AS $$
#variable_conflict use_column
DECLARE
    v_conversation text;
    v_message bigint;
    v_box mailboxes;
    v_limited boolean;
    v_now timestamptz := clock_timestamp();
    v_since timestamptz;
    v_due timestamptz;
BEGIN
    SELECT m.conversation_id, m.id, m.limited INTO v_conversation, v_message, v_limited
        FROM messages AS m WHERE m.provider_sid = p_sid;
    IF FOUND THEN
        RETURN QUERY SELECT v_conversation, v_message, false, v_limited;
        RETURN;
    END IF;

    SELECT c.id INTO v_conversation FROM conversations AS c WHERE c.channel = p_channel AND c.address = p_address;
    IF NOT FOUND THEN
        INSERT INTO conversations (id, channel, address, created_at, updated_at)
            VALUES (p_new_id, p_channel, p_address, p_at, p_at)
            ON CONFLICT (channel, address) DO NOTHING;
        SELECT c.id INTO v_conversation FROM conversations AS c WHERE c.channel = p_channel AND c.address = p_address;
    END IF;
    SELECT * INTO v_box FROM mailboxes AS b WHERE b.conversation_id = v_conversation FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        INSERT INTO mailboxes (conversation_id, sender, send_tokens_at) VALUES (v_conversation, p_sender, p_at)
            ON CONFLICT (conversation_id) DO NOTHING;
        SELECT * INTO v_box FROM mailboxes AS b WHERE b.conversation_id = v_conversation FOR NO KEY UPDATE;
    END IF;

    SELECT count(*) FILTER (WHERE recent.created_at > p_at - interval '10 seconds') >= p_per_ten_seconds
        OR count(*) FILTER (WHERE recent.created_at > p_at - interval '60 seconds') >= p_per_minute
        INTO v_limited
        FROM (
            SELECT m.created_at FROM messages AS m
            WHERE m.conversation_id = v_conversation AND m.direction = 'in'
            ORDER BY m.id DESC LIMIT p_per_minute
        ) AS recent;

    INSERT INTO messages (
            conversation_id, seq, direction, author, kind, text, payload, provider_sid, raw, limited, created_at
        )
        VALUES (
            v_conversation, v_box.last_seq + 1, 'in', 'customer', p_kind, p_text, p_payload, p_sid, p_raw, v_limited, p_at
        )
        ON CONFLICT (provider_sid) WHERE provider_sid IS NOT NULL DO NOTHING
        RETURNING id INTO v_message;
    IF v_message IS NULL THEN
        RETURN QUERY SELECT m.conversation_id, m.id, false, m.limited FROM messages AS m WHERE m.provider_sid = p_sid;
        RETURN;
    END IF;

    v_since := coalesce(v_box.waiting_since, v_now);
    v_due := least(v_now + make_interval(secs => p_quiet_s), v_since + make_interval(secs => p_at_most_s));
    UPDATE mailboxes AS b SET
            sender = p_sender,
            last_seq = b.last_seq + 1,
            waiting_since = v_since,
            due_at = CASE WHEN b.worker IS NULL THEN v_due ELSE b.due_at END,
            again_at = CASE WHEN b.worker IS NOT NULL THEN v_due END,
            last_inbound_at = greatest(b.last_inbound_at, p_at),
            profile_name = coalesce(p_profile_name, b.profile_name),
            external_id = coalesce(p_external_id, b.external_id),
            referral = coalesce(p_referral, b.referral)
        WHERE b.conversation_id = v_conversation;
    RETURN QUERY SELECT v_conversation, v_message, true, v_limited;
END;
$$;

-- One step of a worker, in one round trip: what it has ended is let go, what is due is taken and read.
--
-- p_delays: for each ended mailbox NULL when it is answered, 0 when it is handed back, or the seconds until the next try.
-- p_busy: what this process is still at, though its lease may have run out while the database was away.
-- A mailbox is locked before its messages are read: what is stored later finds the worker's name and sets `again_at`.
CREATE FUNCTION take_mailboxes_v1(
    p_worker text,
    p_ended text[],
    p_delays double precision[],
    p_busy text[],
    p_limit integer,
    p_lease_s double precision
)
    RETURNS TABLE (
        conversation_id text, channel text, address text, profile_name text, failures smallint, flood_told boolean,
        message_id bigint, kind text, words text, payload text, provider_sid text, created_at timestamptz,
        latitude text, longitude text, limited boolean
    )
    LANGUAGE plpgsql
AS $$
#variable_conflict use_column
DECLARE
    v_now timestamptz := clock_timestamp();
    v_taken text[];
BEGIN
    -- whoever locks several mailboxes locks them in the order of their names
    PERFORM 1 FROM mailboxes AS b WHERE b.conversation_id = ANY (p_ended) ORDER BY b.conversation_id FOR NO KEY UPDATE;
    UPDATE mailboxes AS b SET
            worker = NULL,
            due_at = CASE WHEN e.delay IS NULL THEN b.again_at ELSE v_now + make_interval(secs => e.delay) END,
            again_at = NULL,
            failures = CASE WHEN e.delay IS NULL THEN 0 WHEN e.delay = 0 THEN b.failures ELSE b.failures + 1 END
        FROM unnest(p_ended, p_delays) AS e (conversation, delay)
        WHERE b.conversation_id = e.conversation AND b.worker = p_worker;

    WITH due AS (
        SELECT b.conversation_id FROM mailboxes AS b
        WHERE b.due_at <= v_now AND b.conversation_id <> ALL (p_busy)
        ORDER BY b.due_at
        LIMIT p_limit
        FOR NO KEY UPDATE SKIP LOCKED
    ), taken AS (
        UPDATE mailboxes AS b SET
                worker = p_worker,
                due_at = v_now + make_interval(secs => p_lease_s),
                again_at = NULL,
                waiting_since = NULL
            FROM due WHERE b.conversation_id = due.conversation_id
            RETURNING b.conversation_id
    )
    SELECT coalesce(array_agg(taken.conversation_id), '{}') INTO v_taken FROM taken;

    RETURN QUERY SELECT * FROM waiting_messages_v1(v_taken);
END;
$$;

-- The mailboxes named with their waiting messages, in order; a mailbox without any has one row without a message.
CREATE FUNCTION waiting_messages_v1(p_conversations text[])
    RETURNS TABLE (
        conversation_id text, channel text, address text, profile_name text, failures smallint, flood_told boolean,
        message_id bigint, kind text, words text, payload text, provider_sid text, created_at timestamptz,
        latitude text, longitude text, limited boolean
    )
    LANGUAGE sql STABLE
AS $$
    SELECT c.id, c.channel, c.address, b.profile_name, b.failures,
        coalesce(m.limited, false) AND EXISTS (
            SELECT 1 FROM messages AS told
            WHERE told.conversation_id = c.id AND told.limited AND told.turn_id IS NOT NULL
              AND told.created_at > m.created_at - interval '1 minute'
        ),
        m.id, m.kind, m.text, m.payload, m.provider_sid, m.created_at,
        m.raw ->> 'Latitude', m.raw ->> 'Longitude', m.limited
    FROM unnest(p_conversations) AS named (id)
    JOIN conversations AS c ON c.id = named.id
    JOIN mailboxes AS b ON b.conversation_id = c.id
    LEFT JOIN messages AS m ON m.conversation_id = c.id AND m.direction = 'in' AND m.turn_id IS NULL
    ORDER BY c.id, m.seq;
$$;

-- The jobs of earlier versions.
DROP TABLE IF EXISTS procrastinate_periodic_defers, procrastinate_events, procrastinate_jobs, procrastinate_workers CASCADE;
DROP FUNCTION IF EXISTS
    queue_answer_v1,
    receive_message_v1,
    procrastinate_cancel_job_v1,
    procrastinate_defer_jobs_v1,
    procrastinate_defer_periodic_job_v2,
    procrastinate_fetch_job_v2,
    procrastinate_finish_job_v1,
    procrastinate_notify_queue_abort_job_v1,
    procrastinate_notify_queue_job_inserted_v1,
    procrastinate_prune_stalled_workers_v1,
    procrastinate_register_worker_v1,
    procrastinate_retry_job_v1,
    procrastinate_retry_job_v2,
    procrastinate_trigger_abort_requested_events_procedure_v1,
    procrastinate_trigger_function_scheduled_events_v1,
    procrastinate_trigger_function_status_events_insert_v1,
    procrastinate_trigger_function_status_events_update_v1,
    procrastinate_unlink_periodic_defers_v1,
    procrastinate_unregister_worker_v1,
    procrastinate_update_heartbeat_v1
    CASCADE;
DROP TYPE IF EXISTS procrastinate_job_to_defer_v1, procrastinate_job_status, procrastinate_job_event_type CASCADE;
