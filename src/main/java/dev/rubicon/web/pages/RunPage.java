package dev.rubicon.web.pages;

import dev.rubicon.execution.PhaseRunView;
import dev.rubicon.rollout.RolloutView;
import dev.rubicon.rollout.RunState;
import dev.rubicon.security.Actor;
import dev.rubicon.security.Permission;
import java.time.Instant;
import java.util.List;

/**
 * One run: a rollout on one target, newest phase run first.
 *
 * @param skip whether the reader may leave this target out
 */
record RunPage(long rollout, String plan, String title, String environment, String target, int wave, Sign sign,
        String note, boolean crossed, boolean skip, boolean retry, boolean live, long lastEvent, SmallRail small,
        List<RunCard> runs) {

    static RunPage of(RolloutView rollout, RolloutView.TargetView target, List<PhaseRunView> runs, Actor actor,
            Instant now) {
        boolean failed = target.state() == RunState.FAILED;
        boolean operator = actor.may(Permission.OPERATE, rollout.environment());
        return new RunPage(rollout.id(), rollout.plan(), rollout.title(), rollout.environment(), target.target(),
                target.wave() + 1, Sign.of(target.state()), target.note() == null ? "" : target.note(),
                rollout.crossed().contains(target.target()), operator && failed, operator && failed,
                !rollout.state().ended(), rollout.lastEvent(), SmallRail.of(rollout),
                runs.reversed().stream()
                        .map(run -> RunCard.of(run, rollout.phases().get(run.phase()).title(), now)).toList());
    }
}
