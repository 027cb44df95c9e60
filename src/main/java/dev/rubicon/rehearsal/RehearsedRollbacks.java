package dev.rubicon.rehearsal;

import dev.rubicon.engine.StepObservation;
import dev.rubicon.plan.MeasuredRollbacks;
import dev.rubicon.plan.PlanRevision;
import dev.rubicon.plan.RollbackPlan.Measured;
import dev.rubicon.plan.RollbackPlan.MeasuredPhase;
import dev.rubicon.plan.RollbackPlan.MeasuredStep;
import dev.rubicon.rehearsal.RehearsalReport.Leg;
import dev.rubicon.rehearsal.RehearsalReport.StepSeen;
import dev.rubicon.rehearsal.RehearsalReport.Way;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.springframework.stereotype.Component;

/** The times of the way back, as the newest passed rehearsal of a revision measured them. */
@Component
class RehearsedRollbacks implements MeasuredRollbacks {

    private final RehearsalRows rows;

    RehearsedRollbacks(RehearsalRows rows) {
        this.rows = rows;
    }

    @Override
    public Optional<Measured> of(PlanRevision revision) {
        return rows.ofRevision(revision.plan(), revision.revision()).stream()
                .filter(one -> one.state() == RehearsalState.PASSED && one.digest().equals(revision.digest()))
                .filter(one -> one.report().wayBack() != null).findFirst().map(RehearsedRollbacks::measured);
    }

    private static Measured measured(Rehearsal one) {
        List<Leg> down = one.report().legs().stream().filter(leg -> leg.way() == Way.DOWN).toList();
        return new Measured(one.id(), one.evidenceClass().word(), Objects.requireNonNull(one.endedAt()),
                down.stream().mapToLong(Leg::millis).sum(),
                down.stream().map(leg -> new MeasuredPhase(leg.phase(), leg.millis())).toList(),
                down.stream().flatMap(leg -> leg.steps().stream()).flatMap(RehearsedRollbacks::measured).toList());
    }

    /** A step with nothing to undo took no time that anybody looked at. */
    private static Stream<MeasuredStep> measured(StepSeen step) {
        StepObservation seen = step.seen();
        return seen == null ? Stream.of() : Stream.of(new MeasuredStep(step.step(), seen.millis()));
    }
}
