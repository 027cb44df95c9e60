package dev.rubicon.engine.postgres;

import dev.rubicon.engine.StepOutcome;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * Looks into {@code pg_locks} whether a plan's locks are to be had, before a transaction is begun for them in vain. It
 * remembers how long it has seen each transaction in the way: that is known without the privilege to see what others do.
 */
final class LockProbe {

    private static final String SQL = """
            SELECT ARRAY(
                SELECT DISTINCT l.virtualtransaction
                FROM unnest(?::bigint[], ?::text[]) AS wanted (relation, modes)
                JOIN pg_locks l ON l.relation = wanted.relation::oid AND l.locktype = 'relation'
                    AND l.mode = ANY (string_to_array(wanted.modes, ','))
                WHERE l.pid IS DISTINCT FROM pg_backend_pid()
                  AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
            ), (SELECT token FROM rubicon.fence)""";

    private final Attempt attempt;
    private final LockPlan plan;
    private final Map<String, Long> seenSince = new HashMap<>();

    LockProbe(Attempt attempt, LockPlan plan) {
        this.attempt = attempt;
        this.plan = plan;
    }

    /**
     * Whether nobody is in the way now.
     *
     * @throws Ending when another run has taken the target
     */
    boolean free() throws SQLException {
        Look look = Rows.first(attempt.work(), SQL,
                row -> new Look(Set.of((String[]) row.getArray(1).getArray()), row.getLong(2)), plan.oids(),
                plan.inTheWay()).orElseThrow();
        if (look.fence != attempt.fence()) {
            throw new Ending(new StepOutcome.Fenced(look.fence));
        }
        seenSince.keySet().retainAll(look.transactions);
        look.transactions.forEach(each -> seenSince.putIfAbsent(each, System.nanoTime()));
        return look.transactions.isEmpty();
    }

    private record Look(Set<String> transactions, long fence) {}

    /** How long the one that was in the way at the last look has been seen there, the longest of all. */
    Duration longest() {
        long now = System.nanoTime();
        return Duration.ofNanos(seenSince.values().stream().mapToLong(since -> now - since).max().orElse(0));
    }
}
