package dev.rubicon.rollout;

import dev.rubicon.audit.AuditTrail;
import dev.rubicon.audit.Subject;
import dev.rubicon.execution.PhaseRunState;
import dev.rubicon.execution.PhaseRunView;
import dev.rubicon.execution.PhaseRuns;
import dev.rubicon.execution.Turn;
import dev.rubicon.gate.Gates;
import dev.rubicon.plan.DataLoss;
import dev.rubicon.plan.Finding;
import dev.rubicon.plan.PlanRevision;
import dev.rubicon.plan.Plans;
import dev.rubicon.problem.Problem;
import dev.rubicon.problem.ProblemType;
import dev.rubicon.security.Actor;
import dev.rubicon.security.Permission;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/** The door to rollouts. Every verb decides from the loaded row, with the rollout's turn, in one transaction. */
@Component
public class Rollouts {

    /** What to open. Exactly one of {@code names} and {@code labels} selects the targets. */
    public record Order(String plan, int revision, String environment, List<String> names, Map<String, String> labels,
            List<Wave> waves, String startPhases) {}

    /**
     * The end of a wave.
     *
     * @param count so many targets more
     * @param percent so many percent of the fleet in all, rounded up
     */
    public record Wave(@Nullable Integer count, @Nullable Integer percent) {}

    /** A decision on a phase, bound to what was shown. */
    public record Decision(Gates.Decision decision, String digest, @Nullable String comment,
            @Nullable String crossing) {}

    /**
     * What to undo: this phase and all behind it, on these targets or (empty) on all.
     *
     * @param force against what could be overridden; audited with the reason
     */
    public record Return(int toPhase, String reason, List<String> targets, boolean force) {}

    /**
     * What a rollback will lose.
     *
     * @param rows rows at risk now, counted by the step's loss query; null without one, or when it failed
     */
    public record Loss(String target, String step, DataLoss dataLoss, @Nullable Long rows, @Nullable String window) {}

    /** What a rollback would do, before it is confirmed; {@code refusals} say why it would be refused. */
    public record ReturnPreview(List<Loss> losses, List<String> steps, List<String> refusals) {}

    private final RolloutRows rows;
    private final RolloutEvents events;
    private final Opening opening;
    private final Advance advance;
    private final PhaseGates phaseGates;
    private final WayBack wayBack;
    private final Views views;
    private final Gates gates;
    private final PhaseRuns phaseRuns;
    private final Plans plans;
    private final Turn turn;
    private final Wakes wakes;
    private final AuditTrail audit;
    private final TransactionTemplate transactions;

    Rollouts(RolloutRows rows, RolloutEvents events, Opening opening, Advance advance, PhaseGates phaseGates,
            WayBack wayBack, Views views, Gates gates, PhaseRuns phaseRuns, Plans plans, Turn turn, Wakes wakes,
            AuditTrail audit, TransactionTemplate transactions) {
        this.rows = rows;
        this.events = events;
        this.opening = opening;
        this.advance = advance;
        this.phaseGates = phaseGates;
        this.wayBack = wayBack;
        this.views = views;
        this.gates = gates;
        this.phaseRuns = phaseRuns;
        this.plans = plans;
        this.turn = turn;
        this.wakes = wakes;
        this.audit = audit;
        this.transactions = transactions;
    }

    /** Freezes targets and digest, and opens the rollout; its first phase starts when its gates are open. */
    public RolloutView open(Actor actor, Order order) {
        return get(actor, opening.open(actor, order));
    }

    /** The rollout, if the actor may see it; else the problem not-found. */
    public RolloutView get(Actor actor, long id) {
        return views.of(visible(actor, rows.find(id).orElseThrow(() -> unknown(id))));
    }

    /** All that the actor may see, newest first. */
    public List<RolloutView> newest(Actor actor, int limit) {
        return page(actor, Long.MAX_VALUE, limit);
    }

    /** Those behind an id, newest first. */
    public List<RolloutView> page(Actor actor, long before, int limit) {
        List<Rollout> seen = new ArrayList<>();
        long from = before;
        while (seen.size() < limit) {
            List<Rollout> more = rows.before(from, limit);
            if (more.isEmpty()) {
                break;
            }
            more.stream().filter(rollout -> actor.sees(rollout.environment())).limit(limit - (long) seen.size())
                    .forEach(seen::add);
            from = more.getLast().id();
        }
        return seen.stream().map(views::of).toList();
    }

    /** The rollouts of a plan, newest first. */
    public List<RolloutView> ofPlan(Actor actor, String plan) {
        return rows.ofPlan(plan).stream().filter(rollout -> actor.sees(rollout.environment())).map(views::of).toList();
    }

    /** All phase runs of a rollout on one target, oldest first, with steps and attempts. */
    public List<PhaseRunView> runs(Actor actor, long id, String target) {
        visible(actor, rows.find(id).orElseThrow(() -> unknown(id)));
        if (rows.runs(id).stream().noneMatch(run -> run.target().equals(target))) {
            throw Problem.notFound("run of rollout #" + id + " on target '" + target + "'");
        }
        return phaseRuns.of(id, target);
    }

    /** Keeps a decision on a phase; the caller saw what the digest stands for. */
    public RolloutView decide(Actor actor, long id, int phase, Decision decision) {
        return change(actor, id, rollout -> {
            PlanRevision revision = plans.get(rollout.plan(), rollout.revision());
            List<Rollout.PhaseRow> phases = rows.phases(id);
            Rollout.PhaseRow row = phase(phases, id, phase);
            Gates.Passage passage = phaseGates.passage(rollout, revision, phases, phase);
            actor.demand(Permission.APPROVE, rollout.environment());
            if (!decision.digest().equals(rollout.digest())) {
                throw new Problem(ProblemType.STALE_DIGEST, "The decision was on %s, the rollout's digest is %s"
                        .formatted(decision.digest(), rollout.digest()), Map.of("digest", rollout.digest()));
            }
            if (row.state() != PhaseState.WAITING || rollout.state().ended()) {
                throw new Problem(ProblemType.CONFLICT,
                        "Phase %d is not waiting for a decision: it is %s, the rollout %s"
                                .formatted(phase, row.state(), rollout.state()));
            }
            if (decision.decision() == Gates.Decision.APPROVE) {
                refuseOpenFindings(revision);
            }
            gates.decide(actor, passage, decision.decision(), decision.comment(), decision.crossing(),
                    evidence(rollout, revision));
            events.append(id, "phase.decision", Map.of("phase", phase, "decision", decision.decision(), "by",
                    actor.name()));
        });
    }

    /** Starts a phase by hand, where {@code startPhases} is manual; its other gates still hold. */
    public RolloutView start(Actor actor, long id, int phase) {
        return change(actor, id, rollout -> {
            actor.demand(Permission.OPERATE, rollout.environment());
            Rollout.PhaseRow row = phase(rows.phases(id), id, phase);
            if (row.state() != PhaseState.WAITING) {
                throw new Problem(ProblemType.CONFLICT, "Phase " + phase + " is not waiting: it is " + row.state());
            }
            rows.started(id, phase, actor.name());
            tell(actor, rollout, "phase.started", Map.of("phase", phase));
        });
    }

    /** A named go of a manual gate. */
    public RolloutView giveGo(Actor actor, long id, int phase, String gate, @Nullable String comment) {
        return change(actor, id, rollout -> {
            List<Rollout.PhaseRow> phases = rows.phases(id);
            phase(phases, id, phase);
            gates.go(actor, phaseGates.passage(rollout, plans.get(rollout.plan(), rollout.revision()), phases, phase),
                    gate, comment);
            events.append(id, "phase.go", Map.of("phase", phase, "gate", gate, "by", actor.name()));
        });
    }

    /** Nothing new starts; what runs stops at the next place from which it can be resumed. */
    public RolloutView pause(Actor actor, long id) {
        return operate(actor, id, "rollout.pause-requested", rollout -> {
            switch (rollout.state()) {
                case WAITING -> advance.become(rollout, RolloutState.PAUSED, "Paused by " + actor.label());
                case RUNNING -> {
                    advance.become(rollout, RolloutState.PAUSING, "Paused by " + actor.label());
                    unfinished(id).forEach(run -> phaseRuns.pause(run.id()));
                }
                case PAUSING, PAUSED -> {}
                case FAILED, CANCELLING, CANCELLED, ROLLING_BACK, ROLLBACK_FAILED, ROLLED_BACK, DONE ->
                    throw cannot(rollout, "paused");
            }
        });
    }

    /** Goes on where a pause stopped it. */
    public RolloutView resume(Actor actor, long id) {
        return operate(actor, id, "rollout.resumed", rollout -> {
            if (rollout.state() != RolloutState.PAUSED) {
                throw cannot(rollout, "resumed");
            }
            List<PhaseRunView> paused = unfinished(id).stream()
                    .filter(run -> run.state() == PhaseRunState.PAUSED).toList();
            paused.forEach(run -> phaseRuns.resume(run.id()));
            advance.become(rollout, paused.isEmpty() ? RolloutState.WAITING : RolloutState.RUNNING, null);
        });
    }

    /** Stops for good. What is in effect stays in effect, and can be rolled back. */
    public RolloutView cancel(Actor actor, long id) {
        return operate(actor, id, "rollout.cancel-requested", rollout -> {
            switch (rollout.state()) {
                case WAITING, RUNNING, PAUSING, PAUSED, FAILED -> stop(rollout, "Cancelled by " + actor.label());
                case CANCELLING, CANCELLED -> {}
                case ROLLING_BACK, ROLLBACK_FAILED, ROLLED_BACK, DONE -> throw cannot(rollout, "cancelled");
            }
        });
    }

    /** Tries again what failed, forward or back. */
    public RolloutView retry(Actor actor, long id) {
        return operate(actor, id, "rollout.retried", rollout -> {
            switch (rollout.state()) {
                case FAILED -> {
                    again(rollout);
                    advance.become(rollout, RolloutState.RUNNING, null);
                }
                case RUNNING -> again(rollout);
                case ROLLBACK_FAILED -> {
                    unfinished(id).forEach(run -> phaseRuns.resume(run.id()));
                    advance.become(rollout, RolloutState.ROLLING_BACK, null);
                }
                case WAITING, PAUSING, PAUSED, CANCELLING, CANCELLED, ROLLING_BACK, ROLLED_BACK, DONE ->
                    throw cannot(rollout, "retried");
            }
        });
    }

    /** What may be done with one run. */
    public enum RunVerb {
        PAUSE, RESUME, CANCEL, RETRY, RELEASE
    }

    /** The same for one target; the others are not concerned. */
    public RolloutView operateRun(Actor actor, long id, String target, RunVerb verb) {
        return operate(actor, id, "run." + verb.name().toLowerCase(java.util.Locale.ROOT) + "-requested", rollout -> {
            PhaseRunView run = unfinished(id).stream().filter(one -> one.target().equals(target)).findFirst()
                    .orElseThrow(() -> new Problem(ProblemType.CONFLICT,
                            "No phase of rollout #%d is open on %s".formatted(id, target)));
            switch (verb) {
                case PAUSE -> phaseRuns.pause(run.id());
                case CANCEL -> phaseRuns.cancel(run.id());
                case RELEASE -> phaseRuns.release(run.id());
                case RESUME, RETRY -> {
                    phaseRuns.resume(run.id());
                    reopen(rollout);
                }
            }
        });
    }

    /** Leaves a target out of the rest, with a reason. */
    public RolloutView skip(Actor actor, long id, String target, String reason) {
        if (reason.isBlank()) {
            throw new Problem(ProblemType.INVALID_INPUT, "Leaving a target out takes a reason",
                    Map.of("violations", List.of(Map.of("pointer", "/reason", "message", "must not be empty"))));
        }
        return operate(actor, id, "run.skipped", Map.of("target", target, "reason", reason), rollout -> {
            if (rows.runs(id).stream().noneMatch(run -> run.target().equals(target) && run.skipped() == null)) {
                throw Problem.notFound("run of rollout #" + id + " on target '" + target + "'");
            }
            rows.skip(id, target, reason);
            unfinished(id).stream().filter(run -> run.target().equals(target))
                    .forEach(run -> phaseRuns.cancel(run.id()));
            reopen(rollout);
        });
    }

    /** The speed of backfills, from 0 (stand still) to 1 (full); felt within a second. */
    public RolloutView speed(Actor actor, long id, double speed) {
        if (!(speed >= 0 && speed <= 1)) {
            throw new Problem(ProblemType.INVALID_INPUT, "speed is a number from 0 to 1",
                    Map.of("violations", List.of(Map.of("pointer", "/speed", "message", "must be from 0 to 1"))));
        }
        return operate(actor, id, "rollout.speed-set", Map.of("speed", speed), rollout -> {
            rows.speed(id, speed);
            phaseRuns.speed(id, speed);
        });
    }

    /** Looks on the targets at what a rollback would undo and lose, and changes nothing. */
    public ReturnPreview previewRollback(Actor actor, long id, Return what) {
        Rollout rollout = visible(actor, rows.find(id).orElseThrow(() -> unknown(id)));
        WayBack.Survey survey = survey(rollout, what);
        List<String> refusals = new ArrayList<>(survey.refusals());
        survey.crossed().forEach(target -> refusals.add(target + " is past the point of no return"));
        survey.unreachable().forEach(message -> refusals.add("The ledger cannot be read on " + message));
        return new ReturnPreview(survey.losses(), survey.steps(), refusals);
    }

    /** Undoes phases along the reviewed rollback plan; needs no second approval. */
    public RolloutView rollback(Actor actor, long id, Return what) {
        Rollout seen = visible(actor, rows.find(id).orElseThrow(() -> unknown(id)));
        actor.demand(Permission.OPERATE, seen.environment());
        if (what.reason().isBlank()) {
            throw new Problem(ProblemType.INVALID_INPUT, "A rollback takes a reason",
                    Map.of("violations", List.of(Map.of("pointer", "/reason", "message", "must not be empty"))));
        }
        refuse(seen, what, survey(seen, what));
        return operate(actor, id, "rollout.rollback-requested",
                Map.of("toPhase", what.toPhase(), "reason", what.reason(), "targets", what.targets(), "force",
                        what.force()),
                rollout -> {
                    refuseCrossed(rollout, what);
                    rows.undo(id, new Rollout.Undoing(what.toPhase(), what.reason(), what.targets(), actor.name()));
                    switch (rollout.state()) {
                        case RUNNING, PAUSING -> stop(rollout, "Rolling back: " + what.reason());
                        case WAITING, PAUSED, FAILED, CANCELLED, ROLLBACK_FAILED, ROLLED_BACK, DONE -> {
                            unfinished(id).forEach(run -> phaseRuns.cancel(run.id()));
                            advance.become(rollout, RolloutState.ROLLING_BACK, what.reason());
                        }
                        case CANCELLING -> {}
                        case ROLLING_BACK -> throw cannot(rollout, "rolled back twice at once");
                    }
                });
    }

    private WayBack.Survey survey(Rollout rollout, Return what) {
        PlanRevision revision = plans.get(rollout.plan(), rollout.revision());
        phase(rows.phases(rollout.id()), rollout.id(), what.toPhase());
        return wayBack.survey(rollout, revision, what);
    }

    private static void refuse(Rollout rollout, Return what, WayBack.Survey survey) {
        if (!survey.crossed().isEmpty()) {
            throw pastTheRiver(rollout, survey.crossed());
        }
        if (!survey.unreachable().isEmpty()) {
            throw new Problem(ProblemType.CONFLICT,
                    "The ledger cannot be read on " + String.join("; ", survey.unreachable()));
        }
        if (!survey.refusals().isEmpty() && !what.force()) {
            throw new Problem(ProblemType.NOT_REVERSIBLE_NOW, String.join(". ", survey.refusals()),
                    Map.of("refusals", survey.refusals()));
        }
    }

    /** The river may have been crossed since the targets were looked at: the rows are asked once more, under the turn. */
    private void refuseCrossed(Rollout rollout, Return what) {
        PlanRevision revision = plans.get(rollout.plan(), rollout.revision());
        var river = revision.verdict() == null ? null : revision.verdict().pointOfNoReturn();
        if (river != null && river.phase() >= what.toPhase()) {
            List<String> crossed = rows.inEffect(rollout.id(), river.step()).stream()
                    .filter(target -> what.targets().isEmpty() || what.targets().contains(target)).toList();
            if (!crossed.isEmpty()) {
                throw pastTheRiver(rollout, crossed);
            }
        }
    }

    private static Problem pastTheRiver(Rollout rollout, List<String> crossed) {
        return new Problem(ProblemType.POINT_OF_NO_RETURN,
                "%s past the point of no return of %s: there is no rollback from there. Restore what was lost from the "
                        .formatted(String.join(", ", crossed) + (crossed.size() == 1 ? " is" : " are"), rollout.plan())
                        + "backup, as the rollback plan tells, or choose other targets",
                Map.of("targets", crossed));
    }

    private void refuseOpenFindings(PlanRevision revision) {
        List<Finding> open = plans.openFindings(revision);
        if (!open.isEmpty()) {
            throw new Problem(ProblemType.FINDINGS_OPEN,
                    "Not approved: " + open.stream().map(Finding::message).reduce((one, other) -> one + "; " + other)
                            .orElse(""),
                    Map.of("findings", open));
        }
    }

    /** What lay before the approver, kept with the decision. */
    private static Map<String, Object> evidence(Rollout rollout, PlanRevision revision) {
        Map<String, Object> evidence = new HashMap<>();
        evidence.put("revisionDigest", revision.digest());
        evidence.put("rolloutDigest", rollout.digest());
        evidence.put("targets", rollout.frozen().targets().stream().map(Frozen.FrozenTarget::name).toList());
        if (revision.verdict() != null) {
            evidence.put("findings", revision.verdict().findings().stream().map(Finding::id).toList());
        }
        return evidence;
    }

    private void again(Rollout rollout) {
        unfinished(rollout.id()).stream().filter(run -> run.state() == PhaseRunState.FAILED)
                .forEach(run -> phaseRuns.resume(run.id()));
        rows.phases(rollout.id()).stream().filter(phase -> phase.state() == PhaseState.FAILED)
                .forEach(phase -> advance.phase(rollout, phase.index(), PhaseState.RUNNING));
    }

    /** A failed rollout goes on when one of its targets does. */
    private void reopen(Rollout rollout) {
        if (rollout.state() == RolloutState.FAILED) {
            rows.phases(rollout.id()).stream().filter(phase -> phase.state() == PhaseState.FAILED)
                    .forEach(phase -> advance.phase(rollout, phase.index(), PhaseState.RUNNING));
            advance.become(rollout, RolloutState.RUNNING, null);
        }
    }

    private void stop(Rollout rollout, String note) {
        boolean atWork = unfinished(rollout.id()).stream().anyMatch(run -> Advance.atWork(run.state()));
        unfinished(rollout.id()).forEach(run -> phaseRuns.cancel(run.id()));
        boolean direct = !atWork && rollout.state() != RolloutState.RUNNING && rollout.state() != RolloutState.PAUSING;
        advance.become(rollout, direct ? RolloutState.CANCELLED : RolloutState.CANCELLING, note);
    }

    private List<PhaseRunView> unfinished(long id) {
        return phaseRuns.of(id).stream().filter(run -> !run.state().ended()).toList();
    }

    private RolloutView operate(Actor actor, long id, String action, Consumer<Rollout> verb) {
        return operate(actor, id, action, Map.of(), verb);
    }

    private RolloutView operate(Actor actor, long id, String action, Map<String, ?> details, Consumer<Rollout> verb) {
        return change(actor, id, rollout -> {
            actor.demand(Permission.OPERATE, rollout.environment());
            verb.accept(rollout);
            tell(actor, rollout, action, details);
        });
    }

    private void tell(Actor actor, Rollout rollout, String action, Map<String, ?> details) {
        Map<String, Object> data = new HashMap<>(details);
        data.put("by", actor.label());
        events.append(rollout.id(), action, data);
        audit.record(actor, action, new Subject("rollout", String.valueOf(rollout.id()), rollout.environment()),
                details);
    }

    private RolloutView change(Actor actor, long id, Consumer<Rollout> verb) {
        transactions.executeWithoutResult(status -> {
            turn.take(id);
            Rollout rollout = visible(actor, rows.lock(id).orElseThrow(() -> unknown(id)));
            verb.accept(rollout);
            wakes.now(id);
        });
        return get(actor, id);
    }

    private static Rollout visible(Actor actor, Rollout rollout) {
        if (!actor.sees(rollout.environment())) {
            throw unknown(rollout.id());
        }
        return rollout;
    }

    private static Rollout.PhaseRow phase(List<Rollout.PhaseRow> phases, long id, int index) {
        return phases.stream().filter(phase -> phase.index() == index).findFirst()
                .orElseThrow(() -> Problem.notFound("phase " + index + " of rollout #" + id));
    }

    private static Problem unknown(long id) {
        return Problem.notFound("rollout #" + id);
    }

    private static Problem cannot(Rollout rollout, String what) {
        return new Problem(ProblemType.CONFLICT, "Rollout #%d cannot be %s: it is %s".formatted(rollout.id(), what,
                Objects.requireNonNull(rollout.state())), Map.of("state", rollout.state()));
    }
}
