package dev.rubicon.chaos;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;

/** A row of a target's ledger, read by the checker's own SQL. */
record LedgerLine(long id, String step, String direction, long rollout, long run, int attempt, long fence, long rows,
        Instant at) {

    /** The lines about a plan, oldest first; none where Rubicon never came. */
    static List<LedgerLine> of(Connection connection, String plan) throws SQLException {
        if (Place.count(connection, "SELECT count(*) FROM pg_class WHERE oid = to_regclass('rubicon.ledger')") == 0) {
            return List.of();
        }
        return Place.rows(connection, """
                SELECT id, step, direction, rollout, run, attempt, fence, rows, (extract(epoch FROM at) * 1000)::bigint
                FROM rubicon.ledger WHERE plan = ? ORDER BY id""", plan).stream()
                .map(row -> new LedgerLine(Long.parseLong(row.get(0)), row.get(1), row.get(2),
                        Long.parseLong(row.get(3)), Long.parseLong(row.get(4)), Integer.parseInt(row.get(5)),
                        Long.parseLong(row.get(6)), Long.parseLong(row.get(7)),
                        Instant.ofEpochMilli(Long.parseLong(row.get(8)))))
                .toList();
    }

    boolean back() {
        return direction.equals("rollback");
    }
}
