CREATE SCHEMA ext;
CREATE EXTENSION hstore WITH SCHEMA ext;
CREATE EXTENSION pg_trgm;
CREATE TABLE t (h ext.hstore DEFAULT 'a=>1', name text);
CREATE INDEX ON t USING gin (name gin_trgm_ops);
CREATE FUNCTION keys(ext.hstore) RETURNS text[] LANGUAGE sql AS 'SELECT ext.akeys($1)';
