--: add-column
ALTER TABLE notes ADD COLUMN flag boolean;

--: add-column-constant-default
ALTER TABLE notes ADD COLUMN flag boolean DEFAULT false;

--: add-column-constant-default-not-null
ALTER TABLE notes ADD COLUMN flag boolean NOT NULL DEFAULT false;

--: add-column-stable-default
ALTER TABLE notes ADD COLUMN made timestamptz DEFAULT now();

--: add-column-current-timestamp
ALTER TABLE notes ADD COLUMN made timestamptz DEFAULT CURRENT_TIMESTAMP;

--: add-column-immutable-function-default
ALTER TABLE notes ADD COLUMN luck integer DEFAULT answer();

--: add-column-immutable-expression-default
ALTER TABLE notes ADD COLUMN luck integer DEFAULT 1 + 2 * length('abc');

--: add-column-volatile-default
ALTER TABLE notes ADD COLUMN luck double precision DEFAULT random();

--: add-column-clock-default
ALTER TABLE notes ADD COLUMN made timestamptz DEFAULT clock_timestamp();

--: add-column-uuid-default
ALTER TABLE notes ADD COLUMN token uuid DEFAULT gen_random_uuid();

--: add-column-nextval-default
ALTER TABLE notes ADD COLUMN number bigint DEFAULT nextval('tickets');

--: add-column-own-volatile-function-default
ALTER TABLE notes ADD COLUMN luck integer DEFAULT dice();

--: add-column-serial
ALTER TABLE notes ADD COLUMN number serial;

--: add-column-identity
ALTER TABLE notes ADD COLUMN number bigint GENERATED ALWAYS AS IDENTITY;

--: add-column-stored-generated
ALTER TABLE notes ADD COLUMN double integer GENERATED ALWAYS AS (size * 2) STORED;

--: add-column-virtual-generated
--: from 18
ALTER TABLE notes ADD COLUMN double integer GENERATED ALWAYS AS (size * 2) VIRTUAL;

--: add-column-generated-without-word
--: from 18
ALTER TABLE notes ADD COLUMN double integer GENERATED ALWAYS AS (size * 2);

--: add-column-free-domain
ALTER TABLE notes ADD COLUMN tag label;

--: add-column-constrained-domain
ALTER TABLE notes ADD COLUMN amount positive;

--: add-column-not-null-domain
--: setup
CREATE DOMAIN always AS text NOT NULL DEFAULT 'x';
--: statement
ALTER TABLE notes ADD COLUMN tag always;

--: add-column-domain-over-constrained-domain
--: setup
CREATE DOMAIN small_positive AS positive;
--: statement
ALTER TABLE notes ADD COLUMN amount small_positive;

--: add-column-constrained-domain-with-default
ALTER TABLE notes ADD COLUMN amount positive DEFAULT 5;

--: add-column-enum
ALTER TABLE notes ADD COLUMN feeling mood DEFAULT 'well';

--: add-column-check
ALTER TABLE notes ADD COLUMN rank integer CHECK (rank > 0);

--: add-column-check-with-default
ALTER TABLE notes ADD COLUMN rank integer DEFAULT 1 CHECK (rank > 0);

--: add-column-references
ALTER TABLE notes ADD COLUMN customer_id bigint REFERENCES customers (id);

--: add-column-references-with-default
ALTER TABLE notes ADD COLUMN customer_id bigint DEFAULT 1 REFERENCES customers (id);

--: add-column-references-with-null-default
ALTER TABLE notes ADD COLUMN customer_id bigint DEFAULT NULL REFERENCES customers (id);

--: add-column-references-itself
ALTER TABLE customers ADD COLUMN friend_id bigint REFERENCES customers (id);

--: add-column-unique
ALTER TABLE notes ADD COLUMN token text UNIQUE;

--: add-column-primary-key
ALTER TABLE notes ADD COLUMN number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY;

--: add-column-not-null
--: refused 23502
--: about Rows are there, and they have no value.
ALTER TABLE notes ADD COLUMN flag boolean NOT NULL;

--: add-column-if-not-exists-present
ALTER TABLE notes ADD COLUMN IF NOT EXISTS title text DEFAULT random()::text;

--: add-column-partitioned
ALTER TABLE events ADD COLUMN flag boolean;

--: add-column-partitioned-volatile
ALTER TABLE events ADD COLUMN luck double precision DEFAULT random();

--: add-column-inherited
--: setup
CREATE TABLE long_notes (pages integer) INHERITS (notes);
--: statement
ALTER TABLE notes ADD COLUMN flag boolean;

--: drop-column
ALTER TABLE notes DROP COLUMN body;

--: drop-column-indexed
ALTER TABLE notes DROP COLUMN title;

--: drop-column-foreign-key
ALTER TABLE orders DROP COLUMN customer_id;

--: drop-column-referenced-cascade
ALTER TABLE customers DROP COLUMN id CASCADE;

--: drop-column-view-cascade
ALTER TABLE people DROP COLUMN name CASCADE;

--: drop-column-partitioned
ALTER TABLE events DROP COLUMN kind;

--: drop-column-if-exists-absent
ALTER TABLE notes DROP COLUMN IF EXISTS nothing;

--: drop-column-owned-sequence
--: setup
CREATE TABLE numbered (id serial, name text);
INSERT INTO numbered (name) VALUES ('a');
--: statement
ALTER TABLE numbered DROP COLUMN id;

--: set-default
ALTER TABLE notes ALTER COLUMN size SET DEFAULT 7;

--: set-volatile-default
ALTER TABLE notes ALTER COLUMN size SET DEFAULT dice();

--: drop-default
ALTER TABLE notes ALTER COLUMN size DROP DEFAULT;

--: drop-not-null
ALTER TABLE notes ALTER COLUMN note_key DROP NOT NULL;

--: set-not-null
ALTER TABLE notes ALTER COLUMN size SET NOT NULL;

--: set-not-null-already
ALTER TABLE notes ALTER COLUMN note_key SET NOT NULL;

--: set-not-null-partitioned
ALTER TABLE events ALTER COLUMN kind SET NOT NULL;

--: set-not-null-proved
--: setup
ALTER TABLE notes ADD CONSTRAINT size_there CHECK (size IS NOT NULL);
--: statement
ALTER TABLE notes ALTER COLUMN size SET NOT NULL;

--: set-not-null-proved-by-conjunction
--: setup
ALTER TABLE notes ADD CONSTRAINT size_there CHECK (size IS NOT NULL AND size > 0);
--: statement
ALTER TABLE notes ALTER COLUMN size SET NOT NULL;

--: set-not-null-proved-after-validate
--: setup
ALTER TABLE notes ADD CONSTRAINT size_there CHECK (size IS NOT NULL) NOT VALID;
ALTER TABLE notes VALIDATE CONSTRAINT size_there;
--: statement
ALTER TABLE notes ALTER COLUMN size SET NOT NULL;

--: set-not-null-not-proved-by-not-valid
--: setup
ALTER TABLE notes ADD CONSTRAINT size_there CHECK (size IS NOT NULL) NOT VALID;
--: statement
ALTER TABLE notes ALTER COLUMN size SET NOT NULL;

--: set-not-null-not-proved-by-comparison
--: setup
ALTER TABLE notes ADD CONSTRAINT size_there CHECK (size > 0);
--: statement
ALTER TABLE notes ALTER COLUMN size SET NOT NULL;

--: set-not-null-not-proved-by-disjunction
--: setup
ALTER TABLE notes ADD CONSTRAINT size_there CHECK (size IS NOT NULL OR title IS NOT NULL);
--: statement
ALTER TABLE notes ALTER COLUMN size SET NOT NULL;

--: set-not-null-not-proved-by-other-column
--: setup
ALTER TABLE notes ADD CONSTRAINT title_there CHECK (title IS NOT NULL);
--: statement
ALTER TABLE notes ALTER COLUMN size SET NOT NULL;

--: set-not-null-with-drop-of-proof
--: setup
ALTER TABLE notes ADD CONSTRAINT size_there CHECK (size IS NOT NULL);
--: statement
ALTER TABLE notes ALTER COLUMN size SET NOT NULL, DROP CONSTRAINT size_there;

--: set-not-null-with-validate
--: setup
ALTER TABLE notes ADD CONSTRAINT size_there CHECK (size IS NOT NULL) NOT VALID;
--: statement
ALTER TABLE notes VALIDATE CONSTRAINT size_there, ALTER COLUMN size SET NOT NULL;

--: set-not-null-two-columns-one-proved
--: setup
ALTER TABLE notes ADD CONSTRAINT size_there CHECK (size IS NOT NULL);
--: statement
ALTER TABLE notes ALTER COLUMN size SET NOT NULL, ALTER COLUMN title SET NOT NULL;

--: set-storage
ALTER TABLE notes ALTER COLUMN title SET STORAGE EXTERNAL;

--: set-compression
ALTER TABLE notes ALTER COLUMN title SET COMPRESSION pglz;

--: set-statistics
ALTER TABLE notes ALTER COLUMN title SET STATISTICS 500;

--: set-attribute-options
ALTER TABLE notes ALTER COLUMN title SET (n_distinct = 5);

--: add-identity
ALTER TABLE notes ALTER COLUMN note_key ADD GENERATED BY DEFAULT AS IDENTITY;

--: drop-identity
--: setup
CREATE TABLE numbered (id integer GENERATED ALWAYS AS IDENTITY, name text);
--: statement
ALTER TABLE numbered ALTER COLUMN id DROP IDENTITY;

--: set-identity
--: setup
CREATE TABLE numbered (id integer GENERATED ALWAYS AS IDENTITY, name text);
--: statement
ALTER TABLE numbered ALTER COLUMN id SET GENERATED BY DEFAULT;

--: drop-expression
--: setup
CREATE TABLE sums (a integer, b integer GENERATED ALWAYS AS (a * 2) STORED);
INSERT INTO sums VALUES (1);
--: statement
ALTER TABLE sums ALTER COLUMN b DROP EXPRESSION;

--: set-expression
--: from 17
--: setup
CREATE TABLE sums (a integer, b integer GENERATED ALWAYS AS (a * 2) STORED);
INSERT INTO sums VALUES (1);
--: statement
ALTER TABLE sums ALTER COLUMN b SET EXPRESSION AS (a * 3);

--: rename-column
ALTER TABLE notes RENAME COLUMN title TO heading;

--: rename-column-with-view
ALTER TABLE people RENAME COLUMN name TO full_name;

--: rename-column-partitioned
ALTER TABLE events RENAME COLUMN kind TO sort;

--: two-columns-of-which-one-rewrites
ALTER TABLE notes ADD COLUMN flag boolean, ADD COLUMN luck double precision DEFAULT random();

--: set-default-partitioned
ALTER TABLE events ALTER COLUMN kind SET DEFAULT 'x';

--: drop-not-null-partitioned
ALTER TABLE events ALTER COLUMN id DROP NOT NULL;

--: set-statistics-partitioned
ALTER TABLE events ALTER COLUMN kind SET STATISTICS 500;

--: set-storage-partitioned
ALTER TABLE events ALTER COLUMN kind SET STORAGE EXTERNAL;

--: set-compression-partitioned
ALTER TABLE events ALTER COLUMN kind SET COMPRESSION pglz;

--: set-attribute-options-partitioned
ALTER TABLE events ALTER COLUMN kind SET (n_distinct = 5);

--: add-column-primary-key-plain
--: setup
DELETE FROM notes;
--: statement
ALTER TABLE notes ADD COLUMN number bigint PRIMARY KEY;

--: add-column-array-of-constrained-domain
ALTER TABLE notes ADD COLUMN amounts positive[];

--: add-column-not-null-constraint-named
ALTER TABLE notes ADD COLUMN flag boolean CONSTRAINT flag_there NOT NULL DEFAULT true;

--: add-column-check-and-volatile-default
ALTER TABLE notes ADD COLUMN luck double precision DEFAULT random() CHECK (luck >= 0);
