package dev.rubicon.rehearsal;

import dev.rubicon.audit.AuditTrail;
import dev.rubicon.audit.Subject;
import dev.rubicon.engine.QueryFailed;
import dev.rubicon.engine.TargetUnavailable;
import dev.rubicon.durable.DurableWork;
import dev.rubicon.problem.Problem;
import dev.rubicon.security.Actor;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Takes rehearsals up and brings them to an end. A worker that dies leaves a shadow and half a report; the next one drops both
 * and begins anew, for what was measured around a death proves nothing.
 */
@Component
class RehearsalRunner {

    private static final Logger log = LoggerFactory.getLogger(RehearsalRunner.class);
    private static final Duration FOR_OTHERS = Duration.ofSeconds(2);
    private static final int MOST_TRIES = 5;

    private final RehearsalRows rows;
    private final Course course;
    private final DrillCourse drillCourse;
    private final Legs legs;
    private final Stages stages;
    private final RehearsalSettings settings;
    private final AuditTrail audit;
    private final DurableWork durable;
    private final RehearsalDispatch dispatch;
    private final ApplicationEventPublisher events;
    private final TransactionTemplate transactions;

    RehearsalRunner(RehearsalRows rows, Course course, DrillCourse drillCourse, Legs legs, Stages stages,
            RehearsalSettings settings, AuditTrail audit, DurableWork durable, RehearsalDispatch dispatch,
            ApplicationEventPublisher events, TransactionTemplate transactions) {
        this.rows = rows;
        this.course = course;
        this.drillCourse = drillCourse;
        this.events = events;
        this.legs = legs;
        this.stages = stages;
        this.settings = settings;
        this.audit = audit;
        this.durable = durable;
        this.dispatch = dispatch;
        this.transactions = transactions;
    }

    /**
     * Carries a rehearsal out.
     *
     * @return after what time to be called again, or empty when there is nothing left to do
     */
    Optional<Duration> carryOut(DurableWork.Hand hand) {
        long id = Long.parseLong(hand.instance());
        if (hand.nodeEnds()) {
            return Optional.of(Duration.ZERO);
        }
        Optional<Rehearsal> mine = transactions.execute(status -> takeUp(id, hand));
        if (mine == null || mine.isEmpty()) {
            return rows.find(id).filter(waiting -> !waiting.state().ended()).map(waiting -> FOR_OTHERS);
        }
        Worker worker = new Worker(rows, mine.get(), hand::nodeEnds, settings.longest());
        try {
            carryOut(worker);
            return Optional.empty();
        } catch (Worker.HandOver handOver) {
            if (worker.mine()) {
                strike(mine.get());
            }
            return Optional.of(Duration.ZERO);
        } catch (Worker.Superseded superseded) {
            log.info("{}; leaving it", superseded.getMessage());
            return Optional.of(FOR_OTHERS);
        }
    }

    private Optional<Rehearsal> takeUp(long id, DurableWork.Hand hand) {
        boolean drill = rows.find(id).filter(one -> one.kind() == RehearsalKind.DRILL).isPresent();
        // somebody waits for a rehearsal, and nobody for a drill: of those there is one at a time, so that they leave room
        if (rows.othersAtWork(id, false) >= settings.atOnce() || drill && rows.othersAtWork(id, true) > 0) {
            rows.waits(id, "Waits for other rehearsals to end");
            return Optional.empty();
        }
        return durable.isStillHeld(hand) ? rows.takeUp(id) : Optional.empty();
    }

    private void carryOut(Worker worker) {
        Rehearsal mine = worker.rehearsal();
        if (mine.epoch() > MOST_TRIES) {
            end(worker, RehearsalState.BROKEN, "Its worker died " + MOST_TRIES + " times; it is given up");
            return;
        }
        try {
            legs.clear(mine);
            RehearsalState came = switch (mine.kind()) {
                case REHEARSAL -> course.walk(worker);
                case DRILL -> drillCourse.walk(worker);
            };
            end(worker, came, "");
        } catch (Obstacle | TargetUnavailable | QueryFailed | Problem obstacle) {
            end(worker, RehearsalState.BROKEN, String.valueOf(obstacle.getMessage()));
        }
    }

    /** What still runs on the shadow ends before the rehearsal does, for then nobody is told any more how to connect. */
    private void end(Worker worker, RehearsalState state, String message) {
        Rehearsal mine = worker.rehearsal();
        worker.demandMine();
        legs.clear(mine);
        transactions.executeWithoutResult(status -> {
            worker.demand(rows.end(mine, state, message, worker.report()));
            Subject subject = new Subject("rehearsal", String.valueOf(mine.id()), mine.environment());
            switch (mine.kind()) {
                case REHEARSAL -> audit.record(Actor.RUBICON, "rehearsal.ended", subject, Map.of("plan", mine.plan(),
                        "revision", mine.revision(), "target", mine.target(), "state", state));
                case DRILL -> drilled(mine, subject, state);
            }
            events.publishEvent(new RehearsalEnded(mine.id(), mine.kind(), mine.plan(), mine.revision(),
                    mine.target(), mine.environment(), state));
        });
        strike(mine);
    }

    private void drilled(Rehearsal mine, Subject subject, RehearsalState state) {
        long rollout = Objects.requireNonNull(mine.rollout());
        String broke = Drills.whatBroke(rows.find(mine.id()).orElseThrow());
        audit.record(Actor.RUBICON, "drill.ended", subject,
                Map.of("rollout", rollout, "target", mine.target(), "state", state, "broke", broke));
        events.publishEvent(new DrillMoved(rollout, mine.id(), mine.target(), state, broke));
    }

    /** What cannot be dropped now is left to the sweep; a copy's target may be gone, or its password not to be had. */
    private void strike(Rehearsal rehearsal) {
        try {
            stages.strike(rehearsal);
        } catch (TargetUnavailable | QueryFailed | Obstacle | Problem e) {
            log.warn("The shadow of rehearsal {} is left to the sweep: {}", rehearsal.id(), e.getMessage());
        }
    }

    /** Sets going what no execution carries; drops the shadows of rehearsals that have ended and are still there. */
    void sweep() {
        transactions.executeWithoutResult(status -> rows.uncarried().forEach(lost -> {
            log.warn("No execution was left to carry rehearsal {}; it is dispatched anew", lost);
            dispatch.dispatch(lost);
        }));
        rows.leftovers().forEach(this::strike);
    }
}
