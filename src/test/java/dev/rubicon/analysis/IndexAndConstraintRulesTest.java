package dev.rubicon.analysis;

import static dev.rubicon.plan.Severity.BLOCKING;
import static dev.rubicon.plan.Severity.ERROR;
import static dev.rubicon.plan.Severity.INFO;
import static dev.rubicon.plan.Severity.WARNING;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.rubicon.engine.Engine;
import dev.rubicon.engine.Engines;
import dev.rubicon.engine.Script;
import dev.rubicon.engine.facts.Examiner;
import dev.rubicon.engine.facts.QualifiedName;
import dev.rubicon.engine.facts.Schema;
import dev.rubicon.plan.Finding;
import dev.rubicon.plan.PlanDocuments;
import dev.rubicon.plan.PlanReader;
import dev.rubicon.plan.PlanRoom;
import dev.rubicon.plan.Severity;
import dev.rubicon.registry.EngineKind;
import dev.rubicon.testing.TestPostgres;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class IndexAndConstraintRulesTest {

    private static final String PROVED = """
            ALTER TABLE users ADD CONSTRAINT email_nn CHECK (email IS NOT NULL AND email <> '') NOT VALID;
            ALTER TABLE users VALIDATE CONSTRAINT email_nn;
            """;
    private static final String PARTITIONED = """
            CREATE TABLE events (id bigint NOT NULL, at date NOT NULL) PARTITION BY RANGE (at);
            CREATE TABLE events_20 PARTITION OF events FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');
            CREATE TABLE events_21 PARTITION OF events FOR VALUES FROM ('2021-01-01') TO ('2022-01-01')
              PARTITION BY RANGE (at);
            CREATE TABLE events_21a PARTITION OF events_21 FOR VALUES FROM ('2021-01-01') TO ('2022-01-01');
            """;

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
    @MethodSource({"indexes", "constraints", "locks"})
    void finds(String rule, Severity severity, String sql) {
        assertThat(judge(sql)).filteredOn(each -> each.rule().equals(rule)).extracting(Finding::severity).as(sql)
                .containsExactly(severity);
    }

    @ParameterizedTest
    @MethodSource({"indexes", "constraints", "locks"})
    void findsTheSameInATransactionAndInABlock(String rule, Severity severity, String sql) {
        if (sql.contains("CONCURRENTLY") || sql.contains("BEGIN")) {
            return;
        }
        assertThat(judge("BEGIN;\n" + sql + ";\nCOMMIT")).filteredOn(each -> each.rule().equals(rule))
                .extracting(Finding::severity).as(sql).containsExactly(severity);
        assertThat(judge("DO $body$ BEGIN\n" + sql + ";\nEND $body$")).filteredOn(each -> each.rule().equals(rule))
                .extracting(Finding::severity).as(sql).containsExactly(severity);
    }

    static Stream<Arguments> indexes() {
        return Stream.of(arguments("index-not-concurrent", ERROR, "CREATE INDEX i ON users (email)"),
                arguments("index-not-concurrent", ERROR, "CREATE UNIQUE INDEX ON app.\"Users\" (lower(email))"),
                arguments("index-not-concurrent", ERROR, "CREATE INDEX IF NOT EXISTS i ON users USING gin (tags)"),
                arguments("index-drop-not-concurrent", WARNING, "DROP INDEX IF EXISTS app.\"I\", j CASCADE"),
                arguments("reindex-not-concurrent", ERROR, "REINDEX INDEX app.i"),
                arguments("reindex-not-concurrent", ERROR, "REINDEX TABLE \"Users\""),
                arguments("reindex-not-concurrent", ERROR, "REINDEX (VERBOSE) SCHEMA app"),
                arguments("concurrently-in-tx", BLOCKING, "BEGIN; CREATE INDEX CONCURRENTLY i ON t (a); COMMIT"),
                arguments("concurrently-in-tx", BLOCKING, "BEGIN; DROP INDEX CONCURRENTLY i; COMMIT"),
                arguments("concurrently-in-tx", BLOCKING, "BEGIN; REINDEX TABLE CONCURRENTLY t; COMMIT"),
                arguments("concurrently-in-tx", BLOCKING,
                        "BEGIN; ALTER TABLE t DETACH PARTITION p CONCURRENTLY; COMMIT"),
                arguments("concurrently-in-tx", BLOCKING,
                        "BEGIN; SELECT 1; COMMIT AND CHAIN; DROP INDEX CONCURRENTLY i; COMMIT"),
                arguments("concurrently-in-tx", BLOCKING, "DO $$ BEGIN CREATE INDEX CONCURRENTLY i ON t (a); END $$"),
                arguments("concurrently-in-tx", INFO,
                        "ALTER TABLE t ADD a int; CREATE INDEX CONCURRENTLY i ON t (a)"),
                arguments("cic-if-not-exists-masks-invalid", WARNING,
                        "CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS i ON app.\"T\" (a)"),
                arguments("cic-under-short-lock-timeout", WARNING,
                        "SET lock_timeout TO 5000; REINDEX INDEX CONCURRENTLY i"),
                arguments("cic-under-short-lock-timeout", WARNING,
                        "SET statement_timeout = '30s'; CREATE INDEX CONCURRENTLY i ON t (a)"),
                arguments("index-replaced-wrong-order", WARNING,
                        "DROP INDEX app.i; CREATE INDEX CONCURRENTLY i ON app.t (a, b)"),
                arguments("index-too-wide", WARNING, "CREATE INDEX i ON t (a, b, c, d)"),
                arguments("index-too-wide", WARNING, "ALTER TABLE t ADD PRIMARY KEY (a, b, c, d, e, f)"),
                arguments("unique-index-may-fail", INFO, "CREATE UNIQUE INDEX CONCURRENTLY i ON t (a)"),
                arguments("unique-index-may-fail", INFO, "ALTER TABLE t ADD UNIQUE (a, b)"),
                arguments("unique-index-may-fail", WARNING,
                        "CREATE INDEX CONCURRENTLY i ON t (a); CREATE UNIQUE INDEX CONCURRENTLY u ON t (a)"),
                arguments("invalid-index-cleanup", ERROR, "UPDATE pg_catalog.pg_index SET indisvalid = true"),
                arguments("not-on-partitioned", BLOCKING, PARTITIONED + "CREATE INDEX CONCURRENTLY i ON events (id)"),
                arguments("not-on-partitioned", BLOCKING, PARTITIONED
                        + "CREATE INDEX i ON events (id); DROP INDEX CONCURRENTLY i"),
                arguments("not-on-partitioned", BLOCKING, PARTITIONED
                        + "ALTER TABLE events ADD CONSTRAINT k FOREIGN KEY (id) REFERENCES p (id) NOT VALID"));
    }

    static Stream<Arguments> constraints() {
        return Stream.of(
                arguments("fk-without-not-valid", ERROR, "ALTER TABLE o ADD FOREIGN KEY (a) REFERENCES p"),
                arguments("fk-without-not-valid", ERROR,
                        "ALTER TABLE app.\"O\" ADD CONSTRAINT \"K\" FOREIGN KEY (\"A\") REFERENCES app.\"P\" (\"I\")"),
                arguments("fk-without-not-valid", ERROR, "ALTER TABLE o ADD FOREIGN KEY (a) REFERENCES o (id)"),
                arguments("fk-without-not-valid", ERROR,
                        "ALTER TABLE o ADD COLUMN a bigint; ALTER TABLE o ADD FOREIGN KEY (a) REFERENCES p"),
                arguments("fk-inline-on-new-column-with-default", ERROR,
                        "ALTER TABLE o ADD a int DEFAULT 1 REFERENCES p"),
                arguments("fk-inline-on-new-column", WARNING, "ALTER TABLE o ADD a int DEFAULT NULL REFERENCES p"),
                arguments("fk-inline-on-new-column", WARNING,
                        "ALTER TABLE app.\"O\" ADD \"A\" int REFERENCES app.\"P\""),
                arguments("fk-type-mismatch", WARNING,
                        "CREATE TABLE p (id bigserial PRIMARY KEY); CREATE TABLE o (a int REFERENCES p)"),
                arguments("fk-type-mismatch", BLOCKING,
                        "CREATE TABLE p (id bigint PRIMARY KEY); ALTER TABLE o ADD a uuid REFERENCES p (id)"),
                arguments("fk-missing-index", WARNING, "ALTER TABLE o ADD COLUMN a bigint REFERENCES p"),
                arguments("fk-missing-index", INFO,
                        "ALTER TABLE o ADD CONSTRAINT k FOREIGN KEY (a) REFERENCES p NOT VALID"),
                arguments("fk-missing-index", INFO, "CREATE TABLE o (b int, a int, PRIMARY KEY (b, a), "
                        + "FOREIGN KEY (a) REFERENCES p)"),
                arguments("forbid-nullable-fk", WARNING, "CREATE TABLE o (a int REFERENCES p)"),
                arguments("forbid-nullable-fk", WARNING, "CREATE TABLE o (a int, FOREIGN KEY (a) REFERENCES p)"),
                arguments("index-drop-not-concurrent", BLOCKING, "DROP INDEX CONCURRENTLY a, b"),
                arguments("index-drop-not-concurrent", BLOCKING, "DROP INDEX CONCURRENTLY a CASCADE"),
                arguments("new-table-fk-locks-referenced", INFO, "CREATE TABLE o (a int REFERENCES p)"),
                arguments("new-table-fk-locks-referenced", INFO,
                        "CREATE TABLE o (a int, b int REFERENCES q, FOREIGN KEY (a) REFERENCES p)"),
                arguments("new-table-fk-locks-referenced", INFO,
                        "CREATE TABLE o (a int); ALTER TABLE o ADD FOREIGN KEY (a) REFERENCES p"),
                arguments("check-without-not-valid", ERROR, "ALTER TABLE o ADD CHECK (a > 0)"),
                arguments("check-without-not-valid", ERROR,
                        "ALTER TABLE app.\"O\" ADD CONSTRAINT \"C\" CHECK (\"A\" > 0)"),
                arguments("check-inline-on-new-column", ERROR, "ALTER TABLE o ADD COLUMN a int CHECK (a > 0)"),
                arguments("check-inline-on-new-column", ERROR,
                        "ALTER TABLE o ADD COLUMN a int NOT NULL DEFAULT 1 CHECK (a > 0)"),
                arguments("unique-constraint", ERROR, "ALTER TABLE o ADD UNIQUE (a)"),
                arguments("primary-key", ERROR, "ALTER TABLE ONLY app.\"O\" ADD CONSTRAINT k PRIMARY KEY (a)"),
                arguments("pk-using-index-nullable", WARNING, "ALTER TABLE o ADD PRIMARY KEY USING INDEX i"),
                arguments("exclusion-constraint", ERROR, "ALTER TABLE o ADD EXCLUDE USING gist (r WITH &&)"),
                arguments("table-created-with-exclude", INFO,
                        "CREATE TABLE o (r tsrange, EXCLUDE USING gist (r WITH &&))"),
                arguments("set-not-null", ERROR, "ALTER TABLE users ALTER email SET NOT NULL"),
                arguments("set-not-null", ERROR, "ALTER TABLE app.\"U\" ALTER \"E\" SET NOT NULL"),
                // any validated constraint is not enough: it has to be about the column
                arguments("set-not-null", ERROR, PROVED + "ALTER TABLE users ALTER COLUMN name SET NOT NULL"),
                arguments("set-not-null", ERROR,
                        "ALTER TABLE users VALIDATE CONSTRAINT c; ALTER TABLE users ALTER COLUMN name SET NOT NULL"),
                // a comparison holds where the column is null
                arguments("set-not-null", ERROR, """
                        ALTER TABLE users ADD CONSTRAINT c CHECK (age > 0) NOT VALID;
                        ALTER TABLE users VALIDATE CONSTRAINT c;
                        ALTER TABLE users ALTER COLUMN age SET NOT NULL"""),
                arguments("set-not-null-merged", ERROR, PROVED
                        + "ALTER TABLE users ALTER email SET NOT NULL, DROP CONSTRAINT email_nn"),
                arguments("set-not-null-merged", ERROR,
                        "ALTER TABLE users VALIDATE CONSTRAINT email_nn, ALTER email SET NOT NULL"),
                arguments("domain-with-constraint", WARNING, "CREATE DOMAIN app.d AS text NOT NULL"),
                arguments("domain-with-constraint", WARNING, "CREATE DOMAIN d AS int CHECK (value > 0)"),
                arguments("alter-domain-constraint", ERROR, "ALTER DOMAIN d ADD CHECK (value > 0)"),
                arguments("alter-domain-constraint", ERROR, "ALTER DOMAIN app.\"D\" SET NOT NULL"));
    }

    static Stream<Arguments> locks() {
        return Stream.of(
                arguments("fk-many-in-one-tx", WARNING, """
                        BEGIN; ALTER TABLE o ADD FOREIGN KEY (a) REFERENCES p NOT VALID;
                        ALTER TABLE o ADD FOREIGN KEY (b) REFERENCES q NOT VALID;
                        ALTER TABLE o ADD FOREIGN KEY (c) REFERENCES r NOT VALID; COMMIT"""),
                arguments("validate-in-same-tx", ERROR, """
                        BEGIN; ALTER TABLE o ADD CONSTRAINT k FOREIGN KEY (a) REFERENCES p NOT VALID;
                        ALTER TABLE o VALIDATE CONSTRAINT k; COMMIT"""),
                arguments("validate-in-same-tx", ERROR,
                        "BEGIN; ALTER TABLE o ADD a int; ALTER TABLE o VALIDATE CONSTRAINT k; COMMIT"),
                arguments("validate-in-same-tx", ERROR, """
                        DO $$ BEGIN ALTER TABLE o ADD CONSTRAINT k CHECK (a > 0) NOT VALID;
                        ALTER TABLE o VALIDATE CONSTRAINT k; END $$"""),
                arguments("validate-merged-with-ael-subcommand", ERROR,
                        "ALTER TABLE o ADD CONSTRAINT k CHECK (a > 0) NOT VALID, VALIDATE CONSTRAINT k"),
                arguments("validate-merged-with-ael-subcommand", ERROR,
                        "ALTER TABLE o VALIDATE CONSTRAINT k, DROP COLUMN a"),
                arguments("validate-constraint-note", INFO, "ALTER TABLE o VALIDATE CONSTRAINT k"),
                arguments("drop-not-null", WARNING, "ALTER TABLE app.\"U\" ALTER \"E\" DROP NOT NULL"),
                arguments("drop-constraint", INFO, "ALTER TABLE o DROP CONSTRAINT IF EXISTS o_check"),
                arguments("drop-constraint", WARNING, "ALTER TABLE o DROP CONSTRAINT o_pkey CASCADE"),
                arguments("drop-fk-locks-parent", WARNING, "ALTER TABLE o DROP CONSTRAINT o_a_fkey"),
                arguments("drop-fk-locks-parent", WARNING, """
                        ALTER TABLE o ADD CONSTRAINT link FOREIGN KEY (a) REFERENCES p NOT VALID;
                        ALTER TABLE o DROP CONSTRAINT link"""),
                arguments("drop-fk-locks-parent", WARNING, """
                        ALTER TABLE o ADD CONSTRAINT link FOREIGN KEY (a) REFERENCES p NOT VALID;
                        ALTER TABLE o DROP COLUMN a"""),
                arguments("drop-fk-locks-parent", WARNING, """
                        ALTER TABLE o ADD CONSTRAINT link FOREIGN KEY (a) REFERENCES p NOT VALID; DROP TABLE o"""),
                arguments("drop-table-many-fks", WARNING, """
                        ALTER TABLE o ADD CONSTRAINT x FOREIGN KEY (a) REFERENCES p NOT VALID;
                        ALTER TABLE o ADD CONSTRAINT y FOREIGN KEY (b) REFERENCES q NOT VALID;
                        DROP TABLE o"""));
    }

    @ParameterizedTest
    @CsvSource(delimiterString = " | ", quoteCharacter = '~', value = {
            "index-not-concurrent | CREATE TABLE t (a int); CREATE INDEX i ON public.t (a)",
            "index-not-concurrent | CREATE TEMP TABLE t (a int); INSERT INTO t SELECT 1; CREATE INDEX i ON t (a)",
            "index-not-concurrent | BEGIN; CREATE TABLE t (a int); INSERT INTO t SELECT 1; CREATE INDEX ON t (a); COMMIT",
            "index-not-concurrent | CREATE INDEX i ON ONLY t (a)",
            "index-not-concurrent | CREATE MATERIALIZED VIEW v AS SELECT 1 AS a; CREATE INDEX i ON v (a)",
            "index-not-concurrent | DO $$ BEGIN CREATE TABLE t (a int); CREATE INDEX i ON t (a); END $$",
            "index-drop-not-concurrent | CREATE TABLE t (a int); CREATE INDEX i ON t (a); DROP INDEX i",
            "index-drop-not-concurrent | DROP TRIGGER IF EXISTS x ON t",
            "reindex-not-concurrent | REINDEX (CONCURRENTLY) TABLE t", "reindex-not-concurrent | REINDEX SYSTEM d",
            "reindex-not-concurrent | CREATE TABLE t (a int); REINDEX TABLE t",
            "concurrently-in-tx | BEGIN; REFRESH MATERIALIZED VIEW CONCURRENTLY v; COMMIT",
            "concurrently-in-tx | BEGIN; ALTER TABLE t ADD a int; COMMIT; CREATE INDEX CONCURRENTLY i ON t (a)",
            "concurrently-in-tx | SET statement_timeout = 0; CREATE INDEX CONCURRENTLY i ON t (a)",
            "cic-if-not-exists-masks-invalid | CREATE INDEX IF NOT EXISTS i ON t (a)",
            "cic-under-short-lock-timeout | SET lock_timeout = '2s'; RESET lock_timeout; DROP INDEX CONCURRENTLY i",
            "cic-under-short-lock-timeout | SET lock_timeout = '10min'; CREATE INDEX CONCURRENTLY i ON t (a)",
            "index-replaced-wrong-order | DROP INDEX CONCURRENTLY i; CREATE INDEX CONCURRENTLY j ON t (a)",
            "fk-without-not-valid | CREATE TABLE o (a int); ALTER TABLE o ADD FOREIGN KEY (a) REFERENCES p",
            "fk-inline-on-new-column | CREATE TABLE p (id int PRIMARY KEY); ALTER TABLE o ADD a int REFERENCES p",
            "fk-many-in-one-tx | BEGIN; CREATE TABLE o (a int REFERENCES p, b int REFERENCES q); COMMIT",
            "fk-type-mismatch | CREATE TABLE p (id text PRIMARY KEY); CREATE TABLE o (a varchar(9) REFERENCES p)",
            "fk-missing-index | ALTER TABLE o ADD a int REFERENCES p; CREATE INDEX CONCURRENTLY i ON o (a, b)",
            "fk-missing-index | CREATE TABLE o (a int, b int, PRIMARY KEY (b, a), FOREIGN KEY (a, b) REFERENCES p)",
            "fk-missing-index | CREATE TABLE o (a int REFERENCES p); CREATE INDEX i ON o (a) WHERE a IS NOT NULL",
            "forbid-nullable-fk | CREATE TABLE o (a int, b int, PRIMARY KEY (a), FOREIGN KEY (a) REFERENCES p)",
            "new-table-fk-locks-referenced | CREATE TABLE p (id int PRIMARY KEY); CREATE TABLE o (a int REFERENCES p)",
            "new-table-fk-locks-referenced | CREATE TABLE o (id int PRIMARY KEY, a int REFERENCES o)",
            "check-without-not-valid | CREATE TABLE o (a int); ALTER TABLE o ADD CHECK (a > 0)",
            "check-inline-on-new-column | CREATE TABLE o (a int); ALTER TABLE o ADD b int CHECK (b > 0)",
            "unique-constraint | ALTER TABLE o ADD CONSTRAINT k UNIQUE USING INDEX i",
            "unique-constraint | CREATE TABLE o (a int); ALTER TABLE o ADD UNIQUE (a)",
            "primary-key | CREATE TABLE public.o (a int); ALTER TABLE ONLY public.o ADD PRIMARY KEY (a)",
            "set-not-null | CREATE TABLE o (a int); ALTER TABLE o ALTER a SET NOT NULL",
            "set-not-null | ALTER TABLE o ADD a int NOT NULL DEFAULT 1; ALTER TABLE o ALTER a SET NOT NULL",
            "validate-in-same-tx | BEGIN; UPDATE o SET a = 1 WHERE id = 1; ALTER TABLE o VALIDATE CONSTRAINT k; COMMIT",
            "validate-in-same-tx | BEGIN; ALTER TABLE p ADD b int; ALTER TABLE o VALIDATE CONSTRAINT k; COMMIT",
            "validate-merged-with-ael-subcommand | ALTER TABLE o VALIDATE CONSTRAINT k, VALIDATE CONSTRAINT l",
            "validate-merged-with-ael-subcommand | ALTER TABLE o VALIDATE CONSTRAINT k, ALTER a SET STATISTICS 9",
            "drop-not-null | CREATE TABLE o (a int NOT NULL); ALTER TABLE o ALTER a DROP NOT NULL",
            "drop-fk-locks-parent | ALTER TABLE o ADD CONSTRAINT k CHECK (a > 0) NOT VALID; ALTER TABLE o DROP CONSTRAINT k",
            "drop-fk-locks-parent | SET lock_timeout = '2s'; ALTER TABLE o DROP CONSTRAINT o_a_fkey",
            "drop-table-many-fks | DROP TABLE o", "domain-with-constraint | CREATE DOMAIN d AS text DEFAULT 'a'",
            "alter-domain-constraint | CREATE DOMAIN d AS int; ALTER DOMAIN d ADD CHECK (value > 0)",
            "pg-column-alignment | CREATE TABLE o (id bigint, a text, at timestamptz, b boolean)",
            "unique-index-may-fail | CREATE TABLE o (a int); CREATE UNIQUE INDEX ON o (a)"})
    void saysNothingOf(String rule, String sql) {
        assertThat(judge(sql)).as(sql).extracting(Finding::rule).doesNotContain(rule);
    }

    @Test
    void takesAProofFromAnEarlierFileUnlessItIsDroppedInTheSameStatement() {
        assertThat(inFiles(PROVED, "ALTER TABLE users ALTER COLUMN email SET NOT NULL")).extracting(Finding::rule)
                .doesNotContain("set-not-null", "set-not-null-merged");
        assertThat(inFiles(PROVED, "ALTER TABLE users ALTER COLUMN name SET NOT NULL")).extracting(Finding::rule)
                .contains("set-not-null");
        assertThat(inFiles(PROVED, "ALTER TABLE users ALTER email SET NOT NULL, DROP CONSTRAINT email_nn"))
                .extracting(Finding::rule).contains("set-not-null-merged").doesNotContain("set-not-null");
    }

    @Test
    void countsATableThatAnotherFileMadeOrThatGotRowsAsInUse() {
        String index = "CREATE INDEX i ON t (a)";
        assertThat(severity(inFiles("CREATE TABLE t (a int)", index), "index-not-concurrent")).isEqualTo(ERROR);
        assertThat(severity(judge("CREATE TABLE t (a int); INSERT INTO t SELECT 1; " + index), "index-not-concurrent"))
                .isEqualTo(WARNING);
    }

    @Test
    void writesTheSafeFormWithTheAuthorsNames() {
        assertThat(safeForm("fk-without-not-valid", """
                ALTER TABLE app."O" ADD FOREIGN KEY ("A", b) REFERENCES app."P" ("I", j) ON DELETE CASCADE"""))
                .isEqualTo("""
                ALTER TABLE app."O" ADD CONSTRAINT "O_A_b_fkey" FOREIGN KEY ("A", b) REFERENCES app."P" ("I", j) ON DELETE CASCADE NOT VALID;
                ALTER TABLE app."O" VALIDATE CONSTRAINT "O_A_b_fkey";""");
        assertThat(safeForm("fk-inline-on-new-column", "ALTER TABLE o ADD a int REFERENCES p (id) ON UPDATE CASCADE"))
                .isEqualTo("""
                        ALTER TABLE o ADD COLUMN a int;
                        ALTER TABLE o ADD CONSTRAINT o_a_fkey FOREIGN KEY (a) REFERENCES p (id) ON UPDATE CASCADE NOT VALID;
                        ALTER TABLE o VALIDATE CONSTRAINT o_a_fkey;""");
        assertThat(safeForm("index-not-concurrent", """
                CREATE UNIQUE INDEX IF NOT EXISTS "I" ON app."T" USING btree (lower(a) text_pattern_ops DESC) INCLUDE (b)
                WHERE c""")).isEqualTo("""
                CREATE UNIQUE INDEX CONCURRENTLY "I" ON app."T" USING btree (lower(a) text_pattern_ops DESC) INCLUDE (b)
                WHERE c;""");
        assertThat(safeForm("unique-constraint", "ALTER TABLE o ADD CONSTRAINT k UNIQUE (a, \"B\") DEFERRABLE"))
                .isEqualTo("""
                        CREATE UNIQUE INDEX CONCURRENTLY k ON o (a, "B");
                        ALTER TABLE o ADD CONSTRAINT k UNIQUE USING INDEX k DEFERRABLE;""");
        assertThat(safeForm("new-table-fk-locks-referenced",
                "CREATE TABLE o (id int, a int REFERENCES p, FOREIGN KEY (id) REFERENCES q)")).isEqualTo("""
                        CREATE TABLE o (id int, a int);
                        SET lock_timeout = '2s';
                        ALTER TABLE o ADD CONSTRAINT o_a_fkey FOREIGN KEY (a) REFERENCES p;
                        ALTER TABLE o ADD CONSTRAINT o_id_fkey FOREIGN KEY (id) REFERENCES q;""");
        assertThat(safeForm("validate-merged-with-ael-subcommand",
                "ALTER TABLE o VALIDATE CONSTRAINT \"K l\", DROP COLUMN a, VALIDATE CONSTRAINT m")).isEqualTo("""
                        ALTER TABLE o DROP COLUMN a;
                        ALTER TABLE o VALIDATE CONSTRAINT "K l";
                        ALTER TABLE o VALIDATE CONSTRAINT m;""");
    }

    @Test
    void writesTheSafeFormForTheServersVersion() {
        String set = "ALTER TABLE users ALTER COLUMN email SET NOT NULL";
        assertThat(safeForm("set-not-null", set)).isEqualTo("""
                ALTER TABLE users ADD CONSTRAINT users_email_not_null CHECK (email IS NOT NULL) NOT VALID;
                ALTER TABLE users VALIDATE CONSTRAINT users_email_not_null;
                ALTER TABLE users ALTER COLUMN email SET NOT NULL;
                ALTER TABLE users DROP CONSTRAINT users_email_not_null;""");
        assertThat(only(judge(List.of(set), new Terms(18, null, true)), "set-not-null").safeForm()).isEqualTo("""
                ALTER TABLE users ADD CONSTRAINT users_email_not_null NOT NULL email NOT VALID;
                ALTER TABLE users VALIDATE CONSTRAINT users_email_not_null;""");
        String key = PARTITIONED + "ALTER TABLE events ADD CONSTRAINT k FOREIGN KEY (id) REFERENCES p (id) NOT VALID";
        assertThat(judge(List.of(key), new Terms(18, null, true))).extracting(Finding::rule)
                .doesNotContain("not-on-partitioned");
    }

    /** The safe form does on a live server what the statement would have done. */
    @ParameterizedTest
    @ValueSource(strings = {"CREATE INDEX i ON events (at DESC)", "CREATE UNIQUE INDEX i ON events (id, at)",
            "ALTER TABLE events ADD CONSTRAINT u UNIQUE (id, at)", "ALTER TABLE events ADD PRIMARY KEY (id, at)",
            "ALTER TABLE events ADD CONSTRAINT k FOREIGN KEY (id) REFERENCES parents (id)",
            "ALTER TABLE users ALTER COLUMN email SET NOT NULL", "ALTER TABLE users ADD PRIMARY KEY (id)",
            "ALTER TABLE users ADD CONSTRAINT \"U\" UNIQUE (email, id) INCLUDE (\"P\") DEFERRABLE INITIALLY DEFERRED",
            "ALTER TABLE users ADD COLUMN a bigint DEFAULT 1 CHECK (a > 0) REFERENCES parents (id) ON DELETE CASCADE",
            "ALTER TABLE users ADD FOREIGN KEY (\"P\") REFERENCES parents (id) DEFERRABLE INITIALLY DEFERRED",
            "ALTER TABLE users ADD CHECK (id > 0 AND email <> '')", "DROP INDEX users_email_idx, users_p_idx",
            "ALTER TABLE users ADD CONSTRAINT x EXCLUDE USING btree (id WITH =)",
            "CREATE TABLE o (a bigint REFERENCES parents, b bigint, CONSTRAINT bb FOREIGN KEY (b) REFERENCES parents (id))"})
    void writesSafeFormsThatRun(String sql) {
        for (int version : List.of(14, 18)) {
            TestPostgres.Database database = TestPostgres.database();
            String setup = PARTITIONED + """
                    CREATE TABLE parents (id bigint PRIMARY KEY);
                    INSERT INTO parents VALUES (1);
                    CREATE TABLE users (id bigint, email text, "P" bigint);
                    INSERT INTO users VALUES (1, 'a', 1);
                    INSERT INTO events VALUES (1, '2020-02-02'), (1, '2021-02-02');
                    CREATE INDEX users_email_idx ON users (email);
                    CREATE INDEX users_p_idx ON users ("P");
                    """;
            run(database, setup);
            List<Finding> findings = judge(List.of(setup, sql), new Terms(version, null, false)).stream()
                    .filter(each -> each.severity() != INFO || each.rule().equals("new-table-fk-locks-referenced"))
                    .filter(each -> each.safeForm() != null && ours(each)).toList();
            assertThat(findings).isNotEmpty();
            run(database, requireNonNull(findings.getFirst().safeForm()));
            assertThat(database.value("SELECT count(*) FROM pg_index WHERE NOT indisvalid")).as(sql).isEqualTo("0");
            assertThat(database.value("SELECT count(*) FROM pg_constraint WHERE NOT convalidated")).isEqualTo("0");
        }
    }

    private static boolean ours(Finding finding) {
        return List.of("index-not-concurrent", "unique-constraint", "primary-key", "fk-without-not-valid",
                "set-not-null", "fk-inline-on-new-column-with-default", "check-without-not-valid",
                "index-drop-not-concurrent", "exclusion-constraint", "new-table-fk-locks-referenced")
                .contains(finding.rule());
    }

    private static void run(TestPostgres.Database database, String sql) {
        Engine engine = room.get(Engines.class).of(EngineKind.POSTGRESQL);
        engine.parse(sql).statements().forEach(each -> database.run(each.sql()));
    }

    @Test
    void weighsASmallTableOfTheCatalogLessAndSaysItsSize() {
        Finding small = only(judge(List.of("CREATE INDEX i ON users (email)"), catalog(12L, 8_192L)),
                "index-not-concurrent");
        assertThat(small.severity()).isEqualTo(WARNING);
        assertThat(small.message()).contains("users (about 12 rows)");
        assertThat(severity(judge(List.of("ALTER TABLE users ALTER id SET NOT NULL"), catalog(5_000_000L, 9_000_000L)),
                "set-not-null")).isEqualTo(ERROR);
        assertThat(judge(List.of("ALTER TABLE users ALTER email SET NOT NULL"), catalog(5_000_000L, 9_000_000L)))
                .extracting(Finding::rule).doesNotContain("set-not-null");
    }

    @Test
    void knowsFromTheCatalogWhatTextAloneCannotTell() {
        Terms catalog = catalog(5_000_000L, 900_000_000L);
        assertThat(severity(judge(List.of("ALTER TABLE users ADD CONSTRAINT k FOREIGN KEY (id) REFERENCES p NOT VALID"),
                catalog), "fk-missing-index")).isEqualTo(WARNING);
        assertThat(only(judge(List.of("CREATE INDEX CONCURRENTLY broken ON users (id)"), catalog),
                "invalid-index-cleanup").message()).contains("invalid index broken on users");
        assertThat(severity(judge(List.of("ALTER TABLE users ADD PRIMARY KEY USING INDEX by_id"), catalog),
                "pk-using-index-nullable")).isEqualTo(ERROR);
        assertThat(judge(List.of("ALTER TABLE users ADD PRIMARY KEY USING INDEX by_email"), catalog))
                .extracting(Finding::rule).doesNotContain("pk-using-index-nullable");
    }

    private static Terms catalog(long rows, long bytes) {
        Engine engine = room.get(Engines.class).of(EngineKind.POSTGRESQL);
        Examiner examiner = engine.examiner(Schema.complete(), 14);
        engine.parse("""
                CREATE TABLE p (id bigint PRIMARY KEY);
                CREATE TABLE users (id bigint, email text NOT NULL);
                CREATE INDEX broken ON users (email, id);
                CREATE UNIQUE INDEX by_id ON users (id) WHERE id > 0;
                CREATE UNIQUE INDEX by_email ON users (email);
                """).statements().stream().map(Script.Statement::actions).forEach(examiner::apply);
        Schema schema = examiner.schema();
        schema.forgetMade();
        Schema.Relation users = schema.relation(QualifiedName.of("users")).orElseThrow();
        schema.put(new Schema.Relation(users.name(), users.kind(), false, true, users.columns(), users.gone(),
                users.constraints(), null, List.of(), false, true, rows, bytes, users.details()));
        Schema.Index broken = schema.index(QualifiedName.of("broken")).orElseThrow();
        schema.put(new Schema.Index(broken.name(), broken.table(), broken.columns(), broken.include(), false, false,
                null, broken.method(), null, false, null, false));
        return new Terms(14, schema, true);
    }

    @Test
    void leavesToAPlanWhatItsEngineDoes() {
        assertThat(plan("CREATE INDEX CONCURRENTLY i ON t (a)")).extracting(Finding::rule)
                .doesNotContain("concurrently-in-tx", "cic-under-short-lock-timeout");
        assertThat(severity(plan("CREATE TABLE o (a int REFERENCES p)"), "new-table-fk-locks-referenced"))
                .isEqualTo(INFO);
        assertThat(severity(plan("DO $$ BEGIN DROP INDEX CONCURRENTLY i; END $$"), "concurrently-in-tx"))
                .isEqualTo(BLOCKING);
        assertThat(only(plan("CREATE INDEX CONCURRENTLY IF NOT EXISTS i ON t (a)"), "cic-if-not-exists-masks-invalid")
                .safeForm()).isEqualTo("CREATE INDEX CONCURRENTLY i ON t (a);");
    }

    @Test
    void weighsAWayBackOverWhatThePlanMadeAsInfo() {
        String plan = PlanDocuments
                .oneStep("p", "ALTER TABLE o ADD CONSTRAINT k FOREIGN KEY (a) REFERENCES q NOT VALID")
                .replace("{ nothing: it stays, dataLoss: none }",
                        "{ sql: ALTER TABLE o DROP CONSTRAINT k, dataLoss: none }");
        assertThat(document(plan)).filteredOn(each -> each.rule().equals("drop-fk-locks-parent")).singleElement()
                .satisfies(each -> {
                    assertThat(each.severity()).isEqualTo(INFO);
                    assertThat(each.direction()).isEqualTo("rollback");
                });
    }

    private static List<Finding> plan(String sql) {
        return document(PlanDocuments.oneStep("p", sql));
    }

    private static List<Finding> document(String plan) {
        return room.get(Judgement.class)
                .judge(room.get(PlanReader.class).read(plan, "application/yaml"), new Terms(14, null, true)).verdict()
                .findings();
    }

    private static String safeForm(String rule, String sql) {
        return requireNonNull(only(judge(sql), rule).safeForm());
    }

    private static Severity severity(List<Finding> findings, String rule) {
        return only(findings, rule).severity();
    }

    private static Finding only(List<Finding> findings, String rule) {
        List<Finding> met = findings.stream().filter(each -> each.rule().equals(rule)).toList();
        assertThat(met).as("%s among %s", rule, findings).hasSize(1);
        return met.getFirst();
    }

    private static List<Finding> inFiles(String... files) {
        return judge(List.of(files), new Terms(14, null, true));
    }

    private static List<Finding> judge(String sql) {
        return inFiles(sql);
    }

    /** What is found in the last of the files. */
    private static List<Finding> judge(List<String> files, Terms terms) {
        return room.get(Judgement.class).judge(
                files.stream().map(sql -> new ScriptFile("file", sql, "forward", false)).toList(),
                EngineKind.POSTGRESQL, terms).getLast().verdict().findings();
    }
}
