package dev.rubicon.rollout;

import dev.rubicon.engine.StepWatch;
import dev.rubicon.execution.PhaseRunMoved;
import dev.rubicon.execution.PhaseRunState;
import dev.rubicon.execution.StepMoved;
import dev.rubicon.execution.StepProgressed;
import dev.rubicon.execution.Turn;
import dev.rubicon.gate.GatesMoved;
import dev.rubicon.problem.Problem;
import dev.rubicon.problem.ProblemType;
import dev.rubicon.registry.TargetLeaving;
import dev.rubicon.rehearsal.DrillMoved;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/** Hears the facts of the rooms below, in their transactions: writes the event, and has the rollout looked at. */
@Component
class RolloutListener {

    private final RolloutEvents events;
    private final RolloutRows rows;
    private final Wakes wakes;
    private final Turn turn;

    RolloutListener(RolloutEvents events, RolloutRows rows, Wakes wakes, Turn turn) {
        this.turn = turn;
        this.events = events;
        this.rows = rows;
        this.wakes = wakes;
    }

    @EventListener
    void on(PhaseRunMoved moved) {
        if (moved.rehearsed()) {
            return;
        }
        events.append(moved.rollout(), "run.state", Map.of("phase", moved.phase(), "target", moved.target(), "run",
                moved.run(), "direction", moved.direction().word(), "state", moved.state()));
        if (!Advance.atWork(moved.state()) || moved.state() == PhaseRunState.FAILED) {
            wakes.now(moved.rollout());
        }
    }

    @EventListener
    void on(StepMoved moved) {
        if (moved.rehearsed()) {
            return;
        }
        Map<String, Object> data = new LinkedHashMap<>(Map.of("phase", moved.phase(), "target", moved.target(), "run",
                moved.run(), "step", moved.step(), "state", moved.state()));
        if (!moved.message().isEmpty()) {
            data.put("message", moved.message());
        }
        events.append(moved.rollout(), "step.state", data);
    }

    @EventListener
    void on(StepProgressed progressed) {
        if (progressed.rehearsed()) {
            return;
        }
        Map<String, Object> data = new LinkedHashMap<>(Map.of("phase", progressed.phase(), "doing",
                progressed.progress().phase(), "target", progressed.target(), "run", progressed.run(), "step",
                progressed.step(), "done",
                progressed.progress().done(), "unit", progressed.progress().unit(), "changed",
                progressed.progress().changed(), "perSecond", progressed.progress().perSecond()));
        Long total = progressed.progress().total();
        if (total != null) {
            data.put("total", total);
        }
        StepWatch.Backfill backfill = progressed.progress().backfill();
        if (backfill != null) {
            data.put("backfill", backfill);
        }
        events.append(progressed.rollout(), "step.progress", data);
    }

    @EventListener
    void on(DrillMoved moved) {
        turn.take(moved.rollout());
        events.append(moved.rollout(), moved.state().ended() ? "drill.ended" : "drill.asked", Map.of("target",
                moved.target(), "drill", moved.drill(), "state", moved.state(), "broke", moved.broke()));
    }

    @EventListener
    void on(GatesMoved moved) {
        rows.active(moved.environment()).forEach(wakes::now);
    }

    @EventListener
    void on(TargetLeaving leaving) {
        List<Long> unfinished = rows.unfinishedWith(leaving.name());
        if (!unfinished.isEmpty()) {
            throw new Problem(ProblemType.TARGET_IN_USE, "Target %s is part of rollout #%d, which has not ended"
                    .formatted(leaving.name(), unfinished.getFirst()), Map.of("rollouts", unfinished));
        }
    }
}
