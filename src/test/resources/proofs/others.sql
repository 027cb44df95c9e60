--: create-trigger
CREATE TRIGGER notes_touch BEFORE UPDATE ON notes FOR EACH ROW EXECUTE FUNCTION touch();

--: create-constraint-trigger
CREATE CONSTRAINT TRIGGER notes_touch AFTER UPDATE ON notes FOR EACH ROW EXECUTE FUNCTION touch();

--: replace-trigger
CREATE OR REPLACE TRIGGER people_touch BEFORE INSERT ON people FOR EACH ROW EXECUTE FUNCTION touch();

--: drop-trigger
DROP TRIGGER people_touch ON people;

--: rename-trigger
ALTER TRIGGER people_touch ON people RENAME TO people_touched;

--: create-policy
CREATE POLICY notes_policy ON notes USING (true);

--: alter-policy
ALTER POLICY people_policy ON people USING (false);

--: drop-policy
DROP POLICY people_policy ON people;

--: create-rule
CREATE RULE notes_rule AS ON DELETE TO notes DO INSTEAD NOTHING;

--: drop-rule
--: setup
CREATE RULE notes_rule AS ON DELETE TO notes DO INSTEAD NOTHING;
--: statement
DROP RULE notes_rule ON notes;

--: create-view
CREATE VIEW titles AS SELECT title FROM notes;

--: replace-view
CREATE OR REPLACE VIEW names AS SELECT id, name, feeling FROM people;

--: drop-view
DROP VIEW names;

--: alter-view
ALTER VIEW names SET (security_barrier = true);

--: alter-view-column-default
ALTER VIEW names ALTER COLUMN name SET DEFAULT 'x';

--: rename-view
ALTER VIEW names RENAME TO all_names;

--: create-materialized-view
--: planned
CREATE MATERIALIZED VIEW titles AS SELECT title FROM notes;

--: refresh-materialized-view
--: planned
REFRESH MATERIALIZED VIEW name_counts;

--: refresh-materialized-view-concurrently
--: planned
REFRESH MATERIALIZED VIEW CONCURRENTLY name_counts;

--: drop-materialized-view
DROP MATERIALIZED VIEW name_counts;

--: enum-add-value
ALTER TYPE mood ADD VALUE 'merry';

--: enum-rename-value
ALTER TYPE mood RENAME VALUE 'sad' TO 'blue';

--: create-enum
CREATE TYPE size AS ENUM ('s', 'm');

--: drop-type-cascade
DROP TYPE mood CASCADE;

--: drop-domain-cascade
DROP DOMAIN label CASCADE;

--: create-domain
CREATE DOMAIN zip AS text CHECK (VALUE <> '');

--: domain-add-check
ALTER DOMAIN positive ADD CONSTRAINT below CHECK (VALUE < 100);

--: domain-add-check-not-valid
ALTER DOMAIN positive ADD CONSTRAINT below CHECK (VALUE < 100) NOT VALID;

--: domain-validate
--: setup
ALTER DOMAIN positive ADD CONSTRAINT below CHECK (VALUE < 100) NOT VALID;
--: statement
ALTER DOMAIN positive VALIDATE CONSTRAINT below;

--: domain-set-not-null
--: setup
UPDATE wares SET amount = 1;
--: statement
ALTER DOMAIN positive SET NOT NULL;

--: domain-drop-constraint
ALTER DOMAIN positive DROP CONSTRAINT positive_check;

--: domain-set-default
ALTER DOMAIN positive SET DEFAULT 3;

--: alter-composite-type
--: setup
CREATE TYPE address AS (street text, town text);
CREATE TABLE homes (id integer, place address);
--: statement
ALTER TYPE address ADD ATTRIBUTE country text;

--: create-function
CREATE FUNCTION twice(a integer) RETURNS integer LANGUAGE sql AS 'SELECT a * 2';

--: drop-function-cascade
DROP FUNCTION touch() CASCADE;

--: create-extension
CREATE EXTENSION citext;

--: grant
GRANT SELECT ON notes TO pg_monitor;

--: revoke
REVOKE ALL ON notes FROM PUBLIC;

--: comment-table
COMMENT ON TABLE notes IS 'Notes';

--: comment-column
COMMENT ON COLUMN notes.title IS 'Heading';

--: comment-index
COMMENT ON INDEX notes_title_idx IS 'by title';

--: comment-constraint
COMMENT ON CONSTRAINT orders_total_check ON orders IS 'not below zero';

--: create-statistics
CREATE STATISTICS notes_stats ON title, size FROM notes;

--: drop-statistics
--: unsaid The model does not keep which table statistics are on.
--: setup
CREATE STATISTICS notes_stats ON title, size FROM notes;
--: statement
DROP STATISTICS notes_stats;

--: create-publication
CREATE PUBLICATION proofs FOR TABLE notes;

--: publication-add-table
--: setup
CREATE PUBLICATION proofs FOR TABLE notes;
--: statement
ALTER PUBLICATION proofs ADD TABLE stocks;

--: publication-drop-table
--: setup
CREATE PUBLICATION proofs FOR TABLE notes, stocks;
--: statement
ALTER PUBLICATION proofs DROP TABLE stocks;

--: create-sequence
CREATE SEQUENCE numbers;

--: alter-sequence
ALTER SEQUENCE tickets INCREMENT BY 5;

--: alter-sequence-owned-by
ALTER SEQUENCE tickets OWNED BY notes.size;

--: drop-sequence
DROP SEQUENCE tickets;

--: rename-sequence
ALTER SEQUENCE tickets RENAME TO slips;

--: setval
--: planned
SELECT setval('tickets', 7);

--: analyze
ANALYZE notes;

--: vacuum
--: alone while LOCK TABLE notes IN SHARE UPDATE EXCLUSIVE MODE
VACUUM notes;

--: vacuum-full
--: partly
--: alone while SELECT * FROM notes
VACUUM FULL notes;

--: vacuum-in-transaction
--: refused 25001
VACUUM notes;

--: create-trigger-partitioned
CREATE TRIGGER events_touch BEFORE UPDATE ON events FOR EACH ROW EXECUTE FUNCTION touch();

--: drop-trigger-partitioned
--: setup
CREATE TRIGGER events_touch BEFORE UPDATE ON events FOR EACH ROW EXECUTE FUNCTION touch();
--: statement
DROP TRIGGER events_touch ON events;

--: create-policy-partitioned
CREATE POLICY events_policy ON events USING (true);

--: analyze-partitioned
ANALYZE events;

--: comment-partitioned
COMMENT ON TABLE events IS 'Events';

--: drop-view-cascade
--: setup
CREATE VIEW short_names AS SELECT name FROM names;
--: statement
DROP VIEW names CASCADE;

--: drop-enum-unused
--: setup
CREATE TYPE unused AS ENUM ('a');
--: statement
DROP TYPE unused;

--: drop-extension-cascade
--: setup
CREATE EXTENSION citext;
--: statement
DROP EXTENSION citext;

--: do-block
--: planned
DO $$ BEGIN ALTER TABLE notes ADD COLUMN flag boolean; UPDATE orders SET total = 1; END $$;

--: rename-trigger-partitioned
--: setup
CREATE TRIGGER events_touch BEFORE UPDATE ON events FOR EACH ROW EXECUTE FUNCTION touch();
--: statement
ALTER TRIGGER events_touch ON events RENAME TO events_touched;

--: rename-attribute-of-type
--: setup
CREATE TYPE address AS (street text, town text);
--: statement
ALTER TYPE address RENAME ATTRIBUTE street TO road;

--: rename-domain-constraint
ALTER DOMAIN positive RENAME CONSTRAINT positive_check TO above_zero;

--: domain-add-check-over-domain
--: setup
CREATE DOMAIN small_positive AS positive;
CREATE TABLE cups (amount small_positive);
INSERT INTO cups VALUES (1);
--: statement
ALTER DOMAIN positive ADD CONSTRAINT below CHECK (VALUE < 100);

--: drop-domain-with-indexed-column
--: setup
CREATE INDEX wares_tag_idx ON wares (tag);
--: statement
DROP DOMAIN label CASCADE;

--: drop-sequence-of-default
--: setup
ALTER TABLE notes ALTER COLUMN size SET DEFAULT nextval('tickets');
--: statement
DROP SEQUENCE tickets CASCADE;

--: drop-function-of-default
--: setup
ALTER TABLE notes ALTER COLUMN size SET DEFAULT dice();
--: statement
DROP FUNCTION dice() CASCADE;

--: drop-schema-with-foreign-key
--: setup
CREATE SCHEMA archive;
CREATE TABLE archive.old (id integer PRIMARY KEY, customer_id bigint REFERENCES customers (id));
--: statement
DROP SCHEMA archive CASCADE;

--: create-schema-with-table
CREATE SCHEMA archive CREATE TABLE old (id integer REFERENCES people (id));

--: call-and-settings
SET LOCAL lock_timeout = '1s';
