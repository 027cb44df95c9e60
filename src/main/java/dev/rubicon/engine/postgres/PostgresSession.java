package dev.rubicon.engine.postgres;

import dev.rubicon.engine.Catalog;
import dev.rubicon.engine.Direction;
import dev.rubicon.engine.LedgerRow;
import dev.rubicon.engine.RangeWork;
import dev.rubicon.engine.RowCount;
import dev.rubicon.engine.SetAside;
import dev.rubicon.engine.StepEnded;
import dev.rubicon.engine.StepObserver;
import dev.rubicon.engine.StepOrder;
import dev.rubicon.engine.StepOutcome;
import dev.rubicon.engine.StepWatch;
import dev.rubicon.engine.StepWatch.Signal;
import dev.rubicon.engine.TargetSession;
import dev.rubicon.engine.TargetUnavailable;
import dev.rubicon.plan.Work;
import dev.rubicon.engine.schema.SchemaSnapshot;
import dev.rubicon.registry.TargetAccess;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A target taken: the guard's connection holds the lock, the work connection does the steps. */
final class PostgresSession implements TargetSession {

    private final TargetAccess access;
    private final long run;
    private final Guard guard;
    private final long fence;
    private final Scripts scripts;
    private final Fragments fragments;
    private final ReadOnly reading;
    private Connection work;
    private int pid;
    private @Nullable Observing observing;

    PostgresSession(TargetAccess access, long run, Guard guard, Connection work, int pid, long fence, Scripts scripts,
            Fragments fragments) {
        this.access = access;
        this.run = run;
        this.guard = guard;
        this.work = work;
        this.pid = pid;
        this.fence = fence;
        this.scripts = scripts;
        this.fragments = fragments;
        this.reading = new ReadOnly(access, scripts);
    }

    @Override
    public long fence() {
        return fence;
    }

    /** Something to be done in the session. */
    private interface Body<T> {
        T with(Attempt attempt) throws SQLException;
    }

    @Override
    public StepOutcome perform(StepOrder order, StepWatch watch) {
        try {
            return fresh(order, watch, attempt -> perform(attempt, order));
        } catch (StepEnded e) {
            return e.outcome();
        }
    }

    @Override
    public StepOutcome giveUp(StepOrder order, StepWatch watch) {
        try {
            return with(order, watch, attempt -> new GivenUp(attempt, scripts, fragments).perform());
        } catch (StepEnded e) {
            return e.outcome();
        }
    }

    @Override
    public RangeWork ranges(StepOrder order, StepWatch watch) {
        if (!(order.work() instanceof Work.Backfill backfill)) {
            throw new IllegalArgumentException("step " + order.step() + " is no backfill");
        }
        return fresh(order, watch, attempt -> {
            if (order.direction() == Direction.SKIP) {
                throw new StepEnded(new SkipWork(attempt, scripts).perform());
            }
            return new BackfillRun(attempt, fragments, scripts, backfill,
                    lane -> connect("rubicon run/" + run + " lane " + lane + " step/" + order.step()), this::failed);
        });
    }

    @Override
    public StepObserver observe() {
        Observing begun = Observing.begin(
                Connections.open(access, "rubicon observes run/" + run, Duration.ofMinutes(1)),
                run);
        observing = begun;
        return begun;
    }

    @Override
    public RangeWork comparison(StepOrder order, boolean last, StepWatch watch) {
        if (!(order.work() instanceof Work.Backfill backfill)) {
            throw new IllegalArgumentException("step " + order.step() + " is no backfill");
        }
        return with(order, watch, attempt -> new ComparisonRun(attempt, fragments, scripts, backfill, last,
                lane -> connect("rubicon run/" + run + " lane " + lane + " step/" + order.step()), this::failed));
    }

    @Override
    public RowCount rowCount(StepOrder order, long own, StepWatch watch) {
        if (!(order.work() instanceof Work.Backfill backfill)) {
            return RowCount.of(own);
        }
        return with(order, watch, attempt -> {
            Fragments.TableName name = fragments.table("table", backfill.table());
            BackfillTable table = attempt.patiently(name.sql(), () -> BackfillTable.of(work, name, backfill));
            return new Evidence(attempt, table).rowCount(own);
        });
    }

    /** Begins an attempt, unless it is needless. */
    private <T> T fresh(StepOrder order, StepWatch watch, Body<T> body) {
        return with(order, watch, attempt -> {
            StepOutcome before = before(attempt, order);
            if (before != null) {
                throw new StepEnded(before);
            }
            return body.with(attempt);
        });
    }

    /** Begins an attempt, unless it is stopped or fenced off. */
    private <T> T with(StepOrder order, StepWatch watch, Body<T> body) {
        try {
            guard.demandAlive();
            reconnect();
            prepare(work, "rubicon run/" + run + " step/" + order.step());
            watch.started(pid);
            Attempt attempt = new Attempt(order, watch, work, pid, guard, fence, observing);
            Signal signal = watch.signal();
            if (signal != Signal.GO_ON) {
                throw new StepEnded(new StepOutcome.Stopped(signal, "not begun"));
            }
            demandFence();
            return watched(attempt, body);
        } catch (StepEnded e) {
            if (e.outcome() instanceof StepOutcome.Lost) {
                Connections.closeQuietly(work);
            }
            throw e;
        } catch (TargetUnavailable e) {
            throw new StepEnded(new StepOutcome.Lost(String.valueOf(e.getMessage())));
        } catch (SQLException e) {
            throw new StepEnded(failed(e));
        }
    }

    private static <T> T watched(Attempt attempt, Body<T> body) throws SQLException {
        try {
            return body.with(attempt);
        } finally {
            attempt.tellLocks();
        }
    }

    private StepOutcome failed(SQLException e) {
        if (SqlStates.connectionLost(e) || closed()) {
            Connections.closeQuietly(work);
            return new StepOutcome.Lost("The connection broke: " + Connections.message(e, access));
        }
        return new StepOutcome.Failed(SqlStates.cancelled(e) ? "cancelled-by-other" : "statement-failed",
                Connections.message(e, access), e.getSQLState(), Map.of());
    }

    private StepOutcome perform(Attempt attempt, StepOrder order) throws SQLException {
        if (order.direction() == Direction.SKIP) {
            return new SkipWork(attempt, scripts).perform();
        }
        return switch (order.work()) {
            case Work.Sql sql -> new SqlWork(attempt, scripts, fragments).perform(sql);
            case Work.Backfill backfill ->
                throw new IllegalArgumentException("step " + order.step() + " is a backfill, which is done in ranges");
            case Work.Check check -> order.note() == null
                    ? recordOnly(attempt, "Nothing to do; the verifications are the step")
                    : SkipWork.recorded(attempt, "Counted as undone, and nothing was done");
            case Work.PartitionedIndex index -> PartitionedIndexWork.perform(attempt, scripts, fragments, index);
            case Work.DynamoDb request -> throw Ending.failed("not-yet",
                    "A DynamoDB step cannot be done on a PostgreSQL target");
        };
    }

    /** What the ledger says of the step; null when there is work to do. */
    private @Nullable StepOutcome before(Attempt attempt, StepOrder order) throws SQLException {
        Optional<LedgerRow> newest = Ledger.newest(work, order.plan(), order.step());
        boolean inEffect = newest.isPresent() && newest.get().inEffect();
        if (order.direction() == Direction.ROLLBACK) {
            return rollbackBefore(attempt, order, newest, inEffect);
        }
        if (!inEffect) {
            return null;
        }
        LedgerRow row = newest.get();
        if (row.checksum().equals(order.checksum())) {
            Ledger.Effect effect = Ledger.effect(work, order.plan(), order.step());
            return new StepOutcome.Done(true, effect.rows(), effect.rowChange(),
                    "In effect since " + row.at() + ", by run " + row.run() + " (" + row.direction().word() + ")");
        }
        return new StepOutcome.Failed("other-checksum", "The ledger of this target says that step " + order.step()
                + " took effect at " + row.at() + " with another text (revision " + row.revision()
                + "); nothing was touched", null, Map.of("revision", row.revision(), "run", row.run()));
    }

    private @Nullable StepOutcome rollbackBefore(Attempt attempt, StepOrder order, Optional<LedgerRow> newest,
            boolean inEffect) throws SQLException {
        if (!inEffect) {
            forgetUnfinished(attempt, order);
            return new StepOutcome.Done(true, -1, 0, "The step is not in effect: there is nothing to undo");
        }
        if (newest.orElseThrow().direction() == Direction.SKIP) {
            return new StepOutcome.Done(true, -1, 0,
                    "The step was skipped here: what is there was not made by it, and stays");
        }
        return null;
    }

    /** A backfill that was broken off and is now given up would go on at its old place if it came again. */
    private void forgetUnfinished(Attempt attempt, StepOrder order) throws SQLException {
        attempt.transaction(List.of(), () -> {
            new RangeRows(work, order, fence).remove(Direction.FORWARD);
            return true;
        });
    }

    private StepOutcome recordOnly(Attempt attempt, String message) throws SQLException {
        attempt.transaction(List.of(), () -> {
            attempt.record(attempt.order().direction(), -1);
            return true;
        });
        return new StepOutcome.Done(false, -1, 0, message);
    }

    private void demandFence() throws SQLException {
        long token = Rows.first(work, "SELECT token FROM rubicon.fence", row -> row.getLong(1)).orElse(fence);
        if (token != fence) {
            throw new Ending(new StepOutcome.Fenced(token));
        }
    }

    /** After a broken connection: the old backend is ended first, so that two can never work side by side. */
    private void reconnect() throws SQLException {
        if (!closed()) {
            return;
        }
        guard.end(pid);
        work = Connections.open(access, "rubicon run/" + run + " work", Duration.ZERO);
        pid = Rows.backendPid(work);
    }

    private boolean closed() {
        try {
            return work.isClosed();
        } catch (SQLException e) {
            return true;
        }
    }

    private Connection connect(String name) throws SQLException {
        Connection connection = Connections.open(access, name, Duration.ZERO);
        prepare(connection, name);
        return connection;
    }

    /** Whatever an earlier step set in the session, this one finds it as if new, and without inherited timeouts. */
    private static void prepare(Connection connection, String name) throws SQLException {
        Rows.execute(connection, "DISCARD ALL");
        Guard.rename(connection, name);
        Rows.first(connection, """
                SELECT set_config('statement_timeout', '0', false), set_config('lock_timeout', '0', false),
                       set_config('idle_in_transaction_session_timeout', '0', false),
                       set_config('idle_session_timeout', '0', false),
                       set_config('default_transaction_isolation', 'read committed', false),
                       set_config('default_transaction_read_only', 'off', false),
                       set_config('default_transaction_deferrable', 'off', false)""", row -> row.getString(1));
        noticeDeadClients(connection);
    }

    /** A backend whose worker is gone ends soon instead of at its statement's end; some systems cannot do it. */
    private static void noticeDeadClients(Connection connection) throws SQLException {
        try {
            Rows.execute(connection, "SET client_connection_check_interval = '2s'");
        } catch (SQLException e) {
            if (SqlStates.connectionLost(e)) {
                throw e;
            }
        }
    }

    @Override
    public List<List<@Nullable String>> query(String sql, Duration timeout) {
        return reading.query(live(), sql, timeout);
    }

    @Override
    public Catalog catalog() {
        return reading.catalog(live());
    }

    @Override
    public SchemaSnapshot snapshot() {
        return reading.snapshot(live());
    }

    @Override
    public List<LedgerRow> ledger(String plan) {
        return reading.ledger(live(), plan);
    }

    @Override
    public List<SetAside> aside(String plan, String step, Direction direction, long after, int limit) {
        return reading.aside(live(), plan, step, direction, after, limit);
    }

    @Override
    public boolean tried(String plan, String step) {
        try {
            return GivenUp.tried(live(), plan, step);
        } catch (SQLException e) {
            throw new TargetUnavailable(Connections.message(e, access), null);
        }
    }

    private Connection live() {
        try {
            reconnect();
            return work;
        } catch (SQLException e) {
            throw new TargetUnavailable(Connections.message(e, access), null);
        }
    }

    @Override
    public void close() {
        Connections.closeQuietly(work);
        guard.close();
    }
}
