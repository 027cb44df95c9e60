package dev.rubicon.engine.postgres;

import dev.rubicon.engine.StepOrder;
import java.sql.Array;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where a backfill stands: written in the transaction of each batch, so that after a crash no batch is repeated or lost.
 *
 * @param filenode of the table when its blocks were walked
 * @param pass 1 for the walk, higher for the sweeps after it
 * @param position the last one done in this pass, or null at its beginning
 * @param until the last one of this pass
 * @param scanned units looked at in this pass
 * @param changed rows changed in all passes
 */
record Cursor(String walk, long filenode, int pass, @Nullable List<String> position, List<String> until, long scanned,
        long changed) {

    Cursor after(Walk.Range range, long rows) {
        return new Cursor(walk, filenode, pass, range.upTo(), until, scanned + range.scanned(), changed + rows);
    }

    Cursor nextPass(List<String> newUntil) {
        return new Cursor(walk, filenode, pass + 1, null, newUntil, 0, changed);
    }

    /** The cursor of this very work, if it was begun. */
    static Optional<Cursor> find(Connection connection, StepOrder order) throws SQLException {
        return Rows.first(connection, """
                SELECT walk, filenode, pass, position, until, scanned, changed FROM rubicon.backfill_cursor
                WHERE plan = ? AND step = ? AND direction = ? AND checksum = ?""",
                row -> new Cursor(row.getString(1), row.getLong(2), row.getInt(3), texts(row.getArray(4)),
                        List.of((String[]) row.getArray(5).getArray()), row.getLong(6), row.getLong(7)),
                order.plan(), order.step(), order.direction().word(), order.checksum());
    }

    private static @Nullable List<String> texts(@Nullable Array array) throws SQLException {
        return array == null ? null : List.of((String[]) array.getArray());
    }

    /** Writes in the transaction that is open, which holds the fence. */
    void write(Connection connection, StepOrder order, long fence) throws SQLException {
        Rows.change(connection, """
                INSERT INTO rubicon.backfill_cursor
                    (plan, step, direction, rollout, checksum, fence, walk, filenode, pass, position, until, scanned,
                     changed)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT (plan, step, direction) DO UPDATE SET
                    rollout = excluded.rollout, checksum = excluded.checksum, fence = excluded.fence,
                    walk = excluded.walk, filenode = excluded.filenode, pass = excluded.pass,
                    position = excluded.position, until = excluded.until, scanned = excluded.scanned,
                    changed = excluded.changed, at = clock_timestamp()""", order.plan(), order.step(),
                order.direction().word(), order.rollout(), order.checksum(), fence, walk, filenode, pass,
                position == null ? null : position.toArray(String[]::new), until.toArray(String[]::new), scanned,
                changed);
    }

    static void remove(Connection connection, StepOrder order, String direction) throws SQLException {
        Rows.change(connection, "DELETE FROM rubicon.backfill_cursor WHERE plan = ? AND step = ? AND direction = ?",
                order.plan(), order.step(), direction);
    }
}
