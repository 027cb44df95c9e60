package dev.rubicon.engine.postgres.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rubicon.engine.TargetUnavailable;
import dev.rubicon.engine.schema.Rebuilt;
import dev.rubicon.engine.schema.SchemaObject;
import dev.rubicon.engine.schema.SchemaSnapshot;
import dev.rubicon.engine.schema.SchemaStatement;
import dev.rubicon.testing.TestPostgres.Database;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.Test;

class SnapshotTest {

    @Test
    void isTheSameWhateverTheSchemasPast() {
        Database straight = SchemaCase.empty(SchemaCase.NEWEST);
        SchemaCase.run(straight, """
                CREATE TABLE b (id int PRIMARY KEY, name text DEFAULT 'x' NOT NULL);
                CREATE TABLE a (id int PRIMARY KEY, b int CONSTRAINT a_b REFERENCES b);
                CREATE INDEX by_b ON a (b);
                CREATE VIEW v AS SELECT a.id, b.name FROM a JOIN b ON b.id = a.b;
                ALTER TABLE b SET (fillfactor = 70);
                ALTER TABLE b SET (autovacuum_enabled = off);
                GRANT SELECT ON a TO rubicon_app;
                GRANT SELECT ON a TO rubicon_reader;
                """);
        Database crooked = SchemaCase.empty(SchemaCase.NEWEST);
        SchemaCase.run(crooked, """
                CREATE TABLE gone (id int);
                CREATE TABLE a (gone int, id int, b int);
                ALTER TABLE a DROP COLUMN gone;
                CREATE TABLE first (id bigint, name text);
                ALTER TABLE first RENAME TO b;
                ALTER TABLE b ALTER id TYPE int, ADD PRIMARY KEY (id), ALTER name SET DEFAULT 'x', ALTER name SET NOT NULL;
                ALTER TABLE b SET (autovacuum_enabled = off, fillfactor = 70);
                CREATE INDEX other_name ON a (b);
                ALTER INDEX other_name RENAME TO by_b;
                ALTER TABLE a ADD CONSTRAINT a_b FOREIGN KEY (b) REFERENCES b NOT VALID;
                ALTER TABLE a VALIDATE CONSTRAINT a_b;
                ALTER TABLE a ADD PRIMARY KEY (id);
                GRANT SELECT, INSERT ON a TO rubicon_reader;
                REVOKE INSERT ON a FROM rubicon_reader;
                GRANT SELECT ON a TO rubicon_app;
                CREATE VIEW v AS SELECT a.id, b.name FROM a JOIN b ON b.id = a.b;
                DROP TABLE gone;
                """);

        SchemaSnapshot one = SchemaCase.snapshot(straight);
        SchemaSnapshot other = SchemaCase.snapshot(crooked);

        assertThat(SchemaCase.text(other)).isEqualTo(SchemaCase.text(one));
        assertThat(other.fingerprint()).isEqualTo(one.fingerprint());
    }

    @Test
    void isTheSameHoweverTheDatabasePrints() {
        Database database = SchemaCase.empty(SchemaCase.NEWEST);
        SchemaCase.run(database, """
                CREATE TABLE t (at timestamptz DEFAULT '2026-01-01 12:00:00+00', span interval DEFAULT '1 day 02:00:00',
                                part float8 DEFAULT 0.1, body bytea DEFAULT '\\x01');
                CREATE VIEW v AS SELECT * FROM t WHERE at > '2026-01-01 12:00:00+00';
                """);
        SchemaSnapshot before = SchemaCase.snapshot(database);
        for (String setting : List.of("timezone = 'Asia/Tokyo'", "datestyle = 'German'", "intervalstyle = 'iso_8601'",
                "extra_float_digits = -5", "quote_all_identifiers = on", "bytea_output = 'escape'",
                "search_path = public, pg_catalog")) {
            SchemaCase.run(database, "ALTER DATABASE " + database.name() + " SET " + setting);
        }

        assertThat(SchemaCase.text(SchemaCase.snapshot(database))).isEqualTo(SchemaCase.text(before));
    }

    @Test
    void leavesRubiconsOwnAndTheMembersOfExtensionsOut() {
        Database database = SchemaCase.empty(SchemaCase.NEWEST);
        SchemaCase.run(database, "CREATE TABLE t (id int); CREATE EXTENSION hstore");
        SchemaSnapshot before = SchemaCase.snapshot(database);
        SchemaCase.run(database, """
                CREATE SCHEMA rubicon;
                CREATE TABLE rubicon.ledger (id bigserial PRIMARY KEY);
                CREATE FUNCTION rubicon.copied() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
                CREATE TRIGGER rubicon_copy BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION rubicon.copied();
                """);

        assertThat(SchemaCase.snapshot(database).fingerprint()).isEqualTo(before.fingerprint());
        assertThat(before.objects()).extracting(SchemaObject::words).containsExactly("schema public",
                "extension hstore",
                "table public.t");
    }

    /** Also where its members became another's, which an extension's own privileges do not know. */
    @Test
    void leavesOutWhatAnExtensionItselfGives() {
        Database database = SchemaCase.empty(SchemaCase.NEWEST);
        SchemaCase.run(database, """
                CREATE TABLE listed (id int, name text);
                CREATE TABLE hidden (id int, name text);
                CREATE SCHEMA made;
                GRANT SELECT (name) ON listed TO rubicon_app;
                GRANT SELECT ON hidden TO rubicon_app;
                GRANT USAGE ON SCHEMA made TO rubicon_app;
                CREATE EXTENSION pg_buffercache;
                ALTER EXTENSION pg_buffercache ADD TABLE listed;
                ALTER EXTENSION pg_buffercache ADD TABLE hidden;
                ALTER EXTENSION pg_buffercache ADD SCHEMA made;
                COMMENT ON VIEW pg_buffercache IS 'told by nobody';
                ALTER VIEW pg_buffercache OWNER TO rubicon_owner;
                """);
        SchemaSnapshot before = SchemaCase.snapshot(database);
        SchemaCase.run(database, """
                REVOKE SELECT (name) ON listed FROM rubicon_app;
                REVOKE SELECT ON hidden FROM rubicon_app;
                GRANT CREATE ON SCHEMA made TO rubicon_app WITH GRANT OPTION;
                """);

        assertThat(before.objects()).extracting(SchemaObject::words).containsExactly("schema public",
                "extension pg_buffercache");
        SchemaSnapshot after = SchemaCase.snapshot(database);
        assertThat(after.objects()).extracting(SchemaObject::text).contains(
                "GRANT CREATE ON SCHEMA made TO rubicon_app WITH GRANT OPTION;\n",
                "REVOKE SELECT ON TABLE public.hidden FROM rubicon_app;\n",
                "REVOKE SELECT (name) ON TABLE public.listed FROM rubicon_app;\n").hasSize(5);
        assertThat(after.structures()).isEqualTo(before.structures());
    }

    @Test
    void tellsAnInvalidIndexAndDoesNotRebuildIt() throws SQLException {
        Database database = SchemaCase.empty(SchemaCase.NEWEST);
        SchemaCase.run(database, "CREATE TABLE t (id int); INSERT INTO t VALUES (1), (1)");
        assertThatThrownBy(() -> SchemaCase.run(database, "CREATE UNIQUE INDEX CONCURRENTLY once ON t (id)"))
                .hasMessageContaining("could not create unique index");
        SchemaCase.run(database, "COMMENT ON INDEX once IS 'broken'");

        SchemaSnapshot snapshot = SchemaCase.snapshot(database);

        assertThat(snapshot.objects().getLast().text()).startsWith(
                "-- invalid: CREATE UNIQUE INDEX once ON public.t USING btree (id);\n");
        assertThat(SchemaCase.rebuild(snapshot, SchemaCase.empty(SchemaCase.NEWEST)).complete()).isTrue();
        assertThat(snapshot.script()).extracting(SchemaStatement::object).doesNotContain("public.once");
    }

    /** A target's role is seldom a superuser, nor the owner of all that it reads. */
    @Test
    void isTheSameForARoleThatMayDoNothing() throws SQLException {
        Database database = SchemaCase.of(SchemaCase.NEWEST).stream().filter(each -> each.name().equals("tenants"))
                .findFirst().orElseThrow().database(SchemaCase.NEWEST);
        SchemaSnapshot snapshot = SchemaCase.snapshot(database);
        try (Connection weak = SchemaCase.connect(database); var statement = weak.createStatement()) {
            statement.execute("SET ROLE rubicon_reader");

            assertThat(SchemaCase.text(new SnapshotReader(weak).read())).isEqualTo(SchemaCase.text(snapshot));
        }
    }

    @Test
    void keepsSecretsOut() {
        Database database = SchemaCase.empty(SchemaCase.NEWEST);
        SchemaCase.run(database, """
                CREATE EXTENSION postgres_fdw;
                CREATE SERVER far FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host 'far.example');
                CREATE USER MAPPING FOR rubicon_app SERVER far OPTIONS (user 'u', password 'do not tell');
                """);

        assertThat(SchemaCase.text(SchemaCase.snapshot(database)))
                .contains("CREATE USER MAPPING FOR rubicon_app SERVER far OPTIONS (\"user\" 'u')")
                .doesNotContain("do not tell");
    }

    @Test
    void leavesOutAndNamesWhatBelongsToRolesThatAreNotThere() {
        Database database = SchemaCase.empty(SchemaCase.NEWEST);
        SchemaCase.run(database, """
                CREATE TABLE t (id int);
                GRANT SELECT ON t TO rubicon_app;
                """);
        SchemaSnapshot snapshot = SchemaCase.snapshot(database);
        SchemaSnapshot foreign = new SchemaSnapshot(snapshot.serverVersion(), snapshot.objects(),
                snapshot.script().stream().map(each -> new SchemaStatement(each.kind(), each.object(),
                        each.sql().replace("rubicon_app", "stranger"),
                        each.roles().contains("rubicon_app") ? java.util.Set.of("stranger") : each.roles())).toList());

        Rebuilt rebuilt = SchemaCase.rebuild(foreign, SchemaCase.empty(SchemaCase.NEWEST));

        assertThat(rebuilt.complete()).isTrue();
        assertThat(rebuilt.leftOut()).singleElement().satisfies(each -> {
            assertThat(each.missingRole()).isEqualTo("stranger");
            assertThat(each.statement().sql()).isEqualTo("GRANT SELECT ON TABLE public.t TO stranger");
            assertThat(each.statement().words()).isEqualTo("table public.t");
        });
    }

    @Test
    void namesEachStatementThatIsRefusedAndDoesTheOthers() {
        Database database = SchemaCase.empty(SchemaCase.NEWEST);
        SchemaCase.run(database, "CREATE TABLE a (id int); CREATE TABLE b (id int); CREATE INDEX ON b (id)");
        SchemaSnapshot snapshot = SchemaCase.snapshot(database);
        SchemaSnapshot broken = new SchemaSnapshot(snapshot.serverVersion(), snapshot.objects(),
                snapshot.script().stream()
                        .map(each -> new SchemaStatement(each.kind(), each.object(),
                                each.sql().replace("CREATE TABLE public.a", "CREATE TABEL public.a"), each.roles()))
                        .toList());
        Database copy = SchemaCase.empty(SchemaCase.NEWEST);

        Rebuilt rebuilt = SchemaCase.rebuild(broken, copy);

        assertThat(rebuilt.complete()).isFalse();
        assertThat(rebuilt.refused()).extracting(each -> each.statement().words()).containsOnly("table public.a");
        assertThat(rebuilt.refused().getFirst().message()).contains("syntax error at or near \"TABEL\"");
        assertThat(SchemaCase.snapshot(copy).objects()).extracting(SchemaObject::words)
                .contains("table public.b", "index public.b_id_idx");
    }

    @Test
    void neverRebuildsIntoADatabaseThatIsInUse() {
        Database database = SchemaCase.empty(SchemaCase.NEWEST);
        SchemaCase.run(database, "CREATE TABLE precious (id int)");
        SchemaSnapshot snapshot = SchemaCase.snapshot(database);

        assertThatThrownBy(() -> SchemaCase.rebuild(snapshot, database)).isInstanceOf(TargetUnavailable.class)
                .hasMessage("The database is not empty: it has precious");
    }

    @Test
    void rebuildsWithoutTheSchemaPublicWhereThereIsNone() {
        Database database = SchemaCase.empty(SchemaCase.NEWEST);
        SchemaCase.run(database, "DROP SCHEMA public; CREATE SCHEMA app");
        SchemaSnapshot snapshot = SchemaCase.snapshot(database);

        assertThat(SchemaCase.snapshot(SchemaCase.copy(snapshot)).fingerprint()).isEqualTo(snapshot.fingerprint());
        assertThat(snapshot.objects()).extracting(SchemaObject::words).containsExactly("schema app");
    }

    /** An ALTER TABLE of the application's own must not wait until all has been read. */
    @Test
    void holdsNoTableWhileItReads() throws SQLException {
        Database database = SchemaCase.empty(SchemaCase.NEWEST);
        SchemaCase.run(database, "CREATE TABLE t (id int CHECK (id > 0)); CREATE VIEW v AS SELECT id FROM t");
        try (Connection reading = SchemaCase.connect(database)) {
            reading.setAutoCommit(false);
            var before = reading.setSavepoint();
            try (var statement = reading.createStatement()) {
                statement.executeQuery("SELECT pg_get_viewdef('v'::regclass)").close();
                assertThat(locksOnT(database)).isEqualTo("1");
                reading.rollback(before);
                assertThat(locksOnT(database)).isEqualTo("0");
            }
        }
    }

    private static String locksOnT(Database database) {
        return String.valueOf(database
                .value("""
                SELECT count(*) FROM pg_locks l JOIN pg_class c ON c.oid = l.relation
                 WHERE c.relname = 't' AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())"""));
    }

    @Test
    void givesUpBehindSomebodyWhoHoldsATableExclusively() throws SQLException {
        Database database = SchemaCase.empty(SchemaCase.NEWEST);
        SchemaCase.run(database, "CREATE TABLE t (id int); CREATE VIEW v AS SELECT id FROM t");
        try (Connection holder = SchemaCase.connect(database); var statement = holder.createStatement()) {
            holder.setAutoCommit(false);
            statement.execute("LOCK TABLE t IN ACCESS EXCLUSIVE MODE");

            try (Connection reader = SchemaCase.connect(database)) {
                assertThatThrownBy(() -> new SnapshotReader(reader).read()).isInstanceOf(SQLException.class)
                        .hasMessageContaining("lock timeout");
                holder.rollback();
                assertThat(new SnapshotReader(reader).read().objects()).hasSize(3);
            }
        }
    }
}
