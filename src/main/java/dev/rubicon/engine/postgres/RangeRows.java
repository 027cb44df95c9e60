package dev.rubicon.engine.postgres;

import dev.rubicon.engine.Direction;
import dev.rubicon.engine.RangeWork.Range;
import dev.rubicon.engine.StepOrder;
import dev.rubicon.engine.facts.Identifiers;
import java.sql.Array;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What the target remembers of a backfill: its ranges, each advanced in the transactions of its own batches, so that after
 * a crash no batch is repeated or lost; and the rows that were set aside.
 */
final class RangeRows {

    /** The word under which the rows changed by a backfill that was given up are remembered. */
    private static final String GIVEN_UP = "given up";

    private final Connection connection;
    private final StepOrder order;
    private final long fence;
    private final String kind;

    RangeRows(Connection connection, StepOrder order, long fence) {
        this(connection, order, fence, order.direction().word());
    }

    /** @param kind the word under which the ranges are remembered, where they are not those of the order's own work */
    RangeRows(Connection connection, StepOrder order, long fence, String kind) {
        this.connection = connection;
        this.order = order;
        this.fence = fence;
        this.kind = kind;
    }

    /**
     * @param walk of the first pass
     * @param pass 1 for the copy, higher for the sweeps after it
     * @param before rows changed in earlier passes
     * @param old the one range of a backfill that an earlier version of Rubicon began
     */
    record Head(String walk, int pass, long before, @Nullable Stored old) {}

    /** A range with what only we need to know of it. */
    record Stored(Range range, long filenode, long changed, boolean done) {}

    /** The backfill of this very text, if it was begun. */
    Optional<Head> head() throws SQLException {
        return Rows.first(connection, """
                SELECT walk, pass, changed, position, until, scanned, filenode FROM rubicon.backfill_cursor
                WHERE plan = ? AND step = ? AND direction = ? AND checksum = ?""", row -> {
            List<String> until = List.of((String[]) row.getArray(5).getArray());
            Stored old = until.isEmpty()
                    ? null
                    : new Stored(new Range(1, "", row.getString(1), texts(row.getArray(4)), until, -1,
                            row.getLong(6)), row.getLong(7), 0, until.equals(texts(row.getArray(4))));
            return new Head(row.getString(1), row.getInt(2), row.getLong(3), old);
        }, order.plan(), order.step(), kind, order.checksum());
    }

    List<Stored> ranges() throws SQLException {
        return Rows.list(connection, """
                SELECT number, relation, walk, position, until, expected, scanned, filenode, changed, done
                FROM rubicon.backfill_range WHERE plan = ? AND step = ? AND direction = ? ORDER BY number""",
                row -> new Stored(new Range(row.getInt(1), row.getString(2), row.getString(3),
                        texts(row.getArray(4)), List.of((String[]) row.getArray(5).getArray()), row.getLong(6),
                        row.getLong(7)), row.getLong(8), row.getLong(9), row.getBoolean(10)),
                order.plan(), order.step(), kind);
    }

    private static @Nullable List<String> texts(@Nullable Array array) throws SQLException {
        return array == null ? null : List.of((String[]) array.getArray());
    }

    /** Begins a pass, in the transaction that is open. */
    void begin(Head head, List<Stored> ranges) throws SQLException {
        Rows.change(connection, """
                INSERT INTO rubicon.backfill_cursor
                    (plan, step, direction, rollout, checksum, fence, walk, filenode, pass, position, until, scanned,
                     changed)
                VALUES (?, ?, ?, ?, ?, ?, ?, 0, ?, NULL, '{}', 0, ?)
                ON CONFLICT (plan, step, direction) DO UPDATE SET
                    rollout = excluded.rollout, checksum = excluded.checksum, fence = excluded.fence,
                    walk = excluded.walk, pass = excluded.pass, position = NULL, until = '{}', scanned = 0,
                    changed = excluded.changed, at = clock_timestamp()""", order.plan(), order.step(),
                kind, order.rollout(), order.checksum(), fence, head.walk, head.pass, head.before);
        removeFrom("backfill_range", kind);
        for (Stored stored : ranges) {
            add(stored);
        }
    }

    void add(Stored stored) throws SQLException {
        Range range = stored.range;
        List<String> after = range.after();
        Rows.change(connection, """
                INSERT INTO rubicon.backfill_range
                    (plan, step, direction, number, relation, walk, filenode, position, until, expected, scanned, changed,
                     done, fence)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""", order.plan(), order.step(),
                kind, range.number(), range.relation(), range.walk(), stored.filenode,
                after == null ? null : after.toArray(String[]::new), range.until().toArray(String[]::new),
                range.expected(), range.scanned(), stored.changed, stored.done, fence);
    }

    /** Holds the row of a range until the transaction's end, so that what advances it cannot miss it. */
    String hold(Range range) {
        return "SELECT number FROM rubicon.backfill_range WHERE %s FOR NO KEY UPDATE".formatted(is(range));
    }

    /** The statement that advances a range. */
    String advance(Range range, Walk.Next next, long scanned, long changed) {
        return """
                UPDATE rubicon.backfill_range
                SET position = ARRAY[%s]::text[], scanned = scanned + %d, changed = changed + %d, done = %s, fence = %d,
                    at = clock_timestamp()
                WHERE %s""".formatted(
                next.upTo().stream().map(Identifiers::literal).collect(Collectors.joining(", ")), scanned, changed,
                next.last(), fence, is(range));
    }

    private String is(Range range) {
        return "plan = %s AND step = %s AND direction = %s AND number = %d".formatted(
                Identifiers.literal(order.plan()), Identifiers.literal(order.step()),
                Identifiers.literal(kind), range.number());
    }

    /** Forgets the backfill, in the transaction that is open; rows that stay set aside by decision are kept. */
    void remove(Direction direction) throws SQLException {
        removeFrom("backfill_range", direction.word());
        removeFrom("backfill_cursor", direction.word());
        Rows.change(connection, """
                DELETE FROM rubicon.backfill_quarantine
                WHERE plan = ? AND step = ? AND direction = ? AND accepted IS NULL""", order.plan(), order.step(),
                direction.word());
    }

    /** Remembers, in the transaction that is open, how many rows a backfill has changed that is given up. */
    void giveUp(long changed) throws SQLException {
        new RangeRows(connection, order, fence, GIVEN_UP).begin(new Head("", 0, changed, null), List.of());
    }

    /** How many rows an earlier try of the step, of whatever text, changed before it was given up. */
    Optional<Long> givenUp() throws SQLException {
        return Rows.first(connection,
                "SELECT changed FROM rubicon.backfill_cursor WHERE plan = ? AND step = ? AND direction = ?",
                row -> row.getLong(1), order.plan(), order.step(), GIVEN_UP);
    }

    /** Forgets the ranges, in the transaction that is open. */
    void remove() throws SQLException {
        removeFrom("backfill_range", kind);
        removeFrom("backfill_cursor", kind);
    }

    private void removeFrom(String name, String kind) throws SQLException {
        Rows.change(connection, "DELETE FROM rubicon." + name + " WHERE plan = ? AND step = ? AND direction = ?",
                order.plan(), order.step(), kind);
    }

    /** @param key of the row, or its ctid in a table without one */
    record Aside(long id, String relation, List<String> key, String error, boolean accepted) {}

    List<Aside> aside() throws SQLException {
        return Rows.list(connection, """
                SELECT id, relation, key, error, accepted IS NOT NULL FROM rubicon.backfill_quarantine
                WHERE plan = ? AND step = ? AND direction = ? AND checksum = ? ORDER BY id""",
                row -> new Aside(row.getLong(1), row.getString(2),
                        List.of((String[]) row.getArray(3).getArray()), row.getString(4), row.getBoolean(5)),
                order.plan(), order.step(), kind, order.checksum());
    }

    /** All rows set aside until now may stay as they are, in the transaction that is open. */
    void accept(String note) throws SQLException {
        Rows.change(connection, """
                UPDATE rubicon.backfill_quarantine SET accepted = ?
                WHERE plan = ? AND step = ? AND direction = ? AND checksum = ? AND accepted IS NULL""", note,
                order.plan(),
                order.step(), kind, order.checksum());
    }

    /** The condition that a row of the table was not set aside. */
    String notAside(BackfillTable table) {
        return """
                NOT EXISTS (SELECT FROM rubicon.backfill_quarantine rubicon_aside
                              WHERE rubicon_aside.plan = %s AND rubicon_aside.step = %s
                                AND rubicon_aside.direction = %s AND rubicon_aside.checksum = %s
                                AND rubicon_aside.table_oid = %s.tableoid AND rubicon_aside.key = ARRAY[%s])"""
                .formatted(Identifiers.literal(order.plan()), Identifiers.literal(order.step()),
                        Identifiers.literal(kind), Identifiers.literal(order.checksum()),
                        table.name(), keyOf(table));
    }

    /** The key of a row as text, or its ctid in a table without one. */
    private static String keyOf(BackfillTable table) {
        return table.key().isEmpty()
                ? table.name() + ".ctid::text"
                : table.key().stream().map(column -> table.name() + "." + Identifiers.quote(column.name()) + "::text")
                        .collect(Collectors.joining(", "));
    }

    /** The statement that sets the rows of a condition aside. */
    String setAside(BackfillTable table, Walk walk, String condition, String error, @Nullable String sqlState) {
        return """
                INSERT INTO rubicon.backfill_quarantine
                    (plan, step, direction, checksum, rollout, run, relation, table_oid, key, error, sqlstate, fence)
                SELECT %s, %s, %s, %s, %d, %d, %s, %s.tableoid, ARRAY[%s], %s, %s, %d
                FROM %s WHERE %s
                ON CONFLICT (plan, step, direction, table_oid, key) DO UPDATE SET
                    checksum = excluded.checksum, rollout = excluded.rollout, run = excluded.run,
                    error = excluded.error, sqlstate = excluded.sqlstate, fence = excluded.fence,
                    accepted = NULL, at = clock_timestamp()""".formatted(
                Identifiers.literal(order.plan()), Identifiers.literal(order.step()),
                Identifiers.literal(kind), Identifiers.literal(order.checksum()), order.rollout(),
                order.run(), Identifiers.literal(walk.part().relation()), table.name(), keyOf(table),
                Identifiers.literal(error), sqlState == null ? "NULL" : Identifiers.literal(sqlState), fence,
                walk.source(), condition);
    }

    /** Rows set aside are to be tried again, in the transaction that is open. */
    void forgetAside(List<Aside> rows) throws SQLException {
        Long[] ids = rows.stream().map(Aside::id).toArray(Long[]::new);
        Rows.change(connection, "DELETE FROM rubicon.backfill_quarantine WHERE id = ANY (?)", (Object) ids);
    }
}
