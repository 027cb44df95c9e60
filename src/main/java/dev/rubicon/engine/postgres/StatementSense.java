package dev.rubicon.engine.postgres;

import dev.rubicon.engine.Reading;
import dev.rubicon.engine.Strain;
import dev.rubicon.engine.postgres.StatementTimes.Total;
import dev.rubicon.registry.BackfillLimit;
import java.sql.SQLException;
import java.time.Duration;
import java.util.AbstractMap.SimpleEntry;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The application's own latency, from pg_stat_statements: of what other roles run, against its time before. */
final class StatementSense implements Sense {

    private static final long EVERY = Duration.ofSeconds(5).toNanos();
    private static final String INSTEAD = "; or time a query of yours (" + BackfillLimit.PROBE.key() + ")";

    private @Nullable StatementTimes times;
    private long readAt;
    private double slower = 1;

    @Override
    public Reading read(Glance at) throws SQLException {
        Optional<String> function = Rows.first(at.connection(), """
                SELECT format('%I.pg_stat_statements(false)', n.nspname)
                FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace
                WHERE e.extname = 'pg_stat_statements'""", row -> row.getString(1));
        if (function.isEmpty()) {
            return absent("pg_stat_statements is not installed in this database");
        }
        if (!at.readsAll()) {
            return absent(GRANT);
        }
        StatementTimes known = times;
        if (known == null || at.nanos() - readAt >= EVERY) {
            Map<String, Total> now = read(at, function.get());
            if (now.isEmpty()) {
                return absent("no other role than Rubicon's own runs statements in this database");
            }
            slower = known == null ? 1 : known.slower(now);
            times = known == null ? new StatementTimes(now) : known;
            readAt = at.nanos();
        }
        return at.within(Strain.STATEMENTS, BackfillLimit.APPLICATION_LATENCY,
                limit -> Reading.slower(Strain.STATEMENTS, slower, limit));
    }

    /** Without the texts, which lie in a file. The most frequent ones are enough. */
    private static Map<String, Total> read(Glance at, String function) throws SQLException {
        return Rows.list(at.connection(), """
                SELECT userid || '/' || queryid, sum(calls), sum(total_exec_time) FROM %s
                WHERE dbid = (SELECT oid FROM pg_database WHERE datname = current_database())
                  AND userid <> current_user::regrole AND queryid IS NOT NULL
                GROUP BY 1 ORDER BY 2 DESC LIMIT 500""".formatted(function),
                row -> new SimpleEntry<>(row.getString(1), new Total(row.getLong(2), row.getDouble(3)))).stream()
                .collect(Collectors.toMap(SimpleEntry::getKey, SimpleEntry::getValue));
    }

    private static Reading absent(String why) {
        return new Reading.Absent(Strain.STATEMENTS, why + INSTEAD);
    }
}
