package dev.rubicon.engine.postgres;

import dev.rubicon.engine.Direction;
import dev.rubicon.engine.SetAside;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.List;

/** The rows that backfills have set aside, for readers. */
final class AsideRows {

    private static final String TABLE_IS_THERE = "SELECT to_regclass('rubicon.backfill_quarantine') IS NOT NULL";

    private AsideRows() {}

    /** Those of the backfill under way, and all that were accepted; what an older text left behind counts no more. */
    static List<SetAside> of(Connection connection, String plan, String step, Direction direction, long after,
            int limit) throws SQLException {
        if (!Rows.first(connection, TABLE_IS_THERE, row -> row.getBoolean(1)).orElse(false)) {
            return List.of();
        }
        return Rows.list(connection, """
                SELECT id, relation, key, error, sqlstate, accepted, run, at FROM rubicon.backfill_quarantine q
                WHERE plan = ? AND step = ? AND direction = ? AND id > ?
                  AND (accepted IS NOT NULL OR EXISTS (SELECT FROM rubicon.backfill_cursor c
                       WHERE c.plan = q.plan AND c.step = q.step AND c.direction = q.direction
                         AND c.checksum = q.checksum))
                ORDER BY id LIMIT ?""", AsideRows::row, plan, step, direction.word(), after, limit);
    }

    private static SetAside row(ResultSet row) throws SQLException {
        return new SetAside(row.getLong("id"), row.getString("relation"),
                List.of((String[]) row.getArray("key").getArray()), row.getString("error"), row.getString("sqlstate"),
                row.getString("accepted"), row.getLong("run"), row.getObject("at", OffsetDateTime.class).toInstant());
    }
}
