--: type-varchar-wider
ALTER TABLE wares ALTER COLUMN v10 TYPE varchar(20);

--: type-varchar-unlimited
ALTER TABLE wares ALTER COLUMN v10 TYPE varchar;

--: type-varchar-to-text
ALTER TABLE wares ALTER COLUMN v10 TYPE text;

--: type-text-to-varchar
ALTER TABLE wares ALTER COLUMN plain TYPE varchar;

--: type-varchar-any-to-text
ALTER TABLE wares ALTER COLUMN vany TYPE text;

--: type-numeric-wider
ALTER TABLE wares ALTER COLUMN n82 TYPE numeric(12,2);

--: type-numeric-unlimited
ALTER TABLE wares ALTER COLUMN n82 TYPE numeric;

--: type-timestamp-finer
ALTER TABLE wares ALTER COLUMN ts3 TYPE timestamp(6);

--: type-timestamp-unlimited
ALTER TABLE wares ALTER COLUMN ts3 TYPE timestamp;

--: type-timestamp-same-full
ALTER TABLE wares ALTER COLUMN ts TYPE timestamp(6);

--: type-timestamptz-finer
ALTER TABLE wares ALTER COLUMN tz3 TYPE timestamptz(6);

--: type-time-finer
ALTER TABLE wares ALTER COLUMN t3 TYPE time(6);

--: type-interval-finer
ALTER TABLE wares ALTER COLUMN iv3 TYPE interval(6);

--: type-interval-unlimited
ALTER TABLE wares ALTER COLUMN iv3 TYPE interval;

--: type-varbit-wider
ALTER TABLE wares ALTER COLUMN b8 TYPE varbit(16);

--: type-varbit-unlimited
ALTER TABLE wares ALTER COLUMN b8 TYPE varbit;

--: type-xml-to-text
ALTER TABLE wares ALTER COLUMN doc TYPE text;

--: type-cidr-to-inet
ALTER TABLE wares ALTER COLUMN net TYPE inet;

--: type-domain-to-base
ALTER TABLE wares ALTER COLUMN tag TYPE text;

--: type-base-to-free-domain
ALTER TABLE wares ALTER COLUMN plain TYPE label;

--: type-constrained-domain-to-base
ALTER TABLE wares ALTER COLUMN amount TYPE integer;

--: type-timestamp-to-timestamptz
ALTER TABLE wares ALTER COLUMN ts TYPE timestamptz;

--: type-timestamptz-to-timestamp
ALTER TABLE wares ALTER COLUMN tz TYPE timestamp;

--: type-int-to-oid
ALTER TABLE wares ALTER COLUMN i TYPE oid;

--: type-int-to-bigint
ALTER TABLE wares ALTER COLUMN i TYPE bigint;

--: type-smallint-to-int
ALTER TABLE wares ALTER COLUMN small TYPE integer;

--: type-bigint-to-int
ALTER TABLE wares ALTER COLUMN big TYPE integer;

--: type-int-to-numeric
ALTER TABLE wares ALTER COLUMN i TYPE numeric;

--: type-int-to-text
ALTER TABLE wares ALTER COLUMN i TYPE text USING i::text;

--: type-varchar-narrower
ALTER TABLE wares ALTER COLUMN v10 TYPE varchar(5);

--: type-text-to-varchar-n
ALTER TABLE wares ALTER COLUMN plain TYPE varchar(50);

--: type-varchar-any-to-varchar-n
ALTER TABLE wares ALTER COLUMN vany TYPE varchar(10);

--: type-varchar-to-char
ALTER TABLE wares ALTER COLUMN v10 TYPE char(10);

--: type-char-to-text
ALTER TABLE wares ALTER COLUMN c10 TYPE text;

--: type-char-to-varchar
ALTER TABLE wares ALTER COLUMN c10 TYPE varchar(10);

--: type-char-wider
ALTER TABLE wares ALTER COLUMN c10 TYPE char(20);

--: type-numeric-scale
ALTER TABLE wares ALTER COLUMN n82 TYPE numeric(10,3);

--: type-numeric-narrower
ALTER TABLE wares ALTER COLUMN n82 TYPE numeric(6,2);

--: type-numeric-any-to-numeric-n
ALTER TABLE wares ALTER COLUMN nany TYPE numeric(10,2);

--: type-timestamp-coarser
ALTER TABLE wares ALTER COLUMN ts TYPE timestamp(3);

--: type-date-to-timestamp
ALTER TABLE wares ALTER COLUMN d TYPE timestamp;

--: type-json-to-jsonb
ALTER TABLE wares ALTER COLUMN j TYPE jsonb USING j::jsonb;

--: type-json-to-text
ALTER TABLE wares ALTER COLUMN j TYPE text;

--: type-jsonb-to-json
ALTER TABLE wares ALTER COLUMN jb TYPE json USING jb::json;

--: type-enum-to-text
ALTER TABLE wares ALTER COLUMN feeling TYPE text;

--: type-enum-to-varchar
ALTER TABLE wares ALTER COLUMN feeling TYPE varchar;

--: type-range-to-text
ALTER TABLE wares ALTER COLUMN span TYPE text;

--: type-text-to-enum
ALTER TABLE wares ALTER COLUMN plain TYPE mood USING NULL::mood;

--: type-base-to-constrained-domain
ALTER TABLE wares ALTER COLUMN i TYPE positive;

--: type-inet-to-cidr
ALTER TABLE wares ALTER COLUMN ip TYPE cidr;

--: type-varbit-narrower
ALTER TABLE wares ALTER COLUMN b8 TYPE varbit(4);

--: type-text-to-xml
ALTER TABLE wares ALTER COLUMN plain TYPE xml USING plain::xml;

--: type-oid-to-int
ALTER TABLE wares ALTER COLUMN o TYPE integer;

--: type-using-same-column
ALTER TABLE wares ALTER COLUMN v10 TYPE text USING v10;

--: type-using-expression
ALTER TABLE wares ALTER COLUMN v10 TYPE text USING upper(v10);

--: type-same-type
ALTER TABLE wares ALTER COLUMN i TYPE integer;

--: type-timestamp-to-timestamptz-utc
--: setup
SET TimeZone = 'UTC';
--: statement
ALTER TABLE wares ALTER COLUMN ts TYPE timestamptz;

--: type-timestamptz-to-timestamp-utc
--: setup
SET TimeZone = 'UTC';
--: statement
ALTER TABLE wares ALTER COLUMN tz TYPE timestamp;

--: type-varchar-to-citext
--: setup
CREATE EXTENSION citext;
--: statement
ALTER TABLE wares ALTER COLUMN v10 TYPE citext;

--: type-varchar-to-citext-indexed
--: setup
CREATE EXTENSION citext;
CREATE INDEX wares_v10_idx ON wares (v10);
--: statement
ALTER TABLE wares ALTER COLUMN v10 TYPE citext;

--: type-varchar-wider-indexed
--: setup
CREATE INDEX wares_v10_idx ON wares (v10);
--: statement
ALTER TABLE wares ALTER COLUMN v10 TYPE varchar(20);

--: type-varchar-to-text-indexed
--: setup
CREATE INDEX wares_v10_idx ON wares (v10);
--: statement
ALTER TABLE wares ALTER COLUMN v10 TYPE text;

--: type-varchar-wider-index-predicate
--: setup
CREATE INDEX wares_v10_idx ON wares (id) WHERE v10 = 'a';
--: statement
ALTER TABLE wares ALTER COLUMN v10 TYPE varchar(20);

--: type-varchar-wider-index-expression
--: setup
CREATE INDEX wares_v10_idx ON wares (lower(v10));
--: statement
ALTER TABLE wares ALTER COLUMN v10 TYPE varchar(20);

--: type-varchar-to-text-index-expression
--: setup
CREATE INDEX wares_v10_idx ON wares (lower(v10));
--: statement
ALTER TABLE wares ALTER COLUMN v10 TYPE text;

--: type-varchar-wider-unique
--: setup
ALTER TABLE wares ADD CONSTRAINT wares_v10_key UNIQUE (v10);
--: statement
ALTER TABLE wares ALTER COLUMN v10 TYPE varchar(20);

--: type-varchar-wider-check
--: setup
ALTER TABLE wares ADD CONSTRAINT wares_v10_check CHECK (v10 <> '');
--: statement
ALTER TABLE wares ALTER COLUMN v10 TYPE varchar(20);

--: type-varchar-wider-check-not-valid
--: setup
ALTER TABLE wares ADD CONSTRAINT wares_v10_check CHECK (v10 <> '') NOT VALID;
--: statement
ALTER TABLE wares ALTER COLUMN v10 TYPE varchar(20);

--: type-varchar-wider-check-on-other-column
--: setup
ALTER TABLE wares ADD CONSTRAINT wares_plain_check CHECK (plain <> '');
--: statement
ALTER TABLE wares ALTER COLUMN v10 TYPE varchar(20);

--: type-int-to-oid-indexed
--: setup
CREATE INDEX wares_i_idx ON wares (i);
--: statement
ALTER TABLE wares ALTER COLUMN i TYPE oid;

--: type-int-to-bigint-indexed
--: setup
CREATE INDEX wares_i_idx ON wares (i);
--: statement
ALTER TABLE wares ALTER COLUMN i TYPE bigint;

--: type-collation
ALTER TABLE wares ALTER COLUMN plain TYPE text COLLATE "C";

--: type-collation-indexed
--: setup
CREATE INDEX wares_plain_idx ON wares (plain);
--: statement
ALTER TABLE wares ALTER COLUMN plain TYPE text COLLATE "C";

--: type-primary-key
ALTER TABLE wares ALTER COLUMN id TYPE bigint;

--: type-foreign-key-column
ALTER TABLE orders ALTER COLUMN customer_id TYPE integer;

--: type-referenced-column
ALTER TABLE customers ALTER COLUMN id TYPE integer;

--: type-partitioned
ALTER TABLE events ALTER COLUMN id TYPE numeric;

--: type-partitioned-metadata
--: setup
ALTER TABLE events ADD COLUMN place varchar(10);
--: statement
ALTER TABLE events ALTER COLUMN place TYPE text;

--: type-with-default
--: setup
ALTER TABLE wares ALTER COLUMN v10 SET DEFAULT 'x';
--: statement
ALTER TABLE wares ALTER COLUMN v10 TYPE text;

--: type-column-of-view
--: refused 0A000
ALTER TABLE people ALTER COLUMN name TYPE varchar;

--: type-varchar-array-to-text-array
--: setup
ALTER TABLE wares ADD COLUMN words varchar(10)[];
--: statement
ALTER TABLE wares ALTER COLUMN words TYPE text[];

--: type-varchar-array-wider
--: setup
ALTER TABLE wares ADD COLUMN words varchar(10)[];
--: statement
ALTER TABLE wares ALTER COLUMN words TYPE varchar(20)[];

--: type-int-array-to-bigint-array
--: setup
ALTER TABLE wares ADD COLUMN numbers integer[];
--: statement
ALTER TABLE wares ALTER COLUMN numbers TYPE bigint[];

--: type-bit-to-varbit
--: setup
ALTER TABLE wares ADD COLUMN flags bit(8);
--: statement
ALTER TABLE wares ALTER COLUMN flags TYPE varbit;

--: type-text-to-citext
--: setup
CREATE EXTENSION citext;
--: statement
ALTER TABLE wares ALTER COLUMN plain TYPE citext;

--: type-oid-to-regclass
ALTER TABLE wares ALTER COLUMN o TYPE regclass;

--: type-xml-to-varchar
ALTER TABLE wares ALTER COLUMN doc TYPE varchar;

--: type-xml-to-varchar-n
ALTER TABLE wares ALTER COLUMN doc TYPE varchar(100);

--: type-text-to-varchar-indexed
--: setup
CREATE INDEX wares_plain_idx ON wares (plain);
--: statement
ALTER TABLE wares ALTER COLUMN plain TYPE varchar;

--: type-cidr-to-inet-indexed
--: setup
CREATE INDEX wares_net_idx ON wares (net);
--: statement
ALTER TABLE wares ALTER COLUMN net TYPE inet;

--: type-numeric-wider-indexed
--: setup
CREATE INDEX wares_n82_idx ON wares (n82);
--: statement
ALTER TABLE wares ALTER COLUMN n82 TYPE numeric(12,2);

--: type-domain-to-base-indexed
--: setup
CREATE INDEX wares_tag_idx ON wares (tag);
--: statement
ALTER TABLE wares ALTER COLUMN tag TYPE text;

--: type-timestamp-to-timestamptz-utc-indexed
--: setup
CREATE INDEX wares_ts_idx ON wares (ts);
SET TimeZone = 'UTC';
--: statement
ALTER TABLE wares ALTER COLUMN ts TYPE timestamptz;

--: type-timestamp-to-coarser-timestamptz-utc
--: setup
SET TimeZone = 'UTC';
--: statement
ALTER TABLE wares ALTER COLUMN ts TYPE timestamptz(3);

--: type-varchar-wider-included
--: setup
CREATE INDEX wares_id_idx ON wares (id) INCLUDE (v10);
--: statement
ALTER TABLE wares ALTER COLUMN v10 TYPE varchar(20);

--: type-using-cast
ALTER TABLE wares ALTER COLUMN v10 TYPE text USING v10::text;

--: type-using-cast-rewrites
ALTER TABLE wares ALTER COLUMN i TYPE bigint USING i::bigint;

--: type-interval-to-fields
ALTER TABLE wares ALTER COLUMN iv3 TYPE interval day to second;

--: type-foreign-key-column-kept
--: setup
ALTER TABLE wares ADD CONSTRAINT wares_v10_key UNIQUE (v10);
CREATE TABLE labels (ware varchar(10) CONSTRAINT labels_ware_fkey REFERENCES wares (v10));
INSERT INTO labels VALUES ('a');
--: statement
ALTER TABLE labels ALTER COLUMN ware TYPE varchar(20);

--: type-referenced-column-kept
--: setup
ALTER TABLE wares ADD CONSTRAINT wares_v10_key UNIQUE (v10);
CREATE TABLE labels (ware varchar(10) CONSTRAINT labels_ware_fkey REFERENCES wares (v10));
INSERT INTO labels VALUES ('a');
--: statement
ALTER TABLE wares ALTER COLUMN v10 TYPE varchar(20);

--: type-identity-column
--: setup
CREATE TABLE numbered (id integer GENERATED ALWAYS AS IDENTITY, name text);
INSERT INTO numbered (name) VALUES ('a');
--: statement
ALTER TABLE numbered ALTER COLUMN id TYPE bigint;

--: type-two-columns
ALTER TABLE wares ALTER COLUMN v10 TYPE text, ALTER COLUMN i TYPE bigint;

--: type-varchar-array-unlimited
--: setup
ALTER TABLE wares ADD COLUMN words varchar(10)[];
--: statement
ALTER TABLE wares ALTER COLUMN words TYPE varchar[];

--: type-text-array-to-varchar-array
--: setup
ALTER TABLE wares ADD COLUMN words text[];
--: statement
ALTER TABLE wares ALTER COLUMN words TYPE varchar[];

--: type-serial-column
--: setup
CREATE TABLE numbered (id serial, name text);
INSERT INTO numbered (name) VALUES ('a');
--: statement
ALTER TABLE numbered ALTER COLUMN id TYPE bigint;
