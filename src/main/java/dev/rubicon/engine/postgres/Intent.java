package dev.rubicon.engine.postgres;

import dev.rubicon.engine.StepOrder;
import java.sql.SQLException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What was there before a statement that takes no transaction: written before it runs, so that after a crash the
 * catalogs tell whose work they show.
 *
 * @param object what the statement is about, to be read by people
 * @param present whether the object was there
 * @param oid of the object then, or 0; for a partitioned index the one that is being filled
 * @param definition of the object then, or null
 */
record Intent(String object, boolean present, long oid, @Nullable String definition) {

    static Intent absent(String object) {
        return new Intent(object, false, 0, null);
    }

    static Intent before(String object, @Nullable IndexFacts index) {
        return index == null ? absent(object) : new Intent(object, true, index.oid(), index.definition());
    }

    static Optional<Intent> find(Attempt attempt) throws SQLException {
        StepOrder order = attempt.order();
        return Rows.first(attempt.work(), """
                SELECT object, present, coalesce(oid::bigint, 0), definition FROM rubicon.index_intent
                WHERE plan = ? AND step = ? AND direction = ? AND checksum = ?""",
                row -> new Intent(row.getString(1), row.getBoolean(2), row.getLong(3), row.getString(4)),
                order.plan(), order.step(), order.direction().word(), order.checksum());
    }

    /** Writes in the transaction that is open, which holds the fence; an intent of other work of this step gives way. */
    void write(Attempt attempt) throws SQLException {
        StepOrder order = attempt.order();
        remove(attempt);
        Rows.change(attempt.work(), """
                INSERT INTO rubicon.index_intent
                    (plan, step, direction, checksum, fence, object, present, oid, definition)
                VALUES (?, ?, ?, ?, ?, ?, ?, nullif(?, 0)::oid, ?)""", order.plan(), order.step(),
                order.direction().word(), order.checksum(), attempt.fence(), object, present, oid, definition);
    }

    static void remove(Attempt attempt) throws SQLException {
        StepOrder order = attempt.order();
        Rows.change(attempt.work(), "DELETE FROM rubicon.index_intent WHERE plan = ? AND step = ? AND direction = ?",
                order.plan(), order.step(), order.direction().word());
    }
}
