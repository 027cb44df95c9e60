CREATE TABLE environment (
    name     text PRIMARY KEY CHECK (name ~ '^[a-z0-9][a-z0-9-]{0,79}$'),
    position int NOT NULL UNIQUE,
    policy   jsonb NOT NULL,
    version  bigint NOT NULL DEFAULT 0
);

CREATE TABLE target (
    name            text PRIMARY KEY CHECK (name ~ '^[a-z0-9][a-z0-9._-]{0,79}$'),
    engine          text NOT NULL CHECK (engine IN ('postgresql', 'dynamodb')),
    environment     text NOT NULL REFERENCES environment (name),
    labels          jsonb NOT NULL DEFAULT '{}',
    url             text NOT NULL,
    username        text,
    -- either a stored password (AES-GCM, with the id of its key) or a reference, or neither
    password_cipher bytea,
    password_key    text,
    password_ref    text,
    settings        jsonb NOT NULL DEFAULT '{}',
    identity        jsonb,
    last_check      jsonb,
    registered_at   timestamptz NOT NULL,
    version         bigint NOT NULL DEFAULT 0,
    CHECK ((password_cipher IS NULL) = (password_key IS NULL)),
    CHECK (password_cipher IS NULL OR password_ref IS NULL)
);
CREATE INDEX target_by_environment ON target (environment);
CREATE INDEX target_by_label ON target USING gin (labels jsonb_path_ops);
