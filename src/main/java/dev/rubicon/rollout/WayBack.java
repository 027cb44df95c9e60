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
import dev.rubicon.registry.Environments;
import dev.rubicon.registry.TargetAccess;
import dev.rubicon.registry.Targets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
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
    private final Environments environments;
    private final LossCounts counts;
    private final Map<Budget, Semaphore> places = new ConcurrentHashMap<>();

    WayBack(Targets targets, Engines engines, Gates gates, RolloutRows rows, Environments environments,
            LossCounts counts) {
        this.counts = counts;
        this.environments = environments;
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
     * @param unread targets whose ledger could not be read
     */
    record Survey(List<Rollouts.Loss> losses, List<String> steps, List<String> crossed, List<String> refusals,
            List<Unread> unread) {}

    /** A target whose ledger could not be read, and why. */
    record Unread(String target, String why) {

        @Override
        public String toString() {
            return target + ": " + why;
        }
    }

    /** So many connections at once to one server, whoever looks; the runs count theirs apart. */
    private record Budget(String server, int connections) {}

    /** One target's part. */
    private record Found(String target, List<Rollouts.Loss> losses, List<String> steps, boolean crossed,
            @Nullable Unread unread) {

        static Found unread(String target, @Nullable String why) {
            return new Found(target, List.of(), List.of(), false, new Unread(target, String.valueOf(why)));
        }
    }

    /** What is shown before it is confirmed, with the rows at risk. */
    Survey survey(Rollout rollout, PlanRevision revision, Rollouts.Return what) {
        return survey(rollout, revision, what, true);
    }

    /** The same for whoever has confirmed: going back waits for no count. */
    Survey uncounted(Rollout rollout, PlanRevision revision, Rollouts.Return what) {
        return survey(rollout, revision, what, false);
    }

    private Survey survey(Rollout rollout, PlanRevision revision, Rollouts.Return what, boolean counting) {
        int connections = environments.find(rollout.environment()).orElseThrow().policy().connectionsPerServer();
        List<Found> found = new ArrayList<>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Found>> asked = concerned(rollout, what).stream().map(target -> threads.submit(() -> {
                Callable<Found> look = () -> look(rollout, revision, what.toPhase(), target, connections, counting);
                return counting ? counts.alone(target, look) : look.call();
            })).toList();
            asked.forEach(future -> found.add(result(future)));
        }
        return new Survey(found.stream().flatMap(one -> one.losses.stream()).toList(),
                found.stream().flatMap(one -> one.steps.stream()).toList(),
                found.stream().filter(Found::crossed).map(Found::target).toList(),
                refusals(rollout, revision, what),
                found.stream().map(Found::unread).filter(Objects::nonNull).toList());
    }

    private List<String> concerned(Rollout rollout, Rollouts.Return what) {
        return rows.runs(rollout.id()).stream().map(Rollout.RunRow::target)
                .filter(target -> what.targets().isEmpty() || what.targets().contains(target)).toList();
    }

    private Found look(Rollout rollout, PlanRevision revision, int toPhase, String target, int connections,
            boolean counting) throws InterruptedException {
        if (targets.find(target).isEmpty()) {
            return Found.unread(target, "it is no longer registered");
        }
        TargetAccess access;
        try {
            access = targets.access(target);
        } catch (Problem noPassword) {
            return Found.unread(target, noPassword.getMessage());
        }
        Semaphore place = places.computeIfAbsent(new Budget(access.server(), connections),
                budget -> new Semaphore(budget.connections()));
        place.acquire();
        try {
            return look(rollout, revision, toPhase, access, counting);
        } finally {
            place.release();
        }
    }

    private Found look(Rollout rollout, PlanRevision revision, int toPhase, TargetAccess access, boolean counting) {
        String target = access.name();
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
                    .map(step -> loss(target, step, counting ? counted(reader, rollout.id(), target, step) : null))
                    .toList(),
                    steps.stream().map(step -> target + ": " + step.name()).toList(), crossed, null);
        } catch (TargetUnavailable | QueryFailed unread) {
            return Found.unread(target, unread.getMessage());
        }
    }

    private static boolean mayLose(Step step) {
        return step.rollback().loss() != DataLoss.NONE || step.rollback().lossQuery() != null;
    }

    private static Rollouts.Loss loss(String target, Step step, LossCounts.@Nullable Count count) {
        Rollback rollback = step.rollback();
        return count == null
                ? new Rollouts.Loss(target, step.name(), rollback.loss(), null, null, null, rollback.window())
                : new Rollouts.Loss(target, step.name(), rollback.loss(), count.answer().rows(),
                        count.answer().uncounted(), count.at(), rollback.window());
    }

    private LossCounts.@Nullable Count counted(TargetReader reader, long rollout, String target, Step step) {
        String query = step.rollback().lossQuery();
        return query == null ? null : counts.of(rollout, target, step.name(), () -> {
            try {
                return new LossCounts.Answer(rowsAtRisk(reader, query), null);
            } catch (QueryFailed | NumberFormatException unknown) {
                return new LossCounts.Answer(null, "The loss query gave no number: " + unknown.getMessage());
            }
        });
    }

    private static long rowsAtRisk(TargetReader reader, String query) {
        List<List<@Nullable String>> answer = reader.query(query, LOSS_QUERY_TIMEOUT);
        String value = answer.isEmpty() || answer.getFirst().isEmpty() ? null : answer.getFirst().getFirst();
        return Long.parseLong(String.valueOf(value));
    }

    /** What speaks against it by what the control database knows now; the targets are not asked. */
    List<String> refusals(Rollout rollout, PlanRevision revision, Rollouts.Return what) {
        List<String> concerned = concerned(rollout, what);
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
