CREATE FOREIGN DATA WRAPPER dummy OPTIONS (debug 'true');
CREATE SERVER far TYPE 'sql' VERSION '1.0' FOREIGN DATA WRAPPER dummy OPTIONS (host 'far.example', dbname 'it''s');
CREATE USER MAPPING FOR rubicon_app SERVER far OPTIONS (user 'u');
CREATE USER MAPPING FOR PUBLIC SERVER far;
CREATE FOREIGN TABLE afar (id int OPTIONS (column_name 'ID') NOT NULL, name text COLLATE "C" DEFAULT 'x', CHECK (id > 0))
    SERVER far OPTIONS (schema_name 'remote');
CREATE TABLE near (id int, name text) PARTITION BY RANGE (id);
CREATE FOREIGN TABLE near_1 PARTITION OF near FOR VALUES FROM (1) TO (10) SERVER far;
GRANT USAGE ON FOREIGN DATA WRAPPER dummy TO rubicon_app;
GRANT USAGE ON FOREIGN SERVER far TO rubicon_app;
GRANT SELECT ON afar TO rubicon_reader;
COMMENT ON FOREIGN TABLE afar IS 'far away';
COMMENT ON SERVER far IS 'a server';
COMMENT ON FOREIGN DATA WRAPPER dummy IS 'a wrapper';
ALTER SERVER far OWNER TO rubicon_owner;
