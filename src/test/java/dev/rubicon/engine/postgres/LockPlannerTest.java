package dev.rubicon.engine.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rubicon.testing.TestPostgres;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class LockPlannerTest {

    private static final Scripts SCRIPTS = new Scripts(new Grammar());
    private static final TestPostgres.Database DATABASE = TestPostgres.database();
    private static Connection connection;

    @BeforeAll
    static void makeWorld() throws SQLException {
        connection = connect(DATABASE.user(), DATABASE.password());
        Rows.execute(connection, """
                CREATE TABLE customers (id bigint PRIMARY KEY, name text);
                CREATE TABLE orders (id bigint PRIMARY KEY, customer bigint REFERENCES customers, total int);
                CREATE TABLE lines (id bigint PRIMARY KEY, "order" bigint REFERENCES orders);
                CREATE INDEX orders_total ON orders (total);
                CREATE VIEW totals AS SELECT id, total FROM orders;
                CREATE MATERIALIZED VIEW sums AS SELECT sum(total) FROM orders;
                CREATE TABLE events (day int, what text) PARTITION BY RANGE (day);
                CREATE TABLE events_new PARTITION OF events FOR VALUES FROM (0) TO (100) PARTITION BY RANGE (day);
                CREATE TABLE events_new_1 PARTITION OF events_new FOR VALUES FROM (0) TO (10);
                CREATE TABLE events_rest PARTITION OF events DEFAULT;
                CREATE TABLE animals (name text);
                CREATE TABLE dogs (breed text) INHERITS (animals);
                CREATE SEQUENCE numbers;
                CREATE SCHEMA other;
                CREATE TABLE other.customers (id bigint);""");
    }

    @AfterAll
    static void disconnect() throws SQLException {
        connection.close();
    }

    private static Connection connect(String user, String password) throws SQLException {
        return DriverManager.getConnection(DATABASE.url(), user, password);
    }

    private static List<String> plan(String sql) throws SQLException {
        return plan(connection, sql).stream().map(want -> (want.lockable() ? "" : "look at ") + want.relation() + " "
                + want.mode().word()).toList();
    }

    private static List<LockPlan.Want> plan(Connection over, String sql) throws SQLException {
        return new LockPlanner(over, over.getMetaData().getDatabaseMajorVersion()).plan(SCRIPTS.read(sql).statements())
                .wants();
    }

    @Test
    void locksTheTableThatIsAltered() throws SQLException {
        assertThat(plan("ALTER TABLE customers ADD COLUMN email text"))
                .containsExactly("public.customers ACCESS EXCLUSIVE");
    }

    @Test
    void locksBothEndsOfAForeignKey() throws SQLException {
        assertThat(plan("ALTER TABLE lines ADD FOREIGN KEY (id) REFERENCES customers NOT VALID"))
                .containsExactly("public.customers SHARE ROW EXCLUSIVE", "public.lines SHARE ROW EXCLUSIVE");
        assertThat(plan("ALTER TABLE orders DROP CONSTRAINT orders_customer_fkey"))
                .containsExactly("public.customers ACCESS EXCLUSIVE", "public.orders ACCESS EXCLUSIVE");
        assertThat(plan("DROP TABLE lines"))
                .containsExactly("public.orders ACCESS EXCLUSIVE", "public.lines ACCESS EXCLUSIVE");
        assertThat(plan("CREATE TABLE notes (customer bigint REFERENCES customers)"))
                .containsExactly("public.customers SHARE ROW EXCLUSIVE");
    }

    @Test
    void followsForeignKeysAsFarAsTruncateDoes() throws SQLException {
        assertThat(plan("TRUNCATE customers CASCADE")).containsExactly("public.customers ACCESS EXCLUSIVE",
                "public.orders ACCESS EXCLUSIVE", "public.lines ACCESS EXCLUSIVE");
    }

    @Test
    void locksAPartitionedTableBeforeAllThatIsBelowIt() throws SQLException {
        assertThat(plan("ALTER TABLE events ADD COLUMN who text")).containsExactly("public.events ACCESS EXCLUSIVE",
                "public.events_new ACCESS EXCLUSIVE", "public.events_rest ACCESS EXCLUSIVE",
                "public.events_new_1 ACCESS EXCLUSIVE");
    }

    @Test
    void locksTheParentAndItsDefaultPartitionWhenAPartitionComesOrGoes() throws SQLException {
        assertThat(plan("CREATE TABLE events_2 PARTITION OF events FOR VALUES FROM (100) TO (200)"))
                .containsExactly("public.events ACCESS EXCLUSIVE", "public.events_rest ACCESS EXCLUSIVE");
        assertThat(plan("DROP TABLE events_new_1")).containsExactly("public.events_new ACCESS EXCLUSIVE",
                "public.events_new_1 ACCESS EXCLUSIVE");
    }

    @Test
    void locksHeirsOfATable() throws SQLException {
        assertThat(plan("ALTER TABLE animals ADD COLUMN age int")).containsExactly("public.animals ACCESS EXCLUSIVE",
                "public.dogs ACCESS EXCLUSIVE");
    }

    @Test
    void takesAnIndexForItsTable() throws SQLException {
        assertThat(plan("DROP INDEX orders_total")).containsExactly("public.orders ACCESS EXCLUSIVE");
        assertThat(plan("REINDEX INDEX orders_total")).containsExactly("public.orders ACCESS EXCLUSIVE");
    }

    @Test
    void onlyLooksAtWhatLockTableDoesNotTake() throws SQLException {
        assertThat(plan("DROP VIEW totals")).containsExactly("look at public.totals ACCESS EXCLUSIVE");
        assertThat(plan("REFRESH MATERIALIZED VIEW sums")).containsExactly("public.orders ACCESS SHARE",
                "look at public.sums ACCESS EXCLUSIVE");
        assertThat(plan("CREATE OR REPLACE VIEW totals AS SELECT id, total FROM orders WHERE total > 0"))
                .containsExactly("public.orders ACCESS SHARE", "look at public.totals ACCESS EXCLUSIVE");
        assertThat(plan("CREATE OR REPLACE VIEW fresh AS SELECT id FROM orders")).isEmpty();
        assertThat(plan("ALTER SEQUENCE numbers INCREMENT 2"))
                .containsExactly("look at public.numbers SHARE ROW EXCLUSIVE");
    }

    @Test
    void onlyLooksAtWhatTheRoleMayNotLock() throws SQLException {
        Rows.execute(connection, "CREATE ROLE " + DATABASE.name() + "_weak LOGIN PASSWORD 'low'");
        Rows.execute(connection, "GRANT SELECT, REFERENCES ON customers TO " + DATABASE.name() + "_weak");
        try (Connection weak = connect(DATABASE.name() + "_weak", "low")) {
            assertThat(plan(weak, "CREATE TABLE notes (customer bigint REFERENCES customers)")).singleElement()
                    .satisfies(want -> assertThat(want.lockable()).isFalse());
        }
    }

    @Test
    void takesTheStrongestOfSeveralStatements() throws SQLException {
        assertThat(plan("COMMENT ON TABLE orders IS 'x'; CREATE INDEX ON orders (customer); "
                + "ALTER TABLE customers ALTER name SET DEFAULT ''"))
                .containsExactly("public.customers ACCESS EXCLUSIVE", "public.orders SHARE");
    }

    @Test
    void followsWhatTheStatementsThemselvesChange() throws SQLException {
        assertThat(plan("CREATE TABLE fresh (a int); ALTER TABLE fresh ADD COLUMN b int")).isEmpty();
        assertThat(plan("ALTER TABLE animals RENAME TO beasts; ALTER TABLE beasts ADD COLUMN age int"))
                .containsExactly("public.animals ACCESS EXCLUSIVE", "public.dogs ACCESS EXCLUSIVE");
        assertThat(plan("SET LOCAL search_path = other; ALTER TABLE customers ADD COLUMN a int"))
                .containsExactly("other.customers ACCESS EXCLUSIVE");
    }

    @Test
    void plansNothingForWhatNobodyQueuesBehind() throws SQLException {
        assertThat(plan("UPDATE orders SET total = 1; INSERT INTO customers VALUES (1)")).isEmpty();
        assertThat(plan("CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'")).isEmpty();
    }
}
