package dev.rubicon.engine.postgres;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How far a backend is, in the server's own words and counts.
 *
 * @param total null while unknown
 */
record ServerProgress(String phase, long done, @Nullable Long total, String unit) {

    private static final String TRANSACTIONS = "transactions";

    /** Reads shared memory only: no lock is taken on what the backend works on. */
    private static final String SELECT = """
            SELECT phase,
                   CASE WHEN phase LIKE 'waiting%' THEN lockers_done
                        WHEN phase LIKE '%tuples%' THEN tuples_done ELSE blocks_done END AS done,
                   CASE WHEN phase LIKE 'waiting%' THEN lockers_total
                        WHEN phase LIKE '%tuples%' THEN tuples_total ELSE blocks_total END AS total,
                   CASE WHEN phase LIKE 'waiting%' THEN 'transactions'
                        WHEN phase LIKE '%tuples%' THEN 'rows' ELSE 'blocks' END AS unit
            FROM pg_stat_progress_create_index WHERE pid = ?
            UNION ALL
            SELECT 'vacuum: ' || phase,
                   CASE phase WHEN 'vacuuming heap' THEN heap_blks_vacuumed ELSE heap_blks_scanned END,
                   heap_blks_total, 'blocks'
            FROM pg_stat_progress_vacuum WHERE pid = ?
            UNION ALL
            SELECT 'analyze: ' || phase, sample_blks_scanned, sample_blks_total, 'blocks'
            FROM pg_stat_progress_analyze WHERE pid = ?
            UNION ALL
            SELECT lower(command) || ': ' || phase, heap_blks_scanned, heap_blks_total, 'blocks'
            FROM pg_stat_progress_cluster WHERE pid = ?
            UNION ALL
            SELECT lower(command), bytes_processed, bytes_total, 'bytes'
            FROM pg_stat_progress_copy WHERE pid = ?
            LIMIT 1""";

    /** Whether what is counted are transactions of others. */
    boolean waits() {
        return unit.equals(TRANSACTIONS);
    }

    static Optional<ServerProgress> of(Connection connection, int pid) throws SQLException {
        return Rows.first(connection, SELECT, row -> {
            long total = row.getLong("total");
            return new ServerProgress(row.getString("phase"), row.getLong("done"), total > 0 ? total : null,
                    row.getString("unit"));
        }, pid, pid, pid, pid, pid);
    }
}
