package dev.rubicon.engine.postgres;

import dev.rubicon.engine.StepObservation;
import dev.rubicon.engine.StepObservation.Lock;
import dev.rubicon.engine.StepObserver;
import dev.rubicon.engine.TargetUnavailable;
import dev.rubicon.engine.facts.LockMode;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks on at the steps of one run. Transactions tell their locks themselves before they commit; for what runs outside one,
 * {@code pg_locks} is looked at every few milliseconds. All of its queries read catalogs and views, and lock nothing that a
 * step could want.
 */
final class Observing implements StepObserver {

    private static final Logger log = LoggerFactory.getLogger(Observing.class);
    private static final long BETWEEN_LOOKS_MILLIS = 15;
    private static final long LOOKS_END_SECONDS = 10;

    /** By number alone: what the step has dropped is in no catalog any more, and still locked. */
    private static final String HELD = """
            SELECT l.relation::bigint, l.mode,
                   (extract(epoch FROM clock_timestamp() - transaction_timestamp()) * 1000)::bigint
              FROM pg_catalog.pg_locks l
             WHERE l.locktype = 'relation' AND l.granted
               AND l.database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database())
               AND l.pid\s""";
    private static final String OWN = HELD + "= pg_catalog.pg_backend_pid()";
    private static final String OTHERS = HELD + """
            IN (SELECT a.pid FROM pg_catalog.pg_stat_activity a
                 WHERE a.datname = current_database()
                   AND (a.application_name LIKE ? OR a.application_name LIKE ?))""";
    private static final String RELATIONS = """
            SELECT c.oid::bigint, format('%I.%I', n.nspname, c.relname),
                   CASE c.relkind WHEN 'i' THEN 'index' WHEN 'I' THEN 'index' WHEN 'S' THEN 'sequence'
                                  WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view'
                                  WHEN 'f' THEN 'foreign table' ELSE 'table' END,
                   coalesce(pg_catalog.pg_relation_filenode(c.oid), 0)
              FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
             WHERE c.relkind IN ('r', 'p', 'i', 'I', 'S', 'v', 'm', 'f')
               AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast', 'rubicon')""";
    private static final String WRITTEN = """
            SELECT pg_catalog.pg_wal_lsn_diff(pg_catalog.pg_current_wal_insert_lsn(), '0/0')::bigint,
                   pg_catalog.pg_database_size(pg_catalog.current_database())""";

    /** @param files number of its files, 0 for what has none of its own */
    private record Relation(long oid, String name, String kind, long files) {}

    private record Held(long relation, LockMode mode) {}

    private record Written(long wal, long size) {}

    private record Seen(boolean exact, long from, long heldMillis) {}

    private record Sample(Held held, long transactionMillis) {}

    private final Connection connection;
    private final long run;
    private final long began = System.nanoTime();
    private final Map<Held, Seen> locks = new HashMap<>();
    private final List<StepObservation.Statement> statements = new ArrayList<>();
    private final Map<Long, Relation> before;
    private final Written writtenBefore;
    private final Thread looks;
    private volatile boolean over;

    private Observing(Connection connection, long run) throws SQLException {
        this.connection = connection;
        this.run = run;
        this.before = relations(connection);
        this.writtenBefore = written(connection);
        this.looks = Thread.ofVirtual().name("observes-" + run).unstarted(this::look);
    }

    /** @param connection is taken over, and closed with this */
    static Observing begin(Connection connection, long run) {
        try {
            Observing observing = new Observing(connection, run);
            observing.looks.start();
            return observing;
        } catch (SQLException e) {
            Connections.closeQuietly(connection);
            throw new TargetUnavailable("There is no looking on at the step: " + e.getMessage(), null);
        }
    }

    /** In the transaction of the step, as its last query: what it holds now it has until the commit. */
    void beforeCommit(Connection work) throws SQLException {
        for (Sample sample : Rows.list(work, OWN, Observing::sample)) {
            note(sample.held, true, sample.transactionMillis);
        }
    }

    synchronized void executed(String sql, long nanos, long rows) {
        statements.add(new StepObservation.Statement(sql, TimeUnit.NANOSECONDS.toMillis(nanos), rows));
    }

    private static Sample sample(ResultSet row) throws SQLException {
        return new Sample(new Held(row.getLong(1), LockMode.ofCatalog(row.getString(2))), row.getLong(3));
    }

    private synchronized void note(Held held, boolean exact, long heldMillis) {
        if (!before.containsKey(held.relation)) {
            return; // a lock on what the step makes itself keeps nobody waiting
        }
        Seen known = locks.get(held);
        if (known == null) {
            locks.put(held, new Seen(exact, System.nanoTime(), heldMillis));
        } else if (exact) {
            locks.put(held, new Seen(true, known.from, Math.max(known.exact ? known.heldMillis : 0, heldMillis)));
        } else if (!known.exact) {
            long seen = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - known.from);
            locks.put(held, new Seen(false, known.from, seen));
        }
    }

    private void look() {
        try {
            while (!over) {
                for (Sample sample : Rows.list(connection, OTHERS, Observing::sample, "rubicon run/" + run + " step/%",
                        "rubicon run/" + run + " lane %")) {
                    note(sample.held, false, 0);
                }
                TimeUnit.MILLISECONDS.sleep(BETWEEN_LOOKS_MILLIS);
            }
        } catch (SQLException e) {
            log.warn("Locks of run {} are sampled no more: {}", run, e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public StepObservation end() {
        stopLooking();
        long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began);
        try {
            Written after = written(connection);
            return observation(millis, after, relations(connection));
        } catch (SQLException e) {
            throw new TargetUnavailable("The looking on at the step broke off: " + e.getMessage(), null);
        }
    }

    private synchronized StepObservation observation(long millis, Written after, Map<Long, Relation> relations) {
        List<Lock> seen = locks.entrySet().stream().map(each -> {
            Relation relation = Objects.requireNonNull(before.get(each.getKey().relation));
            return new Lock(relation.name, relation.kind, each.getKey().mode, each.getValue().exact,
                    each.getValue().heldMillis);
        }).sorted(Comparator.comparing(Lock::mode).reversed().thenComparing(Lock::relation)).toList();
        List<String> rewritten = relations.values().stream().filter(this::rewritten).map(Relation::name).sorted()
                .toList();
        return new StepObservation(millis, after.wal - writtenBefore.wal, after.size - writtenBefore.size, seen,
                rewritten, statements);
    }

    private boolean rewritten(Relation after) {
        Relation known = before.get(after.oid);
        return known != null && known.files != after.files && !after.kind.equals("sequence");
    }

    private static Map<Long, Relation> relations(Connection connection) throws SQLException {
        Map<Long, Relation> found = new HashMap<>();
        Rows.list(connection, RELATIONS, row -> new Relation(row.getLong(1), row.getString(2), row.getString(3),
                row.getLong(4))).forEach(relation -> found.put(relation.oid, relation));
        return found;
    }

    private static Written written(Connection connection) throws SQLException {
        return Rows.first(connection, WRITTEN, row -> new Written(row.getLong(1), row.getLong(2))).orElseThrow();
    }

    private void stopLooking() {
        over = true;
        try {
            looks.join(TimeUnit.SECONDS.toMillis(LOOKS_END_SECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        stopLooking();
        Connections.closeQuietly(connection);
    }
}
