package dev.rubicon.rollout;

import dev.rubicon.engine.Direction;
import dev.rubicon.engine.Engines;
import dev.rubicon.engine.LedgerRow;
import dev.rubicon.engine.QueryFailed;
import dev.rubicon.engine.TargetReader;
import dev.rubicon.engine.TargetUnavailable;
import dev.rubicon.gate.Gates;
import dev.rubicon.plan.DataLoss;
import dev.rubicon.plan.Phase;
import dev.rubicon.plan.PlanRevision;
import dev.rubicon.plan.Rollback;
import dev.rubicon.plan.Step;
import dev.rubicon.problem.Problem;
import dev.rubicon.registry.TargetAccess;
import dev.rubicon.registry.Targets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Looks, on the targets themselves, at what a rollback would do and lose, and at what forbids it. */
@Component
class WayBack {

    private static final Duration LOSS_QUERY_TIMEOUT = Duration.ofSeconds(20);

    private final Targets targets;
    private final Engines engines;
    private final Gates gates;
    private final RolloutRows rows;
    private final LossCounts counts;

    WayBack(Targets targets, Engines engines, Gates gates, RolloutRows rows, LossCounts counts) {
        this.counts = counts;
        this.targets = targets;
        this.engines = engines;
        this.gates = gates;
        this.rows = rows;
    }

    /**
     * What was found.
     *
     * @param steps what will be undone, as {@code target: step}, in order
     * @param crossed targets past the point of no return
     * @param refusals other reasons against it that can be overridden
     * @param unreachable targets whose ledger could not be read
     */
    record Survey(List<Rollouts.Loss> losses, List<String> steps, List<String> crossed, List<String> refusals,
            List<String> unreachable) {}

    /** One target's part. */
    private record Found(String target, List<Rollouts.Loss> losses, List<String> steps, boolean crossed,
            @Nullable String unreachable) {}

    /** What is shown before it is confirmed, with the rows at risk. */
    Survey survey(Rollout rollout, PlanRevision revision, Rollouts.Return what) {
        return survey(rollout, revision, what,
                target -> counts.alone(target, () -> look(rollout, revision, what.toPhase(), target, true)));
    }

    /** The same for whoever has confirmed: going back waits for no count. */
    Survey uncounted(Rollout rollout, PlanRevision revision, Rollouts.Return what) {
        return survey(rollout, revision, what, target -> look(rollout, revision, what.toPhase(), target, false));
    }

    private Survey survey(Rollout rollout, PlanRevision revision, Rollouts.Return what,
            Function<String, Found> look) {
        List<String> concerned = rows.runs(rollout.id()).stream().map(Rollout.RunRow::target)
                .filter(target -> what.targets().isEmpty() || what.targets().contains(target)).toList();
        List<Found> found = new ArrayList<>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Found>> asked = concerned.stream()
                    .map(target -> threads.submit(() -> look.apply(target))).toList();
            asked.forEach(future -> found.add(result(future)));
        }
        return new Survey(found.stream().flatMap(one -> one.losses.stream()).toList(),
                found.stream().flatMap(one -> one.steps.stream()).toList(),
                found.stream().filter(Found::crossed).map(Found::target).toList(),
                refusals(rollout, revision, what, concerned),
                found.stream().map(Found::unreachable).filter(java.util.Objects::nonNull).toList());
    }

    private Found look(Rollout rollout, PlanRevision revision, int toPhase, String target, boolean counting) {
        if (targets.find(target).isEmpty()) {
            return new Found(target, List.of(), List.of(), false, target + ": it is no longer registered");
        }
        TargetAccess access;
        try {
            access = targets.access(target);
        } catch (Problem noPassword) {
            return new Found(target, List.of(), List.of(), false, target + ": " + noPassword.getMessage());
        }
        try (TargetReader reader = engines.of(access.engine()).read(access)) {
            Map<String, LedgerRow> ledger = reader.ledger(rollout.plan()).stream()
                    .filter(row -> row.direction() == Direction.FORWARD && row.rollout() == rollout.id())
                    .collect(Collectors.toMap(LedgerRow::step, Function.identity()));
            List<Step> steps = revision.document().phases().stream().filter(phase -> phase.index() >= toPhase)
                    .flatMap(phase -> phase.steps().stream()).filter(step -> ledger.containsKey(step.name())).toList()
                    .reversed();
            boolean crossed = steps.stream().anyMatch(step -> step.rollback().way() instanceof Rollback.Impossible
                    || step.rollback().loss() == DataLoss.TOTAL || step.pointOfNoReturn());
            return new Found(target, steps.stream().filter(WayBack::mayLose)
                    .map(step -> counting ? counted(reader, rollout.id(), target, step) : loss(target, step, null))
                    .toList(),
                    steps.stream().map(step -> target + ": " + step.name()).toList(), crossed, null);
        } catch (TargetUnavailable unavailable) {
            return new Found(target, List.of(), List.of(), false, target + ": " + unavailable.getMessage());
        }
    }

    private static boolean mayLose(Step step) {
        return step.rollback().loss() != DataLoss.NONE || step.rollback().lossQuery() != null;
    }

    private Rollouts.Loss counted(TargetReader reader, long rollout, String target, Step step) {
        String query = step.rollback().lossQuery();
        return loss(target, step, query == null
                ? null
                : counts.of(rollout, target, step.name(), () -> rowsAtRisk(reader, query)));
    }

    private static Rollouts.Loss loss(String target, Step step, LossCounts.@Nullable Count count) {
        return new Rollouts.Loss(target, step.name(), step.rollback().loss(), count == null ? null : count.rows(),
                count == null ? null : count.at(), step.rollback().window());
    }

    private static @Nullable Long rowsAtRisk(TargetReader reader, String query) {
        try {
            List<List<@Nullable String>> answer = reader.query(query, LOSS_QUERY_TIMEOUT);
            String value = answer.isEmpty() || answer.getFirst().isEmpty() ? null : answer.getFirst().getFirst();
            return value == null ? null : Long.valueOf(value);
        } catch (QueryFailed | NumberFormatException unknown) {
            return null;
        }
    }

    private List<String> refusals(Rollout rollout, PlanRevision revision, Rollouts.Return what,
            List<String> concerned) {
        List<String> refusals = new ArrayList<>();
        for (Phase phase : revision.document().phases()) {
            Phase.Versions needed = phase.after().deployment();
            if (phase.index() > what.toPhase() && needed != null) {
                List<String> live = gates.liveIn(rollout.environment(), needed);
                if (!live.isEmpty()) {
                    refusals.add("%s live in %s and need%s what phase %d made: roll the application back first"
                            .formatted(String.join(", ", live) + (live.size() == 1 ? " is" : " are"),
                                    rollout.environment(), live.size() == 1 ? "s" : "", phase.index() - 1));
                }
            }
        }
        List<Long> newer = concerned.isEmpty() ? List.of() : rows.newerOn(rollout.id(), concerned);
        if (!newer.isEmpty()) {
            refusals.add("Newer rollouts changed the same databases since: " + newer.stream().map(id -> "#" + id)
                    .collect(Collectors.joining(", ")) + ". Roll them back first, newest first");
        }
        return refusals;
    }

    private static Found result(Future<Found> future) {
        try {
            return future.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(e.getCause());
        }
    }
}
