-- One phase of one revision on one target, in one direction.
CREATE TABLE phase_run (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    rollout      bigint NOT NULL,
    phase        int NOT NULL,
    target       text NOT NULL,
    environment  text NOT NULL,
    direction    text NOT NULL CHECK (direction IN ('FORWARD', 'ROLLBACK')),
    plan         text NOT NULL,
    revision     int NOT NULL,
    digest       text NOT NULL,
    state        text NOT NULL,
    -- what was asked of it and not yet done
    asked        text CHECK (asked IN ('PAUSE', 'CANCEL')),
    speed        double precision NOT NULL DEFAULT 1,
    -- which dispatch of the run is the valid one: an execution of an older one goes home without doing anything
    dispatch     int NOT NULL DEFAULT 1,
    -- counts the workers that took it up: what a worker of an older epoch wants to write is refused
    epoch        bigint NOT NULL DEFAULT 0,
    blocker      jsonb,
    node         text,
    fence        bigint,
    failure      jsonb,
    created_at   timestamptz NOT NULL,
    started_at   timestamptz,
    ended_at     timestamptz,
    version      bigint NOT NULL DEFAULT 0
);
CREATE INDEX phase_run_by_rollout ON phase_run (rollout, phase);
CREATE INDEX phase_run_by_target ON phase_run (target, id);
-- at most one unfinished run of a phase on a target of a rollout
CREATE UNIQUE INDEX phase_run_unfinished ON phase_run (rollout, phase, target)
    WHERE state NOT IN ('DONE', 'CANCELLED', 'ROLLED_BACK', 'SKIPPED');

-- Who works on a target: the primary key is what makes it one run at a time, over all nodes and rollouts.
CREATE TABLE target_hold (
    target    text PRIMARY KEY,
    phase_run bigint NOT NULL REFERENCES phase_run (id),
    -- host and port: what the connection budget is counted by
    server    text NOT NULL,
    since     timestamptz NOT NULL
);
CREATE INDEX target_hold_by_server ON target_hold (server);
CREATE INDEX target_hold_by_run ON target_hold (phase_run);

CREATE TABLE step_run (
    phase_run  bigint NOT NULL REFERENCES phase_run (id),
    index      int NOT NULL,
    step       text NOT NULL,
    kind       text NOT NULL,
    state      text NOT NULL,
    progress   jsonb,
    result     jsonb,
    started_at timestamptz,
    ended_at   timestamptz,
    PRIMARY KEY (phase_run, index)
);

-- One try of one step; for locks one line per patience window.
CREATE TABLE attempt (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    phase_run   bigint NOT NULL REFERENCES phase_run (id),
    step        text NOT NULL,
    number      int NOT NULL,
    node        text NOT NULL,
    backend_pid int,
    started_at  timestamptz NOT NULL,
    ended_at    timestamptz,
    outcome     text,
    message     text,
    waiting_for jsonb,
    UNIQUE (phase_run, step, number)
);
