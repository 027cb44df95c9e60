-- What people ask of a run, and apart from it what became of the request: seen by a worker, sent to the server, observed.
CREATE TABLE run_request (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    phase_run   bigint NOT NULL REFERENCES phase_run (id),
    verb        text NOT NULL,
    -- null where the whole run is meant
    step        text,
    reason      text,
    asked_by    text NOT NULL,
    asked_at    timestamptz NOT NULL,
    seen_by     text,
    seen_at     timestamptz,
    sent_to     int,
    sent_at     timestamptz,
    outcome     text,
    observed    text,
    observed_at timestamptz,
    CHECK ((outcome IS NULL) = (observed IS NULL) AND (outcome IS NULL) = (observed_at IS NULL))
);
CREATE INDEX run_request_by_run ON run_request (phase_run, id);
CREATE INDEX run_request_open ON run_request (phase_run) WHERE outcome IS NULL;

-- STOP: a cancel of the running step alone, after which the run rests
ALTER TABLE phase_run DROP CONSTRAINT phase_run_asked_check;
ALTER TABLE phase_run ADD CONSTRAINT phase_run_asked_check CHECK (asked IN ('PAUSE', 'STOP', 'CANCEL'));
