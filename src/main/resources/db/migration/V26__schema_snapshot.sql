-- The schema of a target as it was read: the text of each object, and the statements that rebuild it. A few per target are
-- kept; one that is read again and finds the same is not written anew.
CREATE TABLE schema_snapshot (
    id             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    target         text NOT NULL REFERENCES target (name) ON DELETE CASCADE,
    why            text NOT NULL CHECK (why IN ('ASKED', 'WATCH', 'BEFORE_RUN', 'AFTER_RUN')),
    -- the rollout and the phase run around which it was taken, or null
    rollout        bigint,
    run            bigint,
    -- when it was first read so, and when last
    taken_at       timestamptz NOT NULL,
    seen_at        timestamptz NOT NULL,
    server_version int NOT NULL,
    fingerprint    text NOT NULL,
    objects        json NOT NULL,
    script         json NOT NULL
);
CREATE INDEX schema_snapshot_by_target ON schema_snapshot (target, id);
CREATE INDEX schema_snapshot_by_run ON schema_snapshot (run) WHERE run IS NOT NULL;
