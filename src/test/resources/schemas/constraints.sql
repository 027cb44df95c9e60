CREATE EXTENSION IF NOT EXISTS btree_gist;
CREATE TABLE parents (a int, b int, c text, CONSTRAINT parents_key PRIMARY KEY (a, b) INCLUDE (c),
    CONSTRAINT c_once UNIQUE (c));
CREATE TABLE deferred (c text UNIQUE DEFERRABLE INITIALLY DEFERRED);
CREATE TABLE children (id int PRIMARY KEY, pa int, pb int, c text DEFAULT 'x', span int4range,
    CONSTRAINT to_parent FOREIGN KEY (pa, pb) REFERENCES parents MATCH FULL ON DELETE SET NULL ON UPDATE CASCADE,
    CONSTRAINT no_overlap EXCLUDE USING gist (pa WITH =, span WITH &&) WHERE (pa > 0));
ALTER TABLE children ADD CONSTRAINT c_known FOREIGN KEY (c) REFERENCES parents (c) DEFERRABLE NOT VALID;
ALTER TABLE children ADD CONSTRAINT one_of CHECK (pa > 0 OR c IN ('a', 'b')) NOT VALID, ADD CHECK (id <> 7);
CREATE UNIQUE INDEX span_once ON children (span) WITH (fillfactor = 60);
ALTER TABLE children ADD CONSTRAINT span_key UNIQUE USING INDEX span_once;
ALTER TABLE children REPLICA IDENTITY USING INDEX children_pkey;
CREATE TABLE clustered (id int PRIMARY KEY, a int);
CREATE INDEX by_a ON clustered (a);
ALTER TABLE clustered CLUSTER ON by_a;
COMMENT ON CONSTRAINT to_parent ON children IS 'to the parent';
COMMENT ON CONSTRAINT parents_key ON parents IS 'the key';
COMMENT ON INDEX parents_key IS 'the index of the key';
CREATE TABLE one_way (id int PRIMARY KEY, other int);
CREATE TABLE other_way (id int PRIMARY KEY, one int REFERENCES one_way);
ALTER TABLE one_way ADD FOREIGN KEY (other) REFERENCES other_way;
CREATE TABLE tree (id int PRIMARY KEY, above int REFERENCES tree);
CREATE FUNCTION fine(tree) RETURNS boolean LANGUAGE sql AS $$ SELECT $1.id > 0 $$;
ALTER TABLE tree ADD CONSTRAINT whole_row CHECK (fine(tree));
