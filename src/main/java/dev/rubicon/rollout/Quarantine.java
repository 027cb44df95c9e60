package dev.rubicon.rollout;

import dev.rubicon.engine.Direction;
import dev.rubicon.engine.Engines;
import dev.rubicon.engine.QueryFailed;
import dev.rubicon.engine.SetAside;
import dev.rubicon.engine.TargetReader;
import dev.rubicon.engine.TargetUnavailable;
import dev.rubicon.execution.PhaseRunView;
import dev.rubicon.paging.Cursor;
import dev.rubicon.paging.Page;
import dev.rubicon.problem.Problem;
import dev.rubicon.problem.ProblemType;
import dev.rubicon.registry.TargetAccess;
import dev.rubicon.registry.Targets;
import dev.rubicon.security.Actor;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** The rows that a step's backfill could not change and set aside, as the target itself names them. */
@Component
public class Quarantine {

    private static final String LIST = "quarantine";

    private final Rollouts rollouts;
    private final Targets targets;
    private final Engines engines;

    Quarantine(Rollouts rollouts, Targets targets, Engines engines) {
        this.rollouts = rollouts;
        this.targets = targets;
        this.engines = engines;
    }

    /**
     * The rows in the order in which they were set aside; those that somebody accepted stay in the list.
     *
     * @throws Problem NOT_FOUND for a step that has not begun, CONFLICT when the target cannot be read
     */
    public Page<SetAside> of(Actor actor, long id, String target, String step, @Nullable String cursor,
            @Nullable Integer limit) {
        RolloutView rollout = rollouts.get(actor, id);
        Direction direction = rollouts.runs(actor, id, target).stream().filter(run -> has(run, step))
                .reduce((older, newer) -> newer).orElseThrow(() -> Problem.notFound(
                        "step %s in what has begun of rollout #%d on %s".formatted(step, id, target)))
                .direction();
        Cursor after = Cursor.read(LIST, cursor, 1);
        int most = Page.limit(limit);
        TargetAccess access = targets.access(target);
        try (TargetReader reader = engines.of(access.engine()).read(access)) {
            return Page.of(reader.aside(rollout.plan(), step, direction, after == null ? 0 : after.number(0), most + 1),
                    most, row -> Cursor.of(LIST, row.id()));
        } catch (TargetUnavailable | QueryFailed unreadable) {
            throw new Problem(ProblemType.CONFLICT,
                    "The rows set aside on %s cannot be read: %s".formatted(target, unreadable.getMessage()));
        }
    }

    private static boolean has(PhaseRunView run, String step) {
        return run.steps().stream().anyMatch(one -> one.step().equals(step));
    }
}
