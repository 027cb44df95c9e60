package dev.rubicon.engine.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rubicon.engine.Direction;
import dev.rubicon.engine.Engine.Claim;
import dev.rubicon.engine.LedgerRow;
import dev.rubicon.engine.RecordingWatch;
import dev.rubicon.engine.StepOrder;
import dev.rubicon.engine.StepOutcome;
import dev.rubicon.engine.TargetSession;
import dev.rubicon.plan.Work;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A session on a target of its own, for the tests of steps that run outside a transaction. */
abstract class ConcurrentWork {

    protected final PostgresTarget on = new PostgresTarget() {
    };
    protected final RecordingWatch watch = new RecordingWatch();
    protected TargetSession session;

    @BeforeEach
    void open() {
        session = on.engine().open(on.newTarget(), new Claim(7, "node-a"));
    }

    @AfterEach
    void close() {
        session.close();
    }

    protected StepOutcome perform(String sql) {
        return perform(sql, Direction.FORWARD, Duration.ofMinutes(1));
    }

    protected StepOutcome perform(String sql, Direction direction, Duration deadline) {
        return perform(PostgresTarget.sql(sql), direction, deadline);
    }

    protected StepOutcome perform(Work work, Direction direction, Duration deadline) {
        return session.perform(new StepOrder("plan-a", 1, "sha256:plan", "a", direction, work, 3, 7, 1,
                "sha256:" + (work instanceof Work.Sql sql ? sql.scripts().getFirst() : work), "20260101000000_a",
                Duration.ofMillis(100), Duration.ofMillis(500), deadline), watch);
    }

    /** Begins the work, ends its backend when that is reached, and sees the try lost. */
    protected void breakOff(Supplier<StepOutcome> work, Callable<Boolean> reached) {
        CompletableFuture<StepOutcome> running = on.meanwhile(work);
        await().until(() -> {
            assertThat(running).as("it is under way").isNotDone();
            return reached.call();
        });
        on.terminate(watch.pid);
        assertThat(running.join()).isInstanceOf(StepOutcome.Lost.class);
    }

    protected boolean valid(String index) {
        return on.value("SELECT bool_and(indisvalid AND indisready) FROM pg_index WHERE indexrelid = to_regclass('"
                + index + "')").equals("true");
    }

    protected boolean exists(String relation) {
        return on.value("SELECT to_regclass('" + relation + "') IS NOT NULL").equals("true");
    }

    protected void assertLedger(Direction direction) {
        assertThat(session.ledger("plan-a")).singleElement().extracting(LedgerRow::direction).isEqualTo(direction);
        assertThat(on.value("SELECT count(*) FROM rubicon.index_intent")).isEqualTo("0");
    }
}
