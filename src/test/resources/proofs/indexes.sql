--: create-index
CREATE INDEX notes_size_idx ON notes (size);

--: create-unique-index
CREATE UNIQUE INDEX notes_size_idx ON notes (size);

--: create-index-expression
CREATE INDEX notes_title_lower_idx ON notes (lower(title)) WHERE size > 0;

--: create-index-if-not-exists-present
CREATE INDEX IF NOT EXISTS notes_title_idx ON notes (size);

--: create-index-nulls-not-distinct
--: from 15
CREATE UNIQUE INDEX notes_size_idx ON notes (size) NULLS NOT DISTINCT;

--: create-index-concurrently
--: alone while UPDATE notes SET size = 5 WHERE id = 1
CREATE INDEX CONCURRENTLY notes_size_idx ON notes (size);

--: create-index-concurrently-in-transaction
--: refused 25001
CREATE INDEX CONCURRENTLY notes_size_idx ON notes (size);

--: create-index-on-matview
CREATE INDEX name_counts_times_idx ON name_counts (times);

--: drop-index
DROP INDEX notes_title_idx;

--: drop-index-if-exists-absent
DROP INDEX IF EXISTS nothing_idx;

--: drop-index-concurrently
--: alone while SELECT * FROM notes
DROP INDEX CONCURRENTLY notes_title_idx;

--: drop-index-concurrently-in-transaction
--: refused 25001
DROP INDEX CONCURRENTLY notes_title_idx;

--: drop-index-of-constraint
--: refused 2BP01
DROP INDEX wares_pkey;

--: drop-index-partitioned
--: setup
CREATE INDEX events_kind_idx ON events (kind);
--: statement
DROP INDEX events_kind_idx;

--: reindex-index
REINDEX INDEX notes_title_idx;

--: reindex-table
REINDEX TABLE notes;

--: reindex-table-with-keys
REINDEX TABLE orders;

--: reindex-index-concurrently
--: alone while UPDATE notes SET size = 5 WHERE id = 1
REINDEX INDEX CONCURRENTLY notes_title_idx;

--: reindex-table-concurrently
--: alone while UPDATE notes SET size = 5 WHERE id = 1
REINDEX TABLE CONCURRENTLY notes;

--: reindex-concurrently-in-transaction
--: refused 25001
REINDEX INDEX CONCURRENTLY notes_title_idx;

--: rename-index
ALTER INDEX notes_title_idx RENAME TO notes_heading_idx;

--: alter-index-set
ALTER INDEX notes_title_idx SET (fillfactor = 70);

--: alter-index-statistics
--: setup
CREATE INDEX notes_sum_idx ON notes ((size + 1));
--: statement
ALTER INDEX notes_sum_idx ALTER COLUMN 1 SET STATISTICS 100;

--: alter-index-tablespace
ALTER INDEX notes_title_idx SET TABLESPACE rubicon_proofs;

--: cluster
CLUSTER notes USING notes_title_idx;
