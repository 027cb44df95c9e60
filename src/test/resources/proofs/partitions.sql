--: attach-partition
ALTER TABLE events ATTACH PARTITION events_3 FOR VALUES FROM (200) TO (300);

--: attach-partition-proved
--: setup
ALTER TABLE events_3 ADD CONSTRAINT day_check CHECK (day >= 200 AND day < 300);
--: statement
ALTER TABLE events ATTACH PARTITION events_3 FOR VALUES FROM (200) TO (300);

--: attach-partition-with-default
--: setup
CREATE TABLE events_rest PARTITION OF events DEFAULT;
INSERT INTO events VALUES (9, 999, 'z');
--: statement
ALTER TABLE events ATTACH PARTITION events_3 FOR VALUES FROM (200) TO (300);

--: attach-default-partition
ALTER TABLE events ATTACH PARTITION events_3 DEFAULT;

--: attach-partition-index
--: setup
CREATE INDEX events_kind_idx ON events (kind);
--: statement
ALTER TABLE events ATTACH PARTITION events_3 FOR VALUES FROM (200) TO (300);

--: detach-partition
ALTER TABLE events DETACH PARTITION events_1;

--: detach-partition-with-default
--: setup
CREATE TABLE events_rest PARTITION OF events DEFAULT;
--: statement
ALTER TABLE events DETACH PARTITION events_1;

--: detach-partition-referenced
--: setup
ALTER TABLE events ADD CONSTRAINT events_pkey PRIMARY KEY (id, day);
CREATE TABLE event_notes (event_id bigint, event_day integer, FOREIGN KEY (event_id, event_day) REFERENCES events (id, day));
INSERT INTO event_notes VALUES (2, 110);
--: statement
ALTER TABLE events DETACH PARTITION events_1;

--: create-partition
CREATE TABLE events_4 PARTITION OF events FOR VALUES FROM (300) TO (400);

--: create-partition-with-default
--: setup
CREATE TABLE events_rest PARTITION OF events DEFAULT;
INSERT INTO events VALUES (9, 999, 'z');
--: statement
CREATE TABLE events_4 PARTITION OF events FOR VALUES FROM (300) TO (400);

--: create-default-partition
CREATE TABLE events_rest PARTITION OF events DEFAULT;

--: drop-partition
DROP TABLE events_1;

--: drop-partitioned-table
DROP TABLE events;

--: truncate-partitioned-table
TRUNCATE events;

--: index-on-partitioned
CREATE INDEX events_kind_idx ON events (kind);

--: index-on-only-parent
CREATE INDEX events_kind_idx ON ONLY events (kind);

--: attach-index
--: setup
CREATE INDEX events_kind_idx ON ONLY events (kind);
CREATE INDEX events_1_kind_idx ON events_1 (kind);
--: statement
ALTER INDEX events_kind_idx ATTACH PARTITION events_1_kind_idx;

--: index-concurrently-on-partitioned
--: alone
--: refused 0A000
CREATE INDEX CONCURRENTLY events_kind_idx ON events (kind);

--: detach-concurrently
--: alone while SELECT * FROM events_1
ALTER TABLE events DETACH PARTITION events_1 CONCURRENTLY;

--: detach-concurrently-with-default
--: alone
--: refused 55000
--: setup
CREATE TABLE events_rest PARTITION OF events DEFAULT;
--: statement
ALTER TABLE events DETACH PARTITION events_1 CONCURRENTLY;

--: detach-concurrently-in-transaction
--: refused 25001
ALTER TABLE events DETACH PARTITION events_1 CONCURRENTLY;

--: rename-partition
ALTER TABLE events_1 RENAME TO events_first;

--: create-partition-with-parent-foreign-key
--: setup
ALTER TABLE events ADD CONSTRAINT events_customer_fkey FOREIGN KEY (id) REFERENCES customers (id);
--: statement
CREATE TABLE events_4 PARTITION OF events FOR VALUES FROM (300) TO (400);

--: attach-partition-with-parent-foreign-key
--: setup
INSERT INTO customers VALUES (3);
ALTER TABLE events ADD CONSTRAINT events_customer_fkey FOREIGN KEY (id) REFERENCES customers (id);
--: statement
ALTER TABLE events ATTACH PARTITION events_3 FOR VALUES FROM (200) TO (300);

--: detach-partition-with-parent-foreign-key
--: setup
ALTER TABLE events ADD CONSTRAINT events_customer_fkey FOREIGN KEY (id) REFERENCES customers (id);
--: statement
ALTER TABLE events DETACH PARTITION events_1;

--: drop-partition-with-default
--: setup
CREATE TABLE events_rest PARTITION OF events DEFAULT;
--: statement
DROP TABLE events_1;

--: drop-partition-with-index
--: setup
CREATE INDEX events_kind_idx ON events (kind);
--: statement
DROP TABLE events_1;

--: create-sub-partitioned
CREATE TABLE events_4 PARTITION OF events FOR VALUES FROM (300) TO (400) PARTITION BY RANGE (day);

--: reindex-partitioned
--: partly
--: alone while LOCK TABLE events_1 IN SHARE UPDATE EXCLUSIVE MODE
--: setup
CREATE INDEX events_kind_idx ON events (kind);
--: statement
REINDEX TABLE events;

--: drop-partition-with-parent-foreign-key
--: setup
ALTER TABLE events ADD CONSTRAINT events_customer_fkey FOREIGN KEY (id) REFERENCES customers (id);
--: statement
DROP TABLE events_1;

--: drop-partitioned-with-foreign-key
--: setup
ALTER TABLE events ADD CONSTRAINT events_customer_fkey FOREIGN KEY (id) REFERENCES customers (id);
--: statement
DROP TABLE events;

--: detach-concurrently-with-parent-foreign-key
--: partly
--: alone while SELECT * FROM events_1
--: setup
ALTER TABLE events ADD CONSTRAINT events_customer_fkey FOREIGN KEY (id) REFERENCES customers (id);
--: statement
ALTER TABLE events DETACH PARTITION events_1 CONCURRENTLY;

--: create-unique-index-on-partitioned
CREATE UNIQUE INDEX events_key ON events (id, day);

--: drop-index-of-one-partition
--: setup
CREATE INDEX events_1_kind_idx ON events_1 (kind);
--: statement
DROP INDEX events_1_kind_idx;

--: set-not-null-partitioned-proved
--: setup
ALTER TABLE events ADD CONSTRAINT kind_there CHECK (kind IS NOT NULL);
--: statement
ALTER TABLE events ALTER COLUMN kind SET NOT NULL;

--: add-column-to-one-partition
--: refused 42809
ALTER TABLE events_1 ADD COLUMN flag boolean;

--: check-on-one-partition
ALTER TABLE events_1 ADD CONSTRAINT kind_check CHECK (kind <> '');

--: type-partitioned-indexed
--: setup
CREATE INDEX events_kind_idx ON events (kind);
--: statement
ALTER TABLE events ALTER COLUMN kind TYPE varchar;

--: drop-column-partitioned-indexed
--: setup
CREATE INDEX events_kind_idx ON events (kind);
--: statement
ALTER TABLE events DROP COLUMN kind;
