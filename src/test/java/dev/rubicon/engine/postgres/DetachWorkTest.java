package dev.rubicon.engine.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rubicon.engine.Direction;
import dev.rubicon.engine.StepOutcome;
import dev.rubicon.engine.StepWatch.Signal;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DetachWorkTest extends ConcurrentWork {

    private static final String DETACH = "ALTER TABLE events DETACH PARTITION events_1 CONCURRENTLY";

    @BeforeEach
    void makeTable() {
        on.database.run("CREATE TABLE events (id int NOT NULL) PARTITION BY RANGE (id)",
                "CREATE TABLE events_1 PARTITION OF events FOR VALUES FROM (1) TO (100)",
                "CREATE TABLE events_2 PARTITION OF events FOR VALUES FROM (100) TO (200)",
                "INSERT INTO events SELECT generate_series(1, 199)");
    }

    private boolean pending() {
        return on.value("SELECT bool_or(inhdetachpending) FROM pg_inherits").equals("true");
    }

    private String partitions() {
        return on.value("SELECT count(*) FROM pg_inherits WHERE inhparent = 'events'::regclass");
    }

    @Test
    void detachesAPartition() {
        assertThat(perform(DETACH)).isInstanceOf(StepOutcome.Done.class);

        assertThat(partitions()).isEqualTo("1");
        assertLedger(Direction.FORWARD);
    }

    @Test
    void finalizesWhatACrashLeftPending() {
        try (PostgresTarget.Open reader = on.transaction("SELECT count(*) FROM events")) {
            breakOff(() -> perform(DETACH), this::pending);
        }
        assertThat(partitions()).isEqualTo("2");

        assertThat(perform(DETACH)).isInstanceOfSatisfying(StepOutcome.Done.class,
                done -> assertThat(done.message()).contains("finalized"));
        assertThat(partitions()).isEqualTo("1");
        assertLedger(Direction.FORWARD);
    }

    @Test
    void lettingReadersOfThePartitionPassFinalizeWaits() {
        try (PostgresTarget.Open reader = on.transaction("SELECT count(*) FROM events")) {
            breakOff(() -> perform(DETACH), this::pending);
            assertThat(perform(DETACH)).isInstanceOfSatisfying(StepOutcome.Waiting.class,
                    waiting -> assertThat(waiting.holders()).isNotEmpty());
            assertThat(session.ledger("plan-a")).isEmpty();
        }
        assertThat(perform(DETACH)).isInstanceOf(StepOutcome.Done.class);
        assertLedger(Direction.FORWARD);
    }

    @Test
    void recordsTheDetachThatACrashedTryHadFinished() {
        try (PostgresTarget.Open other = on.transaction("LOCK TABLE rubicon.ledger IN EXCLUSIVE MODE")) {
            assertThat(perform(DETACH)).isInstanceOf(StepOutcome.Waiting.class);
        }
        assertThat(partitions()).isEqualTo("1");

        assertThat(perform(DETACH)).isInstanceOf(StepOutcome.Done.class);
        assertLedger(Direction.FORWARD);
    }

    @Test
    void skipsAPartitionThatWasDetachedBefore() {
        on.database.run("ALTER TABLE events DETACH PARTITION events_1");

        assertThat(perform(DETACH)).isInstanceOfSatisfying(StepOutcome.Done.class,
                done -> assertThat(done.before()).isTrue());
        assertLedger(Direction.SKIP);
    }

    @Test
    void refusesWhereThereIsADefaultPartition() {
        on.database.run("CREATE TABLE events_rest PARTITION OF events DEFAULT");

        assertThat(perform(DETACH)).isInstanceOfSatisfying(StepOutcome.Failed.class, failed -> {
            assertThat(failed.cause()).isEqualTo("default-partition");
            assertThat(failed.message()).contains("events_rest");
        });
        assertThat(partitions()).isEqualTo("3");
    }

    @Test
    void letsTheServerRefuseAPartitionThatIsNotThere() {
        assertThat(perform("ALTER TABLE events DETACH PARTITION nothing CONCURRENTLY"))
                .isInstanceOfSatisfying(StepOutcome.Failed.class,
                        failed -> assertThat(failed.sqlState()).isEqualTo("42P01"));
    }

    @Test
    void tellsThatACancelledDetachCanOnlyBeFinalized() {
        CompletableFuture<StepOutcome> detach;
        try (PostgresTarget.Open reader = on.transaction("SELECT count(*) FROM events")) {
            detach = on.meanwhile(() -> perform(DETACH, Direction.FORWARD, Duration.ofMinutes(1)));
            await().until(() -> !watch.waits.isEmpty() && pending());
            watch.signal = () -> Signal.CANCEL;
            assertThat(detach.join()).isInstanceOfSatisfying(StepOutcome.Stopped.class,
                    stopped -> assertThat(stopped.observed()).contains("finalizes"));
        }
        watch.signal = () -> Signal.GO_ON;
        assertThat(perform(DETACH)).isInstanceOf(StepOutcome.Done.class);
        assertLedger(Direction.FORWARD);
    }
}
