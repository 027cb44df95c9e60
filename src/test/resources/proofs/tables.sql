--: create-table
CREATE TABLE fresh (id bigint PRIMARY KEY, name text);

--: create-table-if-not-exists-present
CREATE TABLE IF NOT EXISTS orders (id bigint, customer_id bigint REFERENCES customers (id));

--: create-table-references
CREATE TABLE fresh (id bigint PRIMARY KEY, customer_id bigint REFERENCES customers (id));

--: create-table-like
CREATE TABLE fresh (LIKE notes INCLUDING ALL);

--: create-table-inherits
CREATE TABLE long_notes (pages integer) INHERITS (notes);

--: create-table-as
--: planned
CREATE TABLE fresh AS SELECT * FROM notes;

--: drop-table
DROP TABLE notes;

--: drop-table-child
DROP TABLE orders;

--: drop-table-parent-cascade
DROP TABLE customers CASCADE;

--: drop-table-with-view-cascade
DROP TABLE people CASCADE;

--: drop-table-if-exists-absent
DROP TABLE IF EXISTS nothing;

--: drop-two-tables
DROP TABLE notes, stocks;

--: rename-table
ALTER TABLE notes RENAME TO remarks;

--: rename-table-child
ALTER TABLE orders RENAME TO purchases;

--: set-schema
--: setup
CREATE SCHEMA archive;
--: statement
ALTER TABLE notes SET SCHEMA archive;

--: rename-schema
--: setup
CREATE SCHEMA archive;
CREATE TABLE archive.old (id integer);
--: statement
ALTER SCHEMA archive RENAME TO attic;

--: drop-schema-cascade
--: setup
CREATE SCHEMA archive;
CREATE TABLE archive.old (id integer);
--: statement
DROP SCHEMA archive CASCADE;

--: owner
ALTER TABLE notes OWNER TO pg_monitor;

--: replica-identity-full
ALTER TABLE notes REPLICA IDENTITY FULL;

--: replica-identity-index
--: setup
CREATE UNIQUE INDEX notes_key_idx ON notes (note_key);
--: statement
ALTER TABLE notes REPLICA IDENTITY USING INDEX notes_key_idx;

--: enable-row-security
ALTER TABLE notes ENABLE ROW LEVEL SECURITY;

--: disable-row-security
ALTER TABLE people DISABLE ROW LEVEL SECURITY;

--: force-row-security
ALTER TABLE people FORCE ROW LEVEL SECURITY;

--: set-fillfactor
ALTER TABLE notes SET (fillfactor = 70);

--: set-autovacuum
ALTER TABLE notes SET (autovacuum_enabled = false);

--: set-parallel-workers
ALTER TABLE notes SET (parallel_workers = 2);

--: set-user-catalog-table
ALTER TABLE notes SET (user_catalog_table = true);

--: reset-fillfactor
ALTER TABLE notes RESET (fillfactor);

--: cluster-on
ALTER TABLE notes CLUSTER ON notes_title_idx;

--: set-without-cluster
ALTER TABLE notes SET WITHOUT CLUSTER;

--: set-unlogged
ALTER TABLE notes SET UNLOGGED;

--: set-logged
--: setup
CREATE UNLOGGED TABLE scratch (id integer PRIMARY KEY, name text);
INSERT INTO scratch VALUES (1);
--: statement
ALTER TABLE scratch SET LOGGED;

--: set-logged-already
ALTER TABLE notes SET LOGGED;

--: set-access-method
--: from 15
--: setup
CREATE ACCESS METHOD second_heap TYPE TABLE HANDLER heap_tableam_handler;
--: statement
ALTER TABLE notes SET ACCESS METHOD second_heap;

--: set-access-method-same
--: from 15
ALTER TABLE notes SET ACCESS METHOD heap;

--: set-tablespace
ALTER TABLE notes SET TABLESPACE rubicon_proofs;

--: set-tablespace-same
ALTER TABLE notes SET TABLESPACE pg_default;

--: inherit
--: setup
CREATE TABLE long_notes (LIKE notes);
--: statement
ALTER TABLE long_notes INHERIT notes;

--: no-inherit
--: setup
CREATE TABLE long_notes (pages integer) INHERITS (notes);
--: statement
ALTER TABLE long_notes NO INHERIT notes;

--: enable-trigger
ALTER TABLE people ENABLE TRIGGER people_touch;

--: disable-trigger
ALTER TABLE people DISABLE TRIGGER people_touch;

--: disable-triggers
ALTER TABLE people DISABLE TRIGGER USER;

--: truncate
TRUNCATE notes;

--: truncate-cascade
TRUNCATE customers CASCADE;

--: truncate-child
TRUNCATE orders;

--: truncate-restart-identity
--: setup
CREATE TABLE numbered (id serial, name text);
INSERT INTO numbered (name) VALUES ('a');
--: statement
TRUNCATE numbered RESTART IDENTITY;

--: lock-table
LOCK TABLE notes;

--: lock-table-mode
LOCK TABLE notes IN SHARE ROW EXCLUSIVE MODE;

--: lock-table-parent
LOCK TABLE events IN SHARE MODE;

--: alter-two-subcommands
ALTER TABLE notes ALTER COLUMN title SET STATISTICS 500, ADD COLUMN flag boolean;

--: alter-table-if-exists-absent
ALTER TABLE IF EXISTS nothing ADD COLUMN flag boolean;

--: drop-table-with-sequence
--: setup
CREATE TABLE numbered (id serial, name text);
--: statement
DROP TABLE numbered;

--: set-schema-with-sequence
--: setup
CREATE SCHEMA archive;
CREATE TABLE numbered (id serial PRIMARY KEY, name text);
--: statement
ALTER TABLE numbered SET SCHEMA archive;

--: owner-with-sequence
--: setup
CREATE TABLE numbered (id serial PRIMARY KEY, name text);
--: statement
ALTER TABLE numbered OWNER TO pg_monitor;

--: set-unlogged-with-sequence
--: setup
CREATE TABLE numbered (id serial PRIMARY KEY, name text);
INSERT INTO numbered (name) VALUES ('a');
--: statement
ALTER TABLE numbered SET UNLOGGED;

--: rename-table-partitioned
ALTER TABLE events RENAME TO happenings;

--: owner-partitioned
ALTER TABLE events OWNER TO pg_monitor;

--: enable-row-security-partitioned
ALTER TABLE events ENABLE ROW LEVEL SECURITY;

--: replica-identity-partitioned
ALTER TABLE events REPLICA IDENTITY FULL;

--: disable-trigger-partitioned
--: setup
CREATE TRIGGER events_touch BEFORE UPDATE ON events FOR EACH ROW EXECUTE FUNCTION touch();
--: statement
ALTER TABLE events DISABLE TRIGGER events_touch;

--: set-tablespace-partitioned
ALTER TABLE events SET TABLESPACE rubicon_proofs;

--: truncate-referenced
--: refused 0A000
TRUNCATE customers;

--: drop-table-referenced
--: refused 2BP01
DROP TABLE customers;

--: create-temporary-table
CREATE TEMPORARY TABLE fresh (id integer);

--: truncate-both-ends
TRUNCATE customers, orders;

--: drop-both-ends
DROP TABLE customers, orders;

--: drop-table-read-by-view-of-view
--: setup
CREATE VIEW short_names AS SELECT name FROM names;
--: statement
DROP TABLE people CASCADE;

--: create-table-with-self-reference
CREATE TABLE tree (id integer PRIMARY KEY, parent integer REFERENCES tree (id));

--: create-table-with-nulls-not-distinct
--: from 15
CREATE TABLE fresh (id integer UNIQUE NULLS NOT DISTINCT);

--: create-table-with-virtual-column
--: from 18
CREATE TABLE fresh (a integer, b integer GENERATED ALWAYS AS (a * 2) VIRTUAL);

--: set-statistics-and-fillfactor
ALTER TABLE notes SET (fillfactor = 70), ALTER COLUMN title SET STATISTICS 10;

--: drop-inherited-parent-cascade
--: setup
CREATE TABLE long_notes (pages integer) INHERITS (notes);
--: statement
DROP TABLE notes CASCADE;
