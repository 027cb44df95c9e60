package dev.rubicon.engine.postgres;

import dev.rubicon.engine.postgres.LockPlan.Want;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * Makes an autovacuum give way. The server ends it for whoever waits behind it for {@code deadlock_timeout}, which is longer
 * than an application may wait behind us. So we wait in SHARE UPDATE EXCLUSIVE: that mode stands in the way of vacuums and
 * changes of the schema alone, reads and writes pass it by in the queue. It needs no privilege to cancel others.
 */
final class Vacuums {

    private static final Duration ASK_AGAIN_AFTER = Duration.ofSeconds(30);
    /** Beyond deadlock_timeout: until the vacuum has heard and ended. */
    private static final int MORE_MILLIS = 1_000;

    private final Attempt attempt;
    private final LockPlan plan;
    private final Map<Long, Long> asked = new HashMap<>();

    Vacuums(Attempt attempt, LockPlan plan) {
        this.attempt = attempt;
        this.plan = plan;
    }

    /** One against wraparound, which cannot be told from others without the privilege to see it, just goes on. */
    void askToYield(Set<Long> tables) throws SQLException {
        long now = System.nanoTime();
        for (Want want : plan.lockable()) {
            Long before = asked.get(want.oid());
            if (tables.contains(want.oid()) && (before == null || now - before > ASK_AGAIN_AFTER.toNanos())) {
                asked.put(want.oid(), now);
                waitBehind(want);
            }
        }
    }

    private void waitBehind(Want want) throws SQLException {
        Supervision supervision = new Supervision(attempt);
        try {
            attempt.once(supervision, () -> {
                Rows.first(attempt.work(), """
                        SELECT set_config('lock_timeout', (setting::int + ?) || 'ms', true)
                        FROM pg_settings WHERE name = 'deadlock_timeout'""", row -> row.getString(1), MORE_MILLIS);
                return attempt.watched(() -> Rows.execute(attempt.work(),
                        "LOCK TABLE ONLY " + want.relation() + " IN SHARE UPDATE EXCLUSIVE MODE"));
            });
        } catch (SQLException e) {
            if (!SqlStates.lockRefused(e) && !supervision.timedOutWaiting()) {
                throw e;
            }
        }
    }
}
