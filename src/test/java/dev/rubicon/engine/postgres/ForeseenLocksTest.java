package dev.rubicon.engine.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rubicon.engine.Script.Statement;
import dev.rubicon.engine.facts.LockMode;
import dev.rubicon.engine.postgres.proof.Proof;
import dev.rubicon.engine.postgres.proof.Proofs;
import dev.rubicon.testing.TestPostgres;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each statement of the lock proofs is planned over a live catalog, and then run: what it locks was in the plan. */
class ForeseenLocksTest {

    private static final Scripts SCRIPTS = new Scripts(new Grammar());
    private static final TestPostgres.Database DATABASE = TestPostgres.database();
    private static Connection connection;

    @BeforeAll
    static void connect() throws SQLException {
        connection = DriverManager.getConnection(DATABASE.url(), DATABASE.user(), DATABASE.password());
    }

    @AfterAll
    static void disconnect() throws SQLException {
        connection.close();
    }

    static List<Proof> proofs() {
        return Proofs.ALL.stream().filter(each -> each.alone().isEmpty() && each.refused().isEmpty())
                .filter(each -> !each.setup().contains("TABLESPACE") && !each.statement().contains("TABLESPACE"))
                // which table a statistics object is on, its name does not tell; the lock keeps no application waiting
                .filter(each -> !each.id().equals("drop-statistics")).toList();
    }

    @ParameterizedTest
    @MethodSource("proofs")
    void foreseesTheLocksOfTablesAndViews(Proof proof) throws SQLException {
        int version = connection.getMetaData().getDatabaseMajorVersion();
        org.junit.jupiter.api.Assumptions.assumeTrue(proof.from() <= version && proof.since() <= version);
        Rows.execute(connection, "DROP SCHEMA IF EXISTS public, archive, attic CASCADE; CREATE SCHEMA public;"
                + " DROP PUBLICATION IF EXISTS proofs; DROP ACCESS METHOD IF EXISTS second_heap CASCADE");
        Rows.execute(connection, Proofs.WORLD);
        if (!proof.setup().isEmpty()) {
            Rows.execute(connection, proof.setup());
        }
        List<Statement> statements = SCRIPTS.read(proof.statement()).statements();
        Map<String, LockMode> planned = new HashMap<>();
        Map<String, LockMode> lockable = new HashMap<>();
        new LockPlanner(connection, version).plan(statements).wants().forEach(want -> {
            planned.put(want.relation(), want.mode());
            if (want.lockable()) {
                lockable.put(want.relation(), want.mode());
            }
        });

        Map<String, LockMode> taken = taken(proof.statement());

        taken.forEach((relation, mode) -> assertThat(planned).as("%s: %s takes %s", proof, relation, mode)
                .hasEntrySatisfying(relation, each -> assertThat(each).isGreaterThanOrEqualTo(mode)));
        // a table stands in for its index, which LOCK TABLE does not take
        assertThat(lockable.entrySet().stream().filter(each -> each.getValue().blocksWrites()
                && !taken.containsKey(each.getKey())).map(Map.Entry::getKey)).as("%s: more than needed", proof)
                .allMatch(each -> proof.id().equals("attach-index"));
    }

    /** The locks that could make somebody queue, on tables, views and sequences that were there before. */
    private static Map<String, LockMode> taken(String sql) throws SQLException {
        Map<String, LockMode> taken = new HashMap<>();
        List<Long> before = Rows.list(connection, "SELECT oid::bigint FROM pg_class WHERE relkind IN ('r', 'p', 'v', 'm', 'S', 'f')",
                row -> row.getLong(1));
        Map<Long, String> names = new HashMap<>();
        Rows.list(connection, """
                SELECT c.oid::bigint, quote_ident(n.nspname) || '.' || quote_ident(c.relname) FROM pg_class c
                JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname NOT LIKE 'pg\\_%'""",
                row -> names.put(row.getLong(1), row.getString(2)));
        connection.setAutoCommit(false);
        try {
            Rows.execute(connection, sql);
            Rows.list(connection, """
                    SELECT relation::bigint, mode FROM pg_locks WHERE locktype = 'relation' AND pid = pg_backend_pid()
                      AND database = (SELECT oid FROM pg_database WHERE datname = current_database())""",
                    row -> {
                        String name = names.get(row.getLong(1));
                        LockMode mode = LockMode.ofCatalog(row.getString(2));
                        if (name != null && before.contains(row.getLong(1))
                                && mode.compareTo(LockMode.SHARE_UPDATE_EXCLUSIVE) >= 0) {
                            taken.merge(name, mode, (one, other) -> one.compareTo(other) > 0 ? one : other);
                        }
                        return true;
                    });
        } finally {
            connection.rollback();
            connection.setAutoCommit(true);
        }
        return taken;
    }
}
