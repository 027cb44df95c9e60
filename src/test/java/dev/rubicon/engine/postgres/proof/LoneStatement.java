package dev.rubicon.engine.postgres.proof;

import dev.rubicon.engine.facts.LockMode;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.awaitility.Awaitility;

/**
 * A statement that no transaction block takes. Another session holds something that it has to wait for; while it waits,
 * a third one reads its locks, held and waited for.
 */
final class LoneStatement {

    private static final Duration DEADLINE = Duration.ofSeconds(60);
    private static final Executor THREADS = command -> Thread.ofVirtual().start(command);

    private final ProofServer server;
    private final Connection connection;
    private final Proof proof;

    LoneStatement(ProofServer server, Connection connection, Proof proof) {
        this.server = server;
        this.connection = connection;
        this.proof = proof;
    }

    Observation observe() throws SQLException {
        Relations before = Relations.of(connection);
        int pid = Observer.pid(connection);
        ProofServer.run(connection, "SET client_min_messages = debug1");
        try (Connection holder = server.connect(); Connection watcher = server.connect()) {
            String holding = proof.alone().orElseThrow();
            if (holding.isEmpty()) {
                return outcome(CompletableFuture.supplyAsync(this::run, THREADS), before, Map.of());
            }
            holder.setAutoCommit(false);
            ProofServer.run(holder, holding);
            CompletableFuture<Outcome> running = CompletableFuture.supplyAsync(this::run, THREADS);
            Awaitility.await(proof.toString()).atMost(DEADLINE).pollDelay(Duration.ZERO)
                    .pollInterval(Duration.ofMillis(5)).until(() -> running.isDone() || waits(watcher, pid));
            Map<String, LockMode> locks = Observer.locks(watcher, pid, before);
            holder.rollback();
            return outcome(running, before, locks);
        }
    }

    private record Outcome(Set<String> scanned, String refused) {}

    private Outcome run() {
        try (Statement statement = connection.createStatement()) {
            statement.execute(proof.statement());
            return new Outcome(Observer.scans(statement.getWarnings()), "");
        } catch (SQLException e) {
            return new Outcome(Set.of(), e.getSQLState());
        }
    }

    private static boolean waits(Connection watcher, int pid) throws SQLException {
        try (Statement statement = watcher.createStatement();
                var row = statement.executeQuery(
                        "SELECT count(*) FROM pg_locks WHERE NOT granted AND pid = " + pid)) {
            row.next();
            return row.getInt(1) > 0;
        }
    }

    private Observation outcome(CompletableFuture<Outcome> running, Relations before, Map<String, LockMode> locks)
            throws SQLException {
        try {
            Outcome outcome = running.get(DEADLINE.toSeconds(), TimeUnit.SECONDS);
            if (!outcome.refused.isEmpty()) {
                return Observation.refusal(outcome.refused);
            }
            Set<String> scanned = new TreeSet<>(outcome.scanned);
            scanned.retainAll(before.files().keySet());
            return Observation.of(locks, before.indexes(), before.rewritten(Relations.of(connection)), scanned);
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            throw new IllegalStateException(e);
        }
    }
}
