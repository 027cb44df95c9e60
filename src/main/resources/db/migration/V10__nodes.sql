-- Sessions of the dashboard, shared by all nodes: Spring Session's tables, as its schema for PostgreSQL has them.
CREATE TABLE spring_session (
    primary_id            char(36) PRIMARY KEY,
    session_id            char(36) NOT NULL UNIQUE,
    creation_time         bigint NOT NULL,
    last_access_time      bigint NOT NULL,
    max_inactive_interval int NOT NULL,
    expiry_time           bigint NOT NULL,
    principal_name        varchar(100)
);
CREATE INDEX spring_session_by_expiry ON spring_session (expiry_time);

CREATE TABLE spring_session_attributes (
    session_primary_id char(36) NOT NULL REFERENCES spring_session ON DELETE CASCADE,
    attribute_name     varchar(200) NOT NULL,
    attribute_bytes    bytea NOT NULL,
    PRIMARY KEY (session_primary_id, attribute_name)
);

-- The nodes that work on this database. All times are the database's own: the nodes' clocks may differ.
CREATE TABLE node (
    name            text PRIMARY KEY,
    version         text NOT NULL,
    since           timestamptz NOT NULL,
    seen_at         timestamptz NOT NULL,
    leaving_since   timestamptz,
    lease_millis    bigint NOT NULL,
    clock_ahead_millis bigint NOT NULL
);

-- Which key seals the targets' passwords now: one for all nodes. No row before the first key.
CREATE TABLE encryption_key (
    only_one boolean PRIMARY KEY DEFAULT true CHECK (only_one),
    id       text NOT NULL,
    since    timestamptz NOT NULL
);
INSERT INTO encryption_key (id, since)
SELECT password_key, now() FROM target WHERE password_key IS NOT NULL
 GROUP BY password_key ORDER BY count(*) DESC LIMIT 1;
