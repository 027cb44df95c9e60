package dev.rubicon.execution;

import dev.rubicon.durable.DurableWork;
import dev.rubicon.engine.Direction;
import dev.rubicon.engine.Engine;
import dev.rubicon.engine.Engines;
import dev.rubicon.engine.LedgerRow;
import dev.rubicon.engine.TargetBusy;
import dev.rubicon.engine.TargetSession;
import dev.rubicon.engine.TargetUnavailable;
import dev.rubicon.engine.schema.SchemaSnapshot;
import dev.rubicon.gate.Blocker;
import dev.rubicon.plan.Phase;
import dev.rubicon.plan.PlanRevision;
import dev.rubicon.plan.Plans;
import dev.rubicon.plan.Step;
import dev.rubicon.problem.Problem;
import dev.rubicon.registry.Environments;
import dev.rubicon.registry.TargetAccess;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;
import org.springframework.util.function.SingletonSupplier;

/**
 * The main loop of one phase on one target: take the run up, take the target, do the steps one by one, let go. It may
 * die anywhere; whoever takes the run up next asks the target's ledger what took effect.
 */
@Component
class PhaseRunner {

    private static final Logger log = LoggerFactory.getLogger(PhaseRunner.class);
    private static final Duration SOON = Duration.ofSeconds(1);

    private final PhaseRunRows rows;
    private final RunLog runLog;
    private final TargetHolds holds;
    private final Turn turn;
    private final Plans plans;
    private final Grounds grounds;
    private final Environments environments;
    private final Engines engines;
    private final StepRunner steps;
    private final RiverCheck river;
    private final RehearsedCheck rehearsed;
    private final Node node;
    private final Leaving leaving;
    private final Share share;
    private final DurableWork durable;
    private final SchemaRecord schemas;
    private final TransactionTemplate transactions;

    PhaseRunner(PhaseRunRows rows, RunLog runLog, TargetHolds holds, Turn turn, Plans plans, Grounds grounds,
            Environments environments, Engines engines, StepRunner steps, RiverCheck river,
            RehearsedCheck rehearsed, Node node, Leaving leaving, Share share, DurableWork durable,
            SchemaRecord schemas, TransactionTemplate transactions) {
        this.schemas = schemas;
        this.rows = rows;
        this.runLog = runLog;
        this.holds = holds;
        this.turn = turn;
        this.plans = plans;
        this.grounds = grounds;
        this.environments = environments;
        this.engines = engines;
        this.steps = steps;
        this.river = river;
        this.rehearsed = rehearsed;
        this.node = node;
        this.leaving = leaving;
        this.share = share;
        this.durable = durable;
        this.transactions = transactions;
    }

    /** How one step left the run. */
    sealed interface Next {
        /** On to the next step. */
        record GoOn() implements Next {}

        /** Nothing is held; try again after this time. */
        record Again(Duration in) implements Next {}

        /** The run has ended or rests. */
        record Stop() implements Next {}
    }

    /**
     * Does what can be done now.
     *
     * @return after what time to be called again, or empty when the run ended or rests
     */
    Optional<Duration> carryOn(DurableWork.Hand hand) {
        Dispatch.Ticket ticket = Dispatch.Ticket.of(hand.instance());
        if (leaving.begun()) {
            return Optional.of(Duration.ZERO);
        }
        Optional<Duration> forOthers = share.leavesToOthers(ticket);
        if (forOthers.isPresent()) {
            return forOthers;
        }
        try {
            Optional<PhaseRun> mine = transactions.execute(status -> takeUp(hand, ticket));
            if (mine == null || mine.isEmpty()) {
                return Optional.empty();
            }
            return carryOn(mine.get()).map(in -> runLog.rest(mine.get(), in));
        } catch (RunLog.Superseded superseded) {
            log.info("{}; leaving it", superseded.getMessage());
            return Optional.of(SOON);
        }
    }

    private Optional<PhaseRun> takeUp(DurableWork.Hand hand, Dispatch.Ticket ticket) {
        PhaseRun known = rows.find(ticket.run()).orElseThrow();
        turn.take(known.rollout());
        PhaseRun run = rows.lock(ticket.run());
        if (run.dispatch() != ticket.number() || !(run.atWork() || run.state() == PhaseRunState.QUEUED)
                || !durable.isStillHeld(hand)) {
            return Optional.empty();
        }
        return Optional.of(rows.takeUp(run.id()));
    }

    private Optional<Duration> carryOn(PhaseRun run) {
        Optional<PhaseRunRows.AttemptRow> open = rows.openAttempt(run.id());
        if (run.asked() != null && open.isEmpty()) {
            runLog.stopAsAsked(run, "no statement was running");
            return Optional.empty();
        }
        TargetAccess access;
        try {
            access = grounds.access(run);
        } catch (Problem noPassword) {
            if (asked(run)) {
                return stopUnreached(run, noPassword);
            }
            runLog.block(run, Waits.forConnection(String.valueOf(noPassword.getMessage())));
            return Optional.of(Duration.ofSeconds(3));
        }
        Optional<Blocker> inTheWay = takeTarget(run, access.server());
        if (inTheWay.isPresent()) {
            runLog.block(run, inTheWay.get());
            return Optional.of(SOON);
        }
        Engine engine = engines.of(access.engine());
        try (TargetSession session = engine.open(access, new Engine.Claim(run.id(), node.name()))) {
            runLog.opened(run, session.fence());
            return asked(run) && open.isPresent()
                    ? stopInAttempt(run, session, open.get())
                    : cross(run, session);
        } catch (TargetBusy busy) {
            runLog.block(run, Waits.forSession(said(busy)));
            return Optional.of(SOON);
        } catch (TargetUnavailable unavailable) {
            if (asked(run)) {
                return stopUnreached(run, unavailable);
            }
            runLog.block(run, Waits.forConnection(said(unavailable)));
            return Optional.of(Duration.ofSeconds(3));
        }
    }

    private Optional<Duration> stopUnreached(PhaseRun run, RuntimeException why) {
        runLog.stopAsAsked(run, "what became of the last statement is not known, for the target cannot be reached ("
                + said(why) + "); its ledger tells the next run");
        return Optional.empty();
    }

    /** Takes the target, unless another run holds it or stands before this one. */
    private Optional<Blocker> takeTarget(PhaseRun known, String server) {
        int budget = environments.find(known.environment()).orElseThrow().policy().connectionsPerServer();
        return runLog.write(known, run -> {
            if (!run.atWork() && run.state() != PhaseRunState.QUEUED) {
                throw new RunLog.Superseded(run.id()); // stopped since this worker took it up
            }
            Optional<TargetHolds.Ahead> ahead = holds.ahead(run);
            if (ahead.isPresent()) {
                return ahead.map(Waits::forTarget);
            }
            TargetHolds.Used used = holds.usedOf(server, run.id());
            if (used.connections() + TargetHolds.CONNECTIONS_PER_RUN > Math.max(budget,
                    TargetHolds.CONNECTIONS_PER_RUN)) {
                return Optional.of(Waits.forServer(server, used.runs(), budget));
            }
            if (!holds.take(run, server)) {
                return holds.ahead(run).map(Waits::forTarget);
            }
            // one that looks again whether it may begin goes on waiting until it may: each look would else be two events
            if (run.state().leadsTo(PhaseRunState.RUNNING) && !Waits.isForRehearsal(run.blocker())) {
                runLog.become(run, PhaseRunState.RUNNING);
            }
            return Optional.empty();
        });
    }

    private Optional<Duration> cross(PhaseRun run, TargetSession session) {
        PlanRevision revision = plans.get(run.plan(), run.revision());
        Phase phase = revision.document().phases().get(run.phase());
        Map<String, LedgerRow> ledger = session.ledger(run.plan()).stream()
                .collect(Collectors.toMap(LedgerRow::step, Function.identity()));
        Optional<PhaseRunView.Failure> stranger = steps.stranger(run, revision, ledger);
        if (stranger.isPresent()) {
            runLog.end(run, PhaseRunState.FAILED, stranger.get());
            return Optional.empty();
        }
        // whoever needs it reads it, and nobody reads it twice
        Supplier<SchemaSnapshot> schema = SingletonSupplier.of(session::snapshot);
        Optional<Duration> otherSchema = rehearsed.before(run, phase, session, ledger, schema);
        if (otherSchema.isPresent()) {
            return otherSchema;
        }
        schemas.before(run, schema);
        String done = null;
        for (Step step : inOrder(run, phase)) {
            Next next = next(run, revision, step, session, ledger, done);
            done = step.name();
            switch (next) {
                case Next.GoOn() -> {}
                case Next.Again(Duration in) -> {
                    return Optional.of(in);
                }
                case Next.Stop() -> {
                    return Optional.empty();
                }
            }
        }
        runLog.end(run, run.success(), null);
        return Optional.empty();
    }

    private Next next(PhaseRun run, PlanRevision revision, Step step, TargetSession session,
            Map<String, LedgerRow> ledger, @Nullable String done) {
        if (asked(run)) {
            return stopBetween(run, done, step.name());
        }
        return leaving.begun()
                ? steps.handOver(run)
                : river.before(run, revision, step, session, ledger)
                        .orElseGet(() -> steps.carryOut(run, revision, step, session, ledger));
    }

    /** The steps not yet done, in the direction of the run. */
    private List<Step> inOrder(PhaseRun run, Phase phase) {
        Map<String, StepState> states = rows.steps(run.id()).stream()
                .collect(Collectors.toMap(PhaseRunRows.StepRow::step, PhaseRunRows.StepRow::state));
        List<Step> steps = run.direction() == Direction.ROLLBACK ? phase.steps().reversed() : phase.steps();
        return steps.stream().filter(step -> states.get(step.name()) != StepState.DONE
                && states.get(step.name()) != StepState.SKIPPED).toList();
    }

    private boolean asked(PhaseRun run) {
        return rows.find(run.id()).map(PhaseRun::asked).isPresent();
    }

    private Next stopBetween(PhaseRun run, @Nullable String done, String next) {
        boolean pause = rows.find(run.id()).map(PhaseRun::asked).filter(Asked.PAUSE::equals).isPresent();
        runLog.stopAsAsked(run, done == null
                ? "nothing was running; step " + next + " was not begun"
                : (pause
                        ? "step %s ran to its end; step %s was not begun"
                        : "step %s had ended before the cancel arrived; step %s was not begun").formatted(done, next));
        return new Next.Stop();
    }

    /**
     * The worker before let go while it waited for locks, or has died. Its session on the target is ended by now, so the
     * ledger tells what took effect.
     */
    private Optional<Duration> stopInAttempt(PhaseRun run, TargetSession session, PhaseRunRows.AttemptRow interrupted) {
        boolean forward = run.direction() == Direction.FORWARD;
        boolean inEffect = session.ledger(run.plan()).stream()
                .anyMatch(row -> row.step().equals(interrupted.step()) && row.inEffect());
        if ("waiting".equals(interrupted.outcome()) && inEffect != forward) {
            return stopWaiting(run, interrupted);
        }
        String observed = "the worker on %s was gone, and nothing more was executed: step %s %s".formatted(
                interrupted.node(), interrupted.step(), inEffect == forward
                        ? "had " + (forward ? "taken effect" : "been undone") + " before"
                        : "did not take effect");
        runLog.attemptEnded(run, interrupted, "lost", "Asked to stop; " + observed);
        if (forward && inEffect && rows.find(run.id()).map(PhaseRun::asked).filter(Asked.CANCEL::equals).isPresent()) {
            runLog.step(run, interrupted.step(), StepState.DONE, new PhaseRunView.Result(-1,
                    "Took effect before the cancel; its verifications were not asked", List.of()));
        } else {
            runLog.step(run, interrupted.step(), StepState.QUEUED, null);
        }
        runLog.stopAsAsked(run, observed);
        return Optional.empty();
    }

    private Optional<Duration> stopWaiting(PhaseRun run, PhaseRunRows.AttemptRow waited) {
        String observed = "no statement was running: step %s waited for its locks, and had not %s".formatted(
                waited.step(), run.direction() == Direction.FORWARD ? "taken effect" : "been undone");
        runLog.attemptEnded(run, waited, "stopped", observed);
        runLog.step(run, waited.step(), StepState.QUEUED, null);
        runLog.stopAsAsked(run, observed);
        return Optional.empty();
    }

    private static String said(RuntimeException refusal) {
        return java.util.Objects.requireNonNullElse(refusal.getMessage(), "");
    }
}
