package dev.rubicon.analysis;

import static dev.rubicon.plan.Severity.BLOCKING;
import static dev.rubicon.plan.Severity.ERROR;
import static dev.rubicon.plan.Severity.INFO;
import static dev.rubicon.plan.Severity.WARNING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.rubicon.engine.Engine;
import dev.rubicon.engine.Engines;
import dev.rubicon.engine.facts.Examiner;
import dev.rubicon.engine.facts.QualifiedName;
import dev.rubicon.engine.facts.Schema;
import dev.rubicon.plan.Finding;
import dev.rubicon.plan.PlanReader;
import dev.rubicon.plan.PlanRoom;
import dev.rubicon.plan.Severity;
import dev.rubicon.registry.EngineKind;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ColumnAndTableRulesTest {

    private static PlanRoom room;

    @BeforeAll
    static void open() {
        room = new PlanRoom();
    }

    @AfterAll
    static void close() {
        room.close();
    }

    @ParameterizedTest
    @MethodSource({"columns", "typeChanges", "columnStyle", "tables", "types"})
    void finds(String rule, Severity severity, String sql) {
        assertThat(judge(sql)).filteredOn(each -> each.rule().equals(rule)).extracting(Finding::severity)
                .as(sql).containsExactly(severity);
    }

    @ParameterizedTest
    @MethodSource({"columns", "typeChanges", "columnStyle", "tables", "types"})
    void findsTheSameInATransaction(String rule, Severity severity, String sql) {
        if (!sql.contains("CONCURRENTLY") && !sql.contains("BEGIN")) {
            assertThat(judge("BEGIN;\n" + sql + ";\nCOMMIT")).filteredOn(each -> each.rule().equals(rule))
                    .extracting(Finding::severity).as(sql).containsExactly(severity);
        }
    }

    @ParameterizedTest
    @MethodSource({"columns", "typeChanges", "columnStyle", "tables", "types"})
    void printsASafeFormThatPostgresReads(String rule, Severity severity, String sql) {
        assertThat(judge(sql)).filteredOn(each -> each.rule().equals(rule)).allSatisfy(finding -> {
            String safe = finding.safeForm();
            if (safe != null) {
                assertThat(safe).endsWith(";").doesNotContainPattern("\\bnull\\b");
                assertThat(judge(safe)).as(safe).extracting(Finding::rule).doesNotContain("syntax-error");
            }
        });
    }

    static Stream<Arguments> columns() {
        String volatileDefault = "add-column-volatile-default";
        return Stream.of(arguments(volatileDefault, ERROR, "ALTER TABLE users ADD COLUMN a float DEFAULT random()"),
                arguments(volatileDefault, ERROR, "ALTER TABLE app.\"Users\" ADD \"A b\" uuid DEFAULT uuid()"),
                arguments(volatileDefault, ERROR, "ALTER TABLE users ADD a timestamptz DEFAULT clock_timestamp()"),
                arguments(volatileDefault, ERROR, "ALTER TABLE users ADD a bigint NOT NULL DEFAULT nextval('s')"),
                arguments(volatileDefault, ERROR, "ALTER TABLE users ADD a int DEFAULT 1 + length(mine(2)::text)"),
                arguments(volatileDefault, ERROR, """
                        CREATE FUNCTION dice() RETURNS int LANGUAGE sql VOLATILE AS 'SELECT 4';
                        ALTER TABLE users ADD a int DEFAULT dice()"""),
                arguments(volatileDefault, ERROR, """
                        CREATE TABLE new (id bigint);
                        INSERT INTO new VALUES (1);
                        ALTER TABLE new ADD a float DEFAULT random()"""),
                arguments("add-column-not-null-no-default", ERROR, "ALTER TABLE users ADD COLUMN a text NOT NULL"),
                arguments("add-column-not-null-no-default", ERROR,
                        "ALTER TABLE users ADD COLUMN a text NOT NULL DEFAULT NULL"),
                arguments("add-column-not-null-no-default", ERROR, "ALTER TABLE users ADD COLUMN a text PRIMARY KEY"),
                arguments("add-serial-identity", ERROR, "alter table prices add column id serial"),
                arguments("add-serial-identity", ERROR,
                        "ALTER TABLE prices ADD id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY"),
                arguments("add-stored-generated", ERROR,
                        "alter table books add column id int generated always as (1 + old_id) stored"),
                arguments("add-constrained-domain-column", ERROR, """
                        CREATE DOMAIN positive AS integer CHECK (VALUE > 0);
                        ALTER TABLE stocks ADD COLUMN amount positive"""),
                arguments("add-constrained-domain-column", ERROR, """
                        CREATE DOMAIN app.given AS text NOT NULL;
                        CREATE DOMAIN app.name AS app.given;
                        ALTER TABLE stocks ADD COLUMN name app.name DEFAULT ''"""),
                arguments("add-column-unique-or-pk-inline", ERROR, "ALTER TABLE foo ADD COLUMN bar text UNIQUE"),
                arguments("add-column-unique-or-pk-inline", ERROR,
                        "ALTER TABLE foo ADD COLUMN bar bigint DEFAULT 0 CONSTRAINT foo_pk PRIMARY KEY"),
                arguments("json-column", WARNING, "alter table books add column data json"),
                arguments("json-column", WARNING, "create table authors (id bigint primary key, meta json)"),
                arguments("json-column", WARNING, "alter table books alter column data type json using data::json"),
                arguments("drop-column", ERROR, "ALTER TABLE users DROP COLUMN username"),
                arguments("drop-column", ERROR, "ALTER TABLE \"Users\" DROP \"userName\" CASCADE"),
                arguments("drop-column-dependents", WARNING, """
                        CREATE INDEX CONCURRENTLY i ON users (team, username);
                        ALTER TABLE users DROP COLUMN username"""),
                arguments("drop-column-dependents", WARNING, """
                        ALTER TABLE orders ADD CONSTRAINT fk FOREIGN KEY (customer) REFERENCES customers NOT VALID;
                        ALTER TABLE orders DROP COLUMN customer"""),
                arguments("drop-column-dependents", ERROR, """
                        ALTER TABLE orders ADD CONSTRAINT fk FOREIGN KEY (c) REFERENCES customers (code) NOT VALID;
                        ALTER TABLE customers DROP COLUMN code"""),
                arguments("drop-column-dependents", WARNING, """
                        CREATE VIEW everybody AS SELECT * FROM users;
                        ALTER TABLE users DROP COLUMN name"""),
                arguments("drop-column-dependents", ERROR, """
                        CREATE VIEW names AS SELECT name FROM users;
                        ALTER TABLE users DROP COLUMN name"""),
                arguments("rename-column", ERROR, "ALTER TABLE \"users\" RENAME COLUMN \"properties\" TO \"bad_name\""),
                arguments("rename-column", ERROR, "ALTER TABLE app.users RENAME a TO b"),
                arguments("cached-plan-invalidation", INFO, """
                        ALTER TABLE users ADD a text;
                        ALTER TABLE users ADD b text"""),
                arguments("duplicate-column-assignment", BLOCKING, "UPDATE k SET a = 1, a = 2"),
                arguments("duplicate-column-assignment", BLOCKING, "INSERT INTO k (a, b, a) VALUES (1, 2, 3)"),
                arguments("duplicate-column-assignment", BLOCKING,
                        "insert into k values (1) on conflict (id) do update set a = 1, a = 2"),
                arguments("duplicate-column-assignment", BLOCKING, "CREATE TABLE k (a int, \"A\" int, A int)"),
                arguments("identifier-too-long", WARNING, "CREATE TABLE " + "t".repeat(64) + " (id bigint)"),
                arguments("identifier-too-long", WARNING,
                        "CREATE INDEX CONCURRENTLY " + "ü".repeat(32) + " ON users (a)"),
                arguments("identifier-too-long", WARNING, "ALTER TABLE users ADD " + "c".repeat(70) + " text"));
    }

    static Stream<Arguments> typeChanges() {
        String rewrite = "change-type-rewrite";
        return Stream.of(arguments(rewrite, ERROR, "ALTER TABLE users ALTER COLUMN id TYPE bigint"),
                arguments(rewrite, ERROR, "ALTER TABLE users ALTER id TYPE uuid USING id::uuid"),
                arguments(rewrite, WARNING, "ALTER TABLE public.users ALTER COLUMN name TYPE text"),
                arguments(rewrite, WARNING, "ALTER TABLE users ALTER COLUMN name SET DATA TYPE varchar(20)"),
                arguments(rewrite, WARNING,
                        "ALTER TABLE users ALTER COLUMN name TYPE varchar(9) USING name::varchar(9)"),
                arguments(rewrite, WARNING, "ALTER TABLE users ALTER COLUMN name TYPE numeric(10, 2)"),
                arguments(rewrite, ERROR, "ALTER TABLE users ALTER COLUMN name TYPE text USING upper(name)"),
                changed(rewrite, "inet", "cidr"), changed(rewrite, "int", "bigint"),
                changed(rewrite, "varchar(20)", "varchar(10)"), changed(rewrite, "text", "varchar(10)"),
                changed(rewrite, "varchar(10)", "char(10)"), changed(rewrite, "char(10)", "char(20)"),
                changed(rewrite, "char(10)", "text"), changed(rewrite, "numeric(8,2)", "numeric(10,3)"),
                changed(rewrite, "numeric", "numeric(10,2)"), changed(rewrite, "numeric(8,2)", "numeric(6,2)"),
                changed(rewrite, "timestamp", "timestamp(3)"), changed(rewrite, "date", "timestamp"),
                changed(rewrite, "json", "jsonb USING a::jsonb"), changed(rewrite, "json", "text"),
                changed(rewrite, "varbit(8)", "varbit(4)"), changed(rewrite, "int4range", "text"),
                changed(rewrite, "mood", "text"), changed(rewrite, "varchar(10)[]", "text[]"),
                arguments(rewrite, ERROR, """
                        CREATE DOMAIN positive AS integer CHECK (VALUE > 0);
                        ALTER TABLE users ADD a integer;
                        ALTER TABLE users ALTER a TYPE positive"""),
                changed("change-type-timezone", "timestamp", "timestamptz"),
                changed("change-type-timezone", "timestamptz", "timestamp"),
                arguments("change-type-check-rescan", ERROR, """
                        ALTER TABLE users ADD a varchar(10);
                        ALTER TABLE users ADD CONSTRAINT c CHECK (a <> '');
                        ALTER TABLE users ALTER a TYPE varchar(20)"""),
                arguments("change-type-index-rebuild", ERROR, """
                        CREATE INDEX CONCURRENTLY i ON users (name);
                        ALTER TABLE users ALTER COLUMN name TYPE text COLLATE "C\""""),
                arguments("change-type-index-rebuild", ERROR, """
                        ALTER TABLE users ADD a int;
                        CREATE INDEX CONCURRENTLY i ON users (a);
                        ALTER TABLE users ALTER a TYPE oid"""),
                arguments("change-type-index-rebuild", WARNING,
                        "ALTER TABLE users ALTER COLUMN name TYPE text COLLATE \"C\""),
                arguments("change-type-stats-lost", INFO, "ALTER TABLE users ALTER COLUMN code TYPE varchar(20)"),
                arguments("cached-plan-invalidation", INFO, "ALTER TABLE users ALTER COLUMN code TYPE varchar(20)"));
    }

    private static Arguments changed(String rule, String from, String to) {
        return arguments(rule, ERROR,
                "ALTER TABLE users ADD a " + from + ";\nALTER TABLE users ALTER COLUMN a TYPE " + to);
    }

    static Stream<Arguments> columnStyle() {
        return Stream.of(arguments("char-n", WARNING, "CREATE TABLE t (c character)"),
                arguments("char-n", WARNING, "ALTER TABLE t ADD c bpchar(50)"),
                arguments("varchar-n", WARNING, "CREATE TABLE t (c varchar(100))"),
                arguments("varchar-n", WARNING, "ALTER TABLE \"core_foo\" ALTER COLUMN \"kind\" TYPE varchar(1000) "
                        + "USING \"kind\"::varchar(1000)"),
                arguments("timestamp-without-tz", WARNING,
                        "create table app.accounts (created_ts timestamp without time zone)"),
                arguments("int-pk", WARNING, "create table users (id smallint)"),
                arguments("int-pk", WARNING, "create table users (no int primary key)"),
                arguments("int-pk", WARNING, "create table users (no int, PRIMARY KEY (no))"),
                arguments("int-pk", WARNING, "create table users (no serial)"),
                arguments("prefer-identity", WARNING, "create table users (id serial4)"),
                arguments("prefer-identity", WARNING, "create table users (id \"bigserial\")"),
                arguments("naming", WARNING, "CREATE TABLE book (id int, \"creatorId\" int)"),
                arguments("naming", WARNING, "CREATE TABLE \"order\" (id int)"),
                arguments("naming", WARNING, "ALTER TABLE book RENAME TO \"Book\""),
                arguments("table-without-primary-key", WARNING, "CREATE TABLE t(id INT)"),
                arguments("nullable-column", INFO, "CREATE TABLE book (id int PRIMARY KEY, name varchar)"),
                arguments("comment-missing", INFO, "CREATE TABLE t (a int)"),
                arguments("require-schema-qualified", WARNING, "ALTER TABLE my_table ADD COLUMN name text"),
                arguments("require-schema-qualified", WARNING, "DROP VIEW public.a, b"));
    }

    static Stream<Arguments> tables() {
        return Stream.of(arguments("drop-table", ERROR, "DROP TABLE IF EXISTS app.\"Users\" CASCADE"),
                arguments("create-table-force", ERROR, "DROP TABLE IF EXISTS a CASCADE; CREATE TABLE public.a (b int)"),
                arguments("drop-database-or-schema", ERROR, "DROP SCHEMA IF EXISTS app CASCADE"),
                arguments("drop-database-or-schema", WARNING, "DROP SCHEMA app"),
                arguments("drop-database-or-schema", ERROR, "DROP OWNED BY app CASCADE"),
                arguments("drop-cascade-escalation", ERROR, "DROP TYPE app.mood CASCADE"),
                arguments("drop-cascade-escalation", ERROR, "DROP EXTENSION citext CASCADE"),
                arguments("drop-cascade-escalation", WARNING, "DROP FUNCTION touch() CASCADE"),
                arguments("drop-cascade-escalation", WARNING, "DROP VIEW names CASCADE"),
                arguments("rename-table", ERROR, "ALTER TABLE \"users\" RENAME TO \"bad_name\""),
                arguments("rename-table", ERROR, "ALTER VIEW app.names RENAME TO titles"),
                arguments("rename-table", INFO, "ALTER TABLE a RENAME TO b; CREATE VIEW a AS SELECT * FROM b"),
                arguments("rename-table", WARNING,
                        "CREATE TABLE n (id int); ALTER TABLE a RENAME TO o; ALTER TABLE n RENAME TO a"),
                arguments("rename-schema", ERROR, "ALTER SCHEMA a RENAME TO b"),
                arguments("set-tablespace", ERROR, "ALTER TABLE app.users SET TABLESPACE fast"),
                arguments("set-access-method", ERROR, "ALTER TABLE users SET ACCESS METHOD heap2"),
                arguments("set-logged-unlogged", ERROR, "ALTER TABLE users SET UNLOGGED"),
                arguments("set-logged-unlogged", ERROR, "ALTER TABLE users SET LOGGED"),
                arguments("vacuum-full-or-cluster", ERROR, "VACUUM FULL users"),
                arguments("vacuum-full-or-cluster", ERROR, "VACUUM (FULL, ANALYZE) users"),
                arguments("vacuum-full-or-cluster", ERROR, "CLUSTER users USING users_pkey"),
                arguments("vacuum-full-or-cluster", ERROR, "VACUUM FULL"),
                arguments("truncate", ERROR, "TRUNCATE TABLE users CASCADE"),
                arguments("truncate", INFO, "CREATE TABLE tech_book(id int); TRUNCATE TABLE tech_book"),
                arguments("attach-partition-scan", WARNING,
                        "ALTER TABLE events ATTACH PARTITION e1 FOR VALUES IN ('a)', ('b'))"),
                arguments("attach-partition-scan", WARNING, "ALTER TABLE events ATTACH PARTITION rest DEFAULT"),
                arguments("detach-partition", ERROR, "ALTER TABLE t DETACH PARTITION p"),
                arguments("partition-of-existing-parent", WARNING,
                        "CREATE TABLE e1 PARTITION OF events FOR VALUES FROM (1) TO (2)"),
                arguments("partition-of-existing-parent", WARNING, "CREATE TABLE rest PARTITION OF app.events DEFAULT"),
                arguments("create-trigger", WARNING,
                        "CREATE TRIGGER a AFTER INSERT ON users FOR EACH ROW EXECUTE FUNCTION f()"),
                arguments("enable-or-disable-trigger", WARNING, "ALTER TABLE users DISABLE TRIGGER ALL"),
                arguments("enable-or-disable-trigger", INFO, "ALTER TABLE users ENABLE TRIGGER a"),
                arguments("enable-or-disable-trigger", WARNING, "SET session_replication_role = 'replica'"),
                arguments("delete-without-where", ERROR, "DELETE FROM users WHERE (1=1)"),
                arguments("delete-without-where", ERROR, "DELETE FROM users WHERE TRUE"),
                arguments("update-without-where", WARNING, "UPDATE users SET a = 2 WHERE '1' = '1'"),
                arguments("drop-trigger", INFO, "DROP TRIGGER a ON users"),
                arguments("drop-trigger", INFO, "ALTER TRIGGER a ON users RENAME TO b"),
                arguments("refresh-matview", ERROR, "REFRESH MATERIALIZED VIEW app.totals"),
                arguments("policy-or-rls", INFO, "CREATE POLICY p ON users USING (true)"),
                arguments("policy-or-rls", INFO, "DROP POLICY p ON users"),
                arguments("policy-or-rls", WARNING, "ALTER TABLE users ENABLE ROW LEVEL SECURITY"),
                arguments("policy-or-rls", WARNING, "ALTER TABLE users DISABLE ROW LEVEL SECURITY"),
                arguments("owner-schema-replica-identity", INFO, "ALTER TABLE users OWNER TO me"),
                arguments("owner-schema-replica-identity", INFO, "ALTER TABLE users REPLICA IDENTITY FULL"),
                arguments("owner-schema-replica-identity", WARNING, "ALTER TABLE users SET SCHEMA app"));
    }

    static Stream<Arguments> types() {
        return Stream.of(arguments("enum-create", WARNING, "CREATE TYPE app.mood AS ENUM ('sad', 'it''s')"),
                arguments("enum-add-value", INFO, "ALTER TYPE mood ADD VALUE IF NOT EXISTS 'calm' AFTER 'sad'"),
                arguments("enum-order", INFO, "ALTER TYPE status ADD VALUE 'pending'"),
                arguments("enum-rename-value", ERROR, "ALTER TYPE mood RENAME VALUE 'well' TO 'happy'"));
    }

    @ParameterizedTest
    @MethodSource
    void isSilent(String rule, String sql) {
        assertThat(judge(sql)).extracting(Finding::rule).as(sql).doesNotContain(rule, "syntax-error");
    }

    static Stream<Arguments> isSilent() {
        String fresh = "CREATE TABLE users (id bigint PRIMARY KEY, name varchar(10));\n";
        return Stream.of(
                Stream.of("now()", "CURRENT_TIMESTAMP", "10", "'new'", "now() + interval '1 day'", "CURRENT_USER",
                        "lower('A')", "date_trunc('day', now())").map(
                                value -> arguments("add-column-volatile-default",
                                        "ALTER TABLE users ADD a text DEFAULT " + value)),
                Stream.of(arguments("add-column-volatile-default", """
                        CREATE FUNCTION answer() RETURNS int LANGUAGE sql STABLE AS 'SELECT 42';
                        ALTER TABLE users ADD a int DEFAULT answer()"""),
                        arguments("add-column-volatile-default",
                                fresh + "ALTER TABLE users ADD a float DEFAULT random()"),
                        arguments("add-column-volatile-default",
                                "ALTER TABLE users ADD a int; ALTER TABLE users ALTER a SET DEFAULT random()"),
                        arguments("add-column-not-null-no-default",
                                "ALTER TABLE foo ADD bar numeric GENERATED ALWAYS AS (a + b) STORED NOT NULL"),
                        arguments("add-column-not-null-no-default", "ALTER TABLE foo ADD bar int NOT NULL DEFAULT 0"),
                        arguments("add-column-not-null-no-default", "ALTER TABLE foo ADD bar bigserial NOT NULL"),
                        arguments("add-column-not-null-no-default", fresh + "ALTER TABLE users ADD a int NOT NULL"),
                        arguments("add-serial-identity", fresh + "ALTER TABLE public.users ADD a bigserial"),
                        arguments("add-constrained-domain-column",
                                "CREATE DOMAIN label AS text; ALTER TABLE users ADD a label"),
                        arguments("add-column-unique-or-pk-inline", "ALTER TABLE items ADD CONSTRAINT items_pk "
                                + "PRIMARY KEY USING INDEX items_pk"),
                        arguments("json-column", "ALTER TABLE books ADD data jsonb"),
                        arguments("delete-without-where", "DELETE FROM users WHERE 1 = 2"),
                        arguments("delete-without-where", "DELETE FROM users WHERE id = 1"),
                        arguments("enable-or-disable-trigger", "SET session_replication_role = 'origin'"),
                        arguments("index-drop-not-concurrent", "DROP INDEX CONCURRENTLY a"),
                        arguments("drop-column", "ALTER TABLE users ADD a int; ALTER TABLE users DROP a"),
                        arguments("drop-column", "ALTER TABLE users DROP CONSTRAINT a, ALTER b DROP DEFAULT"),
                        arguments("rename-column", fresh + "ALTER TABLE users RENAME name TO title"),
                        arguments("rename-column", "ALTER TABLE users RENAME CONSTRAINT a TO b"),
                        arguments("change-type-rewrite", fresh + "ALTER TABLE users ALTER name TYPE int USING 1"),
                        arguments("change-type-stats-lost",
                                "ALTER TABLE users ALTER a TYPE text; ANALYZE users (a)"),
                        arguments("duplicate-column-assignment",
                                "update k set a.x = 1, a.y = 2; insert into k (a.x, a.y) values (1, 2); "
                                        + "update k set b[1] = 1, b[2] = 2; "
                                        + "update k set \"A\" = 1, A = 2"),
                        arguments("int-pk", "CREATE TABLE a (id bigint PRIMARY KEY, count int)"),
                        arguments("char-n", "CREATE TABLE t (c text[], d \"char\")"),
                        arguments("varchar-n", "CREATE TABLE t (c varchar)"),
                        arguments("table-without-primary-key",
                                "CREATE TABLE t (a int); ALTER TABLE t ADD PRIMARY KEY (a)"),
                        arguments("require-schema-qualified", "CREATE TEMP TABLE temp_mapping_table AS SELECT 1"),
                        arguments("require-schema-qualified", "CREATE TABLE public.my_table AS SELECT 1"),
                        arguments("drop-table", fresh + "DROP TABLE users"),
                        arguments("drop-table", "CREATE TEMP TABLE a (b int); DROP TABLE a"),
                        arguments("drop-table", "DROP INDEX CONCURRENTLY a"),
                        arguments("create-table-force",
                                fresh + "DROP TABLE users; CREATE TABLE users (id bigint)"),
                        arguments("drop-database-or-schema", "CREATE SCHEMA app; DROP SCHEMA app CASCADE"),
                        arguments("drop-cascade-escalation", "DROP TYPE mood; DROP VIEW names"),
                        arguments("drop-cascade-escalation", "CREATE TYPE m AS ENUM ('a'); DROP TYPE m CASCADE"),
                        arguments("rename-table", fresh + "ALTER TABLE users RENAME TO people"),
                        arguments("rename-table", "ALTER INDEX a RENAME TO b"),
                        arguments("set-logged-unlogged", fresh + "ALTER TABLE users SET UNLOGGED"),
                        arguments("vacuum-full-or-cluster", "VACUUM (FULL FALSE) foo; VACUUM FREEZE foo"),
                        arguments("truncate", "SELECT 'TRUNCATE TABLE foo' AS x"),
                        arguments("attach-partition-scan",
                                "CREATE TABLE e1 (LIKE events); ALTER TABLE events ATTACH PARTITION e1 DEFAULT"),
                        arguments("detach-partition", "ALTER TABLE t DETACH PARTITION p FINALIZE"),
                        arguments("detach-partition", "ALTER TABLE t DETACH PARTITION p CONCURRENTLY"),
                        arguments("partition-of-existing-parent",
                                "CREATE TABLE e (a int) PARTITION BY LIST (a); CREATE TABLE f PARTITION OF e DEFAULT"),
                        arguments("create-trigger",
                                fresh + "CREATE TRIGGER a AFTER INSERT ON users EXECUTE FUNCTION f()"),
                        arguments("refresh-matview", "REFRESH MATERIALIZED VIEW CONCURRENTLY totals"),
                        arguments("refresh-matview", """
                                CREATE MATERIALIZED VIEW m AS SELECT 1 WITH NO DATA; REFRESH MATERIALIZED VIEW m"""),
                        arguments("policy-or-rls", fresh + "ALTER TABLE users ENABLE ROW LEVEL SECURITY"),
                        arguments("owner-schema-replica-identity", fresh + "ALTER TABLE users OWNER TO me"),
                        arguments("enum-add-value", "CREATE TYPE m AS ENUM ('a'); ALTER TYPE m ADD VALUE 'b'"),
                        arguments("enum-order", "ALTER TYPE status ADD VALUE 'pending' AFTER 'active'")),
                freeTypeChanges()).flatMap(each -> each);
    }

    private static Stream<Arguments> freeTypeChanges() {
        return Stream.of("varchar(10) varchar(20)", "varchar(10) varchar", "varchar(10) text", "text varchar",
                "varchar text", "numeric(8,2) numeric(12,2)", "numeric(8,2) numeric", "timestamp(3) timestamp(6)",
                "timestamp(3) timestamp", "timestamp timestamp(6)", "timestamptz(3) timestamptz(6)", "time(3) time(6)",
                "interval(3) interval(6)", "interval(3) interval", "varbit(8) varbit(16)", "xml text", "cidr inet",
                "int oid", "int integer", "label text", "text label").flatMap(pair -> {
                    String sql = "CREATE DOMAIN label AS text;\nALTER TABLE users ADD a " + pair.replace(" ",
                            ";\nALTER TABLE users ALTER a TYPE ");
                    return Stream.of(arguments("change-type-rewrite", sql), arguments("change-type-check-rescan", sql),
                            arguments("change-type-timezone", sql));
                });
    }

    @Test
    void saysOnceWhichViewsMayUseAColumn() {
        String views = "CREATE VIEW a AS SELECT * FROM users; CREATE VIEW b AS SELECT * FROM users;";
        assertThat(of("drop-column-dependents", judge(views + "ALTER TABLE users DROP name"))).singleElement()
                .satisfies(each -> assertThat(each.message()).contains(".a", ".b", "may use"));
    }

    @Test
    void knowsThatTheTimeZoneDecidesBetweenTimestamps() {
        String change = "ALTER TABLE users ADD a timestamp;\nSET %s;\nALTER TABLE users ALTER a TYPE timestamptz";
        assertThat(judge(change.formatted("timezone = 'UTC'"))).extracting(Finding::rule)
                .doesNotContain("change-type-timezone", "change-type-rewrite");
        assertThat(judge(change.formatted("timezone = 'Europe/Berlin'"))).extracting(Finding::rule)
                .contains("change-type-timezone").doesNotContain("change-type-rewrite");
    }

    @Test
    void refusesToUseAnEnumValueInTheTransactionThatAddsIt() {
        String add = "ALTER TYPE mood ADD VALUE 'calm' AFTER 'sad';\n";
        assertThat(of("enum-add-value", judge("BEGIN;\n" + add + "UPDATE people SET feeling = 'calm'::mood;\nCOMMIT")))
                .extracting(Finding::severity).containsExactly(INFO, BLOCKING);
        assertThat(of("enum-add-value", judge("BEGIN;\n" + add + "UPDATE people SET feeling = 'calm';\nCOMMIT")))
                .extracting(Finding::severity).containsExactly(INFO, WARNING);
        assertThat(of("enum-add-value", judge(add + "UPDATE people SET feeling = 'calm'::mood")))
                .extracting(Finding::severity).containsExactly(INFO);
        assertThat(of("enum-add-value", judge("BEGIN;\n" + add + "COMMIT;\nUPDATE people SET feeling = 'calm'::mood")))
                .extracting(Finding::severity).containsExactly(INFO);
    }

    @Test
    void tellsTwoNamesThatAreTheSameWhenCut() {
        String same = "a".repeat(63);
        assertThat(of("identifier-too-long", judge("CREATE TABLE t (" + same + "b int, " + same + "c int)")))
                .extracting(Finding::severity).containsExactly(ERROR, WARNING);
    }

    @ParameterizedTest
    @MethodSource
    void seesIntoDoBlocks(String rule, String sql) {
        assertThat(judge("DO $do$ BEGIN IF true THEN " + sql + "; END IF; END $do$")).extracting(Finding::rule)
                .contains(rule);
    }

    static Stream<Arguments> seesIntoDoBlocks() {
        return Stream.of(arguments("drop-column", "ALTER TABLE users DROP COLUMN a"),
                arguments("drop-table", "DROP TABLE users"),
                arguments("add-column-volatile-default", "ALTER TABLE users ADD a float DEFAULT random()"),
                arguments("rename-table", "ALTER TABLE users RENAME TO people"),
                arguments("change-type-rewrite", "ALTER TABLE users ALTER a TYPE bigint"),
                arguments("truncate", "TRUNCATE users"));
    }

    @Test
    void saysWhatIsLockedAndWritesTheSafeFormWithTheAuthorsNames() {
        Finding finding = of("add-column-volatile-default",
                judge("ALTER TABLE app.\"Users\" ADD \"Token\" uuid NOT NULL DEFAULT gen_random_uuid() UNIQUE"))
                .getFirst();
        assertThat(finding.message()).contains("app.\"Users\"", "ACCESS EXCLUSIVE", "blocks its reads and writes",
                "gen_random_uuid()");
        assertThat(finding.safeForm()).isEqualTo("""
                ALTER TABLE app."Users" ADD COLUMN "Token" uuid;
                ALTER TABLE app."Users" ALTER COLUMN "Token" SET DEFAULT gen_random_uuid();
                -- in batches, as a backfill:
                UPDATE app."Users" SET "Token" = gen_random_uuid() WHERE "Token" IS NULL;
                ALTER TABLE app."Users" ADD CONSTRAINT "Users_Token_not_null" CHECK ("Token" IS NOT NULL) NOT VALID;
                ALTER TABLE app."Users" VALIDATE CONSTRAINT "Users_Token_not_null";
                ALTER TABLE app."Users" ALTER COLUMN "Token" SET NOT NULL;
                ALTER TABLE app."Users" DROP CONSTRAINT "Users_Token_not_null";
                -- alone, outside of a transaction:
                CREATE UNIQUE INDEX CONCURRENTLY "Users_Token_key" ON app."Users" ("Token");
                ALTER TABLE app."Users" ADD CONSTRAINT "Users_Token_key" UNIQUE USING INDEX "Users_Token_key";""");
    }

    @Test
    void writesTheSafeFormForTheServersVersion() {
        String sql = "ALTER TABLE books ADD total int GENERATED ALWAYS AS (a + b) STORED";
        assertThat(of("add-stored-generated", judge(sql, new Terms(18, null, false))).getFirst().safeForm())
                .isEqualTo("ALTER TABLE books ADD COLUMN total int GENERATED ALWAYS AS (a + b) VIRTUAL;");
        assertThat(of("add-stored-generated", judge(sql, new Terms(17, null, false))).getFirst().safeForm())
                .contains("CREATE TRIGGER", "UPDATE books SET total = a + b");
    }

    @Test
    void keepsTheRestOfTheStatementWhereATypeIsReplaced() {
        assertThat(of("json-column", judge("CREATE TABLE a (json text, data json NOT NULL, id bigint)")).getFirst()
                .safeForm()).isEqualTo("CREATE TABLE a (json text, data jsonb NOT NULL, id bigint);");
    }

    @Test
    void letsAContractPhaseTakeAwayAndARollbackUndo() {
        assertThat(plan("contract", "DROP TABLE old; ALTER TABLE users DROP COLUMN username", "SELECT 1"))
                .filteredOn(each -> each.rule().matches("drop-(column|table)")).extracting(Finding::severity)
                .isNotEmpty().containsOnly(INFO);
        assertThat(plan("expand", "ALTER TABLE users DROP COLUMN username", "SELECT 1"))
                .filteredOn(each -> each.rule().equals("drop-column")).extracting(Finding::severity)
                .containsExactly(ERROR);
        assertThat(plan("expand", "CREATE TABLE a (id bigint); ALTER TABLE users ADD nick text",
                "ALTER TABLE users DROP nick; DROP TABLE a; DROP TABLE b"))
                .filteredOn(each -> each.direction().equals("rollback") && each.rule().matches("drop-(column|table)"))
                .extracting(Finding::severity).containsExactlyInAnyOrder(INFO, INFO, ERROR);
        assertThat(room.get(Judgement.class)
                .judge(List.of(new ScriptFile("down.sql", "DROP TABLE a", "rollback", true)),
                        EngineKind.POSTGRESQL, Terms.TEXT)
                .getFirst().verdict().findings())
                .filteredOn(each -> each.rule().equals("drop-table")).extracting(Finding::severity)
                .containsExactly(WARNING);
    }

    @Test
    void weighsByTheSizeThatACatalogTells() {
        String world = "CREATE TABLE users (id int, name text); CREATE VIEW names AS SELECT name FROM users; "
                + "CREATE TYPE mood AS ENUM ('sad'); CREATE TABLE people (feeling mood); CREATE TYPE lonely AS ENUM ('a')";
        Terms small = new Terms(17, catalog(world, "users", 120L, 98_304L), false);
        Terms big = new Terms(17, catalog(world, "users", 12_000_000L, 4_000_000_000L), false);
        String change = "ALTER TABLE users ALTER COLUMN id TYPE bigint";
        assertThat(of("change-type-rewrite", judge(change, small))).singleElement().satisfies(finding -> {
            assertThat(finding.severity()).isEqualTo(WARNING);
            assertThat(finding.message()).contains("users (about 120 rows, 96 kB)");
        });
        assertThat(of("change-type-rewrite", judge(change, big))).singleElement().satisfies(finding -> {
            assertThat(finding.severity()).isEqualTo(ERROR);
            assertThat(finding.message()).contains("about 12,000,000 rows");
        });
        assertThat(of("rename-column", judge("ALTER TABLE users RENAME id TO no", small)))
                .extracting(Finding::severity).containsExactly(ERROR);
    }

    @Test
    void namesTheDependentsThatACatalogKnows() {
        String world = "CREATE TABLE users (id int, name text); CREATE VIEW names AS SELECT name FROM users; "
                + "CREATE TYPE mood AS ENUM ('sad'); CREATE TABLE people (feeling mood); CREATE TYPE lonely AS ENUM ('a')";
        Terms terms = new Terms(17, catalog(world, "users", 1L, 1L), false);
        assertThat(of("drop-column-dependents", judge("ALTER TABLE users DROP name", terms))).singleElement()
                .satisfies(finding -> assertThat(finding.message()).contains("names uses users.name", "fails"));
        assertThat(of("drop-column-dependents", judge("ALTER TABLE users DROP id", terms))).isEmpty();
        assertThat(of("drop-cascade-escalation", judge("DROP TYPE mood CASCADE", terms))).singleElement()
                .satisfies(finding -> assertThat(finding.message()).contains("people.feeling"));
        assertThat(of("drop-cascade-escalation", judge("DROP TYPE lonely CASCADE", terms))).isEmpty();
    }

    private static Schema catalog(String sql, String table, long rows, long bytes) {
        Engine engine = room.get(Engines.class).of(EngineKind.POSTGRESQL);
        Schema schema = Schema.complete();
        Examiner examiner = engine.examiner(schema, 17);
        engine.parse(sql).statements().forEach(statement -> examiner.apply(statement.actions()));
        Schema.Relation each = schema.relation(QualifiedName.of(table)).orElseThrow();
        schema.put(new Schema.Relation(each.name(), each.kind(), false, true, each.columns(), each.gone(),
                each.constraints(), null, each.reads(), false, true, rows, bytes, each.details()));
        schema.forgetMade();
        return schema;
    }

    private static List<Finding> plan(String phase, String sql, String back) {
        String plan = """
                plan: p
                title: One step
                engine: postgresql
                phases:
                  - phase: %s
                    steps:
                      - step: only
                        sql: "%s"
                        rollback: { sql: "%s", dataLoss: none }
                """.formatted(phase, sql, back);
        return room.get(Judgement.class).judge(room.get(PlanReader.class).read(plan, "application/yaml"), Terms.TEXT)
                .verdict().findings();
    }

    private static List<Finding> of(String rule, List<Finding> findings) {
        return findings.stream().filter(each -> Objects.equals(each.rule(), rule)).toList();
    }

    private static List<Finding> judge(String sql) {
        return judge(sql, new Terms(Terms.OLDEST, null, true));
    }

    private static List<Finding> judge(String sql, Terms terms) {
        return room.get(Judgement.class).judge(List.of(new ScriptFile("a.sql", sql, "forward", false)),
                EngineKind.POSTGRESQL, terms).getFirst().verdict().findings();
    }
}
