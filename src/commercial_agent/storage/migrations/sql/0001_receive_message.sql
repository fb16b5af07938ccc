-- Stores an inbound message once and queues its conversation, in one round trip and one transaction.
--
-- The mailbox row is locked for the few milliseconds this takes, so that the messages of one customer are numbered in
-- the order they are stored. The conversation row is never touched once it exists: a turn may hold it for seconds.
-- `queued` says that a job will still look into the mailbox; the job clears it, under the same lock, before it reads.
CREATE FUNCTION receive_message_v1(
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
    p_per_minute integer
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

    UPDATE mailboxes AS b SET
            sender = p_sender,
            last_seq = b.last_seq + 1,
            queued = true,
            last_inbound_at = greatest(b.last_inbound_at, p_at),
            profile_name = coalesce(p_profile_name, b.profile_name),
            external_id = coalesce(p_external_id, b.external_id),
            referral = coalesce(p_referral, b.referral)
        WHERE b.conversation_id = v_conversation;
    IF NOT v_box.queued THEN
        PERFORM queue_answer_v1(v_conversation);
    END IF;
    RETURN QUERY SELECT v_conversation, v_message, true, v_limited;
END;
$$;
