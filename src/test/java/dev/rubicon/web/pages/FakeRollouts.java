package dev.rubicon.web.pages;

import dev.rubicon.engine.Direction;
import dev.rubicon.engine.Holder;
import dev.rubicon.engine.StepOutcome;
import dev.rubicon.engine.StepWatch;
import dev.rubicon.execution.PhaseRunState;
import dev.rubicon.execution.PhaseRunView;
import dev.rubicon.execution.RunRequest;
import dev.rubicon.execution.StepState;
import dev.rubicon.gate.Blocker;
import dev.rubicon.gate.Gates;
import dev.rubicon.plan.DataLoss;
import dev.rubicon.plan.PlanRevision;
import dev.rubicon.plan.Verdict;
import dev.rubicon.problem.Problem;
import dev.rubicon.problem.ProblemType;
import dev.rubicon.rollout.LastRuns;
import dev.rubicon.rollout.PhaseState;
import dev.rubicon.rollout.RolloutFilter;
import dev.rubicon.rollout.RolloutState;
import dev.rubicon.rollout.RolloutView;
import dev.rubicon.rollout.Rollouts;
import dev.rubicon.rollout.RunState;
import dev.rubicon.security.Actor;
import dev.rubicon.verification.Verifications;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Rollouts in every state that a page has to show; what is done to them is only noted. */
public class FakeRollouts {

    /** What the pages asked the door for. */
    final List<String> deeds = new CopyOnWriteArrayList<>();
    /** Set by a test to make a difference that the live page has to find. */
    volatile double copied = 0.64;
    /** So many more are open than are looked at. */
    volatile int moreOpen;
    /** Whether the moving one was paused. */
    volatile boolean paused;

    private static final Instant NOW = Instant.now();

    private static Instant ago(Duration duration) {
        return NOW.minus(duration);
    }

    static Blocker blocker(String type, String message, String clears, @Nullable Instant at) {
        return new Blocker(type, message, clears, at, type.equals("manual")
                ? Map.of("name", "reports are moved")
                : Map
                        .of());
    }

    private static final Blocker APPROVAL = blocker("approval",
            "The approval of 1 more approver is missing (1 of 2 given)", "an approver in production", null);
    private static final Blocker BACKUP = blocker("backup",
            "59 of 60 targets have no backup of the last 24 h: shop-eu-02, shop-eu-03 and 57 more",
            "whoever reports backups", null);

    private static Blocker soak() {
        return blocker("soak", "72 h must pass after Copy the names is done", "by itself",
                NOW.plus(Duration.ofHours(71)));
    }

    private static final Blocker PREVIOUS = blocker("previous-phase", "Copy the names still runs on 14 targets",
            "by itself, when it is done", null);
    private static final Blocker DEPLOYMENT = blocker("deployment",
            "No live version of accounts-web lies in >=2.5.0 in production", "a report of the deployment", null);
    private static final Blocker MANUAL = blocker("manual",
            "The go “reports are moved” is missing: the nightly reports read username", "any operator", null);

    private static RolloutView.PhaseView phase(PlanRevision plan, int index, PhaseState state, int done, int of,
            double fraction, List<Blocker> blockers, List<Gates.Approval> approvals) {
        var planned = plan.document().phases().get(index);
        var risk = plan.verdict() == null ? null : plan.verdict().phaseRisks().get(index);
        boolean begun = state != PhaseState.WAITING;
        return new RolloutView.PhaseView(index, planned.kind().word(), planned.title(), state, plan.digest(), null,
                blockers,
                new RolloutView.Progress(done, of, fraction), plan.overTheRiver(index),
                risk == null ? Verdict.Level.LOW : risk.level(), risk == null ? List.of() : risk.reasons(),
                plan.overTheRiver(index) ? 2 : 1, approvals, begun ? ago(Duration.ofMinutes(118)) : null,
                state == PhaseState.DONE ? ago(Duration.ofMinutes(96)) : null);
    }

    /** The same, but its goes are one person's to give. */
    static RolloutView goBy(RolloutView view, String by) {
        return with(view, view.state(), view.phases().stream().map(phase -> with(phase, phase.blockers().stream()
                .map(blocker -> blocker.type().equals("manual")
                        ? new Blocker("manual", blocker.message(), by, null,
                                Map.of("name", "reports are moved", "by", by))
                        : blocker)
                .toList(), phase.approvals())).toList());
    }

    static RolloutView with(RolloutView view, RolloutState state, List<RolloutView.PhaseView> phases) {
        return new RolloutView(view.id(), view.plan(), view.revision(), view.title(), view.digest(), view.environment(),
                state, view.startPhases(), view.speed(), view.submittedBy(), view.openedBy(), view.openedAt(),
                view.endedAt(), view.note(), view.pointOfNoReturn(), view.crossed(), phases, view.targets(),
                view.lastEvent(), view.version());
    }

    static RolloutView.PhaseView with(RolloutView.PhaseView phase, List<Blocker> blockers,
            List<Gates.Approval> approvals) {
        return new RolloutView.PhaseView(phase.index(), phase.phase(), phase.title(), phase.state(), phase.digest(),
                phase.evidence(), blockers, phase.progress(), phase.overTheRiver(), phase.risk(), phase.riskReasons(),
                phase.approvalsNeeded(), approvals, phase.startedAt(), phase.doneAt());
    }

    /** The same, but so many have to approve each phase. */
    static RolloutView needing(RolloutView view, int approvals) {
        return with(view, view.state(), view.phases().stream().map(phase -> new RolloutView.PhaseView(phase.index(),
                phase.phase(), phase.title(), phase.state(), phase.digest(), phase.evidence(), phase.blockers(),
                phase.progress(), phase.overTheRiver(), phase.risk(), phase.riskReasons(), approvals,
                phase.approvals(), phase.startedAt(), phase.doneAt())).toList());
    }

    static Gates.Approval rejection(long rollout, int phase, String by) {
        return new Gates.Approval(rollout, phase, Gates.Decision.REJECT, by, "", "sha256:9f2c", false, Map.of(),
                ago(Duration.ofMinutes(118)));
    }

    static Gates.Approval approval(PlanRevision plan, long rollout, int phase, String by, String comment) {
        return new Gates.Approval(rollout, phase, Gates.Decision.APPROVE, by, comment, plan.digest(),
                plan.overTheRiver(phase), Map.of(), ago(Duration.ofMinutes(119)));
    }

    private static RolloutView.Cell cell(int phase, @Nullable PhaseRunState state, double fraction, long millis,
            @Nullable String failure) {
        return new RolloutView.Cell(phase, state == null ? null : 100L + phase, state, false, fraction,
                state == null ? null : millis, failure);
    }

    private static String name(int index) {
        List<String> regions = List.of("eu", "us", "ap");
        return index == 0 ? "shop-canary" : "shop-%s-%02d".formatted(regions.get(index % 3), index);
    }

    private static int wave(int index) {
        return index == 0 ? 0 : index < 6 ? 1 : 2;
    }

    private static RolloutView view(long id, PlanRevision plan, RolloutState state, List<RolloutView.PhaseView> phases,
            List<RolloutView.TargetView> targets, @Nullable String note, Duration opened, @Nullable Duration ended,
            List<String> crossed) {
        return new RolloutView(id, plan.plan(), plan.revision(), plan.document().title(), plan.digest(), "production",
                state, "auto", 0.7, "author", "author", ago(opened), ended == null ? null : ago(ended), note,
                plan.verdict() == null ? null : plan.verdict().pointOfNoReturn(), crossed, phases, targets, 4711, 9);
    }

    /** The one of the sketch: migrating on 60 targets, the crossing ahead. */
    private RolloutView moving() {
        PlanRevision plan = FakePlans.RENAME;
        List<RolloutView.TargetView> targets = IntStream.range(0, 60).mapToObj(index -> {
            boolean runs = index >= 46 && index < 52;
            boolean waits = index >= 52;
            boolean stuck = index == 47;
            PhaseRunState second = waits
                    ? null
                    : stuck ? PhaseRunState.WAITING : runs ? PhaseRunState.RUNNING : PhaseRunState.DONE;
            return targetView(name(index), wave(index),
                    runs ? RunState.RUNNING : RunState.WAITING,
                    stuck
                            ? blocker("lock", "Waits for a lock on users, held by backend 4711 (reporting)", "", null)
                            : null,
                    null,
                    List.of(cell(0, PhaseRunState.DONE, 1, 9 + index % 23, null),
                            cell(1, second, runs ? copied - index % 5 * 0.1 : 1, 348_000 + index * 1000L, null),
                            cell(2, null, 0, 0, null)));
        }).toList();
        return view(118, plan, paused ? RolloutState.PAUSED : RolloutState.RUNNING, List.of(
                phase(plan, 0, PhaseState.DONE, 60, 60, 1, List.of(),
                        List.of(approval(plan, 118, 0, "approver", "Read it, rehearsed it."))),
                phase(plan, 1, PhaseState.RUNNING, 46, 60, copied + 0.15, List.of(),
                        List.of(approval(plan, 118, 1, "approver", ""))),
                phase(plan, 2, PhaseState.WAITING, 0, 60, 0,
                        List.of(PREVIOUS, DEPLOYMENT, soak(), BACKUP, MANUAL, APPROVAL), List.of())),
                targets, null,
                Duration.ofHours(2), null, List.of());
    }

    /** Everything behind it but the last approval over the river. */
    private static RolloutView atTheRiver() {
        PlanRevision plan = FakePlans.RENAME;
        List<RolloutView.TargetView> targets = IntStream.range(0, 3).mapToObj(index -> targetView(name(
                index), wave(index), RunState.WAITING, null, null,
                List.of(cell(0, PhaseRunState.DONE, 1, 14, null), cell(1, PhaseRunState.DONE, 1, 362_000, null),
                        cell(2, null, 0, 0, null))))
                .toList();
        return view(121, plan, RolloutState.WAITING, List.of(
                phase(plan, 0, PhaseState.DONE, 3, 3, 1, List.of(), List.of(approval(plan, 121, 0, "approver", ""))),
                phase(plan, 1, PhaseState.DONE, 3, 3, 1, List.of(), List.of(approval(plan, 121, 1, "approver", ""))),
                phase(plan, 2, PhaseState.WAITING, 0, 3, 0, List.of(APPROVAL),
                        List.of(approval(plan, 121, 2, "second", "The backup of 06:10 was restored on trial.")))),
                targets, null, Duration.ofDays(4), null, List.of());
    }

    private static RolloutView failed() {
        PlanRevision plan = FakePlans.LONG;
        String message = "ERROR: could not create unique index: key (customer_id)=(4711) is duplicated, and the table "
                + "has no other way to tell the two rows apart";
        List<RolloutView.TargetView> targets = IntStream.range(0, 9).mapToObj(index -> targetView(
                "loyalty-programme-membership-history-production-" + name(index), index / 4,
                index == 5 ? RunState.FAILED : index < 7 ? RunState.WAITING : RunState.QUEUED, null, null,
                List.of(cell(0, PhaseRunState.DONE, 1, 31, null),
                        cell(1, index == 5 ? PhaseRunState.FAILED : index < 7 ? PhaseRunState.DONE : null, 0.5, 900,
                                index == 5 ? message : null),
                        cell(2, null, 0, 0, null), cell(3, null, 0, 0, null))))
                .toList();
        return view(117, plan, RolloutState.FAILED, List.of(
                phase(plan, 0, PhaseState.DONE, 9, 9, 1, List.of(), List.of()),
                phase(plan, 1, PhaseState.FAILED, 6, 9, 0.7, List.of(), List.of()),
                phase(plan, 2, PhaseState.WAITING, 0, 9, 0, List.of(PREVIOUS), List.of()),
                phase(plan, 3, PhaseState.WAITING, 0, 9, 0, List.of(PREVIOUS), List.of())), targets,
                "One target failed; the next wave waits.", Duration.ofHours(30), null, List.of());
    }

    private static RolloutView waiting() {
        PlanRevision plan = FakePlans.INDEX;
        List<RolloutView.TargetView> targets = List.of(targetView("orders", 0, RunState.QUEUED, null,
                null, List.of(cell(0, null, 0, 0, null))));
        return view(119, plan, RolloutState.WAITING,
                List.of(phase(plan, 0, PhaseState.WAITING, 0, 1, 0, List.of(APPROVAL), List.of())), targets, null,
                Duration.ofMinutes(4), null, List.of());
    }

    private static RolloutView done() {
        PlanRevision plan = FakePlans.RENAME;
        List<RolloutView.TargetView> targets = IntStream.range(0, 3).mapToObj(index -> targetView(name(
                index), 0, RunState.DONE, null, null,
                List.of(cell(0, PhaseRunState.DONE, 1, 14, null), cell(1, PhaseRunState.DONE, 1, 362_000, null),
                        cell(2, PhaseRunState.DONE, 1, 21, null))))
                .toList();
        return view(112, plan, RolloutState.DONE, List.of(
                phase(plan, 0, PhaseState.DONE, 3, 3, 1, List.of(), List.of()),
                phase(plan, 1, PhaseState.DONE, 3, 3, 1, List.of(), List.of()),
                phase(plan, 2, PhaseState.DONE, 3, 3, 1, List.of(), List.of())), targets, null, Duration.ofDays(6),
                Duration.ofDays(2), targets.stream().map(RolloutView.TargetView::target).toList());
    }

    private static RolloutView rolledBack() {
        PlanRevision plan = FakePlans.INDEX;
        List<RolloutView.TargetView> targets = List.of(targetView("orders", 0, RunState.ROLLED_BACK,
                null, null, List.of(new RolloutView.Cell(0, 9L, PhaseRunState.ROLLED_BACK, true, 1, 83L, null))));
        return view(110, plan, RolloutState.ROLLED_BACK,
                List.of(phase(plan, 0, PhaseState.ROLLED_BACK, 0, 1, 0, List.of(), List.of())), targets,
                "Rolled back by operator: the planner liked the old one better.", Duration.ofDays(5),
                Duration.ofDays(3), List.of());
    }

    private static RolloutView fleet() {
        PlanRevision plan = FakePlans.INDEX;
        List<RolloutView.TargetView> targets = IntStream.range(0, 1000).mapToObj(index -> targetView(
                "tenant-%04d".formatted(index), index < 10 ? 0 : index < 100 ? 1 : 2,
                index % 97 == 3
                        ? RunState.FAILED
                        : index < 600 ? RunState.DONE : index < 640 ? RunState.RUNNING : RunState.QUEUED,
                null, null, List.of(cell(0, index % 97 == 3
                        ? PhaseRunState.FAILED
                        : index < 600 ? PhaseRunState.DONE : index < 640 ? PhaseRunState.RUNNING : null, 0.3, 120,
                        index % 97 == 3 ? "canceling statement due to lock timeout" : null))))
                .toList();
        return view(1000, plan, RolloutState.RUNNING,
                List.of(phase(plan, 0, PhaseState.RUNNING, 589, 1000, 0.6, List.of(), List.of())), targets, null,
                Duration.ofMinutes(40), null, List.of());
    }

    private List<RolloutView> all() {
        return List.of(atTheRiver(), waiting(), moving(), failed(), done(), rolledBack());
    }

    public RolloutView open(Actor actor, Rollouts.Order order) {
        if (order.names().isEmpty() == order.labels().isEmpty()) {
            throw new Problem(ProblemType.INVALID_INPUT, "Choose targets by name or by label, one of the two");
        }
        deeds.add("open " + order.names() + order.labels() + order.waves());
        return waiting();
    }

    public RolloutView get(Actor actor, long id) {
        if (id == 1000) {
            return fleet();
        }
        if (FakeStates.covers(id)) {
            return FakeStates.rollout(id, moving());
        }
        return all().stream().filter(one -> one.id() == id).findFirst()
                .orElseThrow(() -> Problem.notFound("rollout " + id));
    }

    public Rollouts.Pressing pressing(Actor actor, int limit) {
        List<RolloutView> open = list(actor, RolloutFilter.in(state -> !state.ended()), Long.MAX_VALUE, limit);
        return new Rollouts.Pressing(open, open.size() + moreOpen);
    }

    public List<RolloutView> list(Actor actor, RolloutFilter filter, long before, int limit) {
        return actor.name().equals("newcomer")
                ? List.of()
                : all().stream().filter(one -> filter.states().contains(one.state()))
                        .filter(one -> filter.plan() == null || filter.plan().equals(one.plan()))
                        .filter(one -> filter.target() == null || one.targets().stream()
                                .anyMatch(target -> target.target().equals(filter.target())))
                        .toList();
    }

    public List<LastRuns.LastRun> newest(Actor actor) {
        Map<String, LastRuns.LastRun> newest = new LinkedHashMap<>();
        list(actor, RolloutFilter.ALL, Long.MAX_VALUE, Integer.MAX_VALUE).forEach(one -> one.targets().forEach(
                target -> newest.putIfAbsent(target.target(), new LastRuns.LastRun(target.target(), one.id(),
                        one.environment(), one.title(), target.state()))));
        return List.copyOf(newest.values());
    }

    private static RolloutView.TargetView targetView(String target, int wave, RunState state,
            @Nullable Blocker blocker, @Nullable String note, List<RolloutView.Cell> phases) {
        return new RolloutView.TargetView(target, wave, state, blocker, note, phases, null);
    }

    public Optional<RolloutView> underWay(Actor actor, String plan, int revision) {
        return list(actor, RolloutFilter.ofPlan(plan), Long.MAX_VALUE, Integer.MAX_VALUE).stream()
                .filter(rollout -> rollout.revision() == revision && !rollout.state().ended()).findFirst();
    }

    public List<Rollouts.Vote> votes(Actor actor, String plan, int revision, int limit) {
        return list(actor, RolloutFilter.ofPlan(plan), Long.MAX_VALUE, limit).stream()
                .filter(rollout -> rollout.revision() == revision)
                .flatMap(rollout -> rollout.phases().stream().flatMap(phase -> phase.approvals().stream())
                        .map(vote -> new Rollouts.Vote(rollout.environment(), vote)))
                .toList();
    }

    public int count(Actor actor, RolloutFilter filter) {
        return list(actor, filter, Long.MAX_VALUE, Integer.MAX_VALUE).size();
    }

    public Optional<PhaseRunView> newestRun(Actor actor, long id, String target) {
        return runs(actor, id, target).reversed().stream().findFirst();
    }

    public List<PhaseRunView> runs(Actor actor, long id, String target) {
        if (FakeStates.covers(id)) {
            return FakeStates.runs(id, FakeRuns.moving(id, target, copied));
        }
        if (id == 117 && target.endsWith("06")) {
            return List.of(FakeRuns.quarantined(id, target));
        }
        if (id == 117) {
            return List.of(FakeRuns.failed(id, target));
        }
        return id == 118 ? FakeRuns.moving(id, target, copied) : List.of();
    }

    public RolloutView decide(Actor actor, long id, int phase, Rollouts.Decision decision) {
        if (id == 121 && decision.decision() == Gates.Decision.APPROVE
                && !"rename-username".equals(decision.crossing())) {
            throw new Problem(ProblemType.POINT_OF_NO_RETURN,
                    "Behind drop-username there is no way back: type the plan's name to cross");
        }
        deeds.add(decision.decision() + " " + id + "/" + phase + " " + decision.comment());
        return get(actor, id);
    }

    public RolloutView pause(Actor actor, long id) {
        deeds.add("pause " + id);
        return get(actor, id);
    }

    public RolloutView cancel(Actor actor, long id) {
        deeds.add("cancel " + id);
        return get(actor, id);
    }

    public RolloutView operateRun(Actor actor, long id, String target, Rollouts.RunVerb verb,
            @Nullable String reason) {
        deeds.add(verb + " " + target);
        return get(actor, id);
    }

    public RolloutView operateStep(Actor actor, long id, String target, String step, Rollouts.StepVerb verb,
            @Nullable String reason) {
        deeds.add(verb + " " + step + " " + reason);
        return get(actor, id);
    }

    public RolloutView retry(Actor actor, long id) {
        throw new Problem(ProblemType.TARGET_BUSY, "shop-eu-03 is held by rollout 99");
    }

    public RolloutView speed(Actor actor, long id, double speed) {
        deeds.add("speed " + speed);
        return get(actor, id);
    }

    public Rollouts.ReturnPreview previewRollback(Actor actor, long id, Rollouts.Return what) {
        List<Rollouts.Loss> losses = new ArrayList<>();
        for (int index = 0; index < 46; index++) {
            losses.add(new Rollouts.Loss(name(index), "copy-username", DataLoss.DERIVED, null, null, null, null));
            if (what.toPhase() == 0) {
                losses.add(new Rollouts.Loss(name(index), "add-display-name", DataLoss.NEW_WRITES, 31L + index, null,
                        ago(Duration.ofSeconds(9)),
                        "until 2.5.0 is live"));
            }
        }
        return new Rollouts.ReturnPreview(losses,
                what.toPhase() == 0
                        ? List.of("copy-username", "index-display-name", "add-display-name")
                        : List.of("copy-username"),
                what.toPhase() == 0 ? List.of("accounts-web 2.4.1 is live and needs display_name") : List.of(),
                List.of());
    }

    public RolloutView rollback(Actor actor, long id, Rollouts.Return what, String shown) {
        deeds.add("rollback to " + what.toPhase() + ": " + what.reason());
        return get(actor, id);
    }

    /** Runs in full. */
    static final class FakeRuns {

        private FakeRuns() {}

        static List<PhaseRunView> moving(long rollout, String target, double copied) {
            boolean stuck = target.equals("shop-ap-47");
            var done = new PhaseRunView(101, rollout, 0, target, Direction.FORWARD, PhaseRunState.DONE, null, null,
                    "node-1", ago(Duration.ofMinutes(110)), ago(Duration.ofMinutes(110)), ago(Duration.ofMinutes(109)),
                    List.of(new PhaseRunView.StepView(0, "add-display-name", "sql", StepState.DONE, null,
                            new PhaseRunView.Result(-1, "in effect after 1 attempt", List.of()),
                            ago(Duration.ofMinutes(110)), ago(Duration.ofMinutes(110)).plusMillis(14),
                            List.of(attempt(1, "done", "", List.of())))),
                    List.of(), null);
            var total = 10_000_000L;
            var progress = new StepWatch.Progress("copying", (long) (total * copied), total, "rows",
                    (long) (total * copied) - 1204, 41_200,
                    new StepWatch.Backfill(1, "key", "along the key (id)", 2, 5_120, 48, 3, 412L << 20, 95L, 140L,
                            "Runs at 78 %: replica lag 3.5 s of 5 s (replica-2)", List.of(
                                    new StepWatch.Gauge("replica-lag", "Replica lag", "known", 3.5, 5.0, "s", 0.7,
                                            "3.5 s of 5 s (replica-2)"),
                                    new StepWatch.Gauge("wal-rate", "WAL written", "known", 88e6, 268_435_456.0,
                                            "B/s", 0.328, "84 MiB/s of 256 MiB/s"),
                                    new StepWatch.Gauge("oldest-snapshot", "Oldest snapshot", "known", 1_260.0,
                                            3_600.0, "s", 0.35, "21 min of 60 min (pid 90211, nightly-report)"),
                                    new StepWatch.Gauge("autovacuum", "Autovacuum of the table", "known", 0.0, null,
                                            "s", 0, "does not run"),
                                    new StepWatch.Gauge("statements", "Application's statements", "absent", null,
                                            null, "×", 0,
                                            "pg_stat_statements is not installed in this database; or time a query of "
                                                    + "yours (backfill.probe)"),
                                    new StepWatch.Gauge("archive-backlog", "WAL files to archive", "absent", null,
                                            null, "", 0, "the server archives no WAL (archive_mode is off)"))));
            Holder holder = new Holder(4711, "reporting", "nightly-report", "active", Duration.ofSeconds(431),
                    "SELECT u.username, sum(o.amount)\n  FROM users u JOIN orders o ON o.user_id = u.id\n GROUP BY 1",
                    "users", "ACCESS SHARE", ago(Duration.ofHours(2)), ago(Duration.ofSeconds(431)));
            var step = new PhaseRunView.StepView(0, "copy-username", "backfill", StepState.RUNNING, progress, null,
                    ago(Duration.ofMinutes(3)), null,
                    stuck
                            ? List.of(attempt(1, "waiting", "55P03: the lock was not to be had in 3 s",
                                    List.of(holder)), attempt(2, null, "", List.of(holder)))
                            : List.of(attempt(1, null, "", List.of())));
            var now = new PhaseRunView(102 + target.hashCode() % 1000L, rollout, 1, target, Direction.FORWARD,
                    stuck ? PhaseRunState.WAITING : PhaseRunState.RUNNING,
                    stuck
                            ? blocker("lock", "Waits for a lock on users that reporting holds for 7 min",
                                    "when its transaction ends, or an operator ends it", null)
                            : null,
                    null, "node-2", ago(Duration.ofMinutes(3)), ago(Duration.ofMinutes(3)), null, List.of(step),
                    stuck ? asked() : List.of(), null);
            return List.of(done, now);
        }

        /** A request that is under way, one that was done, one that was refused. */
        private static List<RunRequest> asked() {
            return List.of(
                    new RunRequest(1, RunRequest.Verb.PAUSE, null, null, "olga", ago(Duration.ofMinutes(20)), "node-2",
                            ago(Duration.ofMinutes(20)), null, null, RunRequest.Outcome.DONE,
                            "between two batches: 31,200 rows are changed and stay so; the next run goes on there",
                            ago(Duration.ofMinutes(20))),
                    new RunRequest(2, RunRequest.Verb.SKIP, "copy-username", "copied by the nightly job", "olga",
                            ago(Duration.ofMinutes(9)), null, null, null, null, RunRequest.Outcome.REFUSED,
                            "Not skipped: 31,200 rows are changed already", ago(Duration.ofMinutes(9))),
                    new RunRequest(3, RunRequest.Verb.CANCEL, "copy-username", null, "operator",
                            ago(Duration.ofMinutes(1)), "node-2", ago(Duration.ofMinutes(1)), 90_212,
                            ago(Duration.ofMinutes(1)), null, null, null));
        }

        static PhaseRunView failed(long rollout, String target) {
            var step = new PhaseRunView.StepView(0, "constrain", "sql", StepState.FAILED, null,
                    new PhaseRunView.Result(-1, "rolled back", List.of(
                            new Verifications.Result("no amount is negative", false, "expected 0, seen 17"),
                            new Verifications.Result("no row came or went", true, "9,411 before and after"))),
                    ago(Duration.ofHours(1)), ago(Duration.ofMinutes(59)),
                    List.of(attempt(1, "waiting", "55P03: the lock was not to be had in 3 s", List.of()),
                            attempt(2, "failed", "23514: check constraint is violated by some row", List.of())));
            return new PhaseRunView(103, rollout, 1, target, Direction.FORWARD, PhaseRunState.FAILED, null,
                    new PhaseRunView.Failure("constrain", "verification-failed",
                            "Verification “no amount is negative” does not hold: expected 0, seen 17", "23514"),
                    "node-1", ago(Duration.ofHours(1)), ago(Duration.ofHours(1)), ago(Duration.ofMinutes(59)),
                    List.of(step), List.of(), null);
        }

        /** A backfill that could not change two rows. */
        static PhaseRunView quarantined(long rollout, String target) {
            String message = "1 row could not be changed and was set aside, all others are done. Mend them and retry, "
                    + "or accept that they stay as they are";
            var step = new PhaseRunView.StepView(0, "copy-amount", "backfill", StepState.FAILED,
                    new StepWatch.Progress("copying", 9_411, 9_412L, "rows", 9_411, 0,
                            new StepWatch.Backfill(1, "key", "along the key (id)", 1, 640, 48, 1, 2L << 20, null, null,
                                    null, null)),
                    null, ago(Duration.ofHours(1)), ago(Duration.ofMinutes(59)),
                    List.of(attempt(1, "failed", message, List.of())));
            return new PhaseRunView(104, rollout, 1, target, Direction.FORWARD, PhaseRunState.FAILED, null,
                    new PhaseRunView.Failure("copy-amount", StepOutcome.QUARANTINED, message, null), "node-1",
                    ago(Duration.ofHours(1)), ago(Duration.ofHours(1)), ago(Duration.ofMinutes(59)), List.of(step),
                    List.of(), null);
        }

        private static PhaseRunView.AttemptView attempt(int number, @Nullable String outcome, String message,
                List<Holder> holders) {
            Instant start = ago(Duration.ofMinutes(4L - number));
            return new PhaseRunView.AttemptView(number, "node-2", 90_210 + number, start,
                    outcome == null ? null : start.plusMillis(3200), outcome, message, holders, null);
        }
    }
}
