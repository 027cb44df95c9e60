-- What was seen of a step while it was rehearsed: locks, files, log written, times.
ALTER TABLE step_run ADD COLUMN observed jsonb;

-- A revision carried up, down and up again on a shadow of a target.
CREATE TABLE rehearsal (
    id                 bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    plan               text NOT NULL,
    revision           int NOT NULL,
    digest             text NOT NULL,
    -- over the ways back alone
    rollback_digest    text NOT NULL,
    target             text NOT NULL,
    environment        text NOT NULL,
    class              text NOT NULL,
    state              text NOT NULL,
    -- why it came to nothing, or what it does now
    message            text NOT NULL DEFAULT '',
    asked_by           text NOT NULL,
    asked_at           timestamptz NOT NULL,
    started_at         timestamptz,
    ended_at           timestamptz,
    -- counts the workers that took it up: what a worker of an older epoch wants to write is refused
    epoch              int NOT NULL DEFAULT 0,
    -- which of the servers for shadows it uses, and its shadow there while it has one
    server             text,
    shadow             text,
    source_fingerprint text,
    source_version     int,
    -- fingerprints of the target's objects as they were when it began
    source             jsonb,
    report             jsonb NOT NULL,
    FOREIGN KEY (plan, revision) REFERENCES plan_revision (plan, revision)
);
CREATE INDEX rehearsal_by_revision ON rehearsal (plan, revision, id);
CREATE INDEX rehearsal_by_target ON rehearsal (target, id);
CREATE INDEX rehearsal_unfinished ON rehearsal (id) WHERE ended_at IS NULL;

-- What tells this Rubicon's shadows from those of another one on the same server.
CREATE TABLE rehearsal_site (
    tag text NOT NULL CHECK (tag ~ '^[0-9a-f]{8}$')
);
INSERT INTO rehearsal_site SELECT substr(md5(random()::text || clock_timestamp()::text), 1, 8);
