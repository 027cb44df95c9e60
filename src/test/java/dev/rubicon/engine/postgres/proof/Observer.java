package dev.rubicon.engine.postgres.proof;

import dev.rubicon.engine.facts.LockMode;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Statement;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BinaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Runs a statement in a transaction and looks before it ends: at its locks in {@code pg_locks}, at new files in
 * {@code pg_class}, at scans in the counters of the transaction and in the messages of level debug1.
 */
final class Observer {

    private static final Pattern SCAN = Pattern
            .compile("(?:rewriting|verifying|building index .* on) table \"(\\w+)\"");
    private static final String LOCKS = """
            SELECT relation, mode FROM pg_locks
            WHERE locktype = 'relation' AND pid = %d
              AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
            """;
    /** Constraints of domains and foreign keys are checked without a message that names a table: these counters tell. */
    private static final String READ = """
            SELECT relid, coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0) AS read FROM pg_stat_xact_user_tables
            """;

    private final ProofServer server;
    private boolean pristine;

    Observer(ProofServer server) {
        this.server = server;
    }

    /** What the proof's statement does here. */
    Observation observe(Proof proof) {
        try (Connection connection = server.connect()) {
            prepare(connection, proof);
            return proof.alone().isPresent()
                    ? new LoneStatement(server, connection, proof).observe()
                    : inTransaction(connection, proof.statement());
        } catch (SQLException e) {
            throw new IllegalStateException(proof + " on PostgreSQL " + server.version(), e);
        }
    }

    /** A proof that adds nothing and is rolled back leaves the world to the next one. */
    private void prepare(Connection connection, Proof proof) throws SQLException {
        if (!pristine) {
            server.makeWorld(connection);
        }
        pristine = proof.setup().isEmpty() && proof.alone().isEmpty();
        if (!proof.setup().isEmpty()) {
            ProofServer.run(connection, proof.setup());
        }
    }

    private static Observation inTransaction(Connection connection, String sql) throws SQLException {
        Relations before = Relations.of(connection);
        ProofServer.run(connection, "SET client_min_messages = debug1");
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            Map<Long, Long> counted = counters(connection);
            try {
                statement.execute(sql);
            } catch (SQLException e) {
                return Observation.refusal(e.getSQLState());
            }
            Map<String, LockMode> locks = locks(connection, pid(connection), before);
            Relations after = Relations.of(connection);
            // TRUNCATE tells of its indexes, which it builds over a new, empty file: where files are new, rows count
            Set<String> scanned = scans(statement.getWarnings());
            scanned.retainAll(before.files().keySet());
            scanned.removeIf(table -> !Objects.equals(before.files().get(table), after.files().get(table)));
            counters(connection).forEach((oid, read) -> {
                if (read > counted.getOrDefault(oid, 0L) && before.names().containsKey(oid)) {
                    scanned.add(before.names().get(oid));
                }
            });
            return Observation.of(locks, before.indexes(), before.rewritten(after), scanned);
        } finally {
            connection.rollback();
        }
    }

    /** The tables that messages of level debug1 tell of. */
    static Set<String> scans(@Nullable SQLWarning first) {
        Set<String> tables = new TreeSet<>();
        for (SQLWarning warning = first; warning != null; warning = warning.getNextWarning()) {
            Matcher scan = SCAN.matcher(warning.getMessage());
            if (scan.find()) {
                tables.add(scan.group(1));
            }
        }
        return tables;
    }

    private static Map<Long, Long> counters(Connection connection) throws SQLException {
        Map<Long, Long> scans = new HashMap<>();
        try (Statement statement = connection.createStatement(); ResultSet row = statement.executeQuery(READ)) {
            while (row.next()) {
                scans.put(row.getLong("relid"), row.getLong("read"));
            }
        }
        return scans;
    }

    static int pid(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT pg_backend_pid()")) {
            row.next();
            return row.getInt(1);
        }
    }

    /** The strongest lock on each relation of before, held or waited for. */
    static Map<String, LockMode> locks(Connection through, int pid, Relations before) throws SQLException {
        Map<String, LockMode> strongest = new HashMap<>();
        try (Statement statement = through.createStatement();
                ResultSet row = statement.executeQuery(LOCKS.formatted(pid))) {
            while (row.next()) {
                String name = before.names().get(row.getLong("relation"));
                if (name != null) {
                    strongest.merge(name, LockMode.ofCatalog(row.getString("mode")),
                            BinaryOperator.maxBy(Comparator.naturalOrder()));
                }
            }
        }
        return strongest;
    }
}
