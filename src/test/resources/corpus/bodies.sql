CREATE FUNCTION one() RETURNS int LANGUAGE sql IMMUTABLE RETURN 1 + 1;
CREATE FUNCTION two(a int) RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT CASE WHEN a > 1 THEN 1 ELSE 2 END; ; INSERT INTO log VALUES (a); SELECT 1 AS "end"; END;
CREATE OR REPLACE FUNCTION three() RETURNS SETOF customer LANGUAGE sql AS 'SELECT * FROM customer WHERE email = ''x;y''; SELECT 2';
CREATE PROCEDURE four(INOUT a int) LANGUAGE plpgsql AS $body$
DECLARE
    r record;
    c CURSOR FOR SELECT * FROM cursor_table;
BEGIN
    FOR r IN SELECT * FROM loop_table LOOP
        IF r.a > 1 THEN
            UPDATE then_table SET a = 1 WHERE id = r.id;
        ELSE
            PERFORM f(1) FROM else_table;
        END IF;
        COMMIT;
    END LOOP;
    SELECT count(*) INTO STRICT a FROM into_table;
    BEGIN
        INSERT INTO block_table VALUES ('a;b');
    EXCEPTION WHEN unique_violation OR others THEN
        TRUNCATE handler_table;
    END;
    CASE a WHEN 1 THEN DELETE FROM case_table; ELSE NULL; END CASE;
END
$body$;
DO $$ BEGIN EXECUTE format('DROP TABLE %I', 'x'); END $$;
DO LANGUAGE plpgsql 'BEGIN ALTER TABLE quoted_table ADD a text DEFAULT ''é😀''; END';
CREATE FUNCTION five() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.at = now(); RETURN NEW; END $$;
CREATE FUNCTION six() RETURNS int LANGUAGE c AS 'lib', 'sym';
CREATE FUNCTION seven() RETURNS text LANGUAGE plpython3u AS $$ return 'not; SQL' $$;
