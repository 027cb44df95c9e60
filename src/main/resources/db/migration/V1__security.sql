-- People. A name is the identity in every other table and never changes.
CREATE TABLE account (
    name          text PRIMARY KEY CHECK (name ~ '^[a-z0-9][a-z0-9._@-]{0,79}$'),
    full_name     text NOT NULL DEFAULT '',
    password_hash text,
    disabled      boolean NOT NULL DEFAULT false,
    created_at    timestamptz NOT NULL,
    version       bigint NOT NULL DEFAULT 0
);

-- Roles are sets per environment; '*' is every environment.
CREATE TABLE account_role (
    account     text NOT NULL REFERENCES account (name) ON DELETE CASCADE,
    environment text NOT NULL,
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
    revoked_at   timestamptz
);
