CREATE TABLE plan (
    name       text PRIMARY KEY CHECK (name ~ '^[a-z0-9][a-z0-9-]{0,79}$'),
    created_at timestamptz NOT NULL,
    created_by text NOT NULL
);

-- A revision never changes; only its verdict is added.
CREATE TABLE plan_revision (
    plan         text NOT NULL REFERENCES plan (name),
    revision     int NOT NULL,
    digest       text NOT NULL,
    document     jsonb NOT NULL,
    source       text NOT NULL,
    media_type   text NOT NULL,
    migrations   jsonb NOT NULL,
    submitted_by text NOT NULL,
    submitted_at timestamptz NOT NULL,
    verdict      jsonb,
    PRIMARY KEY (plan, revision),
    UNIQUE (plan, digest)
);

CREATE TABLE plan_comment (
    id                uuid PRIMARY KEY,
    plan              text NOT NULL,
    revision          int NOT NULL,
    step              text,
    direction         text CHECK (direction IN ('forward', 'rollback')),
    parent            uuid REFERENCES plan_comment (id),
    author            text NOT NULL,
    at                timestamptz NOT NULL,
    body              text NOT NULL,
    changes_requested boolean NOT NULL DEFAULT false,
    resolved_by       text,
    resolved_at       timestamptz,
    FOREIGN KEY (plan, revision) REFERENCES plan_revision (plan, revision)
);
CREATE INDEX plan_comment_by_revision ON plan_comment (plan, revision, at);

CREATE TABLE finding_acceptance (
    plan     text NOT NULL,
    revision int NOT NULL,
    finding  text NOT NULL,
    reason   text NOT NULL CHECK (reason <> ''),
    by       text NOT NULL,
    at       timestamptz NOT NULL,
    PRIMARY KEY (plan, revision, finding),
    FOREIGN KEY (plan, revision) REFERENCES plan_revision (plan, revision)
);
