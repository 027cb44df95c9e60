package dev.rubicon.rehearsal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rubicon.engine.Engine;
import dev.rubicon.engine.StandaloneEngine;
import dev.rubicon.engine.TableSum;
import dev.rubicon.engine.TargetReader;
import dev.rubicon.engine.schema.SchemaSnapshot;
import dev.rubicon.registry.EngineKind;
import dev.rubicon.registry.TargetAccess;
import dev.rubicon.testing.TestPostgres;
import dev.rubicon.verification.SchemaChange;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Ways back that leave something out, each with what it is accused of, and right ones, which are not accused. */
class WaysBackTest {

    private static final Engine ENGINE = ServiceLoader.load(StandaloneEngine.class).findFirst().orElseThrow().engine();

    private static final String SCHEMA = """
            CREATE TYPE mood AS ENUM ('sad', 'fine');
            CREATE SEQUENCE numbers;
            CREATE FUNCTION touched() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
            CREATE FUNCTION twice(int) RETURNS int LANGUAGE sql AS 'SELECT $1 * 2';
            CREATE TABLE users (id int PRIMARY KEY DEFAULT nextval('numbers'), name text NOT NULL DEFAULT 'x', mood mood,
                size int CONSTRAINT size_positive CHECK (size > 0), note varchar(20));
            ALTER SEQUENCE numbers OWNED BY users.id;
            CREATE TABLE orders (id int PRIMARY KEY, users int CONSTRAINT orders_users REFERENCES users ON DELETE CASCADE);
            CREATE INDEX by_name ON users (name);
            CREATE VIEW names AS SELECT id, name FROM users;
            CREATE VIEW initials AS SELECT id, left(name, 1) AS initial FROM names;
            CREATE TRIGGER touching BEFORE UPDATE ON users FOR EACH ROW EXECUTE FUNCTION touched();
            ALTER TABLE users ENABLE ROW LEVEL SECURITY;
            CREATE POLICY own ON users USING (id > 0);
            COMMENT ON COLUMN users.note IS 'for us';
            COMMENT ON TABLE orders IS 'what was bought';
            GRANT SELECT ON names TO pg_monitor;
            GRANT SELECT, UPDATE ON orders TO pg_monitor;
            INSERT INTO users SELECT i, 'n' || i, 'fine', i, 'note ' || i FROM generate_series(1, 20) i;
            INSERT INTO orders SELECT i, i FROM generate_series(1, 20) i;
            """;

    /** Objects that are not as they were, and then what is said of rows. */
    private static List<String> accused(String forward, String back) {
        TestPostgres.Database database = TestPostgres.database();
        TargetAccess access = new TargetAccess("shadow", EngineKind.POSTGRESQL, "test", database.url(), database.user(),
                database.password(), Map.of());
        database.run(SCHEMA);
        SchemaSnapshot schema = snapshot(access);
        List<TableSum> rows = ENGINE.sums(access);
        database.run(forward);
        database.run(back);
        SchemaSnapshot now = snapshot(access);
        List<String> accused = new ArrayList<>(SchemaLikeness.differences(schema, now).stream()
                .map(SchemaChange::words).toList());
        assertThat(SchemaLikeness.fingerprint(schema).equals(SchemaLikeness.fingerprint(now)))
                .isEqualTo(accused.isEmpty());
        accused.addAll(DataComparison.between(rows, ENGINE.sums(access)));
        return accused;
    }

    private static SchemaSnapshot snapshot(TargetAccess access) {
        try (TargetReader reader = ENGINE.read(access)) {
            return reader.snapshot();
        }
    }

    @ParameterizedTest(name = "{2}: {1}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            DROP INDEX by_name; CREATE INDEX by_names ON users (name, id)    | DROP INDEX by_names                                | index public.by_name
            DROP INDEX by_name                                  | CREATE INDEX by_name ON users (name DESC)                       | index public.by_name
            CREATE INDEX more ON users (size)                   | RESET ROLE                                                      | index public.more
            ALTER TABLE users ALTER name SET DEFAULT 'y'        | ALTER TABLE users ALTER name DROP DEFAULT                       | table public.users
            ALTER TABLE users ALTER note SET DEFAULT 'y'        | ALTER TABLE users ALTER note SET DEFAULT ''                     | table public.users
            ALTER TABLE users ALTER name DROP NOT NULL          | RESET ROLE                                                      | table public.users
            ALTER TABLE users ALTER note TYPE text              | ALTER TABLE users ALTER note TYPE varchar(30)                   | table public.users
            ALTER TABLE users ALTER note TYPE text              | RESET ROLE                                                      | table public.users
            ALTER TABLE users ADD more int                      | RESET ROLE                                                      | table public.users
            ALTER TABLE users RENAME name TO title              | RESET ROLE                                                      | table public.users, view public.names, public.users: name is gone, with its values
            DROP VIEW initials; CREATE VIEW initials AS SELECT id FROM names | CREATE OR REPLACE VIEW initials AS SELECT id, 'x' AS initial FROM names | view public.initials
            CREATE OR REPLACE VIEW names AS SELECT id, upper(name) AS name FROM users | RESET ROLE                                | view public.names
            DROP VIEW names CASCADE                             | CREATE VIEW names AS SELECT id, name FROM users; GRANT SELECT ON names TO pg_monitor | view public.initials
            DROP VIEW initials, names                           | CREATE VIEW names AS SELECT id, name FROM users; CREATE VIEW initials AS SELECT id, left(name, 1) AS initial FROM names | view public.names
            REVOKE UPDATE ON orders FROM pg_monitor             | RESET ROLE                                                      | table public.orders
            GRANT DELETE ON orders TO PUBLIC                    | REVOKE ALL ON orders FROM pg_monitor                            | table public.orders
            DROP TRIGGER touching ON users                      | RESET ROLE                                                      | trigger touching ON public.users
            ALTER TABLE users DISABLE TRIGGER touching          | RESET ROLE                                                      | trigger touching ON public.users
            DROP TRIGGER touching ON users                      | CREATE TRIGGER touching BEFORE INSERT ON users FOR EACH ROW EXECUTE FUNCTION touched() | trigger touching ON public.users
            COMMENT ON TABLE orders IS NULL                     | RESET ROLE                                                      | table public.orders
            COMMENT ON COLUMN users.note IS 'x'                 | COMMENT ON COLUMN users.note IS NULL                            | table public.users
            ALTER SEQUENCE numbers OWNED BY NONE                | RESET ROLE                                                      | sequence public.numbers
            ALTER SEQUENCE numbers INCREMENT 10                 | ALTER SEQUENCE numbers INCREMENT 2                              | sequence public.numbers
            ALTER TYPE mood ADD VALUE 'calm'                    | RESET ROLE                                                      | type public.mood
            ALTER TYPE mood RENAME VALUE 'sad' TO 'blue'        | RESET ROLE                                                      | type public.mood
            DROP POLICY own ON users                            | RESET ROLE                                                      | policy own ON public.users
            DROP POLICY own ON users                            | CREATE POLICY own ON users USING (true)                         | policy own ON public.users
            ALTER TABLE users DISABLE ROW LEVEL SECURITY        | RESET ROLE                                                      | table public.users
            ALTER TABLE orders DROP CONSTRAINT orders_users     | ALTER TABLE orders ADD CONSTRAINT orders_users FOREIGN KEY (users) REFERENCES users | foreign key orders_users ON public.orders
            ALTER TABLE users DROP CONSTRAINT size_positive     | ALTER TABLE users ADD CONSTRAINT size_positive CHECK (size > 0) NOT VALID | constraint size_positive ON public.users
            ALTER TABLE users DROP CONSTRAINT size_positive     | RESET ROLE                                                      | constraint size_positive ON public.users
            CREATE OR REPLACE FUNCTION twice(int) RETURNS int LANGUAGE sql AS 'SELECT $1 + $1' | RESET ROLE                       | function public.twice(integer)
            DROP FUNCTION twice(int)                            | RESET ROLE                                                      | function public.twice(integer)
            ALTER TABLE users DROP note                         | ALTER TABLE orders ADD note varchar(20)                         | table public.users, table public.orders, public.users: note is gone, with its values
            ALTER TABLE users DROP note                         | ALTER TABLE users ADD note text; UPDATE users SET note = concat('note ', id); COMMENT ON COLUMN users.note IS 'for us' | table public.users
            ALTER TABLE users DROP note                         | ALTER TABLE users ADD note varchar(20); COMMENT ON COLUMN users.note IS 'for us' | public.users: the values of note are not what they were
            UPDATE users SET size = size + 1                    | RESET ROLE                                                      | public.users: the values of size are not what they were
            UPDATE users SET size = 21 - size                   | RESET ROLE                                                      | public.users: every column has the values that it had, but not in the same rows
            DELETE FROM orders WHERE id > 15                    | RESET ROLE                                                      | public.orders has 5 rows less than it had
            CREATE TABLE kept AS SELECT * FROM orders           | INSERT INTO orders SELECT id + 100, users FROM kept; DROP TABLE kept | public.orders has 20 rows more than it had
            DROP TABLE orders                                   | RESET ROLE                                                      | public.orders is gone, with 20 rows
            """)
    void accusesAWayBackThatLeavesSomethingOut(String forward, String back, String expected) {
        assertThat(accused(forward, back)).contains(expected.split(", (?!with|but)"));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            ALTER TABLE users ADD more int DEFAULT 1            | ALTER TABLE users DROP more
            DROP INDEX by_name                                  | CREATE INDEX by_name ON users (name)
            ALTER INDEX by_name RENAME TO by_title              | REINDEX INDEX by_title; ALTER INDEX by_title RENAME TO by_name
            ALTER TABLE users DROP size                         | ALTER TABLE users ADD size int CONSTRAINT size_positive CHECK (size > 0); UPDATE users SET size = id
            CREATE TABLE kept AS SELECT id, note FROM users; ALTER TABLE users DROP note | ALTER TABLE users ADD note varchar(20); UPDATE users SET note = kept.note FROM kept WHERE kept.id = users.id; DROP TABLE kept; COMMENT ON COLUMN users.note IS 'for us'
            DROP VIEW names CASCADE                             | CREATE VIEW names AS SELECT id, name FROM users; GRANT SELECT ON names TO pg_monitor; CREATE VIEW initials AS SELECT id, left(name, 1) AS initial FROM names
            ALTER TABLE users RENAME name TO title              | ALTER TABLE users RENAME title TO name
            ALTER TABLE users RENAME TO people                  | ALTER TABLE people RENAME TO users
            ALTER TABLE users ALTER name DROP NOT NULL, ALTER name DROP DEFAULT | ALTER TABLE users ALTER name SET DEFAULT 'x', ALTER name SET NOT NULL
            ALTER TABLE users ALTER size TYPE bigint            | ALTER TABLE users ALTER size TYPE int
            ALTER TABLE users DROP CONSTRAINT size_positive     | ALTER TABLE users ADD CONSTRAINT size_positive CHECK (size > 0) NOT VALID; ALTER TABLE users VALIDATE CONSTRAINT size_positive
            ALTER TABLE orders DROP CONSTRAINT orders_users     | ALTER TABLE orders ADD CONSTRAINT orders_users FOREIGN KEY (users) REFERENCES users ON DELETE CASCADE
            DROP TRIGGER touching ON users                      | CREATE TRIGGER touching BEFORE UPDATE ON users FOR EACH ROW EXECUTE FUNCTION touched()
            ALTER TABLE users DISABLE TRIGGER touching          | ALTER TABLE users ENABLE TRIGGER touching
            REVOKE ALL ON orders FROM pg_monitor                | GRANT UPDATE ON orders TO pg_monitor; GRANT SELECT ON orders TO pg_monitor
            ALTER SEQUENCE numbers OWNED BY NONE                | ALTER SEQUENCE numbers OWNED BY users.id
            DROP POLICY own ON users                            | CREATE POLICY own ON users USING (id > 0)
            COMMENT ON COLUMN users.note IS 'x'                 | COMMENT ON COLUMN users.note IS 'for us'
            CREATE TYPE mood2 AS ENUM ('sad', 'fine', 'calm'); ALTER TABLE users ALTER mood TYPE mood2 USING mood::text::mood2; DROP TYPE mood | CREATE TYPE mood AS ENUM ('sad', 'fine'); ALTER TABLE users ALTER mood TYPE mood USING mood::text::mood; DROP TYPE mood2
            UPDATE users SET size = size + 1                    | UPDATE users SET size = size - 1
            CREATE TABLE more (id int PRIMARY KEY, users int REFERENCES users) | DROP TABLE more
            VACUUM FULL users                                   | ANALYZE
            """)
    void accusesNoWayBackThatGivesBackWhatWasThere(String forward, String back) {
        assertThat(accused(forward, back)).isEmpty();
    }
}
