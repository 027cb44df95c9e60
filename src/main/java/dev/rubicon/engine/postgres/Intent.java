package dev.rubicon.engine.postgres;

import dev.rubicon.engine.StepOrder;
import java.sql.SQLException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What was there before a statement that takes no transaction: written before it runs, so that after a crash the
 * catalogs tell whose work they show.
 *
 * @param present whether the object was there
 * @param oid of the object then, or 0
 */
record Intent(boolean present, long oid) {

    static Optional<Intent> find(Attempt attempt) throws SQLException {
        StepOrder order = attempt.order();
        return Rows.first(attempt.work(), """
                SELECT present, coalesce(oid::bigint, 0) FROM rubicon.index_intent
                WHERE plan = ? AND step = ? AND direction = ? AND checksum = ?""",
                row -> new Intent(row.getBoolean(1), row.getLong(2)), order.plan(), order.step(),
                order.direction().word(), order.checksum());
    }

    /** Writes in the transaction that is open, which holds the fence; an intent of other work of this step gives way. */
    static void write(Attempt attempt, String object, @Nullable IndexFacts before) throws SQLException {
        StepOrder order = attempt.order();
        remove(attempt);
        Rows.change(attempt.work(), """
                INSERT INTO rubicon.index_intent
                    (plan, step, direction, checksum, fence, object, present, oid, definition)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?::oid, ?)""", order.plan(), order.step(), order.direction().word(),
                order.checksum(), attempt.fence(), object, before != null, before == null ? null : before.oid(),
                before == null ? null : before.definition());
    }

    static void remove(Attempt attempt) throws SQLException {
        StepOrder order = attempt.order();
        Rows.change(attempt.work(), "DELETE FROM rubicon.index_intent WHERE plan = ? AND step = ? AND direction = ?",
                order.plan(), order.step(), order.direction().word());
    }
}
