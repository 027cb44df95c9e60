package dev.rubicon.engine.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rubicon.engine.facts.Difference;
import dev.rubicon.engine.facts.Schema;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Steps and their rollbacks, tried on a model that knows nothing but what they say. */
class RollbackTrialTest {

    private static final Scripts SCRIPTS = new Scripts(new Grammar());

    private static java.util.List<String> left(String forward, @Nullable String rollback, String earlier) {
        Schema before = Schema.open();
        apply(before, earlier);
        before.forgetMade();
        Schema after = before.copy();
        apply(after, forward);
        Schema back = after.copy();
        if (rollback != null) {
            apply(back, rollback);
        }
        return before.notUndone(after, back).stream().map(Difference::text).toList();
    }

    private static void apply(Schema schema, String sql) {
        SCRIPTS.read(sql).statements().forEach(each -> each.actions().forEach(schema::apply));
    }

    /** Forward, then back, in a world where nobody knows the tables. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            ALTER TABLE users ADD COLUMN display_name text | ALTER TABLE users DROP COLUMN display_name
            ALTER TABLE users DROP COLUMN username | ALTER TABLE users ADD COLUMN username text
            ALTER TABLE users ALTER username DROP NOT NULL | ALTER TABLE users ALTER username SET NOT NULL
            ALTER TABLE users ALTER id TYPE bigint | ALTER TABLE users ALTER id TYPE int
            ALTER TABLE users ALTER state SET DEFAULT 'x' | ALTER TABLE users ALTER state DROP DEFAULT
            ALTER TABLE users RENAME COLUMN a TO b | ALTER TABLE users RENAME COLUMN b TO a
            ALTER TABLE users RENAME TO people | ALTER TABLE people RENAME TO users
            CREATE TABLE t (a int) | DROP TABLE t
            CREATE TABLE t (a serial) | DROP TABLE IF EXISTS t
            DROP TABLE t | CREATE TABLE t (a int)
            CREATE INDEX CONCURRENTLY i ON users (a) | DROP INDEX CONCURRENTLY i
            CREATE INDEX ON users (a) | DROP INDEX users_a_idx
            DROP INDEX i | CREATE INDEX i ON users (a)
            ALTER TABLE users ADD CONSTRAINT c CHECK (a > 0) NOT VALID | ALTER TABLE users DROP CONSTRAINT c
            ALTER TABLE users ADD UNIQUE (a) | ALTER TABLE users DROP CONSTRAINT users_a_key
            ALTER TABLE users DROP CONSTRAINT c | ALTER TABLE users ADD CONSTRAINT c CHECK (a > 0)
            ALTER TABLE users RENAME CONSTRAINT c TO d | ALTER TABLE users RENAME CONSTRAINT d TO c
            CREATE VIEW v AS SELECT a FROM users | DROP VIEW v
            DROP VIEW v | CREATE VIEW v AS SELECT a FROM users
            CREATE TYPE mood AS ENUM ('good') | DROP TYPE mood
            CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1' | DROP FUNCTION f()
            CREATE TRIGGER t BEFORE INSERT ON users EXECUTE FUNCTION f() | DROP TRIGGER t ON users
            DROP TRIGGER t ON users | CREATE TRIGGER t BEFORE INSERT ON users EXECUTE FUNCTION f()
            CREATE SCHEMA app | DROP SCHEMA app
            CREATE EXTENSION pg_trgm | DROP EXTENSION pg_trgm
            CREATE POLICY p ON users | DROP POLICY p ON users
            ALTER TABLE users ENABLE ROW LEVEL SECURITY | ALTER TABLE users DISABLE ROW LEVEL SECURITY
            ALTER TABLE m ATTACH PARTITION p DEFAULT | ALTER TABLE m DETACH PARTITION p
            ALTER TABLE users SET SCHEMA app | ALTER TABLE app.users SET SCHEMA public
            ALTER TABLE users ADD COLUMN a int, ADD COLUMN b int REFERENCES c | ALTER TABLE users DROP COLUMN a; ALTER TABLE users DROP COLUMN b
            ALTER TABLE users ADD COLUMN a int REFERENCES c, ADD CHECK (a > 0); CREATE INDEX ON users (a) | ALTER TABLE users DROP COLUMN a
            INSERT INTO users VALUES (1) | DELETE FROM users WHERE id = 1
            CREATE TABLE new_users (id int); INSERT INTO new_users SELECT id FROM users | DROP TABLE new_users
            CREATE SEQUENCE s | DROP SEQUENCE s
            """)
    void undoesWhatTheStepDid(String forward, String rollback) {
        assertThat(left(forward, rollback, "")).isEmpty();
        assertThat(left(forward, null, "").isEmpty()).as("without a rollback something is left")
                .isEqualTo(forward.startsWith("INSERT"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            ALTER TABLE users ADD COLUMN nickname text | SELECT 1 | column users.nickname is still there
            ALTER TABLE users ADD COLUMN region text | ALTER TABLE users DROP COLUMN language | column users.language is gone;column users.region is still there
            ALTER TABLE users DROP COLUMN username | SELECT 1 | column users.username is gone
            ALTER TABLE users ALTER id TYPE bigint | SELECT 1 | column users.id is still int8
            ALTER TABLE users ALTER a SET NOT NULL | ALTER TABLE users ALTER b DROP NOT NULL | column users.a is still NOT NULL
            CREATE INDEX a_idx ON users (a) | DROP INDEX b_idx | index public.a_idx is still there;index public.b_idx is gone
            DROP TABLE t | SELECT 1 | table public.t is gone
            DROP VIEW v | SELECT 1 | view public.v is gone
            ALTER TABLE users DROP CONSTRAINT c | SELECT 1 | constraint c of users is gone
            ALTER TABLE users RENAME TO people | SELECT 1 | table public.people is still there;table public.users is gone
            ALTER TYPE mood ADD VALUE 'fair' | SELECT 1 | value 'fair' of public.mood is still there
            ALTER TABLE users DISABLE TRIGGER t | SELECT 1 | trigger t of public.users is still disabled
            CREATE SCHEMA app | SELECT 1 | schema app is still there
            """)
    void saysWhatIsLeft(String forward, String rollback, String expected) {
        assertThat(left(forward, rollback, "")).containsExactlyInAnyOrder(expected.split(";"));
    }

    /** What an earlier step said of a table is compared to the word. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            DROP COLUMN username | ADD COLUMN username int NOT NULL | column users.username is int4, it was text;column users.username is NOT NULL, it was not
            ALTER n TYPE bigint | ALTER n TYPE numeric | column users.n is numeric, it was int4
            ALTER state SET DEFAULT 'b' | ALTER state SET DEFAULT 'c' | column users.state has the default 'c', it was 'a'
            ALTER state DROP DEFAULT | ADD COLUMN more int | column users.more is still there;column users.state has no default, it had one
            ALTER email DROP NOT NULL | DROP CONSTRAINT positive | column users.email is not NOT NULL, it was;constraint positive of users is gone
            DROP CONSTRAINT positive | ADD CONSTRAINT positive CHECK (n > 0) NOT VALID | constraint positive of users is not valid, it was
            DROP CONSTRAINT positive | ADD CONSTRAINT positive CHECK (n > 1) | constraint positive of users says something else
            DROP CONSTRAINT email_once | ADD CONSTRAINT email_once UNIQUE (email, n) | constraint email_once of users says something else
            """)
    void comparesToTheWordWhatIsKnown(String forward, String rollback, String expected) {
        String earlier = """
                CREATE TABLE users (id int PRIMARY KEY, username text, n int, state text DEFAULT 'a', email text NOT NULL,
                    CONSTRAINT positive CHECK (n > 0), CONSTRAINT email_once UNIQUE (email))""";

        assertThat(left("ALTER TABLE users " + forward, "ALTER TABLE users " + rollback, earlier))
                .containsExactlyInAnyOrder(expected.split(";"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "CREATE TABLE users (a int, b text NOT NULL DEFAULT 'x', c int)"})
    void doesNotMindTheOrderOfColumns(String earlier) {
        assertThat(
                left("ALTER TABLE users DROP COLUMN b", "ALTER TABLE users ADD b text DEFAULT 'x' NOT NULL", earlier))
                .isEmpty();
    }
}
