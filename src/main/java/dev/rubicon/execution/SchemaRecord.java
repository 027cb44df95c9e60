package dev.rubicon.execution;

import dev.rubicon.engine.QueryFailed;
import dev.rubicon.engine.schema.SchemaSnapshot;
import dev.rubicon.verification.Baselines;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/** Has it written down what a run finds on its target, and that it has left something there. */
@Component
class SchemaRecord {

    private static final Logger log = LoggerFactory.getLogger(SchemaRecord.class);

    private final Baselines baselines;
    private final PhaseRunRows rows;

    SchemaRecord(Baselines baselines, PhaseRunRows rows) {
        this.baselines = baselines;
        this.rows = rows;
    }

    /** Before the first step. A schema that cannot be read, for somebody holds a table exclusively, stops nothing. */
    void before(PhaseRun run, Supplier<SchemaSnapshot> schema) {
        if (run.rehearsed() || begun(run) || baselines.knows(run.id())) {
            return;
        }
        try {
            baselines.before(run.target(), run.rollout(), run.id(), schema.get());
        } catch (QueryFailed unreadable) {
            log.warn("What run {} finds on {} is not known: {}", run.id(), run.target(), unreadable.getMessage());
        }
    }

    /** A run that only waited has left nothing: what is on its target then was done by somebody else. */
    private boolean begun(PhaseRun run) {
        return !rows.attempts(run.id()).isEmpty()
                || rows.steps(run.id()).stream().anyMatch(step -> step.state() != StepState.QUEUED);
    }

    @EventListener
    void on(PhaseRunMoved moved) {
        if (moved.state().ended() && !moved.rehearsed()
                && rows.find(moved.run()).filter(this::begun).isPresent()) {
            baselines.ended(moved.target(), moved.rollout(), moved.run());
        }
    }
}
