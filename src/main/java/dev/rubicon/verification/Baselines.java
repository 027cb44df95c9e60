package dev.rubicon.verification;

import com.github.kagkarlsson.scheduler.SchedulerClient;
import com.github.kagkarlsson.scheduler.task.TaskInstance;
import dev.rubicon.engine.schema.SchemaObject;
import dev.rubicon.engine.schema.SchemaSnapshot;
import dev.rubicon.problem.Problem;
import dev.rubicon.registry.Target;
import dev.rubicon.registry.Targets;
import dev.rubicon.verification.BaselineRows.Due;
import dev.rubicon.verification.StoredSnapshot.Why;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.annotation.Lazy;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * The door for who carries runs out: what they leave on a target is what its schema should be from then on. A run's end is
 * written down with the run; the schema is read by a task afterwards, or by the next run before it begins, whichever comes
 * first.
 */
@Component
public class Baselines {

    static final String TASK = "drift-baseline";

    private static final Logger log = LoggerFactory.getLogger(Baselines.class);
    private static final Duration LATER = Duration.ofSeconds(30);

    private final BaselineRows rows;
    private final SnapshotRows snapshots;
    private final DriftRows drift;
    private final Comparing comparing;
    private final Schemas schemas;
    private final Targets targets;
    private final RunsAtWork runs;
    private final SchedulerClient scheduler;
    private final TransactionTemplate transactions;
    private final Clock clock;

    /** @param scheduler lazily: it is built from the tasks, and they are built from this */
    Baselines(BaselineRows rows, SnapshotRows snapshots, DriftRows drift, Comparing comparing, Schemas schemas,
            Targets targets, RunsAtWork runs, @Lazy SchedulerClient scheduler, TransactionTemplate transactions,
            Clock clock) {
        this.rows = rows;
        this.snapshots = snapshots;
        this.drift = drift;
        this.comparing = comparing;
        this.schemas = schemas;
        this.targets = targets;
        this.runs = runs;
        this.scheduler = scheduler;
        this.transactions = transactions;
        this.clock = clock;
    }

    /** Whether it is known what was there before a run. */
    @Transactional(readOnly = true)
    public boolean knows(long run) {
        return snapshots.knows(run);
    }

    /** A run is about to do its first step, and this is what it finds; what runs before it left is in it. */
    @Transactional
    public void before(String target, long rollout, long run, SchemaSnapshot found) {
        if (rows.lock(target)) {
            snapshots.insert(target, Why.BEFORE_RUN, rollout, run, found);
            settle(target, found);
        }
    }

    /** A run that had begun has ended. In the transaction of its end, so that none is forgotten. */
    @Transactional(propagation = Propagation.MANDATORY)
    public void ended(String target, long rollout, long run) {
        rows.due(new Due(run, target, rollout));
        scheduler.scheduleIfNotExists(new TaskInstance<>(TASK, run + "/" + target), clock.instant());
    }

    /**
     * Reads what ended runs left on a target.
     *
     * @return when to try again, or empty when nothing is left to do
     */
    Optional<Duration> leave(String target) {
        List<Due> due = rows.due(target);
        if (due.isEmpty()) {
            return Optional.empty();
        }
        RunsAtWork.Standing before = runs.on(target);
        if (before.busy() != null) {
            return Optional.of(LATER);
        }
        try {
            SchemaSnapshot found = schemas.read(target);
            return Boolean.TRUE.equals(transactions.execute(status -> leave(due.getLast(), before, found)))
                    ? Optional.empty()
                    : Optional.of(LATER);
        } catch (Problem unreadable) {
            log.info("What the last run left on {} is read later: {}", target, unreadable.getMessage());
            return Optional.of(LATER);
        }
    }

    /** @return false when another run has begun meanwhile: then it is not known whose work was seen */
    private boolean leave(Due last, RunsAtWork.Standing before, SchemaSnapshot found) {
        if (!rows.lock(last.target())) {
            return true;
        }
        if (!before.equals(runs.on(last.target()))) {
            return false;
        }
        // also where somebody has seen the same already: what the run itself left is asked for as such
        snapshots.insert(last.target(), Why.AFTER_RUN, last.rollout(), last.run(), found);
        settle(last.target(), found);
        return true;
    }

    private void settle(String name, SchemaSnapshot found) {
        List<Due> due = rows.due(name);
        Target target = targets.find(name).orElseThrow();
        if (due.isEmpty()) {
            return;
        }
        Due last = due.getLast();
        rows.put(new Baseline(name, target.url(), Baseline.Why.ROLLOUT, clock.instant(), last.rollout(), last.run(),
                null, null, found.serverVersion(), expected(target, due.getFirst(), found)));
        rows.settled(due);
        drift.told(name);
        comparing.compare(target, found, "a rollout changed it");
    }

    private List<SchemaObject> expected(Target target, Due first, SchemaSnapshot found) {
        Optional<Baseline> old = rows.find(target.name()).filter(one -> one.isOf(target))
                .filter(one -> one.serverVersion() == found.serverVersion());
        return old.isEmpty()
                ? found.objects()
                : snapshots.before(first.run())
                        .filter(one -> one.snapshot().serverVersion() == found.serverVersion())
                        .map(one -> Expected.behind(old.get().objects(), one.snapshot(), found))
                        .orElseGet(() -> Expected.behind(old.get().objects(), drift.open(target.name()).stream()
                                .map(Drift.Item::change).toList(), found));
    }
}
