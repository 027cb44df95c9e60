package dev.rubicon.engine.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rubicon.engine.Script;
import dev.rubicon.engine.facts.Difference;
import dev.rubicon.engine.facts.Draft;
import dev.rubicon.engine.facts.Schema;
import dev.rubicon.plan.DataLoss;
import dev.rubicon.testing.TestPostgres;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DraftsTest {

    private static final Scripts SCRIPTS = new Scripts(new Grammar());
    private static final String SHOP = """
            CREATE TABLE users (
                id int PRIMARY KEY, username text NOT NULL, email varchar(40), age int, state text DEFAULT 'new',
                balance numeric(10,2), manager_id int, at timestamp, price int GENERATED ALWAYS AS (age * 2) STORED,
                CONSTRAINT users_email_key UNIQUE (email), CONSTRAINT adult CHECK (age > 17),
                CONSTRAINT managed FOREIGN KEY (manager_id) REFERENCES users (id) ON DELETE SET NULL);
            CREATE INDEX users_state ON users (state DESC NULLS LAST, lower(username)) WHERE state <> 'old';
            CREATE VIEW active AS SELECT id, state FROM users WHERE state = 'new';
            CREATE TABLE "Order" ("Id" int, user_id int, note text);
            CREATE TYPE mood AS ENUM ('good', 'bad');
            CREATE FUNCTION one() RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT 1';
            CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
            CREATE TRIGGER touched BEFORE UPDATE ON users FOR EACH ROW EXECUTE FUNCTION touch();
            CREATE SCHEMA app;
            """;

    private static Draft draft(String sql, Schema schema) {
        return Drafts.of(SCRIPTS.read(sql).statements().getFirst().actions(), schema);
    }

    private static Schema shop() {
        Schema schema = Schema.open();
        SCRIPTS.read(SHOP).statements().forEach(each -> each.actions().forEach(schema::apply));
        schema.forgetMade();
        return schema;
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', nullValues = "-", textBlock = """
            ALTER TABLE users ADD COLUMN nickname text | ALTER TABLE users DROP COLUMN nickname; | NEW_WRITES | SELECT count(*) FROM users WHERE nickname IS NOT NULL
            ALTER TABLE users ADD COLUMN kind text NOT NULL DEFAULT 'x' | ALTER TABLE users DROP COLUMN kind; | NEW_WRITES | SELECT count(*) FROM users WHERE kind IS DISTINCT FROM 'x'
            ALTER TABLE "Order" ADD COLUMN "Total" int | ALTER TABLE "Order" DROP COLUMN "Total"; | NEW_WRITES | SELECT count(*) FROM "Order" WHERE "Total" IS NOT NULL
            ALTER TABLE users ADD COLUMN IF NOT EXISTS age int | - | NONE | -
            ALTER TABLE users DROP COLUMN username | - | TOTAL | SELECT count(*) FROM users WHERE username IS NOT NULL
            ALTER TABLE users ADD a int, DROP COLUMN b | - | TOTAL | SELECT count(*) FROM users WHERE b IS NOT NULL
            DROP TABLE users | - | TOTAL | SELECT count(*) FROM users
            CREATE INDEX CONCURRENTLY by_age ON users (age) | DROP INDEX CONCURRENTLY by_age; | NONE | -
            CREATE INDEX ON "Order" (user_id) | DROP INDEX "Order_user_id_idx"; | NONE | -
            CREATE INDEX ON app.t (a) | DROP INDEX app.t_a_idx; | NONE | -
            ALTER TABLE users ADD UNIQUE (age) | ALTER TABLE users DROP CONSTRAINT users_age_key; | NONE | -
            ALTER TABLE users ADD CONSTRAINT old CHECK (age < 99) NOT VALID | ALTER TABLE users DROP CONSTRAINT old; | NONE | -
            ALTER TABLE users VALIDATE CONSTRAINT adult | - | NONE | -
            ALTER TABLE users ALTER age SET NOT NULL | ALTER TABLE users ALTER COLUMN age DROP NOT NULL; | NONE | -
            ALTER TABLE users ALTER username SET NOT NULL | - | NONE | -
            ALTER TABLE users ALTER state SET DEFAULT 'x' | ALTER TABLE users ALTER COLUMN state SET DEFAULT 'new'; | NONE | -
            ALTER TABLE users ALTER age SET DEFAULT 18 | ALTER TABLE users ALTER COLUMN age DROP DEFAULT; | NONE | -
            ALTER TABLE strangers ALTER age SET DEFAULT 18 | - | NONE | -
            ALTER TABLE users RENAME COLUMN age TO years | ALTER TABLE users RENAME COLUMN years TO age; | NONE | -
            ALTER TABLE "Order" RENAME TO orders | ALTER TABLE orders RENAME TO "Order"; | NONE | -
            ALTER TYPE mood RENAME VALUE 'bad' TO 'it''s bad' | ALTER TYPE mood RENAME VALUE 'it''s bad' TO 'bad'; | NONE | -
            ALTER TYPE mood ADD VALUE 'fair' | - | NONE | -
            ALTER TABLE users SET SCHEMA app | ALTER TABLE app.users SET SCHEMA public; | NONE | -
            ALTER TABLE users ALTER id TYPE bigint | ALTER TABLE users ALTER COLUMN id TYPE int; | NONE | SELECT count(*) FROM users WHERE id NOT BETWEEN -2147483648 AND 2147483647
            ALTER TABLE users ALTER email TYPE text | ALTER TABLE users ALTER COLUMN email TYPE varchar(40); | NONE | SELECT count(*) FROM users WHERE length(email) > 40
            ALTER TABLE users ALTER email TYPE varchar(20) | ALTER TABLE users ALTER COLUMN email TYPE varchar(40); | NONE | -
            ALTER TABLE users ALTER balance TYPE int | - | TOTAL | SELECT count(*) FROM users WHERE balance IS NOT NULL
            ALTER TABLE users ALTER at TYPE date | - | TOTAL | SELECT count(*) FROM users WHERE at IS NOT NULL
            ALTER TABLE users ALTER age TYPE text USING age::text | ALTER TABLE users ALTER COLUMN age TYPE int USING age::int; | NEW_WRITES | SELECT count(*) FROM users WHERE age IS NOT NULL
            ALTER TABLE users ALTER age TYPE int USING length(username) | - | TOTAL | SELECT count(*) FROM users WHERE age IS NOT NULL
            ALTER TABLE users DISABLE TRIGGER touched | ALTER TABLE users ENABLE TRIGGER touched; | NONE | -
            CREATE TABLE t (a int) | DROP TABLE t; | NEW_WRITES | SELECT count(*) FROM t
            CREATE TABLE IF NOT EXISTS users (a int) | - | NONE | -
            CREATE VIEW v AS SELECT 1 | DROP VIEW v; | NONE | -
            CREATE OR REPLACE VIEW v AS SELECT 1 | - | NONE | -
            CREATE FUNCTION f(a int) RETURNS int LANGUAGE sql AS 'SELECT 1' | DROP ROUTINE f; | NONE | -
            DROP TYPE mood | CREATE TYPE mood AS ENUM ('good', 'bad'); | NONE | -
            DROP INDEX strange | - | NONE | -
            DELETE FROM users WHERE age > 9 | - | TOTAL | SELECT count(*) FROM users WHERE age > 9
            UPDATE users SET state = 'x' WHERE age > 9 | - | TOTAL | SELECT count(*) FROM users WHERE age > 9
            UPDATE users SET state = 'x' WHERE state IS NULL | - | NONE | -
            TRUNCATE users | - | TOTAL | SELECT count(*) FROM users
            INSERT INTO users VALUES (1) | - | NONE | -
            SELECT 1 | - | NONE | -
            ANALYZE users | - | NONE | -
            SET lock_timeout = '1s' | - | NONE | -
            """)
    void draftsTheWayBack(String sql, String expected, DataLoss loss, String lossQuery) {
        Draft draft = draft(sql, shop());

        assertThat(draft.sql()).isEqualTo(expected);
        assertThat(draft.loss()).isEqualTo(loss);
        assertThat(draft.lossQuery()).isEqualTo(lossQuery);
        assertThat(draft.why()).isNotBlank();
    }

    @Test
    void undoesSubcommandsInReverse() {
        Draft draft = draft("ALTER TABLE users ADD COLUMN a int, ADD COLUMN b int, ADD CHECK (b > 0)", shop());

        assertThat(draft.sql()).isEqualTo("""
                ALTER TABLE users DROP CONSTRAINT users_b_check;
                ALTER TABLE users DROP COLUMN b;
                ALTER TABLE users DROP COLUMN a;""");
        assertThat(draft.lossQuery()).isEqualTo("SELECT count(*) FROM users WHERE a IS NOT NULL OR b IS NOT NULL");
    }

    @Test
    void demandsValuesAgainInTheFormThatLetsOthersWrite() {
        Draft draft = draft("ALTER TABLE users ALTER username DROP NOT NULL", shop());

        assertThat(draft.sql()).isEqualTo("""
                ALTER TABLE users ADD CONSTRAINT users_username_not_null CHECK (username IS NOT NULL) NOT VALID;
                ALTER TABLE users VALIDATE CONSTRAINT users_username_not_null;
                ALTER TABLE users ALTER COLUMN username SET NOT NULL;
                ALTER TABLE users DROP CONSTRAINT users_username_not_null;""");
        assertThat(draft.loss()).isEqualTo(DataLoss.NONE);
        assertThat(draft.lossQuery()).isEqualTo("SELECT count(*) FROM users WHERE username IS NULL");
    }

    @Test
    void warnsThatIfNotExistsMayHaveFoundWhatWasThere() {
        assertThat(draft("CREATE TABLE IF NOT EXISTS t (a int)", shop()).why())
                .contains("t may have been there before");
    }

    @Test
    void losesNothingThatStoodThereBeforeWithAColumnOfTheSamePlan() {
        Schema schema = shop();
        SCRIPTS.read("ALTER TABLE users ADD COLUMN copy_of_age int").statements().getFirst().actions()
                .forEach(schema::apply);

        Draft draft = draft("ALTER TABLE users DROP COLUMN copy_of_age", schema);

        assertThat(draft.loss()).isEqualTo(DataLoss.DERIVED);
        assertThat(draft.sql()).isEqualTo("ALTER TABLE users ADD COLUMN copy_of_age int;");
    }

    /** With the definitions of a catalog, what the drafted rollback leaves is what was there before, on a server too. */
    @ParameterizedTest
    @ValueSource(strings = {"ALTER TABLE users ADD COLUMN nickname text UNIQUE",
            "ALTER TABLE users ADD COLUMN a int REFERENCES users, ADD COLUMN b serial, ADD CHECK (a > 0)",
            "ALTER TABLE users DROP CONSTRAINT adult",
            "ALTER TABLE users DROP CONSTRAINT managed",
            "ALTER TABLE users DROP CONSTRAINT users_email_key", "ALTER TABLE users DROP COLUMN price",
            "ALTER TABLE users ALTER username DROP NOT NULL", "ALTER TABLE users ALTER age SET NOT NULL",
            "ALTER TABLE users ALTER state DROP DEFAULT", "ALTER TABLE users ALTER at SET DEFAULT now()",
            "ALTER TABLE users ALTER email TYPE text", "ALTER TABLE users ALTER balance TYPE numeric",
            "ALTER TABLE users ALTER manager_id TYPE bigint", "ALTER TABLE users ALTER at TYPE timestamptz",
            "ALTER TABLE users RENAME TO people", "ALTER TABLE users RENAME CONSTRAINT adult TO grown_up",
            "ALTER INDEX users_state RENAME TO by_state", "ALTER TRIGGER touched ON users RENAME TO t2",
            "ALTER TABLE users SET SCHEMA app", "DROP INDEX users_state", "DROP INDEX CONCURRENTLY users_state",
            "DROP VIEW active", "DROP FUNCTION one", "DROP TYPE mood", "DROP SCHEMA app",
            "ALTER TYPE mood RENAME TO temper", "CREATE TABLE t (a int)", "CREATE INDEX ON users (age, (id + 1))",
            "CREATE SCHEMA more", "CREATE OR REPLACE VIEW active AS SELECT id, state FROM users",
            "CREATE OR REPLACE FUNCTION one() RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT 2'",
            "CREATE DOMAIN d AS int CHECK (VALUE > 0)", "CREATE SEQUENCE s", "ALTER TABLE users SET UNLOGGED",
            "ALTER TABLE \"Order\" ADD PRIMARY KEY (\"Id\")",
            "ALTER TABLE \"Order\" ADD FOREIGN KEY (user_id) REFERENCES users",
            "ALTER TABLE users DISABLE TRIGGER ALL",
            "CREATE TRIGGER more BEFORE INSERT ON users EXECUTE FUNCTION touch()",
            "ALTER FUNCTION one() RENAME TO uno", "ALTER SCHEMA app RENAME TO application",
            "ALTER TABLE \"Order\" ALTER \"Id\" SET NOT NULL, ALTER \"Id\" ADD GENERATED ALWAYS AS IDENTITY"})
    void givesBackTheSchemaThatWas(String sql) throws SQLException {
        TestPostgres.Database database = TestPostgres.database();
        try (Connection connection = DriverManager.getConnection(database.url(), database.user(),
                database.password())) {
            run(connection, SHOP);
            Schema before = catalog(connection);
            String rollback = java.util.Objects.requireNonNull(draft(sql, before).sql());
            run(connection, sql);
            run(connection, rollback);

            assertThat(before.differences(catalog(connection))).extracting(Difference::text).isEmpty();
        }
    }

    private static Schema catalog(Connection connection) throws SQLException {
        return new CatalogReader(connection, SCRIPTS).read().schema();
    }

    private static void run(Connection connection, String sql) throws SQLException {
        List<Script.Statement> statements = SCRIPTS.read(sql).statements();
        assertThat(statements).isNotEmpty();
        for (Script.Statement statement : statements) {
            Rows.execute(connection, statement.sql());
        }
    }
}
