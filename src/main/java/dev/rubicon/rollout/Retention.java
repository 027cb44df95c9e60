package dev.rubicon.rollout;

import dev.rubicon.verification.Drifts;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Forgets the events of rollouts that ended long ago, for ticks of progress are most of what the control database has; and what
 * differed on targets and has long been as it should be.
 */
@Component
class Retention {

    private static final Logger log = LoggerFactory.getLogger(Retention.class);
    /** Of a size that no other transaction waits for, and vacuum comes along with. */
    private static final int BATCH = 5_000;
    private static final int ROLLOUTS = 100;

    private final JdbcClient jdbc;
    private final Drifts drifts;
    private final RetentionSettings settings;
    private final Clock clock;

    Retention(JdbcClient jdbc, Drifts drifts, RetentionSettings settings, Clock clock) {
        this.jdbc = jdbc;
        this.drifts = drifts;
        this.settings = settings;
        this.clock = clock;
    }

    /** Each batch is a transaction of its own, so that it can end anywhere and be taken up the next night. */
    void forget() {
        long forgotten = 0;
        List<Long> ended = ended();
        while (!ended.isEmpty()) {
            for (long rollout : ended) {
                forgotten += forget(rollout);
            }
            ended = ended();
        }
        if (forgotten > 0) {
            log.info("Forgot {} events of rollouts that ended more than {} days ago", forgotten,
                    settings.events().toDays());
        }
        long over = drifts.forgetEnded(longAgo());
        if (over > 0) {
            log.info("Forgot {} differences of schemas that were over more than {} days ago", over,
                    settings.events().toDays());
        }
    }

    private Instant longAgo() {
        return clock.instant().minus(settings.events());
    }

    private List<Long> ended() {
        return jdbc.sql("""
                SELECT id FROM rollout
                 WHERE ended_at < ? AND EXISTS (SELECT 1 FROM rollout_event event WHERE event.rollout = rollout.id)
                 ORDER BY id LIMIT ?
                """).params(Timestamp.from(longAgo()), ROLLOUTS)
                .query((row, number) -> row.getLong("id")).list();
    }

    private long forget(long rollout) {
        long forgotten = 0;
        int batch = BATCH;
        while (batch == BATCH) {
            batch = jdbc.sql("""
                    DELETE FROM rollout_event WHERE seq IN (
                        SELECT seq FROM rollout_event WHERE rollout = ? ORDER BY seq LIMIT ?)
                    """).params(rollout, BATCH).update();
            forgotten += batch;
        }
        return forgotten;
    }
}
