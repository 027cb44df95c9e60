-- People. A name is the identity in every other table: it never changes, and it is never given to somebody else, or four
-- eyes could be the same two. So a person who leaves keeps the row.
CREATE TABLE account (
    name          text PRIMARY KEY CHECK (name ~ '^[a-z0-9][a-z0-9._@-]{0,79}$'),
    full_name     text NOT NULL DEFAULT '',
    password_hash text,
    -- counts the passwords: a session that began under an older one is over
    credentials   bigint NOT NULL DEFAULT 0,
    disabled      boolean NOT NULL DEFAULT false,
    created_at    timestamptz NOT NULL,
    deleted_at    timestamptz,
    version       bigint NOT NULL DEFAULT 0
);

-- Roles are sets per environment; '*' is every environment.
CREATE TABLE account_role (
    account     text NOT NULL REFERENCES account (name) ON DELETE CASCADE,
    environment text NOT NULL CHECK (environment = '*' OR environment ~ '^[a-z0-9][a-z0-9-]{0,79}$'),
    role        text NOT NULL CHECK (role IN ('VIEWER', 'AUTHOR', 'APPROVER', 'OPERATOR', 'AUDITOR', 'ADMIN')),
    PRIMARY KEY (account, environment, role)
);

-- API tokens: only the SHA-256 of the secret is kept.
CREATE TABLE api_token (
    id           uuid PRIMARY KEY,
    name         text NOT NULL,
    owner        text NOT NULL REFERENCES account (name) ON DELETE CASCADE,
    hash         bytea NOT NULL UNIQUE,
    scopes       text[] NOT NULL,
    expires_at   timestamptz NOT NULL,
    created_at   timestamptz NOT NULL,
    created_by   text NOT NULL,
    last_used_at timestamptz,
    revoked_at   timestamptz,
    CHECK (expires_at <= created_at + interval '366 days')
);
-- the trail tells tokens of one owner apart by their names
CREATE UNIQUE INDEX api_token_name ON api_token (owner, name) WHERE revoked_at IS NULL;
