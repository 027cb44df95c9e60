CREATE SCHEMA app;
CREATE TYPE app.pair AS (a int, b int);
CREATE FUNCTION app.less(app.pair, app.pair) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT $1.a < $2.a';
CREATE FUNCTION app.same(app.pair, app.pair) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT $1.a = $2.a';
CREATE FUNCTION app.more(app.pair, app.pair) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT $1.a > $2.a';
CREATE FUNCTION app.unlike(app.pair, app.pair) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT $1.a <> $2.a';
CREATE FUNCTION app.compared(app.pair, app.pair) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT $1.a - $2.a';
CREATE FUNCTION app.hashed(app.pair) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT $1.a';
CREATE FUNCTION app.negative(app.pair) RETURNS app.pair LANGUAGE sql IMMUTABLE AS 'SELECT ROW(-$1.a, -$1.b)::app.pair';
CREATE OPERATOR app.<<< (FUNCTION = app.less, LEFTARG = app.pair, RIGHTARG = app.pair, COMMUTATOR = OPERATOR(app.>>>),
    RESTRICT = scalarltsel, JOIN = scalarltjoinsel);
CREATE OPERATOR app.>>> (FUNCTION = app.more, LEFTARG = app.pair, RIGHTARG = app.pair, COMMUTATOR = OPERATOR(app.<<<));
CREATE OPERATOR app.=== (FUNCTION = app.same, LEFTARG = app.pair, RIGHTARG = app.pair, COMMUTATOR = OPERATOR(app.===),
    NEGATOR = OPERATOR(app.<!>), RESTRICT = eqsel, JOIN = eqjoinsel, HASHES, MERGES);
CREATE OPERATOR app.<!> (FUNCTION = app.unlike, LEFTARG = app.pair, RIGHTARG = app.pair, NEGATOR = OPERATOR(app.===));
CREATE OPERATOR app.-! (FUNCTION = app.negative, RIGHTARG = app.pair);
CREATE OPERATOR FAMILY app.pairs USING btree;
CREATE OPERATOR CLASS app.pair_order DEFAULT FOR TYPE app.pair USING btree FAMILY app.pairs AS
    OPERATOR 1 app.<<<, OPERATOR 3 app.===, OPERATOR 5 app.>>>, FUNCTION 1 app.compared(app.pair, app.pair);
CREATE OPERATOR CLASS app.pair_hash FOR TYPE app.pair USING hash AS OPERATOR 1 app.===, FUNCTION 1 app.hashed(app.pair);
CREATE FUNCTION app.mixed(app.pair, int) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT $1.a = $2';
CREATE OPERATOR app.==~ (FUNCTION = app.mixed, LEFTARG = app.pair, RIGHTARG = int);
ALTER OPERATOR FAMILY app.pairs USING btree ADD OPERATOR 3 app.==~ (app.pair, int);
CREATE FUNCTION app.as_text(app.pair) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT $1.a::text';
CREATE CAST (app.pair AS text) WITH FUNCTION app.as_text(app.pair) AS ASSIGNMENT;
CREATE CAST (text AS app.pair) WITH INOUT AS IMPLICIT;
CREATE TABLE app.paired (p app.pair);
CREATE INDEX ON app.paired (p);
CREATE INDEX ON app.paired USING btree (p app.pair_order);
COMMENT ON OPERATOR app.=== (app.pair, app.pair) IS 'the same';
COMMENT ON OPERATOR app.-! (NONE, app.pair) IS 'turned';
COMMENT ON OPERATOR CLASS app.pair_order USING btree IS 'by the first';
COMMENT ON OPERATOR FAMILY app.pairs USING btree IS 'of pairs';
COMMENT ON CAST (app.pair AS text) IS 'shown';
ALTER OPERATOR app.=== (app.pair, app.pair) OWNER TO rubicon_owner;
ALTER OPERATOR CLASS app.pair_order USING btree OWNER TO rubicon_owner;
