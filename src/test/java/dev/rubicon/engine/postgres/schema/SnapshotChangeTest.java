package dev.rubicon.engine.postgres.schema;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rubicon.engine.schema.SchemaSnapshot;
import dev.rubicon.testing.TestPostgres.Database;
import dev.rubicon.verification.SchemaChange;
import dev.rubicon.verification.SchemaDiff;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each change of a schema shows in exactly the object that it changed, and is gone when it is undone. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SnapshotChangeTest {

    private Database database;
    private SchemaSnapshot before;

    @BeforeAll
    void makeSchema() {
        database = SchemaCase.empty(SchemaCase.NEWEST);
        SchemaCase.run(database, """
                CREATE SCHEMA app;
                CREATE TYPE mood AS ENUM ('sad', 'fine');
                CREATE TYPE pair AS (a int, b int);
                CREATE TYPE span AS RANGE (subtype = float8);
                CREATE DOMAIN email AS text CONSTRAINT has_at CHECK (VALUE LIKE '%@%');
                CREATE COLLATION plain (provider = libc, locale = 'C');
                CREATE SEQUENCE numbers;
                CREATE FUNCTION f(int) RETURNS int LANGUAGE sql AS 'SELECT $1';
                CREATE PROCEDURE p() LANGUAGE sql AS '';
                CREATE AGGREGATE total(int) (SFUNC = int4pl, STYPE = int);
                CREATE FUNCTION touched() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
                CREATE FUNCTION told() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
                CREATE TABLE t (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text DEFAULT 'x', n int, mail email,
                    double int GENERATED ALWAYS AS (n * 2) STORED, CONSTRAINT n_positive CHECK (n > 0));
                CREATE TABLE u (id int PRIMARY KEY, note text, t int CONSTRAINT u_t REFERENCES t);
                CREATE TABLE parts (id int) PARTITION BY RANGE (id);
                CREATE TABLE parts_1 PARTITION OF parts FOR VALUES FROM (1) TO (10);
                CREATE INDEX by_name ON t (name);
                CREATE STATISTICS together ON name, n FROM t;
                CREATE VIEW v AS SELECT id, name FROM t;
                CREATE MATERIALIZED VIEW m AS SELECT id FROM t;
                CREATE RULE r AS ON DELETE TO u DO INSTEAD NOTHING;
                CREATE TRIGGER touching BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION touched();
                CREATE EVENT TRIGGER rubicon_test_telling ON sql_drop EXECUTE FUNCTION told();
                CREATE POLICY own ON t USING (id > 0);
                CREATE PUBLICATION pub FOR TABLE t;
                CREATE FOREIGN DATA WRAPPER w;
                CREATE SERVER s FOREIGN DATA WRAPPER w;
                CREATE USER MAPPING FOR PUBLIC SERVER s;
                CREATE FOREIGN TABLE far (id int) SERVER s;
                CREATE OPERATOR === (FUNCTION = int4eq, LEFTARG = int, RIGHTARG = int);
                CREATE TEXT SEARCH CONFIGURATION words (COPY = simple);
                CREATE TEXT SEARCH DICTIONARY dict (TEMPLATE = simple);
                CREATE EXTENSION citext;
                CREATE EXTENSION pg_buffercache;
                CREATE EXTENSION postgres_fdw;
                """);
        before = SchemaCase.snapshot(database);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            CREATE SCHEMA more                               | DROP SCHEMA more                                | schema more
            COMMENT ON SCHEMA app IS 'x'                     | COMMENT ON SCHEMA app IS NULL                   | schema app
            ALTER SCHEMA app OWNER TO rubicon_owner          | ALTER SCHEMA app OWNER TO CURRENT_USER          | schema app
            GRANT USAGE ON SCHEMA app TO rubicon_app         | REVOKE USAGE ON SCHEMA app FROM rubicon_app     | schema app
            ALTER TYPE mood RENAME VALUE 'sad' TO 'blue'     | ALTER TYPE mood RENAME VALUE 'blue' TO 'sad'    | type public.mood
            ALTER TYPE pair ADD ATTRIBUTE c int              | ALTER TYPE pair DROP ATTRIBUTE c                | type public.pair
            REVOKE USAGE ON TYPE span FROM PUBLIC            | GRANT USAGE ON TYPE span TO PUBLIC              | type public.span
            ALTER DOMAIN email SET NOT NULL                  | ALTER DOMAIN email DROP NOT NULL                | domain public.email
            ALTER DOMAIN email SET DEFAULT 'a@b'             | ALTER DOMAIN email DROP DEFAULT                 | domain public.email
            ALTER DOMAIN email ADD CONSTRAINT c CHECK (VALUE <> '') | ALTER DOMAIN email DROP CONSTRAINT c     | constraint c ON DOMAIN public.email
            COMMENT ON COLLATION plain IS 'x'                | COMMENT ON COLLATION plain IS NULL              | collation public.plain
            ALTER SEQUENCE numbers INCREMENT 5               | ALTER SEQUENCE numbers INCREMENT 1              | sequence public.numbers
            ALTER SEQUENCE numbers OWNED BY t.n              | ALTER SEQUENCE numbers OWNED BY NONE            | sequence public.numbers
            GRANT USAGE ON SEQUENCE t_id_seq TO rubicon_app  | REVOKE ALL ON SEQUENCE t_id_seq FROM rubicon_app | sequence public.t_id_seq
            CREATE OR REPLACE FUNCTION f(int) RETURNS int LANGUAGE sql AS 'SELECT $1 + 1' | CREATE OR REPLACE FUNCTION f(int) RETURNS int LANGUAGE sql AS 'SELECT $1' | function public.f(integer)
            ALTER FUNCTION f(int) SECURITY DEFINER           | ALTER FUNCTION f(int) SECURITY INVOKER          | function public.f(integer)
            REVOKE EXECUTE ON FUNCTION f(int) FROM PUBLIC    | GRANT EXECUTE ON FUNCTION f(int) TO PUBLIC      | function public.f(integer)
            CREATE FUNCTION f(text) RETURNS int LANGUAGE sql AS 'SELECT 1' | DROP FUNCTION f(text)             | function public.f(text)
            ALTER PROCEDURE p() SET work_mem = '8MB'         | ALTER PROCEDURE p() RESET work_mem              | procedure public.p()
            COMMENT ON AGGREGATE total(int) IS 'x'           | COMMENT ON AGGREGATE total(int) IS NULL         | aggregate public.total(integer)
            ALTER TABLE t ADD more int                       | ALTER TABLE t DROP more                         | table public.t
            ALTER TABLE t ALTER name SET DEFAULT 'y'         | ALTER TABLE t ALTER name SET DEFAULT 'x'        | table public.t
            ALTER TABLE u ALTER note TYPE varchar(9)         | ALTER TABLE u ALTER note TYPE text              | table public.u
            ALTER TABLE t ALTER n SET STATISTICS 5           | ALTER TABLE t ALTER n SET STATISTICS -1         | table public.t
            ALTER TABLE t ALTER name SET STORAGE MAIN        | ALTER TABLE t ALTER name SET STORAGE EXTENDED   | table public.t
            ALTER TABLE t ALTER name SET COMPRESSION pglz    | ALTER TABLE t ALTER name SET COMPRESSION default | table public.t
            ALTER TABLE t ALTER id SET GENERATED BY DEFAULT  | ALTER TABLE t ALTER id SET GENERATED ALWAYS     | table public.t
            ALTER TABLE t ALTER double SET EXPRESSION AS (n) | ALTER TABLE t ALTER double SET EXPRESSION AS (n * 2) | table public.t
            ALTER TABLE t SET (fillfactor = 50)              | ALTER TABLE t RESET (fillfactor)                | table public.t
            ALTER TABLE u SET UNLOGGED                       | ALTER TABLE u SET LOGGED                        | table public.u
            ALTER TABLE t REPLICA IDENTITY FULL              | ALTER TABLE t REPLICA IDENTITY DEFAULT          | table public.t
            ALTER TABLE t ENABLE ROW LEVEL SECURITY          | ALTER TABLE t DISABLE ROW LEVEL SECURITY        | table public.t
            ALTER TABLE t ALTER n SET NOT NULL               | ALTER TABLE t ALTER n DROP NOT NULL             | table public.t
            GRANT SELECT (name) ON t TO rubicon_app          | REVOKE SELECT (name) ON t FROM rubicon_app      | table public.t
            COMMENT ON COLUMN t.name IS 'x'                  | COMMENT ON COLUMN t.name IS NULL                | table public.t
            ALTER TABLE parts DETACH PARTITION parts_1       | ALTER TABLE parts ATTACH PARTITION parts_1 FOR VALUES FROM (1) TO (10) | table public.parts_1
            ALTER TABLE t DROP CONSTRAINT n_positive         | ALTER TABLE t ADD CONSTRAINT n_positive CHECK (n > 0) | constraint n_positive ON public.t
            ALTER TABLE t ADD CONSTRAINT once UNIQUE (n)     | ALTER TABLE t DROP CONSTRAINT once              | constraint once ON public.t
            COMMENT ON CONSTRAINT n_positive ON t IS 'x'     | COMMENT ON CONSTRAINT n_positive ON t IS NULL   | constraint n_positive ON public.t
            ALTER TABLE u ALTER CONSTRAINT u_t DEFERRABLE    | ALTER TABLE u ALTER CONSTRAINT u_t NOT DEFERRABLE | foreign key u_t ON public.u
            DROP INDEX by_name                               | CREATE INDEX by_name ON t (name)                | index public.by_name
            ALTER INDEX by_name SET (fillfactor = 50)        | ALTER INDEX by_name RESET (fillfactor)          | index public.by_name
            ALTER TABLE t CLUSTER ON by_name                 | ALTER TABLE t SET WITHOUT CLUSTER               | index public.by_name
            ALTER TABLE t REPLICA IDENTITY USING INDEX t_pkey | ALTER TABLE t REPLICA IDENTITY DEFAULT         | index public.t_pkey
            ALTER STATISTICS together SET STATISTICS 50      | ALTER STATISTICS together SET STATISTICS -1     | statistics public.together
            ALTER VIEW v SET (security_barrier = true)       | ALTER VIEW v RESET (security_barrier)           | view public.v
            ALTER VIEW v ALTER name SET DEFAULT 'z'          | ALTER VIEW v ALTER name DROP DEFAULT            | view public.v
            GRANT SELECT ON v TO rubicon_reader              | REVOKE ALL ON v FROM rubicon_reader             | view public.v
            COMMENT ON MATERIALIZED VIEW m IS 'x'            | COMMENT ON MATERIALIZED VIEW m IS NULL          | materialized view public.m
            ALTER TABLE u DISABLE RULE r                     | ALTER TABLE u ENABLE RULE r                     | rule r ON public.u
            ALTER TABLE t DISABLE TRIGGER touching           | ALTER TABLE t ENABLE TRIGGER touching           | trigger touching ON public.t
            ALTER EVENT TRIGGER rubicon_test_telling DISABLE | ALTER EVENT TRIGGER rubicon_test_telling ENABLE | event trigger rubicon_test_telling
            ALTER POLICY own ON t USING (id > 1)             | ALTER POLICY own ON t USING (id > 0)            | policy own ON public.t
            ALTER PUBLICATION pub ADD TABLE u                | ALTER PUBLICATION pub DROP TABLE u              | publication pub
            ALTER SERVER s OPTIONS (ADD host 'h')            | ALTER SERVER s OPTIONS (DROP host)              | server s
            ALTER FOREIGN DATA WRAPPER w OPTIONS (ADD a 'b') | ALTER FOREIGN DATA WRAPPER w OPTIONS (DROP a)   | foreign data wrapper w
            ALTER USER MAPPING FOR PUBLIC SERVER s OPTIONS (ADD a 'b') | ALTER USER MAPPING FOR PUBLIC SERVER s OPTIONS (DROP a) | user mapping FOR PUBLIC SERVER s
            ALTER FOREIGN TABLE far OPTIONS (ADD a 'b')      | ALTER FOREIGN TABLE far OPTIONS (DROP a)        | foreign table public.far
            ALTER OPERATOR === (int, int) SET (RESTRICT = eqsel) | ALTER OPERATOR === (int, int) SET (RESTRICT = NONE) | operator public.=== (integer, integer)
            CREATE OPERATOR FAMILY fam USING btree           | DROP OPERATOR FAMILY fam USING btree            | operator family public.fam USING btree
            CREATE CAST (int AS mood) WITH INOUT             | DROP CAST (int AS mood)                         | cast (integer AS public.mood)
            ALTER TEXT SEARCH CONFIGURATION words DROP MAPPING FOR int | ALTER TEXT SEARCH CONFIGURATION words ADD MAPPING FOR int WITH simple | text search configuration public.words
            ALTER TEXT SEARCH DICTIONARY dict (accept = false) | ALTER TEXT SEARCH DICTIONARY dict (accept)    | text search dictionary public.dict
            ALTER EXTENSION citext SET SCHEMA app            | ALTER EXTENSION citext SET SCHEMA public        | extension citext
            REVOKE ALL ON FUNCTION citext_cmp(citext, citext) FROM PUBLIC | GRANT ALL ON FUNCTION citext_cmp(citext, citext) TO PUBLIC | function public.citext_cmp(public.citext,public.citext)
            GRANT EXECUTE ON FUNCTION min(citext) TO rubicon_app | REVOKE EXECUTE ON FUNCTION min(citext) FROM rubicon_app | aggregate public.min(public.citext)
            GRANT USAGE ON TYPE citext TO rubicon_app        | REVOKE USAGE ON TYPE citext FROM rubicon_app    | type public.citext
            REVOKE SELECT ON pg_buffercache FROM pg_monitor  | GRANT SELECT ON pg_buffercache TO pg_monitor    | view public.pg_buffercache
            GRANT SELECT ON pg_buffercache TO pg_monitor WITH GRANT OPTION | REVOKE GRANT OPTION FOR SELECT ON pg_buffercache FROM pg_monitor | view public.pg_buffercache
            GRANT SELECT (bufferid) ON pg_buffercache TO rubicon_app | REVOKE SELECT (bufferid) ON pg_buffercache FROM rubicon_app | view public.pg_buffercache
            GRANT USAGE ON FOREIGN DATA WRAPPER postgres_fdw TO rubicon_app | REVOKE USAGE ON FOREIGN DATA WRAPPER postgres_fdw FROM rubicon_app | foreign data wrapper postgres_fdw
            ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO rubicon_app | ALTER DEFAULT PRIVILEGES REVOKE SELECT ON TABLES FROM rubicon_app | default privileges FOR ROLE CURRENT_USER ON TABLES
            """)
    void differsInExactlyWhatWasChanged(String change, String undo, String object) {
        SchemaCase.run(database, change);
        SchemaDiff diff = SchemaDiff.between(before, SchemaCase.snapshot(database));
        SchemaCase.run(database, undo);

        assertThat(diff.changes()).extracting(SchemaChange::words).containsExactly(
                object.replace("CURRENT_USER", database.user()));
        assertThat(SchemaDiff.between(before, SchemaCase.snapshot(database)).changes()).isEmpty();
    }
}
