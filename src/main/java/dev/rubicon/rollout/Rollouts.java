package dev.rubicon.rollout;

import dev.rubicon.audit.AuditTrail;
import dev.rubicon.audit.Subject;
import dev.rubicon.execution.PhaseRunView;
import dev.rubicon.execution.PhaseRuns;
import dev.rubicon.execution.RunRequest.Asker;
import dev.rubicon.execution.Turn;
import dev.rubicon.gate.Gates;
import dev.rubicon.plan.DataLoss;
import dev.rubicon.plan.Finding;
import dev.rubicon.plan.PlanRevision;
import dev.rubicon.plan.Plans;
import dev.rubicon.problem.Problem;
import dev.rubicon.problem.ProblemType;
import dev.rubicon.registry.Aside;
import dev.rubicon.registry.Environment;
import dev.rubicon.registry.Environments;
import dev.rubicon.rehearsal.Evidence;
import dev.rubicon.rehearsal.Rehearsals;
import dev.rubicon.security.Actor;
import dev.rubicon.security.Permission;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
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

    /**
     * A decision on a phase, bound to what was shown.
     *
     * @param digest the phase's
     */
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
     * @param rows rows at risk, counted by the step's loss query; null without one, or when it failed
     * @param uncounted why the loss query gave no number, or null
     * @param countedAt when it was asked, at most half a minute ago; null without one
     */
    public record Loss(String target, String step, DataLoss dataLoss, @Nullable Long rows, @Nullable String uncounted,
            @Nullable Instant countedAt, @Nullable String window) {}

    /**
     * What a rollback would do, before it is confirmed.
     *
     * @param refusals why it would be refused
     * @param unread targets whose ledger could not be read: what would be undone and lost there is not known
     */
    public record ReturnPreview(List<Loss> losses, List<String> steps, List<String> refusals, List<String> unread) {

        /** Stands for what would be undone, lost and refused; the rows at risk are not in it, for they move all the time. */
        public String digest() {
            return ReturnDigest.of(this);
        }
    }

    private static final Set<RolloutState> OPEN = RolloutFilter.in(state -> !state.ended()).states();

    private final RolloutRows rows;
    private final RolloutEvents events;
    private final Opening opening;
    private final Steering steering;
    private final PhaseGates phaseGates;
    private final WayBack wayBack;
    private final Views views;
    private final Gates gates;
    private final PhaseRuns phaseRuns;
    private final Plans plans;
    private final Environments environments;
    private final Turn turn;
    private final Wakes wakes;
    private final AuditTrail audit;
    private final Aside aside;
    private final TransactionTemplate transactions;

    Rollouts(RolloutRows rows, RolloutEvents events, Opening opening, Steering steering, PhaseGates phaseGates,
            WayBack wayBack, Views views, Gates gates, PhaseRuns phaseRuns, Plans plans,
            Environments environments, Turn turn, Wakes wakes, AuditTrail audit, Aside aside,
            TransactionTemplate transactions) {
        this.aside = aside;
        this.environments = environments;
        this.rows = rows;
        this.events = events;
        this.opening = opening;
        this.steering = steering;
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

    /**
     * Open rollouts, first what needs somebody (it failed or rests), then what waits, then the rest; the newest first among
     * equals.
     *
     * @param rollouts as a list shows them, see {@link #list}
     * @param open how many are open that the actor may see
     */
    public record Pressing(List<RolloutView> rollouts, int open) {}

    /** The first of the open ones by what needs somebody. */
    public Pressing pressing(Actor actor, int limit) {
        List<RolloutRows.Outline> open = open(actor);
        return new Pressing(views.brief(first(open, limit)), open.size());
    }

    /** The same, each with all that there is to be seen of it. */
    List<RolloutView> pressingInFull(Actor actor, int limit) {
        return views.full(first(open(actor), limit));
    }

    private List<RolloutRows.Outline> open(Actor actor) {
        return rows.open().stream().filter(open -> actor.sees(open.environment())).toList();
    }

    private List<Rollout> first(List<RolloutRows.Outline> open, int limit) {
        return rows.all(open.stream().limit(limit).map(RolloutRows.Outline::id).toList());
    }

    /** Those behind an id, newest first. */
    public List<RolloutView> page(Actor actor, long before, int limit) {
        return inFull(actor, RolloutFilter.ALL, before, limit);
    }

    /** Those behind an id that match, newest first, each with all that there is to be seen of it. */
    List<RolloutView> inFull(Actor actor, RolloutFilter filter, long before, int limit) {
        return views.full(seen(actor, before, limit, filter));
    }

    /**
     * Those behind an id that match, newest first, as a list shows them: with what stands in the way of the next phase alone,
     * and without evidence.
     */
    public List<RolloutView> list(Actor actor, RolloutFilter filter, long before, int limit) {
        return views.brief(seen(actor, before, limit, filter));
    }

    /** The newest of a revision that has not ended, as a list shows it. */
    public Optional<RolloutView> underWay(Actor actor, String plan, int revision) {
        List<RolloutRows.Outline> newest = rows.ofRevision(plan, revision, OPEN, environments(actor), 1);
        return views.brief(first(newest, 1)).stream().findFirst();
    }

    /** A decision on a phase of a rollout in an environment. */
    public record Vote(String environment, Gates.Approval decision) {}

    /** What was decided on the newest rollouts of a revision; on the newest of them first, on each the oldest first. */
    public List<Vote> votes(Actor actor, String plan, int revision, int limit) {
        List<RolloutRows.Outline> newest = rows.ofRevision(plan, revision, RolloutFilter.ALL.states(),
                environments(actor), limit);
        Map<Long, List<Gates.Approval>> decisions = gates
                .decisions(newest.stream().map(RolloutRows.Outline::id).toList());
        return newest.stream().flatMap(rollout -> decisions.getOrDefault(rollout.id(), List.of()).stream()
                .map(decision -> new Vote(rollout.environment(), decision))).toList();
    }

    /** How many match. */
    public int count(Actor actor, RolloutFilter filter) {
        return rows.count(filter, environments(actor));
    }

    private List<Rollout> seen(Actor actor, long before, int limit, RolloutFilter filter) {
        return rows.before(before, limit, filter, environments(actor));
    }

    /** The names of those that the actor may see. */
    List<String> environments(Actor actor) {
        return environments.all(actor).stream().map(Environment::name).toList();
    }

    /** All phase runs of a rollout on one target, oldest first, with steps and attempts. */
    public List<PhaseRunView> runs(Actor actor, long id, String target) {
        visible(actor, id);
        if (rows.runs(id).stream().noneMatch(run -> run.target().equals(target))) {
            throw Problem.notFound("run of rollout #" + id + " on target '" + target + "'");
        }
        return phaseRuns.of(id, target);
    }

    /** The newest of them; empty before the first. */
    public Optional<PhaseRunView> newestRun(Actor actor, long id, String target) {
        visible(actor, id);
        return phaseRuns.newest(id, target);
    }

    /** Keeps a decision on a phase; the caller saw what the digest stands for. */
    public RolloutView decide(Actor actor, long id, int phase, Decision decision) {
        return change(actor, id, rollout -> {
            PhaseGates.Standing standing = phaseGates.standing(rollout);
            PlanRevision revision = standing.revision();
            Rollout.PhaseRow row = phase(standing.phases(), id, phase);
            Gates.Passage passage = phaseGates.passage(standing, phase);
            actor.demand(Permission.APPROVE, rollout.environment());
            PhaseGates.Ground ground = phaseGates.ground(standing);
            demandWaiting(rollout, row);
            boolean approves = decision.decision() == Gates.Decision.APPROVE;
            if (approves) {
                refuseShortage(rollout, ground);
            }
            demandDigest(rollout, ground, decision);
            if (approves) {
                refuseOpenFindings(revision);
            }
            gates.decide(actor, passage, decision.decision(), decision.comment(), decision.crossing(),
                    evidence(rollout, revision, ground))
                    .ifPresent(kept -> events.append(id, "phase.decision", Map.of("phase", phase, "decision",
                            kept.decision(), "by", kept.by())));
        });
    }

    /** Starts a phase by hand, where {@code startPhases} is manual; its other gates still hold. */
    public RolloutView start(Actor actor, long id, int phase) {
        return change(actor, id, rollout -> {
            actor.demand(Permission.OPERATE, rollout.environment());
            Rollout.PhaseRow row = phase(rows.phases(id), id, phase);
            demandWaiting(rollout, row);
            if (!rollout.frozen().startPhases().equals("manual")) {
                throw new Problem(ProblemType.CONFLICT,
                        "Phases of rollout #%d start by themselves when nothing is in their way".formatted(id));
            }
            rows.started(id, phase, actor.name());
            tell(actor, rollout, "phase.started", Map.of("phase", phase));
        });
    }

    /** A named go of a manual gate. */
    public RolloutView giveGo(Actor actor, long id, int phase, String gate, @Nullable String comment) {
        return change(actor, id, rollout -> {
            PhaseGates.Standing standing = phaseGates.standing(rollout);
            demandWaiting(rollout, phase(standing.phases(), id, phase));
            if (gates.go(actor, phaseGates.passage(standing, phase), gate, comment)) {
                events.append(id, "phase.go", Map.of("phase", phase, "gate", gate, "by", actor.name()));
            }
        });
    }

    /** Nothing new starts; what runs stops at the next place from which it can be resumed. */
    public RolloutView pause(Actor actor, long id) {
        return operate(actor, id, "rollout.pause-requested",
                rollout -> steering.pause(rollout, Notes.pausing(actor.label()), asker(actor, null)));
    }

    /** Goes on where a pause stopped it. */
    public RolloutView resume(Actor actor, long id) {
        return operate(actor, id, "rollout.resumed",
                rollout -> steering.resume(rollout, asker(actor, null)));
    }

    /** Stops for good. What is in effect stays in effect, and can be rolled back. */
    public RolloutView cancel(Actor actor, long id) {
        return operate(actor, id, "rollout.cancel-requested",
                rollout -> steering.cancel(rollout, Notes.cancelling(actor.label()), asker(actor, null)));
    }

    /** Tries again what failed or was cancelled on single targets, forward or back. */
    public RolloutView retry(Actor actor, long id) {
        return operate(actor, id, "rollout.retried", rollout -> steering.retry(rollout, asker(actor, null)));
    }

    /** What may be done with one run. */
    public enum RunVerb {
        PAUSE, RESUME, CANCEL, RETRY, RELEASE;

        String word() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    /** The same for one target; the others are not concerned. */
    public RolloutView operateRun(Actor actor, long id, String target, RunVerb verb, @Nullable String reason) {
        return operate(actor, id, "run." + verb.word() + "-requested", facts(target, null, reason),
                rollout -> steering.one(rollout, target, verb, asker(actor, reason)));
    }

    /** What may be done with one step. */
    public enum StepVerb {
        /** Rest in the running step, or before one that is not begun. */
        PAUSE,
        /** Cancel the running step's statement, and rest. */
        CANCEL,
        /** Try the failed step again. */
        RETRY,
        /** Leave the step out, with a reason, and go on with the next. */
        SKIP,
        /** Let rows that a backfill set aside stay as they are, with a reason, and go on. */
        ACCEPT;

        String word() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    /** The same for one step on one target; a skip and an acceptance take a reason. */
    public RolloutView operateStep(Actor actor, long id, String target, String step, StepVerb verb,
            @Nullable String reason) {
        if ((verb == StepVerb.SKIP || verb == StepVerb.ACCEPT) && (reason == null || reason.isBlank())) {
            throw new Problem(ProblemType.INVALID_INPUT, verb == StepVerb.SKIP
                    ? "Leaving a step out takes a reason"
                    : "That rows stay as they are takes a reason",
                    Map.of("violations", List.of(Map.of("pointer", "/reason", "message", "must not be empty"))));
        }
        return operate(actor, id, "step." + verb.word() + "-requested", facts(target, step, reason),
                rollout -> steering.step(rollout, target, step, verb, asker(actor, reason)));
    }

    private static Map<String, Object> facts(String target, @Nullable String step, @Nullable String reason) {
        Map<String, Object> facts = new HashMap<>(Map.of("target", target));
        if (step != null) {
            facts.put("step", step);
        }
        if (reason != null && !reason.isBlank()) {
            facts.put("reason", reason.strip());
        }
        return facts;
    }

    private static Asker asker(Actor actor, @Nullable String reason) {
        return new Asker(actor.label(), reason == null || reason.isBlank() ? null : reason.strip());
    }

    /** Leaves a target out of the rest, with a reason. */
    public RolloutView skip(Actor actor, long id, String target, String reason) {
        if (reason.isBlank()) {
            throw new Problem(ProblemType.INVALID_INPUT, "Leaving a target out takes a reason",
                    Map.of("violations", List.of(Map.of("pointer", "/reason", "message", "must not be empty"))));
        }
        return operate(actor, id, "run.skipped", Map.of("target", target, "reason", reason),
                rollout -> steering.skip(rollout, target, reason, asker(actor, reason)));
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
        PlanRevision revision = surveyed(rollout, what);
        return preview(aside.run(() -> wayBack.survey(rollout, revision, what)));
    }

    private static ReturnPreview preview(WayBack.Survey survey) {
        List<String> refusals = new ArrayList<>(survey.refusals());
        survey.crossed().forEach(target -> refusals.add(target + " is past the point of no return"));
        survey.unread().forEach(unread -> refusals.add("The ledger cannot be read on " + unread));
        return new ReturnPreview(survey.losses(), survey.steps(), refusals,
                survey.unread().stream().map(WayBack.Unread::target).toList());
    }

    /** Undoes phases along the reviewed rollback plan; needs no second approval. */
    public RolloutView rollback(Actor actor, long id, Return what) {
        return rollback(actor, id, what, null);
    }

    /**
     * The same for whoever confirms what was shown.
     *
     * @param shown the digest of the preview that lay before them; the problem stale-digest when it is another one now. Null
     *     where nothing was shown
     */
    public RolloutView rollback(Actor actor, long id, Return what, @Nullable String shown) {
        Rollout seen = visible(actor, rows.find(id).orElseThrow(() -> unknown(id)));
        actor.demand(Permission.OPERATE, seen.environment());
        if (what.reason().isBlank()) {
            throw new Problem(ProblemType.INVALID_INPUT, "A rollback takes a reason",
                    Map.of("violations", List.of(Map.of("pointer", "/reason", "message", "must not be empty"))));
        }
        if (seen.state() == RolloutState.ROLLING_BACK) {
            throw Steering.cannot(seen, "rolled back twice at once");
        }
        PlanRevision revision = surveyed(seen, what);
        WayBack.Survey survey = aside.run(() -> wayBack.uncounted(seen, revision, what));
        demandShown(survey, shown);
        refuse(seen, what, survey);
        return operate(actor, id, "rollout.rollback-requested",
                Map.of("toPhase", what.toPhase(), "reason", what.reason(), "targets", what.targets(), "force",
                        what.force()),
                rollout -> {
                    refuseAnew(rollout, what);
                    rows.undo(id, new Rollout.Undoing(what.toPhase(), what.reason(), what.targets(), actor.name()));
                    steering.rollBack(rollout, what.reason(), asker(actor, what.reason()));
                });
    }

    /** The revision to go back on; refuses a way back that there is none of. */
    private PlanRevision surveyed(Rollout rollout, Return what) {
        PlanRevision revision = plans.get(rollout.plan(), rollout.revision());
        phase(rows.phases(rollout.id()), rollout.id(), what.toPhase());
        List<String> own = rows.runs(rollout.id()).stream().map(Rollout.RunRow::target).toList();
        what.targets().stream().filter(target -> !own.contains(target)).findFirst().ifPresent(target -> {
            String message = "Target %s is not part of rollout #%d".formatted(target, rollout.id());
            throw new Problem(ProblemType.INVALID_INPUT, message,
                    Map.of("violations", List.of(Map.of("pointer", "/targets", "message", message))));
        });
        return revision;
    }

    private static void demandShown(WayBack.Survey survey, @Nullable String shown) {
        String now = preview(survey).digest();
        if (shown != null && !shown.equals(now)) {
            throw new Problem(ProblemType.STALE_DIGEST,
                    "What going back would undo or lose has changed since you looked", Map.of("digest", now));
        }
    }

    private static void refuse(Rollout rollout, Return what, WayBack.Survey survey) {
        if (!survey.crossed().isEmpty()) {
            throw pastTheRiver(rollout, survey.crossed());
        }
        if (!survey.unread().isEmpty()) {
            throw new Problem(ProblemType.CONFLICT, "The ledger cannot be read on "
                    + survey.unread().stream().map(WayBack.Unread::toString).collect(Collectors.joining("; ")));
        }
        refuseUnforced(what, survey.refusals());
    }

    private static void refuseUnforced(Return what, List<String> refusals) {
        if (!refusals.isEmpty() && !what.force()) {
            throw new Problem(ProblemType.NOT_REVERSIBLE_NOW, String.join(". ", refusals),
                    Map.of("refusals", refusals));
        }
    }

    /**
     * Since the targets were looked at the river may have been crossed, a newer rollout begun or a version reported: the rows
     * are asked once more, under the turn.
     */
    private void refuseAnew(Rollout rollout, Return what) {
        PlanRevision revision = plans.get(rollout.plan(), rollout.revision());
        refuseCrossed(rollout, revision, what);
        refuseUnforced(what, wayBack.refusals(rollout, revision, what));
    }

    private void refuseCrossed(Rollout rollout, PlanRevision revision, Return what) {
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

    /** Nobody decides about a phase that has begun, or in a rollout that is on its end or its way back. */
    private static void demandWaiting(Rollout rollout, Rollout.PhaseRow row) {
        if (row.state() != PhaseState.WAITING || !rollout.state().goesForward()) {
            throw new Problem(ProblemType.CONFLICT, "Phase %d waits for nobody now: it is %s, the rollout %s"
                    .formatted(row.index(), row.state(), rollout.state()), Map.of("state", rollout.state()));
        }
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

    /** Whoever rejects has no need of evidence, and may name the rollout alone. */
    private static void demandDigest(Rollout rollout, PhaseGates.Ground ground, Decision decision) {
        boolean rejects = decision.decision() == Gates.Decision.REJECT && decision.digest().equals(rollout.digest());
        if (rejects || decision.digest().equals(ground.digest())) {
            return;
        }
        Evidence evidence = ground.digest().equals(rollout.digest()) ? null : ground.evidence();
        throw evidence == null
                ? new Problem(ProblemType.STALE_DIGEST, "The decision was on %s, the rollout's digest is %s"
                        .formatted(decision.digest(), rollout.digest()),
                        Map.of("digest", rollout.digest(), "shortage",
                                ground.shortage() == null ? "" : ground.shortage().message()))
                : new Problem(ProblemType.STALE_DIGEST,
                        ("The decision was on %s. %s demands evidence, so what is approved has it in it: with %s the phase's "
                                + "digest is %s").formatted(decision.digest(), rollout.environment(), evidence.words(),
                                        ground.digest()),
                        Map.of("digest", ground.digest(), "evidence", evidence));
    }

    private static void refuseShortage(Rollout rollout, PhaseGates.Ground ground) {
        Rehearsals.Shortage shortage = ground.shortage();
        if (shortage != null) {
            throw new Problem(ProblemType.EVIDENCE_MISSING,
                    "Not approved, for %s demands evidence. %s".formatted(rollout.environment(), shortage.message()),
                    Map.of("moved", shortage.moved()));
        }
    }

    /** What lay before the approver, kept with the decision. */
    private static Map<String, Object> evidence(Rollout rollout, PlanRevision revision, PhaseGates.Ground ground) {
        Map<String, Object> evidence = new HashMap<>();
        evidence.put("revisionDigest", revision.digest());
        evidence.put("rolloutDigest", rollout.digest());
        evidence.put("approvedDigest", ground.digest());
        if (ground.evidence() != null) {
            evidence.put("rehearsal", ground.evidence());
        }
        evidence.put("targets", rollout.frozen().targets().stream().map(Frozen.FrozenTarget::name).toList());
        if (revision.verdict() != null) {
            evidence.put("findings", revision.verdict().findings().stream().map(Finding::id).toList());
        }
        return evidence;
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

    /** The rollout's row, if the actor may see it; else the problem not-found. */
    Rollout visible(Actor actor, long id) {
        return visible(actor, rows.find(id).orElseThrow(() -> unknown(id)));
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
}
