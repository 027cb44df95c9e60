CREATE SCHEMA app;
CREATE FUNCTION app.plus(a int, b int DEFAULT 1, OUT sum int) LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 5
    AS $$ SELECT a + b $$;
CREATE FUNCTION app.plus(VARIADIC all_of numeric[]) RETURNS numeric LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = app, pg_temp SET work_mem = '10MB' AS $body$
DECLARE total numeric := 0;
BEGIN
    -- a comment; with a semicolon
    FOR i IN 1 .. array_length(all_of, 1) LOOP total := total + all_of[i]; END LOOP;
    RETURN total;
END $body$;
CREATE FUNCTION app.rows(n int) RETURNS TABLE (id int, name text) LANGUAGE sql ROWS 5 LEAKPROOF
    AS 'SELECT i, ''n'' || i FROM generate_series(1, n) i';
CREATE PROCEDURE app.work(IN a int, INOUT b text DEFAULT 'x') LANGUAGE plpgsql AS $$ BEGIN b := b || a; END $$;
CREATE FUNCTION app.standard(x int) RETURNS int LANGUAGE sql RETURN x + 1;
CREATE FUNCTION app.no_arguments() RETURNS void LANGUAGE sql AS '';
CREATE FUNCTION app.any(anyelement) RETURNS anyelement LANGUAGE sql AS 'SELECT $1';
CREATE AGGREGATE app.total(int) (SFUNC = int4pl, STYPE = int, INITCOND = '0', COMBINEFUNC = int4pl, PARALLEL = SAFE);
CREATE FUNCTION app.summed(numeric, int) RETURNS numeric LANGUAGE sql IMMUTABLE AS 'SELECT $1 + $2';
CREATE FUNCTION app.unsummed(numeric, int) RETURNS numeric LANGUAGE sql IMMUTABLE AS 'SELECT $1 - $2';
CREATE FUNCTION app.shown(numeric) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT $1::text';
CREATE AGGREGATE app.moving(int) (SFUNC = app.summed, STYPE = numeric, FINALFUNC = app.shown, INITCOND = '0', MSFUNC = app.summed,
    MINVFUNC = app.unsummed, MSTYPE = numeric, MFINALFUNC = app.shown, MINITCOND = '0', SORTOP = OPERATOR(pg_catalog.<));
CREATE AGGREGATE app.counted(*) (SFUNC = int8inc, STYPE = bigint, INITCOND = '0');
ALTER FUNCTION app.plus(int, int) OWNER TO rubicon_owner;
ALTER PROCEDURE app.work(int, text) OWNER TO rubicon_owner;
ALTER AGGREGATE app.total(int) OWNER TO rubicon_owner;
REVOKE EXECUTE ON FUNCTION app.plus(numeric[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app.plus(numeric[]) TO rubicon_app;
GRANT EXECUTE ON PROCEDURE app.work(int, text) TO rubicon_app;
COMMENT ON FUNCTION app.plus(int, int) IS 'adds';
COMMENT ON PROCEDURE app.work(int, text) IS 'works';
COMMENT ON AGGREGATE app.total(int) IS 'sums';
CREATE PROCEDURE app.split(OUT a int, IN b int, IN c int) LANGUAGE sql AS 'SELECT b / c';
CREATE PROCEDURE app.split(IN a int, IN b int, IN c int) LANGUAGE sql AS '';
COMMENT ON PROCEDURE app.split(OUT a int, IN b int, IN c int) IS 'one';
GRANT EXECUTE ON PROCEDURE app.split(IN a int, IN b int, IN c int) TO rubicon_app;
CREATE AGGREGATE app.fraction(float8 ORDER BY anyelement) (SFUNC = ordered_set_transition, STYPE = internal,
    FINALFUNC = percentile_disc_final, FINALFUNC_EXTRA);
REVOKE EXECUTE ON FUNCTION app.counted() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app.fraction(float8, anyelement) TO rubicon_app;
