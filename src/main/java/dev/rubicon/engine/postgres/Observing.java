package dev.rubicon.engine.postgres;

import dev.rubicon.engine.StepObservation;
import dev.rubicon.engine.StepObservation.Lock;
import dev.rubicon.engine.StepObserver;
import dev.rubicon.engine.TargetUnavailable;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
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

    private static final String WRITTEN = """
            SELECT pg_catalog.pg_wal_lsn_diff(pg_catalog.pg_current_wal_insert_lsn(), '0/0')::bigint,
                   pg_catalog.pg_database_size(pg_catalog.current_database())""";

    private static final String FREE = SqlWork.OWN_ROLE
            + "; SET LOCAL search_path = ''; SET LOCAL statement_timeout = 0";

    private record Written(long wal, long size) {}

    private final Connection connection;
    private final long run;
    private final long began = System.nanoTime();
    private final HeldLocks locks = new HeldLocks();
    private final List<StepObservation.Statement> statements = new ArrayList<>();
    private final Map<Long, NamedRelation> before;
    private final Written writtenBefore;
    private final Thread looks;
    /** What was counted up to the statement that comes; null where the server does not tell. */
    private @Nullable ScanCounts counted;
    private volatile boolean over;

    private Observing(Connection connection, long run) throws SQLException {
        this.connection = connection;
        this.run = run;
        this.before = NamedRelation.all(connection);
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
        note(free(work, LockLook::own), locks::exactly);
    }

    /** A transaction of the step has begun. */
    void begun(Connection work) throws SQLException {
        counted = free(work, ScanCounts::own);
    }

    /** In the step's transaction. */
    synchronized void executed(Connection work, String sql, long nanos, long rows) throws SQLException {
        add(sql, nanos, rows, free(work, ScanCounts::own));
    }

    private interface Look<T> {
        T at(Connection work) throws SQLException;
    }

    /**
     * A look in the step's transaction. Neither a role that the step took, nor where it finds names, nor how long it lets a
     * statement take holds for it; rolling back to the savepoint gives the step back what it had set.
     */
    private static <T> T free(Connection work, Look<T> look) throws SQLException {
        Savepoint before = work.setSavepoint();
        Rows.execute(work, FREE);
        T seen = look.at(work);
        work.rollback(before);
        work.releaseSavepoint(before);
        return seen;
    }

    /** A statement outside a transaction comes now. */
    void comes(Connection work, int serverMajor) throws SQLException {
        counted = ScanCounts.tellsAtOnce(serverMajor) ? ScanCounts.all(work) : null;
    }

    synchronized void executedAlone(Connection work, String sql, long nanos, long rows) throws SQLException {
        add(sql, nanos, rows, counted == null ? null : ScanCounts.all(work));
    }

    private void add(String sql, long nanos, long rows, @Nullable ScanCounts now) {
        statements.add(new StepObservation.Statement(sql, TimeUnit.NANOSECONDS.toMillis(nanos), rows,
                counted == null || now == null ? null : scans(now.since(counted))));
        counted = now;
    }

    private List<StepObservation.Scan> scans(Map<Long, Long> read) {
        List<StepObservation.Scan> scans = new ArrayList<>();
        read.forEach((oid, rows) -> {
            NamedRelation table = before.get(oid);
            if (table != null) {
                scans.add(new StepObservation.Scan(table.name(), rows));
            }
        });
        scans.sort(Comparator.comparing(StepObservation.Scan::relation));
        return scans;
    }

    /** A lock on what the step makes itself keeps nobody waiting. */
    private synchronized void note(List<LockLook> looks, Consumer<LockLook> keep) {
        looks.stream().filter(look -> look.granted() && before.containsKey(look.relation())).forEach(keep);
    }

    private void look() {
        try {
            while (!over) {
                note(LockLook.named(connection, "rubicon run/" + run + " step/%", "rubicon run/" + run + " lane %"),
                        locks::sampled);
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
            return observation(millis, after, NamedRelation.all(connection));
        } catch (SQLException e) {
            throw new TargetUnavailable("The looking on at the step broke off: " + e.getMessage(), null);
        }
    }

    private synchronized StepObservation observation(long millis, Written after, Map<Long, NamedRelation> relations) {
        List<Lock> seen = new ArrayList<>();
        locks.forEach((held, when) -> {
            NamedRelation relation = Objects.requireNonNull(before.get(held.relation()));
            seen.add(new Lock(relation.name(), relation.kind(), held.mode(), when.exact(), when.heldMillis()));
        });
        seen.sort(Comparator.comparing(Lock::mode).reversed().thenComparing(Lock::relation));
        List<String> rewritten = relations.values().stream().filter(this::rewritten).map(NamedRelation::name).sorted()
                .toList();
        return new StepObservation(millis, after.wal - writtenBefore.wal, after.size - writtenBefore.size, seen,
                rewritten, statements);
    }

    private boolean rewritten(NamedRelation after) {
        NamedRelation known = before.get(after.oid());
        return known != null && known.files() != after.files() && !after.kind().equals("sequence");
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
