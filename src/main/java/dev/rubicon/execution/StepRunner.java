package dev.rubicon.execution;

import dev.rubicon.engine.Direction;
import dev.rubicon.engine.LedgerRow;
import dev.rubicon.engine.RowCount;
import dev.rubicon.engine.StepEnded;
import dev.rubicon.engine.StepObserver;
import dev.rubicon.engine.StepOrder;
import dev.rubicon.engine.StepOutcome;
import dev.rubicon.engine.StepWatch;
import dev.rubicon.engine.TargetSession;
import dev.rubicon.execution.PhaseRunner.Next;
import dev.rubicon.plan.PlanRevision;
import dev.rubicon.plan.Rollback;
import dev.rubicon.plan.Step;
import dev.rubicon.plan.Verification;
import dev.rubicon.plan.Work;
import dev.rubicon.registry.Environments;
import dev.rubicon.registry.Policy;
import dev.rubicon.registry.Targets;
import dev.rubicon.verification.Verifications;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** One step of a phase run: preconditions, the work, verifications, and what each outcome means for the run. */
@Component
class StepRunner {

    /** How long one call to the engine may try for locks before the worker lets go and comes back. */
    private static final Duration BURST = Duration.ofSeconds(8);
    /** A call that ends in a wait after longer than this had done work before. */
    private static final Duration WORKED = BURST.multipliedBy(2);
    private static final Duration SHORTEST_BURST = Duration.ofMillis(500);
    /** Between bursts: whoever waits for locks strikes when they are free, so the time in between is lost. */
    private static final Duration SHORTLY = Duration.ofMillis(100);
    private static final Duration DEADLINE = Duration.ofHours(12);
    /** So often in a row the network alone seldom takes a session away. */
    private static final int OFTEN_LOST = 5;
    private static final Duration AFTER_MANY_LOST = Duration.ofSeconds(30);

    private final PhaseRunRows rows;
    private final Requests requests;
    private final RunLog log;
    private final Verifications verifications;
    private final Environments environments;
    private final Checksums checksums;
    private final BackfillSteps backfills;
    private final Leaving leaving;
    private final Targets targets;
    private final Node node;
    private final Clock clock;

    StepRunner(PhaseRunRows rows, Requests requests, RunLog log, Verifications verifications, Environments environments,
            Checksums checksums, BackfillSteps backfills, Leaving leaving, Targets targets, Node node, Clock clock) {
        this.rows = rows;
        this.requests = requests;
        this.log = log;
        this.verifications = verifications;
        this.environments = environments;
        this.checksums = checksums;
        this.backfills = backfills;
        this.leaving = leaving;
        this.targets = targets;
        this.node = node;
        this.clock = clock;
    }

    /** A step in effect on the target that is not, or not so, in this revision: it must not be built upon. */
    Optional<PhaseRunView.Failure> stranger(PhaseRun run, PlanRevision revision, Map<String, LedgerRow> ledger) {
        return ledger.values().stream()
                .filter(row -> row.direction() == Direction.FORWARD
                        && revision.document().steps().noneMatch(step -> step.name().equals(row.step())
                                && checksums.of(step.work()).equals(row.checksum())))
                .findFirst()
                .map(row -> new PhaseRunView.Failure(row.step(), "other-revision",
                        "Step %s of revision %d is in effect on %s, and is not the same in revision %d. Roll that one back, or "
                                .formatted(row.step(), row.revision(), run.target(), revision.revision())
                                + "submit a revision that contains the step unchanged.",
                        null));
    }

    /** Does one step, or finds that it need not be done. */
    Next carryOut(PhaseRun run, PlanRevision revision, Step step, TargetSession session,
            Map<String, LedgerRow> ledger) {
        Optional<RunRequest> rest = requests.restBefore(run.id(), step.name());
        if (rest.isPresent()) {
            log.restBefore(run, rest.get());
            return new Next.Stop();
        }
        Optional<RunRequest> skip = requests.skip(run.id(), step.name());
        if (skip.isPresent()) {
            return skip(run, revision, step, session, skip.get());
        }
        LedgerRow before = ledger.get(step.name());
        Optional<String> leaveOut = whyLeaveOut(run, step, before);
        if (leaveOut.isPresent() && run.direction() == Direction.ROLLBACK && !inEffect(before)
                && session.tried(run.plan(), step.name())) {
            return giveUp(run, revision, step, session, ledger);
        }
        if (leaveOut.isPresent()) {
            log.step(run, step.name(), StepState.SKIPPED, new PhaseRunView.Result(0, leaveOut.get(), List.of()));
            return new Next.GoOn();
        }
        Work work = work(run, step);
        if (work == null) {
            return fail(run, step.name(), "no-way-back", "The rollback plan of this step says that there is none",
                    null);
        }
        PhaseRunRows.AttemptRow attempt = log.attempt(run, step.name());
        if (run.direction() == Direction.FORWARD && (before == null || !before.inEffect())) {
            List<Verifications.Result> refused = refused(step.before(), session, 0);
            if (!refused.isEmpty()) {
                String message = "The precondition '%s' does not hold: %s"
                        .formatted(refused.getFirst().name(), refused.getFirst().seen());
                log.attemptEnded(run, attempt, "failed", message);
                return fail(run, step.name(), "precondition", message, null);
            }
        }
        StepOrder order = step.verify().stream().anyMatch(Verification.RowCountUnchanged.class::isInstance)
                ? order(run, revision, step, work, attempt).countingRows()
                : order(run, revision, step, work, attempt);
        RunWatch watch = watch(run, step, attempt);
        Instant began = clock.instant();
        StepOutcome outcome = observed(run, step, session, () -> work instanceof Work.Backfill backfill
                ? backfills.perform(run, backfill, session, order, watch)
                : session.perform(order, watch));
        return outcome instanceof StepOutcome.Waiting waiting
                ? waits(run, step, attempt, waiting, watch, Duration.between(began, clock.instant()))
                : outcome instanceof StepOutcome.Done done
                        ? done(run, step, attempt, done, session, order, watch)
                        : conclude(run, step, attempt, outcome);
    }

    RunWatch watch(PhaseRun run, Step step, PhaseRunRows.AttemptRow attempt) {
        return new RunWatch(log, rows, leaving, targets, run, attempt, clock, patience(run, step));
    }

    /** Its tries came to nothing, and may have left something: that goes first, or takes effect in order to be undone. */
    private Next giveUp(PhaseRun run, PlanRevision revision, Step step, TargetSession session,
            Map<String, LedgerRow> ledger) {
        PhaseRunRows.AttemptRow attempt = log.attempt(run, step.name());
        StepOrder order = order(run, revision, step, step.work(), attempt).towards(Direction.FORWARD);
        StepOutcome outcome = session.giveUp(order, watch(run, step, attempt));
        if (!(outcome instanceof StepOutcome.Done done)) {
            return conclude(run, step, attempt, outcome);
        }
        log.attemptEnded(run, attempt, "done", done.message());
        Map<String, LedgerRow> now = new HashMap<>(ledger);
        session.ledger(run.plan()).forEach(row -> now.put(row.step(), row));
        if (inEffect(now.get(step.name()))) {
            return carryOut(run, revision, step, session, now);
        }
        log.step(run, step.name(), StepState.SKIPPED, new PhaseRunView.Result(0, done.message(), List.of()));
        return new Next.GoOn();
    }

    private static boolean inEffect(@Nullable LedgerRow row) {
        return row != null && row.inEffect();
    }

    /** In a rehearsal somebody looks on: what is seen there is what it is for. */
    private StepOutcome observed(PhaseRun run, Step step, TargetSession session, Supplier<StepOutcome> work) {
        if (!run.rehearsed()) {
            return work.get();
        }
        try (StepObserver observer = session.observe()) {
            StepOutcome outcome = work.get();
            log.observed(run, step.name(), observer.end());
            return outcome;
        }
    }

    /** Leaves a step out, by an operator's decision: the target's ledger says so before anything else is done. */
    private Next skip(PhaseRun run, PlanRevision revision, Step step, TargetSession session, RunRequest request) {
        PhaseRunRows.AttemptRow attempt = log.attempt(run, step.name());
        boolean forward = run.direction() == Direction.FORWARD;
        StepOrder order = order(run, revision, step, forward ? step.work() : new Work.Check(), attempt)
                .skipped(forward ? Direction.SKIP : Direction.ROLLBACK, request.by() + ": " + request.reason());
        StepOutcome outcome = session.perform(order, watch(run, step, attempt));
        return switch (outcome) {
            case StepOutcome.Done done -> {
                log.attemptEnded(run, attempt, "skipped", done.message());
                log.skipped(run, request, step.name(), overruled(run, step, "Skipped by %s (%s). %s"
                        .formatted(request.by(), request.reason(), done.message())));
                yield new Next.GoOn();
            }
            case StepOutcome.Failed failed -> {
                log.skipRefused(run, request, failed.message());
                yield conclude(run, step, attempt, failed);
            }
            case StepOutcome.Waiting waiting -> conclude(run, step, attempt, waiting);
            case StepOutcome.Stopped stopped -> conclude(run, step, attempt, stopped);
            case StepOutcome.Fenced fenced -> conclude(run, step, attempt, fenced);
            case StepOutcome.Lost lost -> conclude(run, step, attempt, lost);
        };
    }

    /** Keeps what the verifications saw, where the step is left out in spite of it. */
    private PhaseRunView.Result overruled(PhaseRun run, Step step, String message) {
        return rows.result(run.id(), step.name())
                .map(known -> new PhaseRunView.Result(known.rows(), message, known.verifications()))
                .orElseGet(() -> new PhaseRunView.Result(0, message, List.of()));
    }

    /** What follows when a step has not come to its end. */
    Next conclude(PhaseRun run, Step step, PhaseRunRows.AttemptRow attempt, StepOutcome outcome) {
        return switch (outcome) {
            case StepOutcome.Done done -> throw new IllegalArgumentException("it has come to its end: " + done);
            case StepOutcome.Waiting waiting -> waits(run, step, attempt, waiting, Duration.ZERO);
            case StepOutcome.Failed failed -> {
                log.attemptEnded(run, attempt, "failed", failed.message());
                yield fail(run, step.name(), failed.cause(), failed.message(), failed.sqlState());
            }
            case StepOutcome.Stopped stopped when nobodyAsked(run) -> handOver(run, attempt, stopped);
            case StepOutcome.Stopped stopped -> {
                log.attemptEnded(run, attempt, "stopped", stopped.observed());
                log.step(run, step.name(), StepState.QUEUED, null);
                log.stopAsAsked(run, stopped.observed());
                yield new Next.Stop();
            }
            case StepOutcome.Fenced fenced -> {
                log.attemptEnded(run, attempt, "lost",
                        "Another session took the target meanwhile; nothing of this try took effect");
                yield new Next.Again(Duration.ofSeconds(1));
            }
            case StepOutcome.Lost lost -> {
                log.attemptEnded(run, attempt, "lost", lost.message());
                yield lost(run, attempt, lost.message());
            }
        };
    }

    /** Again at once after a fault of the network; a step that ends its own session each time is told, and tried seldom. */
    private Next lost(PhaseRun run, PhaseRunRows.AttemptRow attempt, String message) {
        int times = rows.lostInARow(attempt);
        if (times < OFTEN_LOST) {
            return new Next.Again(Duration.ofSeconds(1));
        }
        log.block(run, Waits.forLostSessions(attempt.step(), times, message));
        return new Next.Again(AFTER_MANY_LOST);
    }

    /** Nobody wants the run to stop: it is this node that ends. */
    private boolean nobodyAsked(PhaseRun run) {
        return leaving.begun() && rows.find(run.id()).map(PhaseRun::asked).isEmpty();
    }

    private Next handOver(PhaseRun run, PhaseRunRows.AttemptRow attempt, StepOutcome.Stopped stopped) {
        log.attemptEnded(run, attempt, "handed over",
                "Handed over by " + node.name() + " at its shutdown; " + stopped.observed());
        return handOver(run);
    }

    /** Another node goes on at once, from what the target's ledger says. */
    Next handOver(PhaseRun run) {
        log.block(run, Waits.forNextNode(node.name()));
        return new Next.Again(Duration.ZERO);
    }

    private Next done(PhaseRun run, Step step, PhaseRunRows.AttemptRow attempt, StepOutcome.Done done,
            TargetSession session, StepOrder order, RunWatch watch) {
        boolean forward = run.direction() == Direction.FORWARD;
        List<Verifications.Result> results = new ArrayList<>(RiverCheck.known(rows, run, step));
        if (forward && order.work() instanceof Work.Backfill backfill && BackfillSteps.compares(backfill)) {
            log.step(run, step.name(), StepState.VERIFYING, null);
            BackfillSteps.Compared compared = backfills.compare(run, backfill, session, order, false, watch);
            StepOutcome unfinished = compared.unfinished();
            if (unfinished != null) {
                return notCompared(run, step, attempt, done, unfinished);
            }
            results.addAll(compared.results());
        }
        log.attemptEnded(run, attempt, "done", done.message());
        if (forward && !step.verify().isEmpty()) {
            log.step(run, step.name(), StepState.VERIFYING, null);
            RowCount rowCount = order.countsRows()
                    ? rowCount(session, order, done.rowCountChange(), watch)
                    : RowCount.of(done.rowCountChange());
            step.verify().forEach(asked -> results.add(verifications.ask(session, asked, rowCount)));
        }
        return judged(run, step, done, results);
    }

    private Next judged(PhaseRun run, Step step, StepOutcome.Done done, List<Verifications.Result> results) {
        Optional<Verifications.Result> broken = results.stream().filter(Verifications.Result::fails).findFirst();
        PhaseRunView.Result result = new PhaseRunView.Result(done.rows(), done.message(), results);
        if (broken.isPresent()) {
            return fail(run, result, new PhaseRunView.Failure(step.name(), "verification",
                    "'%s' does not hold: %s".formatted(broken.get().name(), broken.get().seen()), null));
        }
        log.step(run, step.name(), StepState.DONE, result);
        return new Next.GoOn();
    }

    /** The step is in effect; whoever takes the run up next goes on with the comparison, unless the run is cancelled. */
    private Next notCompared(PhaseRun run, Step step, PhaseRunRows.AttemptRow attempt, StepOutcome.Done done,
            StepOutcome unfinished) {
        if (unfinished instanceof StepOutcome.Stopped stopped
                && rows.find(run.id()).map(PhaseRun::asked).filter(Asked.CANCEL::equals).isPresent()) {
            log.attemptEnded(run, attempt, "stopped", stopped.observed());
            log.step(run, step.name(), StepState.DONE, new PhaseRunView.Result(done.rows(),
                    done.message() + "; its result was not compared to the end before the cancel", List.of()));
            log.stopAsAsked(run, stopped.observed());
            return new Next.Stop();
        }
        return conclude(run, step, attempt, unfinished);
    }

    private static RowCount rowCount(TargetSession session, StepOrder order, long own, StepWatch watch) {
        try {
            return session.rowCount(order, own, watch);
        } catch (StepEnded notKnown) {
            return RowCount.of(own);
        }
    }

    /** What was done before this wait was no waiting: patience counts from here, in an attempt of its own. */
    private Next waits(PhaseRun run, Step step, PhaseRunRows.AttemptRow attempt, StepOutcome.Waiting waiting,
            RunWatch watch, Duration tried) {
        boolean worked = watch.batchesDone() || tried.compareTo(WORKED) > 0;
        return waits(run, step, worked ? log.waitsAnew(run, attempt, waiting.message()) : attempt, waiting, tried);
    }

    private Next waits(PhaseRun run, Step step, PhaseRunRows.AttemptRow attempt, StepOutcome.Waiting waiting,
            Duration tried) {
        if (patienceLeft(run, step, attempt).isNegative()) {
            String message = "The locks were not to be had within the patience of this step: " + waiting.message();
            log.attemptEnded(run, attempt, "gave up", message);
            return fail(run, step.name(), "lock-patience", message, "55P03");
        }
        log.waits(run, attempt, waiting, rows.waitsSince(attempt), patience(run, step));
        return new Next.Again(tried.compareTo(SHORTEST_BURST) < 0 ? Duration.ofSeconds(1) : SHORTLY);
    }

    private Next fail(PhaseRun run, String step, String cause, String message, @Nullable String sqlState) {
        return fail(run, null, new PhaseRunView.Failure(step, cause, message, sqlState));
    }

    Next fail(PhaseRun run, PhaseRunView.@Nullable Result result, PhaseRunView.Failure failure) {
        log.step(run, failure.step(), StepState.FAILED, result);
        log.end(run, PhaseRunState.FAILED, failure);
        return new Next.Stop();
    }

    /** Why there is nothing to do in this step; empty when there is. */
    private static Optional<String> whyLeaveOut(PhaseRun run, Step step, @Nullable LedgerRow before) {
        if (run.direction() == Direction.ROLLBACK) {
            if (before != null && before.direction() == Direction.ROLLBACK && before.run() == run.id()) {
                return Optional.empty(); // undone by this run, which died before it could say so
            }
            if (before == null || !before.inEffect()) {
                return Optional.of("Not in effect on this target: nothing to undo");
            }
            if (before.direction() == Direction.SKIP) {
                return Optional.of("It was there before this rollout, which leaves it alone");
            }
            return before.rollout() == run.rollout()
                    ? Optional.empty()
                    : Optional.of("In effect by rollout #" + before.rollout() + ", which alone may undo it");
        }
        return before != null && before.inEffect() && before.rollout() != run.rollout()
                ? Optional.of("In effect since rollout #" + before.rollout())
                : Optional.empty();
    }

    /** What to do, or null where the rollback plan says that nothing can be done. */
    private static @Nullable Work work(PhaseRun run, Step step) {
        if (run.direction() == Direction.FORWARD) {
            return step.work();
        }
        return switch (step.rollback().way()) {
            case Rollback.Reverse reverse -> reverse.sql();
            case Rollback.Forward forward -> forward.work();
            case Rollback.Nothing nothing -> new Work.Check();
            case Rollback.Impossible impossible -> null;
        };
    }

    StepOrder order(PhaseRun run, PlanRevision revision, Step step, Work work,
            PhaseRunRows.AttemptRow attempt) {
        return new StepOrder(run.plan(), run.revision(), run.digest(), step.name(), run.direction(), work,
                run.rollout(), run.id(), attempt.number(), checksums.of(work),
                revision.migrations().getOrDefault(step.name(), step.name()), policy(run).stallBudget(),
                burst(run, step, work, attempt),
                step.deadline() == null ? DEADLINE : step.deadline());
    }

    /** The step's own, or else that of the environment. */
    private Duration patience(PhaseRun run, Step step) {
        return step.patience() == null ? policy(run).patience() : step.patience();
    }

    /** The patience, less what is over of it. */
    private Duration patienceLeft(PhaseRun run, Step step, PhaseRunRows.AttemptRow attempt) {
        return patience(run, step).minus(Duration.between(rows.waitsSince(attempt), clock.instant()));
    }

    /** Statements wait from the beginning of the attempt; batches of a backfill may wait at any time, each anew. */
    private Duration burst(PhaseRun run, Step step, Work work, PhaseRunRows.AttemptRow attempt) {
        Duration left = work instanceof Work.Sql ? patienceLeft(run, step, attempt) : BURST;
        return left.compareTo(BURST) > 0 ? BURST : left.compareTo(SHORTEST_BURST) < 0 ? SHORTEST_BURST : left;
    }

    private List<Verifications.Result> refused(List<Verification> asked, TargetSession session, long change) {
        return asked.stream().map(verification -> verifications.ask(session, verification, change))
                .filter(result -> !result.holds()).toList();
    }

    private Policy policy(PhaseRun run) {
        return environments.find(run.environment()).orElseThrow().policy();
    }
}
