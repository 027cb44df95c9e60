package dev.rubicon.engine.postgres;

import dev.rubicon.engine.DryRun;
import dev.rubicon.engine.Holder;
import dev.rubicon.engine.RangeWork.Range;
import dev.rubicon.engine.postgres.RangeRows.Stored;
import dev.rubicon.plan.Work;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Tries batches of a backfill, each in a transaction that is rolled back, with the statements that a run would use: one at
 * the beginning of the table, one in the middle and one at the end, for old rows and new ones may be of another kind.
 */
final class BackfillTrial {

    private static final int RANGES = 64;
    private static final long ROWS = 1_000;
    private static final Duration COUNTING = Duration.ofSeconds(3);
    private static final Duration BATCH = Duration.ofSeconds(5);
    /** No such table, column, function, schema or type. */
    private static final Set<String> MISSING = Set.of("42P01", "42703", "42883", "3F000", "42704");
    private static final double QUICKER = 0.5;
    private static final double SLOWER = 2.5;

    private final Connection connection;
    private final Work.Backfill work;
    private final Duration stallBudget;
    private final BackfillTable table;
    private final BackfillText text;
    private final TrialWarnings warnings;

    BackfillTrial(Connection connection, Fragments fragments, Work.Backfill work, Duration stallBudget)
            throws SQLException {
        this.connection = connection;
        this.work = work;
        this.stallBudget = stallBudget;
        limit(BATCH);
        try {
            this.table = BackfillTable.of(connection, fragments.table("table", work.table()), work);
            demandColumns();
            this.text = BackfillText.of(connection, fragments, work, table, null);
        } catch (Fragments.Refused e) {
            throw Ending.failed("syntax-error", String.valueOf(e.getMessage()));
        } catch (SQLException e) {
            throw held(e);
        }
        this.warnings = new TrialWarnings(connection, table, work);
    }

    /** Words before the server's message, where what is missing may come with an earlier phase. */
    static String missing(SQLException e) {
        return e.getSQLState() != null && MISSING.contains(e.getSQLState())
                ? "Something that the backfill needs is not there; if an earlier phase makes it, run that first: "
                : "";
    }

    private void limit(Duration timeout) throws SQLException {
        Rows.first(connection,
                """
                SELECT set_config('statement_timeout', ?, false), set_config('lock_timeout', ?, false),
                       set_config('idle_in_transaction_session_timeout', '2s', false), set_config('jit', 'off', false)""",
                row -> row.getString(1), timeout.toMillis() + "ms", Math.max(1, stallBudget.toMillis()) + "ms");
    }

    private void demandColumns() throws SQLException {
        if (work.into() != null) {
            return;
        }
        List<String> missing = Rows.list(connection, """
                SELECT name FROM unnest(?::text[]) AS name
                WHERE NOT EXISTS (SELECT FROM pg_attribute WHERE attrelid = to_regclass(?) AND attname = name
                                  AND attnum > 0 AND NOT attisdropped)""", row -> row.getString(1),
                work.set().keySet().toArray(String[]::new), table.sql());
        if (!missing.isEmpty()) {
            throw Ending.failed("column-missing",
                    "%s has no column %s yet: the phase that adds it has not run there. A dry "
                            .formatted(table.sql(), String.join(", ", missing))
                            + "run needs the structure that the backfill works on");
        }
    }

    DryRun run() throws SQLException {
        Passes passes = new Passes(connection, table, text);
        String walk = passes.firstWalk();
        if (text.needsWhere(walk.equals("block"))) {
            throw Ending.failed("where-missing",
                    "The backfill needs a 'where' that is false for a row once it is changed: "
                            + "rows move here while they are changed");
        }
        List<Stored> ranges = passes.cut(walk, RANGES);
        TrialCounts counts = new TrialCounts(connection, table, text, () -> limit(COUNTING));
        TrialCounts.Counted rows = counts.rows();
        TrialCounts.@Nullable Counted matching = counts.matching(rows);
        limit(BATCH);
        DryRun.Tried tried = tried(passes, ranges.stream().map(Stored::range).toList());
        Double seconds = tried == null || tried.looked() == 0
                ? null
                : Double.valueOf((double) tried.millis() / 1000 / tried.looked() * rows.number() / work.lanes());
        warnings.beforehand();
        return new DryRun(walk, passes.why(walk), ranges.size(), rows.number(), rows.exact(),
                matching == null ? null : Long.valueOf(matching.number()), matching != null && matching.exact(), tried,
                seconds == null ? null : Long.valueOf((long) Math.floor(seconds * QUICKER)),
                seconds == null ? null : Long.valueOf((long) Math.ceil(seconds * SLOWER)), warnings.all());
    }

    /** Together; one that speaks against the run is enough. */
    private DryRun.@Nullable Tried tried(Passes passes, List<Range> ranges) throws SQLException {
        DryRun.@Nullable Tried all = null;
        int warned = warnings.all().size();
        for (int place : IntStream.of(0, ranges.size() / 2, ranges.size() - 1).distinct()
                .filter(each -> each >= 0 && each < ranges.size()).toArray()) {
            DryRun.Tried one = batch(passes, ranges.get(place));
            all = one == null ? all : all == null ? one : all.and(one);
            if (warnings.all().size() > warned) {
                break;
            }
        }
        if (all != null) {
            // a run thins blocks out first, and one batch alone cannot show what that spares
            warnings.tried(all.changed(), text.thins() ? all.changed() : all.hot());
        }
        return all;
    }

    private DryRun.@Nullable Tried batch(Passes passes, Range range) throws SQLException {
        Walk walk = passes.walk(range);
        connection.setAutoCommit(false);
        try {
            Walk.Next next = walk.next(connection, range.after(), range.until(), ROWS);
            long wal = wal();
            long hot = hot();
            long began = System.nanoTime();
            long changed = 0;
            for (String sql : text.batch(walk, range.after(), next.upTo(), false, null, true)) {
                changed += change(sql);
            }
            // what is put off to the commit would otherwise never be seen here
            Rows.execute(connection, "SET CONSTRAINTS ALL IMMEDIATE");
            long millis = Math.max(1, Duration.ofNanos(System.nanoTime() - began).toMillis());
            long after = wal();
            return new DryRun.Tried(Math.max(next.rows(), changed), changed, millis,
                    wal < 0 || after < wal ? null : Long.valueOf(after - wal), Math.max(0, hot() - hot));
        } catch (SQLException e) {
            return refused(e);
        } finally {
            if (!connection.isClosed()) {
                connection.rollback();
                connection.setAutoCommit(true);
            }
        }
    }

    private long change(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.setEscapeProcessing(false);
            if (!statement.execute(sql)) {
                return statement.getLargeUpdateCount();
            }
            ResultSet row = statement.getResultSet();
            row.next();
            warnings.stillMatching(row.getLong(2), row.getString(3));
            return row.getLong(1);
        }
    }

    /** A batch that cannot be done says something about the run too. */
    private DryRun.@Nullable Tried refused(SQLException e) throws SQLException {
        if (MISSING.contains(String.valueOf(e.getSQLState())) || SqlStates.connectionLost(e)) {
            throw e;
        }
        connection.rollback();
        warnings.add(SqlStates.lockRefused(e)
                ? "The batch did not get its locks within " + stallBudget.toMillis() + " ms" + holders()
                : SqlStates.cancelled(e)
                        ? "The batch took longer than " + BATCH.toSeconds() + " s; a run would make smaller ones"
                        : "The batch was refused: " + e.getMessage()
                                + ". A run would look for the row that causes it, and "
                                + "set it aside");
        return null;
    }

    private SQLException held(SQLException e) throws SQLException {
        if (SqlStates.lockRefused(e)) {
            throw Ending.failed("locked", work.table() + " cannot be read now: its lock was not to be had within "
                    + stallBudget.toMillis() + " ms. Try again when whoever holds it is done");
        }
        return e;
    }

    private String holders() throws SQLException {
        List<Holder> holders = new Guard(connection).holding(List.of(table.sql()), Rows.backendPid(connection));
        return holders.isEmpty()
                ? ""
                : "; these hold some on the table: " + holders.stream().limit(3)
                        .map(holder -> "pid %d (%s), %s".formatted(holder.pid(), holder.words(), holder.mode()))
                        .collect(Collectors.joining("; "));
    }

    /** On a role that may not ask, and on a server in recovery, it is not known. */
    private long wal() throws SQLException {
        return Rows.first(connection, """
                SELECT CASE WHEN has_function_privilege('pg_current_wal_insert_lsn()', 'EXECUTE')
                                 AND NOT pg_is_in_recovery()
                            THEN pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0') ELSE -1 END""",
                row -> row.getLong(1)).orElse(-1L);
    }

    /** Of this session so far, batches before among them, for what was rolled back counts too; the server may begin anew. */
    private long hot() throws SQLException {
        return Rows.first(connection, """
                SELECT coalesce(sum(pg_stat_get_xact_tuples_hot_updated(oid)), 0)::bigint
                FROM """ + BackfillTable.WITH_LEAVES,
                row -> row.getLong(1), table.sql(), table.sql()).orElse(0L);
    }
}
