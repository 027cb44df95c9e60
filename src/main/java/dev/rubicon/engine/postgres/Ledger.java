package dev.rubicon.engine.postgres;

import dev.rubicon.engine.Direction;
import dev.rubicon.engine.LedgerRow;
import dev.rubicon.engine.StepOrder;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The ledger on a target: append-only, one row per effect. */
final class Ledger {

    private static final String COLUMNS = "id, plan, revision, step, direction, rollout, run, checksum, at";

    private Ledger() {}

    /** The newest row of each step of a plan. */
    static List<LedgerRow> of(Connection connection, String plan) throws SQLException {
        return Rows.list(connection, """
                SELECT DISTINCT ON (step) %s
                FROM rubicon.ledger WHERE plan = ? ORDER BY step, id DESC""".formatted(COLUMNS), Ledger::row, plan);
    }

    static Optional<LedgerRow> newest(Connection connection, String plan, String step) throws SQLException {
        return Rows.first(connection, """
                SELECT %s
                FROM rubicon.ledger WHERE plan = ? AND step = ? ORDER BY id DESC LIMIT 1""".formatted(COLUMNS),
                Ledger::row, plan, step);
    }

    /** What the newest row of a step says of the rows changed, and by how many their number did; -1 and 0 where it does not. */
    record Effect(long rows, long rowChange) {}

    static Effect effect(Connection connection, String plan, String step) throws SQLException {
        // as JSON, since an older ledger may lack the column
        return Rows.first(connection, """
                SELECT rows, coalesce((to_jsonb(l) ->> 'row_change')::bigint, 0) FROM rubicon.ledger l
                WHERE plan = ? AND step = ? ORDER BY id DESC LIMIT 1""",
                row -> new Effect(row.getLong(1), row.getLong(2)), plan, step).orElse(new Effect(-1, 0));
    }

    /**
     * Writes in the transaction of the effect.
     *
     * @param rowChange rows that the step added to its table, negative where it took them away
     */
    static void write(Connection connection, StepOrder order, Direction direction, long fence, long rows,
            long rowChange)
            throws SQLException {
        boolean known = rowChange != 0 && LedgerSchema.hasColumn(connection, "ledger", "row_change");
        Rows.change(connection, """
                INSERT INTO rubicon.ledger
                    (plan, revision, digest, step, direction, rollout, run, attempt, fence, checksum, migration, rows%s)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?%s)""".formatted(known ? ", row_change" : "",
                known ? ", " + rowChange : ""), order.plan(), order.revision(), order.digest(),
                order.step(), direction.word(), order.rollout(), order.run(), order.attempt(), fence,
                order.checksum(), order.migration(), rows);
    }

    /** The same with the order's note, which only decisions of people have: an older ledger may lack the column. */
    static void writeNoted(Connection connection, StepOrder order, Direction direction, long fence)
            throws SQLException {
        Rows.change(connection, """
                INSERT INTO rubicon.ledger
                    (plan, revision, digest, step, direction, rollout, run, attempt, fence, checksum, migration, rows,
                     note)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, -1, ?)""", order.plan(), order.revision(), order.digest(),
                order.step(), direction.word(), order.rollout(), order.run(), order.attempt(), fence,
                order.checksum(), order.migration(), order.note());
    }

    private static LedgerRow row(ResultSet row) throws SQLException {
        return new LedgerRow(row.getLong("id"), row.getString("plan"), row.getInt("revision"), row.getString("step"),
                Direction.valueOf(row.getString("direction").toUpperCase(Locale.ROOT)), row.getLong("rollout"),
                row.getLong("run"), row.getString("checksum"), row.getObject("at", OffsetDateTime.class).toInstant());
    }
}
