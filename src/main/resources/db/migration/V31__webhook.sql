-- Who is told of events, and how that went. The secret that signs is sealed like a target's password.
CREATE TABLE webhook (
    id            uuid PRIMARY KEY,
    name          text NOT NULL UNIQUE,
    url           text NOT NULL,
    events        text[] NOT NULL,
    -- none for events of every environment
    environments  text[] NOT NULL DEFAULT '{}',
    secret_cipher bytea NOT NULL,
    secret_key    text NOT NULL,
    created_by    text NOT NULL,
    created_at    timestamptz NOT NULL
);

-- What happened, once for all who are told of it; the number grows, with gaps, in the order of writing.
CREATE TABLE webhook_event (
    sequence    bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id          uuid NOT NULL UNIQUE,
    at          timestamptz NOT NULL,
    type        text NOT NULL,
    environment text,
    data        jsonb NOT NULL
);

CREATE TABLE webhook_delivery (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    webhook      uuid NOT NULL REFERENCES webhook (id) ON DELETE CASCADE,
    event        bigint NOT NULL REFERENCES webhook_event (sequence) ON DELETE CASCADE,
    state        text NOT NULL CHECK (state IN ('WAITING', 'DELIVERED', 'DEAD')),
    -- all tries; those since it was asked for, at asked_at, bound how long it is tried
    attempts     int NOT NULL DEFAULT 0,
    failures     int NOT NULL DEFAULT 0,
    asked_at     timestamptz NOT NULL,
    tried_at     timestamptz,
    next_try_at  timestamptz,
    status       int,
    excerpt      text,
    fault        text,
    CHECK ((state = 'WAITING') = (next_try_at IS NOT NULL)),
    UNIQUE (webhook, event)
);
CREATE INDEX webhook_delivery_by_event ON webhook_delivery (event);
