package dev.rubicon.execution.backfill;

import dev.rubicon.engine.StepOrder;
import dev.rubicon.engine.StepOutcome;
import dev.rubicon.engine.StepWatch;
import dev.rubicon.engine.TargetSession;
import dev.rubicon.plan.Work;
import java.time.Duration;

/** Runs a backfill's step to its end, as a phase run would. */
public final class TestBackfills {

    private TestBackfills() {}

    /** With the server's own settings, and as many lanes as the plan says. */
    public static StepOutcome perform(TargetSession session, StepOrder order, StepWatch watch) {
        Backfills backfills = new Backfills(BackfillSettings.defaults());
        return backfills.perform(session, order, watch, backfills.lanes(((Work.Backfill) order.work()).lanes()));
    }

    /** Compares what the backfill left, in one lane. */
    public static StepOutcome compare(TargetSession session, StepOrder order, boolean last, StepWatch watch) {
        BackfillSettings usual = BackfillSettings.defaults();
        return new Backfills(new BackfillSettings(Duration.ofMillis(20), usual.timeout(), 1, usual.quarantine()))
                .compare(session, order, last, watch, 1);
    }

    /** @param batch how long each batch should last; with a tiny one they stay at the size that they begin with */
    public static StepOutcome perform(TargetSession session, StepOrder order, StepWatch watch, Duration batch,
            int lanes) {
        BackfillSettings usual = BackfillSettings.defaults();
        return new Backfills(new BackfillSettings(batch, usual.timeout(), usual.lanes(), usual.quarantine()))
                .perform(session, order, watch, lanes);
    }
}
