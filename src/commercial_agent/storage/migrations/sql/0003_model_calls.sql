CREATE TABLE model_answers (
    key text PRIMARY KEY,  -- a hash of model, prompt version and words
    answer text NOT NULL,
    expires_at timestamptz NOT NULL
);
CREATE INDEX model_answers_expires_at_idx ON model_answers (expires_at);

CREATE TABLE model_spending (
    day date NOT NULL,
    conversation_id text NOT NULL,  -- '' is the whole day. No reference: the conversation may not be committed yet
    calls integer NOT NULL,
    input_tokens bigint NOT NULL,
    output_tokens bigint NOT NULL,
    cost numeric(14, 6) NOT NULL,  -- US dollars
    PRIMARY KEY (day, conversation_id)
);
