package dev.rubicon.rehearsal;

import dev.rubicon.engine.Direction;
import dev.rubicon.engine.Engine;
import dev.rubicon.engine.Holder;
import dev.rubicon.engine.LedgerRow;
import dev.rubicon.engine.StepOrder;
import dev.rubicon.engine.StepOutcome;
import dev.rubicon.engine.StepWatch;
import dev.rubicon.engine.TargetSession;
import dev.rubicon.execution.PhaseOrder;
import dev.rubicon.plan.PlanRevision;
import dev.rubicon.plan.Work;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;

/** Has the ledger of a shadow say what that of its target says, so that the execution finds in effect what is. */
final class ShadowLedger {

    private static final Duration SOON = Duration.ofSeconds(1);
    private static final Duration DEADLINE = Duration.ofMinutes(1);

    private ShadowLedger() {}

    /** What the rollout itself did counts as the drill's own, so that the drill undoes that and nothing else. */
    static void write(Rehearsal drill, PlanRevision revision, Stage stage) {
        long own = PhaseOrder.numberOfRehearsal(drill.id());
        try (TargetSession session = stage.engine().open(stage.shadow(), new Engine.Claim(own, "drill"))) {
            stage.inEffect().stream().sorted(Comparator.comparingLong(LedgerRow::id)).forEach(row -> {
                StepOutcome outcome = session.perform(order(drill, revision, row, own), new Unwatched());
                if (!(outcome instanceof StepOutcome.Done)) {
                    throw new Obstacle("The shadow could not be told that step %s is in effect: %s"
                            .formatted(row.step(), outcome));
                }
            });
        }
    }

    private static StepOrder order(Rehearsal drill, PlanRevision revision, LedgerRow row, long own) {
        boolean mine = Objects.equals(row.rollout(), drill.rollout()) && row.direction() != Direction.SKIP;
        StepOrder order = new StepOrder(row.plan(), row.revision(), revision.digest(), row.step(), Direction.FORWARD,
                new Work.Check(), mine ? own : row.rollout(), row.run(), 1, row.checksum(),
                revision.migrations().getOrDefault(row.step(), row.step()), SOON, SOON, DEADLINE);
        return row.direction() == Direction.SKIP
                ? order.skipped(Direction.SKIP, "left out on the target, too")
                : order;
    }

    /** Nobody asks a row of a ledger to stop. */
    private static final class Unwatched implements StepWatch {

        @Override
        public void started(int backendPid) {}

        @Override
        public void progress(Progress progress) {}

        @Override
        public void waiting(String message, List<Holder> holders) {}

        @Override
        public void goesOn() {}

        @Override
        public Signal signal() {
            return Signal.GO_ON;
        }

        @Override
        public double speed() {
            return 1;
        }
    }
}
