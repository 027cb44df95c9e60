package dev.rubicon.bench;

import dev.rubicon.engine.Direction;
import dev.rubicon.engine.Engine;
import dev.rubicon.engine.Engine.Claim;
import dev.rubicon.engine.Engines;
import dev.rubicon.engine.RecordingWatch;
import dev.rubicon.engine.StepOrder;
import dev.rubicon.engine.StepOutcome;
import dev.rubicon.engine.TargetSession;
import dev.rubicon.execution.backfill.TestBackfills;
import dev.rubicon.plan.Work;
import dev.rubicon.registry.EngineKind;
import dev.rubicon.registry.TargetAccess;
import dev.rubicon.testing.TestPostgres.Database;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** A run of Rubicon on a database, with the budget, the burst and the pause between bursts that a phase run has. */
final class Rubicon implements AutoCloseable {

    static final Duration STALL_BUDGET = Duration.ofMillis(100);
    private static final Duration BURST = Duration.ofSeconds(8);
    private static final Duration BETWEEN_BURSTS = Duration.ofMillis(100);
    private static final Duration DEADLINE = Duration.ofHours(12);
    private static final AtomicInteger STEPS = new AtomicInteger();
    private static final Engine ENGINE = Engines.standalone().of(EngineKind.POSTGRESQL);

    private final TargetSession session;

    private Rubicon(TargetSession session) {
        this.session = session;
    }

    static Rubicon on(Database database) {
        return new Rubicon(ENGINE.open(new TargetAccess(database.name(), EngineKind.POSTGRESQL, "production",
                database.url(), database.user(), database.password(), Map.of()), new Claim(7, "bench")));
    }

    static StepOrder order(Work work) {
        String step = "step-" + STEPS.incrementAndGet();
        return new StepOrder("bench", 1, "sha256:bench", step, Direction.FORWARD, work, 1, 7, 1, "sha256:" + step,
                "20260101000000_" + step, STALL_BUDGET, BURST, DEADLINE);
    }

    static Work.Sql sql(String text) {
        return new Work.Sql(List.of(text));
    }

    /** As often as it takes. */
    StepOutcome perform(StepOrder order, RecordingWatch watch) {
        StepOutcome outcome = once(order, watch);
        while (outcome instanceof StepOutcome.Waiting) {
            Moments.pass(BETWEEN_BURSTS);
            outcome = once(order, watch);
        }
        return outcome;
    }

    private StepOutcome once(StepOrder order, RecordingWatch watch) {
        return order.work() instanceof Work.Backfill
                ? TestBackfills.perform(session, order, watch)
                : session.perform(order, watch);
    }

    /** @throws IllegalStateException when it does not take effect */
    void carryOut(StepOrder order, RecordingWatch watch) {
        StepOutcome outcome = perform(order, watch);
        if (!(outcome instanceof StepOutcome.Done)) {
            throw new IllegalStateException(outcome.toString());
        }
    }

    @Override
    public void close() {
        session.close();
    }
}
