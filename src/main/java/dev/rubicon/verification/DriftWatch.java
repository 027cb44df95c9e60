package dev.rubicon.verification;

import com.github.kagkarlsson.scheduler.SchedulerClient;
import com.github.kagkarlsson.scheduler.task.TaskInstance;
import dev.rubicon.engine.schema.SchemaSnapshot;
import dev.rubicon.problem.Problem;
import dev.rubicon.registry.Environment;
import dev.rubicon.registry.Environments;
import dev.rubicon.registry.Target;
import dev.rubicon.registry.Targets;
import dev.rubicon.verification.StoredSnapshot.Why;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;
import org.springframework.context.annotation.Lazy;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/** Looks now and then whether the schemas of targets are what they should be. */
@Component
class DriftWatch {

    static final String TASK = "drift-look";
    /** How often it is asked which targets are due; their looks are spread over as long. */
    static final Duration ROUND = Duration.ofSeconds(30);

    private final DriftRows rows;
    private final BaselineRows baselines;
    private final Comparing comparing;
    private final Schemas schemas;
    private final RunsAtWork runs;
    private final Targets targets;
    private final Environments environments;
    private final SchedulerClient scheduler;
    private final TransactionTemplate transactions;
    private final Clock clock;

    /** @param scheduler lazily: it is built from the tasks, and they are built from this */
    DriftWatch(DriftRows rows, BaselineRows baselines, Comparing comparing, Schemas schemas, RunsAtWork runs,
            Targets targets, Environments environments, @Lazy SchedulerClient scheduler,
            TransactionTemplate transactions, Clock clock) {
        this.rows = rows;
        this.baselines = baselines;
        this.comparing = comparing;
        this.schemas = schemas;
        this.runs = runs;
        this.targets = targets;
        this.environments = environments;
        this.scheduler = scheduler;
        this.transactions = transactions;
        this.clock = clock;
    }

    /** Tells a task each to look at those that are due. */
    void goRound() {
        Instant now = clock.instant();
        Map<String, Duration> intervals = environments.all().stream()
                .collect(Collectors.toMap(Environment::name, each -> each.policy().watched()));
        rows.watched().stream()
                .filter(each -> due(each, Objects.requireNonNull(intervals.get(each.environment())), now))
                .forEach(each -> transactions.executeWithoutResult(status -> {
                    rows.told(each.target());
                    scheduler.scheduleIfNotExists(new TaskInstance<>(TASK, each.target()), now
                            .plusMillis(ThreadLocalRandom.current().nextLong(ROUND.toMillis())));
                }));
    }

    private static boolean due(DriftRows.Watched each, Duration interval, Instant now) {
        return each.toldAt() == null || !each.toldAt().plus(interval).isAfter(now);
    }

    /** One look. What keeps it from seeing anything is kept as a note. */
    void look(String target) {
        try {
            seen(target).ifPresent(why -> note(target, why));
        } catch (Problem unreadable) {
            note(target, String.valueOf(unreadable.getMessage()));
        }
    }

    /**
     * @return why it could not be told, in a sentence; empty when it could
     * @throws Problem when the schema cannot be read now
     */
    Optional<String> seen(String target) {
        RunsAtWork.Standing before = runs.on(target);
        if (before.busy() != null) {
            return Optional.of(before.busy());
        }
        SchemaSnapshot now = schemas.read(target);
        schemas.keep(target, Why.WATCH, now);
        return transactions.execute(status -> compared(target, before, now));
    }

    private Optional<String> compared(String name, RunsAtWork.Standing before, SchemaSnapshot now) {
        if (!baselines.lock(name)) {
            return Optional.empty();
        }
        if (!before.equals(runs.on(name))) {
            return Optional.of("A run began to work here while the schema was read");
        }
        if (!baselines.due(name).isEmpty()) {
            return Optional.of("What the last run left here is being read");
        }
        Target target = targets.find(name).orElseThrow();
        rows.told(name);
        comparing.compare(target, now, "it is as it should be again");
        return Optional.empty();
    }

    private void note(String target, String why) {
        transactions.executeWithoutResult(status -> rows.note(target, why));
    }
}
