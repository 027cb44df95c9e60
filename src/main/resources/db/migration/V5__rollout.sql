-- A revision carried to a frozen set of targets.
CREATE TABLE rollout (
    id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    plan          text NOT NULL,
    revision      int NOT NULL,
    environment   text NOT NULL REFERENCES environment (name),
    digest        text NOT NULL,
    frozen        jsonb NOT NULL,
    start_phases  text NOT NULL CHECK (start_phases IN ('auto', 'manual')),
    state         text NOT NULL,
    speed         double precision NOT NULL DEFAULT 1 CHECK (speed BETWEEN 0 AND 1),
    -- what is being undone, by whom and why
    rollback      jsonb,
    note          text,
    submitted_by  text NOT NULL,
    opened_by     text NOT NULL,
    opened_at     timestamptz NOT NULL,
    ended_at      timestamptz,
    version       bigint NOT NULL DEFAULT 0,
    FOREIGN KEY (plan, revision) REFERENCES plan_revision (plan, revision),
    -- what an approval refers to, so that the database itself can compare approver, submitter and opener
    UNIQUE (id, submitted_by, opened_by)
);
CREATE INDEX rollout_by_state ON rollout (state);
CREATE INDEX rollout_by_plan ON rollout (plan, revision);

-- One target of a rollout: a run.
CREATE TABLE rollout_run (
    rollout   bigint NOT NULL REFERENCES rollout (id),
    target    text NOT NULL,
    wave      int NOT NULL,
    -- why it was left out of the rest, or null
    skipped   text,
    PRIMARY KEY (rollout, target)
);
CREATE INDEX rollout_run_by_target ON rollout_run (target);

CREATE TABLE rollout_phase (
    rollout     bigint NOT NULL REFERENCES rollout (id),
    index       int NOT NULL,
    state       text NOT NULL,
    -- who started it by hand, where phases start by hand
    started_by  text,
    started_at  timestamptz,
    done_at     timestamptz,
    -- the unmet gates as last told to those who look on, to tell them again only on a change
    told        text,
    PRIMARY KEY (rollout, index)
);

-- What live pages and SSE follow. Written under an advisory lock of the rollout held to the end of the transaction, so
-- that within a rollout the order of seq is the order of commits, and a reader behind seq n has missed nothing.
CREATE TABLE rollout_event (
    seq      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    rollout  bigint NOT NULL REFERENCES rollout (id),
    at       timestamptz NOT NULL,
    type     text NOT NULL,
    data     jsonb NOT NULL
);
CREATE INDEX rollout_event_by_rollout ON rollout_event (rollout, seq);
