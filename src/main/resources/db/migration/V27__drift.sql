-- What the schema of a target should be: as Rubicon left it, or as a person accepted it.
CREATE TABLE schema_baseline (
    target         text PRIMARY KEY REFERENCES target (name) ON DELETE CASCADE,
    -- the database that it is of: a target that points elsewhere has none
    url            text NOT NULL,
    why            text NOT NULL CHECK (why IN ('ROLLOUT', 'ACCEPTED', 'UPGRADE')),
    left_at        timestamptz NOT NULL,
    rollout        bigint,
    run            bigint,
    accepted_by    text,
    reason         text,
    server_version int NOT NULL,
    objects        json NOT NULL
);

-- Phase runs that ended, and whose outcome is not yet in the baseline of their target.
CREATE TABLE baseline_due (
    run     bigint PRIMARY KEY,
    target  text NOT NULL REFERENCES target (name) ON DELETE CASCADE,
    rollout bigint NOT NULL,
    since   timestamptz NOT NULL
);
CREATE INDEX baseline_due_by_target ON baseline_due (target, run);

-- The watch over a target: when it was last told to look, when it last could, and why not where it could not.
CREATE TABLE drift_watch (
    target      text PRIMARY KEY REFERENCES target (name) ON DELETE CASCADE,
    told_at     timestamptz NOT NULL,
    looked_at   timestamptz,
    -- of what was seen then, without what is ignored: who accepts it names it
    fingerprint text,
    note        text NOT NULL DEFAULT ''
);

-- One object of a target that is not as it should be, for as long as it is not.
CREATE TABLE drift (
    id       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    target   text NOT NULL REFERENCES target (name) ON DELETE CASCADE,
    kind     text NOT NULL,
    name     text NOT NULL,
    -- as it should be, and as it is; null where it is not there
    expected text,
    found    text,
    since    timestamptz NOT NULL,
    seen_at  timestamptz NOT NULL,
    ended_at timestamptz,
    -- why it is no difference any more
    ended_by text
);
CREATE UNIQUE INDEX drift_open ON drift (target, kind, name) WHERE ended_at IS NULL;
CREATE INDEX drift_by_target ON drift (target, ended_at);
