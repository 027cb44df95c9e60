-- First answers to POSTs that carried an Idempotency-Key, kept for 24 hours.
CREATE TABLE idempotent_answer (
    actor        text NOT NULL,
    key          text NOT NULL,
    request_hash bytea NOT NULL,
    status       int,
    headers      jsonb,
    body         bytea,
    at           timestamptz NOT NULL,
    PRIMARY KEY (actor, key)
);
CREATE INDEX idempotent_answer_by_time ON idempotent_answer (at);
