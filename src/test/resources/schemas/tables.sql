CREATE FUNCTION next_code() RETURNS text LANGUAGE sql AS $$ SELECT 'c' || 1 $$;
CREATE TABLE plain (
    gone int, id bigint NOT NULL, name varchar(40) COLLATE "C" DEFAULT 'none' NOT NULL, also_gone text,
    price numeric(12, 4) DEFAULT 0.00, made timestamptz(3) DEFAULT now(), tags text[] DEFAULT '{}'::text[],
    day timestamptz DEFAULT '2026-01-01 00:00:00+00', span interval DEFAULT '1 day 02:00:00', data jsonb DEFAULT '{"a": 1}',
    code text DEFAULT next_code(), total numeric GENERATED ALWAYS AS (price * 2) STORED, bits bit(3)[], big text,
    packed text);
ALTER TABLE plain DROP COLUMN gone, DROP COLUMN also_gone;
ALTER TABLE plain ALTER big SET STORAGE EXTERNAL, ALTER big SET STATISTICS 500, ALTER name SET STATISTICS 0,
    ALTER id SET (n_distinct = -1), ALTER packed SET COMPRESSION pglz;
ALTER TABLE plain SET (fillfactor = 70, autovacuum_enabled = off, toast.autovacuum_enabled = off, autovacuum_vacuum_scale_factor = 0.01);
CREATE UNLOGGED TABLE quick (a int) WITH (fillfactor = 50);
CREATE TABLE nothing ();
CREATE TYPE row_type AS (id int, name text, at date);
CREATE TABLE typed OF row_type (name WITH OPTIONS DEFAULT 'x' NOT NULL, PRIMARY KEY (id));
CREATE TABLE typed_plainly OF row_type;
CREATE TABLE watched (id int PRIMARY KEY, a text);
ALTER TABLE watched REPLICA IDENTITY FULL;
CREATE TABLE unwatched (id int);
ALTER TABLE unwatched REPLICA IDENTITY NOTHING;
CREATE TABLE row_of_plain (p plain, ps plain[]);
COMMENT ON TABLE plain IS E'line one\nline two, it''s a \\ backslash';
COMMENT ON COLUMN plain.name IS 'of the thing';
ALTER TABLE plain OWNER TO rubicon_owner;
GRANT SELECT, INSERT ON plain TO rubicon_app;
GRANT SELECT ON plain TO PUBLIC;
GRANT UPDATE (name, price), SELECT (id) ON plain TO rubicon_reader WITH GRANT OPTION;
REVOKE TRUNCATE ON plain FROM rubicon_owner;
GRANT ALL ON quick TO rubicon_app;
