CREATE TABLE once (a int, b int, UNIQUE NULLS NOT DISTINCT (a, b));
CREATE TABLE pointed (x int, y int, PRIMARY KEY (x, y));
CREATE TABLE pointing (x int, y int, FOREIGN KEY (x, y) REFERENCES pointed ON DELETE SET NULL (y));
CREATE UNIQUE INDEX lone ON once (b) NULLS NOT DISTINCT;
CREATE VIEW seen WITH (security_invoker = true, security_barrier = true) AS SELECT a FROM once;
CREATE UNLOGGED SEQUENCE fast;
