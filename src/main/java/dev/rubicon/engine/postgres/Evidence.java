package dev.rubicon.engine.postgres;

import dev.rubicon.engine.RowCount;
import dev.rubicon.engine.StepOrder;
import dev.rubicon.engine.facts.Identifiers;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a backfill noted when it began and ended, so that its result can be judged afterwards: between which transactions
 * its own ones lie, how many rows there were, and what the server had counted of everybody's writes.
 */
final class Evidence {

    /** The words under which comparisons remember their ranges. */
    static final List<String> COMPARISONS = List.of("compare", "compare again");
    private static final Duration COUNTING = Duration.ofSeconds(5);
    private static final Duration SERVER_COUNTS_WITHIN = Duration.ofSeconds(3);
    private static final Duration POLL = Duration.ofMillis(100);
    /** Beyond, the age of a transaction is no more what it was. */
    private static final long HORIZON = 2_000_000_000;

    private final Attempt attempt;
    private final Connection connection;
    private final BackfillTable table;
    private final StepOrder order;

    Evidence(Attempt attempt, BackfillTable table) {
        this.attempt = attempt;
        this.connection = attempt.work();
        this.table = table;
        this.order = attempt.order();
    }

    /**
     * Tuples that anybody ever inserted, updated and deleted, those of aborted transactions too.
     *
     * @param rows in the table now, or null where that was not asked or would have taken too long
     */
    record Counters(@Nullable Long rows, long inserted, long updated, long deleted) {

        long written() {
            return inserted + updated + deleted;
        }
    }

    /**
     * @param began no transaction of the backfill is older; null of a backfill that an earlier version began
     * @param swept when the last pass over the table began, all older ones had ended
     * @param ended no transaction of the backfill is younger
     * @param others tuples that others wrote meanwhile, or null where that is not known
     */
    record Noted(@Nullable Long began, @Nullable Long swept, @Nullable Long ended, @Nullable Long counted,
            @Nullable Long inserted, @Nullable Long deleted, @Nullable Long others) {

        static final Noted NOTHING = new Noted(null, null, null, null, null, null, null);
    }

    Counters counters() throws SQLException {
        return counters(order.countsRows() ? rows() : null);
    }

    /** The server's counters hold what a session did some time after its commits. */
    private Counters counters(@Nullable Long rows) throws SQLException {
        return Rows.first(connection, """
                SELECT coalesce(sum(pg_stat_get_tuples_inserted(oid)), 0)::bigint,
                       coalesce(sum(pg_stat_get_tuples_updated(oid)), 0)::bigint,
                       coalesce(sum(pg_stat_get_tuples_deleted(oid)), 0)::bigint
                FROM """ + BackfillTable.WITH_LEAVES,
                row -> new Counters(rows, row.getLong(1), row.getLong(2), row.getLong(3)), table.sql(), table.sql())
                .orElseThrow();
    }

    /** Null where the count takes longer than it may. ACCESS SHARE only. */
    private @Nullable Long rows() throws SQLException {
        try {
            timeout(COUNTING);
            return Rows.first(connection, "SELECT count(*) FROM " + table.sql(), row -> row.getLong(1)).orElseThrow();
        } catch (SQLException e) {
            if (SqlStates.cancelled(e)) {
                return null;
            }
            throw e;
        } finally {
            if (!connection.isClosed()) {
                timeout(Duration.ZERO);
            }
        }
    }

    private void timeout(Duration longest) throws SQLException {
        Rows.first(connection, "SELECT set_config('statement_timeout', ?, false)", row -> row.getString(1),
                longest.toMillis() + "ms");
    }

    /** What the server has counted of everybody's writes to some tables. */
    private record Writes(long written, long deleted) {}

    private Writes writes(Beside beside) throws SQLException {
        String[] names = beside.tables().toArray(String[]::new);
        return Rows.first(connection, """
                SELECT coalesce(sum(pg_stat_get_tuples_inserted(oid) + pg_stat_get_tuples_updated(oid)
                                    + pg_stat_get_tuples_deleted(oid)), 0)::bigint,
                       coalesce(sum(pg_stat_get_tuples_deleted(oid)), 0)::bigint
                FROM (SELECT to_regclass(name)::oid AS oid FROM unnest(?::text[]) AS name
                      UNION SELECT relid::oid FROM unnest(?::text[]) AS name, pg_partition_tree(to_regclass(name))
                      WHERE isleaf) AS parts""", row -> new Writes(row.getLong(1), row.getLong(2)), names, names)
                .orElseThrow();
    }

    /** In the transaction that begins the first pass, after {@link #begin}. */
    void begin(Beside beside) throws SQLException {
        if (beside.known() && remembersBeside()) {
            Writes writes = writes(beside);
            change("""
                    beside = CASE WHEN current_setting('track_counts')::boolean THEN %d END, beside_deleted = %d"""
                    .formatted(writes.written, writes.deleted));
        }
    }

    private boolean remembersBeside() throws SQLException {
        return LedgerSchema.hasColumn(connection, "backfill_evidence", "beside_deleted");
    }

    /** What others have done to these tables until now. The server has to count first what the backfill itself did. */
    Beside.Others others(Beside beside) throws SQLException {
        if (!beside.known() || !remembersBeside()) {
            return Beside.Others.UNKNOWN;
        }
        Optional<Writes> began = first("beside IS NOT NULL", "beside, beside_deleted",
                row -> new Writes(row.getLong(1), row.getLong(2)));
        if (began.isEmpty()) {
            return Beside.Others.UNKNOWN;
        }
        flushCounts();
        long end = System.nanoTime() + SERVER_COUNTS_WITHIN.toNanos();
        while (true) {
            Writes now = writes(beside);
            long written = now.written - began.get().written;
            if (written >= 0) {
                return new Beside.Others(written, now.deleted - began.get().deleted);
            }
            if (System.nanoTime() > end) {
                return Beside.Others.UNKNOWN;
            }
            attempt.rest(POLL, "nothing was running");
        }
    }

    private void flushCounts() throws SQLException {
        if (attempt.serverMajor() >= 15) {
            Rows.execute(connection, "SELECT pg_stat_force_next_flush()");
        }
    }

    /** In the transaction that begins the first pass; what was compared of an earlier one is worth nothing now. */
    void begin(Counters counters) throws SQLException {
        boolean counts = Rows.first(connection, "SELECT current_setting('track_counts')::boolean",
                row -> row.getBoolean(1)).orElse(false);
        Rows.change(connection, """
                INSERT INTO rubicon.backfill_evidence
                    (plan, step, direction, checksum, began_xid, swept_xid, counted, inserted, written, deleted, fence)
                VALUES (?, ?, ?, ?, pg_current_xact_id()::text::bigint,
                        pg_snapshot_xmin(pg_current_snapshot())::text::bigint, ?::bigint, ?::bigint, ?::bigint, ?::bigint, ?)
                ON CONFLICT (plan, step, direction) DO UPDATE SET
                    checksum = excluded.checksum, began_xid = excluded.began_xid, counted = excluded.counted,
                    inserted = excluded.inserted, written = excluded.written, deleted = excluded.deleted,
                    swept_xid = excluded.swept_xid, ended_xid = NULL, changed = NULL, others = NULL, side_effect = 0, fence = excluded.fence,
                    at = clock_timestamp()""", order.plan(), order.step(), order.direction().word(), order.checksum(),
                counters.rows, counts ? counters.inserted : null, counts ? counters.written() : null,
                counts ? counters.deleted : null, attempt.fence());
        for (String kind : COMPARISONS) {
            new RangeRows(connection, order, attempt.fence(), kind).remove();
        }
    }

    /** Of a backfill that was given up before it took effect. */
    static void forget(Connection connection, StepOrder order) throws SQLException {
        Rows.change(connection,
                "DELETE FROM rubicon.backfill_evidence WHERE plan = ? AND step = ? AND direction = 'forward'",
                order.plan(), order.step());
    }

    /** Before it is asked whether anything is left: whoever writes later may leave more. */
    void swept() throws SQLException {
        attempt.transaction(List.of(),
                () -> change("swept_xid = pg_snapshot_xmin(pg_current_snapshot())::text::bigint"));
    }

    /**
     * Rows that the transaction that is open has added to the table so far, triggers included, as an expression. The
     * server's count begins before the transaction: two of them are to be compared.
     */
    String ownWrites() throws SQLException {
        String parts = Rows.first(connection, """
                SELECT array_agg(oid)::text
                FROM """ + BackfillTable.WITH_LEAVES,
                row -> row.getString(1), table.sql(), table.sql()).orElseThrow();
        return """
                (SELECT sum(pg_stat_get_xact_tuples_inserted(part) - pg_stat_get_xact_tuples_deleted(part))::bigint
                 FROM unnest('%s'::oid[]) AS part)""".formatted(parts);
    }

    /** The statement that notes rows that came or went by a trigger, for the transaction of their batch. */
    String sideEffect(long rows) {
        return """
                UPDATE rubicon.backfill_evidence SET side_effect = side_effect + %d
                WHERE plan = %s AND step = %s AND direction = %s""".formatted(rows, Identifiers.literal(order.plan()),
                Identifiers.literal(order.step()), Identifiers.literal(order.direction().word()));
    }

    /** Rows that came or went by triggers. */
    long sideEffects() throws SQLException {
        return first("true", "side_effect", row -> row.getLong(1)).orElse(0L);
    }

    /**
     * In the transaction that ends it.
     *
     * @param changed rows of the table
     * @param copied rows into another one
     */
    void ended(long changed, long copied) throws SQLException {
        change("ended_xid = pg_current_xact_id()::text::bigint, changed = " + changed);
        if (copied > 0 && remembersBeside()) {
            change("beside = beside + " + copied);
        }
    }

    private long change(String assignments) throws SQLException {
        return Rows.change(connection, """
                UPDATE rubicon.backfill_evidence SET %s, fence = ?, at = clock_timestamp()
                WHERE plan = ? AND step = ? AND direction = ? AND checksum = ?""".formatted(assignments),
                attempt.fence(), order.plan(), order.step(), order.direction().word(), order.checksum());
    }

    /** What is known of the order's step; the first time after its end, the writes of others are counted. */
    Noted noted() throws SQLException {
        Optional<Unsettled> unsettled = first("others IS NULL AND written IS NOT NULL AND changed IS NOT NULL",
                "written, changed", row -> new Unsettled(row.getLong(1), row.getLong(2)));
        if (unsettled.isPresent()) {
            long others = othersSince(unsettled.get());
            attempt.transaction(List.of(), () -> change("others = " + others));
        }
        return first("pg_snapshot_xmax(pg_current_snapshot())::text::bigint - began_xid < " + HORIZON,
                "began_xid, swept_xid, ended_xid, counted, inserted, deleted, nullif(others, -1)",
                row -> new Noted(number(row, 1), number(row, 2), number(row, 3), number(row, 4), number(row, 5),
                        number(row, 6), number(row, 7)))
                .orElse(Noted.NOTHING);
    }

    private record Unsettled(long written, long changed) {}

    /** Waits until the server has counted what the backfill itself did; -1 where it does not come to that. */
    private long othersSince(Unsettled backfill) throws SQLException {
        flushCounts();
        long end = System.nanoTime() + SERVER_COUNTS_WITHIN.toNanos();
        while (true) {
            long others = counters(null).written() - backfill.written - backfill.changed;
            if (others >= 0 || System.nanoTime() > end) {
                return Math.max(-1, others);
            }
            attempt.rest(POLL, "nothing was running");
        }
    }

    /** @param own rows that the step itself added or took away */
    RowCount rowCount(long own) throws SQLException {
        Noted noted = noted();
        Counters now = attempt.patiently(table.sql(), () -> counters(noted.counted == null ? null : rows()));
        return new RowCount(own, noted.counted, now.rows,
                noted.inserted == null ? null : Long.valueOf(now.inserted - noted.inserted),
                noted.deleted == null ? null : Long.valueOf(now.deleted - noted.deleted));
    }

    private <T> Optional<T> first(String condition, String columns, Rows.Reader<T> reader) throws SQLException {
        return Rows.first(connection, """
                SELECT %s FROM rubicon.backfill_evidence
                WHERE plan = ? AND step = ? AND direction = ? AND checksum = ? AND %s""".formatted(columns, condition),
                reader, order.plan(), order.step(), order.direction().word(), order.checksum());
    }

    private static @Nullable Long number(ResultSet row, int column) throws SQLException {
        long number = row.getLong(column);
        return row.wasNull() ? null : number;
    }
}
