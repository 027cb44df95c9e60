-- What stands in the database before every proof. A proof adds what it needs.
CREATE TYPE mood AS ENUM ('sad', 'well');
CREATE DOMAIN label AS text;
CREATE DOMAIN positive AS integer CONSTRAINT positive_check CHECK (VALUE > 0);
CREATE FUNCTION dice() RETURNS integer LANGUAGE sql VOLATILE AS 'SELECT (random() * 6)::integer';
CREATE FUNCTION answer() RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT 42';
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';

-- One table alone.
CREATE TABLE notes (id bigint NOT NULL, title text, body varchar(80), size integer, note_key integer NOT NULL);
CREATE INDEX notes_title_idx ON notes (title);
INSERT INTO notes VALUES (1, 'a', 'one', 1, 1), (2, 'b', 'two', 2, 2), (3, 'c', 'three', 3, 3);

-- A foreign key: parent and child.
CREATE TABLE customers (id bigint CONSTRAINT customers_pkey PRIMARY KEY, name text, email text);
CREATE TABLE orders (
    id bigint CONSTRAINT orders_pkey PRIMARY KEY,
    customer_id bigint CONSTRAINT orders_customer_fkey REFERENCES customers (id),
    rival_id bigint,
    total numeric(8, 2) CONSTRAINT orders_total_check CHECK (total >= 0));
CREATE INDEX orders_customer_idx ON orders (customer_id);
INSERT INTO customers VALUES (1, 'Ada', 'ada@example.org'), (2, 'Bob', 'bob@example.org');
INSERT INTO orders VALUES (1, 1, 1, 10), (2, 2, 1, 20), (3, 2, 2, 30);

-- A partitioned table and a table that could become a partition.
CREATE TABLE events (id bigint NOT NULL, day integer NOT NULL, kind text) PARTITION BY RANGE (day);
CREATE TABLE events_1 PARTITION OF events FOR VALUES FROM (0) TO (100);
CREATE TABLE events_2 PARTITION OF events FOR VALUES FROM (100) TO (200);
CREATE TABLE events_3 (id bigint NOT NULL, day integer NOT NULL, kind text);
INSERT INTO events VALUES (1, 10, 'a'), (2, 110, 'b');
INSERT INTO events_3 VALUES (3, 210, 'c');

-- Views, a trigger, a policy, a sequence of its own.
CREATE TABLE people (id integer CONSTRAINT people_pkey PRIMARY KEY, name text NOT NULL, feeling mood, tag label);
INSERT INTO people VALUES (1, 'Ada', 'well', 'x'), (2, 'Bob', 'sad', 'y');
CREATE VIEW names AS SELECT id, name FROM people;
CREATE MATERIALIZED VIEW name_counts AS SELECT name, count(*) AS times FROM people GROUP BY name;
CREATE UNIQUE INDEX name_counts_idx ON name_counts (name);
CREATE TRIGGER people_touch BEFORE UPDATE ON people FOR EACH ROW EXECUTE FUNCTION touch();
CREATE POLICY people_policy ON people USING (true);
CREATE TABLE stocks (id integer, amount positive, spare positive);
INSERT INTO stocks VALUES (1, 5, 6);
CREATE SEQUENCE tickets;

-- Columns of many types.
CREATE TABLE wares (
    id integer CONSTRAINT wares_pkey PRIMARY KEY,
    v10 varchar(10), vany varchar, plain text, c10 char(10),
    n82 numeric(8, 2), nany numeric,
    ts timestamp, ts3 timestamp(3), tz timestamptz, tz3 timestamptz(3), iv3 interval(3), t3 time(3),
    small smallint, i integer, big bigint, o oid,
    b8 varbit(8), bany varbit, net cidr, ip inet, doc xml, j json, jb jsonb,
    feeling mood, tag label, amount positive, span int4range, d date);
INSERT INTO wares (id, v10, plain, n82, ts, i) VALUES (1, 'a', 'a', 1.5, '2024-01-01', 1), (2, 'b', 'b', 2.5, '2024-01-02', 2);
