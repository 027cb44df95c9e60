INSERT INTO customer (email) VALUES ('a@x'), (DEFAULT) ON CONFLICT (email) DO UPDATE SET email = EXCLUDED.email WHERE customer.id > 1 RETURNING WITH (OLD AS o, NEW AS n) o.id, n.id;
UPDATE customer c SET (email, age) = (SELECT lower(email), 1 FROM backup b WHERE b.id = c.id) WHERE email LIKE '%;%';
DELETE FROM customer USING backup b WHERE b.id = customer.id AND NOT EXISTS (SELECT FROM shop."Order");
MERGE INTO customer t USING backup s ON t.id = s.id WHEN MATCHED AND s.gone THEN DELETE WHEN NOT MATCHED BY SOURCE THEN UPDATE SET age = 0 WHEN NOT MATCHED THEN INSERT VALUES (s.id) RETURNING merge_action();
WITH moved AS (DELETE FROM a RETURNING *) INSERT INTO b SELECT * FROM moved;
TRUNCATE TABLE a, ONLY b RESTART IDENTITY CASCADE;
COPY customer (id, email) FROM '/tmp/x.csv' WITH (FORMAT csv, HEADER match, ON_ERROR ignore) WHERE id > 0;
COPY (SELECT 1) TO STDOUT;
SELECT * INTO TEMP copy FROM customer;
SELECT a.*, count(*) FILTER (WHERE b) OVER w FROM a JOIN LATERAL (SELECT 1) b (b) ON true WINDOW w AS (PARTITION BY a.x ORDER BY a.y ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) ORDER BY 1 FETCH FIRST 3 ROWS ONLY FOR UPDATE SKIP LOCKED;
SELECT json_object('a': 1, 'b' VALUE 2 ABSENT ON NULL), JSON_TABLE.x FROM JSON_TABLE('[]'::jsonb, '$[*]' COLUMNS (x int PATH '$.x'));
SELECT 'it''s', E'a\'b;\\', U&'d\0061t\+000061', U&"d\0061t", x'1F', b'01', $$a;b$$, $é$ ; $$ $é$ FROM "sémi;colon";
SELECT 'one'
    ' and two', E'still \
'
  '\' escaped;', 1_000_000, 0xFF, 0o17, 0b11, 1.5e-3, .5;
SELECT a -- ; no end
  /* ; /* nor ; here */ */ + b, '😀é', a@>b, a->>'x', -1, a!=b, 2^-3, a[1:2], (r).f, x::int[], "a""b";
VALUES (1, 'x'), (2, NULL);
TABLE customer;
EXPLAIN (ANALYZE, BUFFERS, FORMAT json) UPDATE a SET b = 1;
BEGIN ISOLATION LEVEL SERIALIZABLE READ ONLY DEFERRABLE; SAVEPOINT a; ROLLBACK TO a; RELEASE a; COMMIT AND CHAIN;
PREPARE TRANSACTION 'x'; COMMIT PREPARED 'x';
SET LOCAL lock_timeout = '5s'; SET TIME ZONE 'UTC'; RESET ALL; SHOW work_mem;
SET SESSION AUTHORIZATION DEFAULT; SET TRANSACTION SNAPSHOT '1';
LOCK TABLE customer IN SHARE ROW EXCLUSIVE MODE NOWAIT;
VACUUM (FULL, ANALYZE) customer (email); ANALYZE ONLY customer; CLUSTER customer USING customer_pkey; CHECKPOINT;
PREPARE p (int) AS SELECT $1; EXECUTE p (1); DEALLOCATE ALL;
DECLARE c SCROLL CURSOR WITH HOLD FOR SELECT 1; FETCH BACKWARD 2 FROM c; MOVE NEXT c; CLOSE c;
LISTEN a; NOTIFY a, 'b'; UNLISTEN *; DISCARD ALL; LOAD 'x';
CALL refill(1, b => 2);
ALTER SYSTEM SET work_mem = '4MB'; ALTER DATABASE x SET TABLESPACE y; CREATE DATABASE z TEMPLATE template0; DROP DATABASE z WITH (FORCE);
ALTER ROLE app IN DATABASE x SET search_path TO a, b;
;; ;
