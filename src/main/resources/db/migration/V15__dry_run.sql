-- One backfill of a revision, of which one batch was tried on a target and rolled back.
CREATE TABLE dry_run (
    id       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    plan     text NOT NULL,
    revision int NOT NULL,
    step     text NOT NULL,
    target   text NOT NULL,
    environment text NOT NULL,
    by       text NOT NULL,
    at       timestamptz NOT NULL,
    result   jsonb,
    refusal  text,
    CHECK ((result IS NULL) <> (refusal IS NULL)),
    FOREIGN KEY (plan, revision) REFERENCES plan_revision (plan, revision)
);
CREATE INDEX dry_run_by_revision ON dry_run (plan, revision, id);
