-- The tables of the first revision. Later revisions change them; this file never does.

CREATE TABLE content_templates (
    account TEXT NOT NULL,
    shape TEXT NOT NULL,
    content_sid TEXT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT content_templates_pkey PRIMARY KEY (account, shape)
);

CREATE TABLE conversations (
    id TEXT NOT NULL,
    channel TEXT NOT NULL,
    address TEXT NOT NULL,
    mode TEXT DEFAULT 'bot' NOT NULL,
    language TEXT,
    opted_out BOOLEAN DEFAULT false NOT NULL,
    state JSONB DEFAULT '{}'::jsonb NOT NULL,
    turns INTEGER DEFAULT '0' NOT NULL,
    mode_since TIMESTAMP WITH TIME ZONE,
    last_inbound_at TIMESTAMP WITH TIME ZONE,
    last_reply_at TIMESTAMP WITH TIME ZONE,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT conversations_pkey PRIMARY KEY (id),
    CONSTRAINT conversations_channel_address_key UNIQUE (channel, address),
    CONSTRAINT conversations_mode_check CHECK (mode IN ('bot', 'human'))
);

CREATE TABLE appointments (
    id TEXT NOT NULL,
    conversation_id TEXT NOT NULL,
    branch TEXT NOT NULL,
    starts_at TIMESTAMP WITH TIME ZONE NOT NULL,
    seat SMALLINT NOT NULL,
    kind TEXT,
    stock_id TEXT,
    name TEXT,
    status TEXT DEFAULT 'booked' NOT NULL,
    reminded_at TIMESTAMP WITH TIME ZONE,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT appointments_pkey PRIMARY KEY (id),
    CONSTRAINT appointments_status_check CHECK (status IN ('booked', 'cancelled')),
    CONSTRAINT appointments_conversation_id_fkey FOREIGN KEY(conversation_id) REFERENCES conversations (id) ON DELETE CASCADE
);

CREATE INDEX appointments_conversation_id_idx ON appointments (conversation_id);

CREATE UNIQUE INDEX appointments_slot_key ON appointments (branch, starts_at, seat) WHERE status = 'booked';

CREATE TABLE leads (
    id TEXT NOT NULL,
    conversation_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    interest TEXT NOT NULL,
    stage TEXT DEFAULT 'new' NOT NULL,
    score INTEGER DEFAULT '0' NOT NULL,
    name TEXT,
    data JSONB NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT leads_pkey PRIMARY KEY (id),
    CONSTRAINT leads_conversation_id_kind_interest_key UNIQUE (conversation_id, kind, interest),
    CONSTRAINT leads_conversation_id_fkey FOREIGN KEY(conversation_id) REFERENCES conversations (id) ON DELETE CASCADE
);

CREATE INDEX leads_updated_at_idx ON leads (updated_at);

CREATE TABLE mailboxes (
    conversation_id TEXT NOT NULL,
    sender TEXT NOT NULL,
    last_seq BIGINT DEFAULT '0' NOT NULL,
    queued BOOLEAN DEFAULT false NOT NULL,
    last_inbound_at TIMESTAMP WITH TIME ZONE,
    profile_name TEXT,
    external_id TEXT,
    referral JSONB,
    send_tokens FLOAT DEFAULT '10' NOT NULL,
    send_tokens_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT mailboxes_pkey PRIMARY KEY (conversation_id),
    CONSTRAINT mailboxes_conversation_id_fkey FOREIGN KEY(conversation_id) REFERENCES conversations (id) ON DELETE CASCADE
);

CREATE TABLE messages (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    conversation_id TEXT NOT NULL,
    seq BIGINT,
    direction TEXT NOT NULL,
    author TEXT NOT NULL,
    kind TEXT DEFAULT 'text' NOT NULL,
    text TEXT NOT NULL,
    payload TEXT,
    provider_sid TEXT,
    raw JSONB,
    turn_id TEXT,
    limited BOOLEAN DEFAULT false NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT messages_pkey PRIMARY KEY (id),
    CONSTRAINT messages_direction_check CHECK (direction IN ('in', 'out')),
    CONSTRAINT messages_conversation_id_fkey FOREIGN KEY(conversation_id) REFERENCES conversations (id) ON DELETE CASCADE
);

CREATE INDEX messages_conversation_id_id_idx ON messages (conversation_id, id);

CREATE UNIQUE INDEX messages_provider_sid_key ON messages (provider_sid) WHERE provider_sid IS NOT NULL;

CREATE INDEX messages_waiting_idx ON messages (conversation_id, seq) WHERE direction = 'in' AND turn_id IS NULL;

CREATE TABLE outbox (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    conversation_id TEXT NOT NULL,
    turn_id TEXT,
    part SMALLINT NOT NULL,
    body TEXT NOT NULL,
    media_url TEXT,
    quick_replies JSONB,
    author TEXT NOT NULL,
    mode TEXT NOT NULL,
    opted_out BOOLEAN NOT NULL,
    status TEXT DEFAULT 'queued' NOT NULL,
    attempts SMALLINT DEFAULT '0' NOT NULL,
    error_code INTEGER,
    error TEXT,
    provider_sid TEXT,
    dead_sids TEXT[] DEFAULT '{}'::text[] NOT NULL,
    next_attempt_at TIMESTAMP WITH TIME ZONE NOT NULL,
    attempted_at TIMESTAMP WITH TIME ZONE,
    leased_until TIMESTAMP WITH TIME ZONE,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    sent_at TIMESTAMP WITH TIME ZONE,
    delivered_at TIMESTAMP WITH TIME ZONE,
    read_at TIMESTAMP WITH TIME ZONE,
    checked_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT outbox_pkey PRIMARY KEY (id),
    CONSTRAINT outbox_conversation_id_fkey FOREIGN KEY(conversation_id) REFERENCES conversations (id) ON DELETE CASCADE
);

CREATE INDEX outbox_conversation_id_id_idx ON outbox (conversation_id, id);

CREATE INDEX outbox_open_idx ON outbox (conversation_id, id) WHERE status IN ('queued', 'sending', 'unknown');

CREATE UNIQUE INDEX outbox_provider_sid_key ON outbox (provider_sid) WHERE provider_sid IS NOT NULL;

CREATE INDEX outbox_travelling_idx ON outbox (sent_at) WHERE status IN ('accepted', 'sent');

CREATE TABLE ratings (
    conversation_id TEXT NOT NULL,
    turn_id TEXT NOT NULL,
    stars SMALLINT NOT NULL,
    comment TEXT,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT ratings_pkey PRIMARY KEY (conversation_id, turn_id),
    CONSTRAINT ratings_stars_check CHECK (stars BETWEEN 1 AND 5),
    CONSTRAINT ratings_conversation_id_fkey FOREIGN KEY(conversation_id) REFERENCES conversations (id) ON DELETE CASCADE
);

CREATE TABLE turns (
    id TEXT NOT NULL,
    conversation_id TEXT NOT NULL,
    language TEXT NOT NULL,
    intents TEXT[] NOT NULL,
    agents TEXT[] NOT NULL,
    findings JSONB NOT NULL,
    reader TEXT NOT NULL,
    phraser TEXT NOT NULL,
    milliseconds JSONB NOT NULL,
    trace_id TEXT,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT turns_pkey PRIMARY KEY (id),
    CONSTRAINT turns_conversation_id_fkey FOREIGN KEY(conversation_id) REFERENCES conversations (id) ON DELETE CASCADE
);

CREATE INDEX turns_conversation_id_created_at_idx ON turns (conversation_id, created_at);

CREATE TABLE unanswered_questions (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    conversation_id TEXT NOT NULL,
    turn_id TEXT NOT NULL,
    language TEXT NOT NULL,
    question TEXT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    resolved_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT unanswered_questions_pkey PRIMARY KEY (id),
    CONSTRAINT unanswered_questions_conversation_id_fkey FOREIGN KEY(conversation_id) REFERENCES conversations (id) ON DELETE CASCADE
);

CREATE INDEX unanswered_questions_conversation_id_idx ON unanswered_questions (conversation_id);

CREATE TABLE lead_events (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    lead_id TEXT NOT NULL,
    event TEXT NOT NULL,
    data JSONB NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT lead_events_pkey PRIMARY KEY (id),
    CONSTRAINT lead_events_lead_id_fkey FOREIGN KEY(lead_id) REFERENCES leads (id) ON DELETE CASCADE
);

CREATE INDEX lead_events_lead_id_id_idx ON lead_events (lead_id, id);

-- Rows that every turn rewrites leave room on their page for the new version.
ALTER TABLE conversations SET (fillfactor = 70);
ALTER TABLE mailboxes SET (fillfactor = 70);
ALTER TABLE outbox SET (fillfactor = 80);
