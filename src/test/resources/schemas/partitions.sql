CREATE TABLE events (id bigint GENERATED ALWAYS AS IDENTITY, at timestamptz NOT NULL, kind text DEFAULT 'none', amount int,
    double int GENERATED ALWAYS AS (amount * 2) STORED, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
CREATE TABLE events_2025 PARTITION OF events FOR VALUES FROM ('2025-01-01 00:00:00+00') TO ('2026-01-01 00:00:00+00');
CREATE TABLE events_2026 (amount int, kind text, gone int, at timestamptz NOT NULL, id bigint NOT NULL,
    double int GENERATED ALWAYS AS (amount * 2) STORED);
ALTER TABLE events_2026 DROP COLUMN gone;
ALTER TABLE events ATTACH PARTITION events_2026 FOR VALUES FROM ('2026-01-01 00:00:00+00') TO ('2027-01-01 00:00:00+00');
CREATE TABLE events_rest PARTITION OF events (kind DEFAULT 'rest') DEFAULT PARTITION BY LIST (at);
CREATE TABLE events_rest_a PARTITION OF events_rest FOR VALUES IN ('2030-01-01 00:00:00+00', '2031-01-01 00:00:00+00');
CREATE TABLE events_rest_other PARTITION OF events_rest DEFAULT;
CREATE INDEX events_kind ON events (kind) WHERE amount > 0;
CREATE INDEX events_amount ON ONLY events (amount);
CREATE INDEX events_2025_amount ON events_2025 (amount);
ALTER INDEX events_amount ATTACH PARTITION events_2025_amount;
CREATE INDEX of_one ON events_2026 (double);
ALTER TABLE events ADD CONSTRAINT sane CHECK (amount < 1000000);
ALTER TABLE events_2025 ADD CONSTRAINT old CHECK (amount IS NOT NULL);
CREATE TABLE shards (tenant int, id int, UNIQUE (tenant, id)) PARTITION BY HASH (tenant);
CREATE TABLE shards_0 PARTITION OF shards FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE shards_1 PARTITION OF shards FOR VALUES WITH (MODULUS 2, REMAINDER 1) WITH (fillfactor = 80);
CREATE TABLE of_event (event bigint, at timestamptz, FOREIGN KEY (event, at) REFERENCES events (id, at));
CREATE TABLE notes (id int, shard int, tenant int, part text, FOREIGN KEY (tenant, shard) REFERENCES shards (tenant, id) ON DELETE CASCADE)
    PARTITION BY RANGE (id);
CREATE TABLE notes_1 PARTITION OF notes FOR VALUES FROM (MINVALUE) TO (100);
CREATE TABLE by_two (a int, b text) PARTITION BY RANGE (a, lower(b));
CREATE TABLE by_two_1 PARTITION OF by_two FOR VALUES FROM (1, MINVALUE) TO (2, MAXVALUE);
CREATE TABLE listed (kind text) PARTITION BY LIST (kind);
CREATE TABLE listed_a PARTITION OF listed FOR VALUES IN ('a', 'it''s', NULL);
CREATE TABLE no_parts (a int) PARTITION BY LIST (a);
COMMENT ON TABLE events_2025 IS 'a year';
GRANT SELECT ON events TO rubicon_reader;
