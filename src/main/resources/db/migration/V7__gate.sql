-- Decisions on phases. Four eyes stand in the database: the approver is neither who submitted the revision nor who
-- opened the rollout, and the foreign key keeps those two honest.
CREATE TABLE approval (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    rollout      bigint NOT NULL,
    phase        int NOT NULL,
    decision     text NOT NULL CHECK (decision IN ('APPROVE', 'REJECT')),
    by           text NOT NULL,
    submitted_by text NOT NULL,
    opened_by    text NOT NULL,
    digest       text NOT NULL,
    crossing     boolean NOT NULL,
    comment      text,
    evidence     jsonb NOT NULL,
    at           timestamptz NOT NULL,
    FOREIGN KEY (rollout, submitted_by, opened_by) REFERENCES rollout (id, submitted_by, opened_by),
    CONSTRAINT four_eyes CHECK (decision <> 'APPROVE' OR (by <> submitted_by AND by <> opened_by))
);
CREATE INDEX approval_by_rollout ON approval (rollout, phase, id);

CREATE TABLE manual_go (
    rollout bigint NOT NULL REFERENCES rollout (id),
    phase   int NOT NULL,
    name    text NOT NULL,
    by      text NOT NULL,
    comment text,
    at      timestamptz NOT NULL,
    PRIMARY KEY (rollout, phase, name)
);

-- What pipelines reported, append-only: which versions are live now, and since when a range holds, is read from it.
CREATE TABLE deployment_report (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    application text NOT NULL,
    version     text NOT NULL,
    environment text NOT NULL REFERENCES environment (name),
    state       text NOT NULL CHECK (state IN ('LIVE', 'GONE')),
    reported_by text NOT NULL,
    at          timestamptz NOT NULL
);
CREATE INDEX deployment_report_by_application ON deployment_report (application, environment, id);

CREATE TABLE backup (
    id               bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    target           text NOT NULL,
    taken_at         timestamptz NOT NULL,
    kind             text NOT NULL,
    reference        text NOT NULL,
    class            text NOT NULL CHECK (class IN ('STATED', 'OBSERVED', 'RESTORED')),
    restorable_until timestamptz,
    recorded_by      text NOT NULL,
    at               timestamptz NOT NULL,
    -- nobody can prove what has not happened yet
    CHECK (taken_at <= at),
    CHECK (restorable_until > taken_at)
);
CREATE INDEX backup_by_target ON backup (target, taken_at DESC);

-- A time in which nothing starts: in an environment, for targets with these labels, or both; everywhere when neither.
CREATE TABLE freeze_window (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    environment text REFERENCES environment (name),
    labels      jsonb NOT NULL DEFAULT '{}',
    starts_at   timestamptz NOT NULL,
    ends_at     timestamptz NOT NULL,
    reason      text NOT NULL,
    set_by      text NOT NULL,
    at          timestamptz NOT NULL,
    version     bigint NOT NULL DEFAULT 0,
    CHECK (ends_at > starts_at)
);
CREATE INDEX freeze_window_by_end ON freeze_window (ends_at);
