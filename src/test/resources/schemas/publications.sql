CREATE TABLE a (id int PRIMARY KEY, b int);
CREATE TABLE b (id int PRIMARY KEY);
CREATE PUBLICATION everything FOR ALL TABLES WITH (publish = 'insert, update');
CREATE PUBLICATION of_two FOR TABLE a, b WITH (publish_via_partition_root = true);
CREATE PUBLICATION nothing;
COMMENT ON PUBLICATION of_two IS 'a and b';
ALTER PUBLICATION nothing OWNER TO rubicon_owner;
