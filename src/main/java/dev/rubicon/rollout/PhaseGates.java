package dev.rubicon.rollout;

import dev.rubicon.execution.PhaseRuns;
import dev.rubicon.gate.Blocker;
import dev.rubicon.gate.Gates;
import dev.rubicon.plan.Comment;
import dev.rubicon.plan.Finding;
import dev.rubicon.plan.Phase;
import dev.rubicon.plan.PlanRevision;
import dev.rubicon.plan.Plans;
import dev.rubicon.registry.Environments;
import dev.rubicon.registry.Policy;
import dev.rubicon.registry.Target;
import dev.rubicon.registry.Targets;
import dev.rubicon.rehearsal.Evidence;
import dev.rubicon.rehearsal.Rehearsals;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** What a phase of a rollout waits for: the gates, and what only the rollout knows. */
@Component
class PhaseGates {

    private final Gates gates;
    private final PhaseRuns phaseRuns;
    private final RolloutRows rows;
    private final Rehearsals rehearsals;
    private final ReadOnce.Sources sources;

    PhaseGates(Gates gates, Plans plans, Targets targets, Environments environments, PhaseRuns phaseRuns,
            RolloutRows rows, Rehearsals rehearsals) {
        this.rehearsals = rehearsals;
        this.gates = gates;
        this.phaseRuns = phaseRuns;
        this.rows = rows;
        this.sources = new ReadOnce.Sources(plans, environments, targets, gates);
    }

    /**
     * A rollout as it stands before its gates.
     *
     * @param decisions all on its phases, oldest first
     * @param shared what it has in common with the others that are looked at
     */
    record Standing(Rollout rollout, PlanRevision revision, List<Rollout.PhaseRow> phases, List<Rollout.RunRow> runs,
            List<Gates.Approval> decisions, ReadOnce shared) {

        private List<Frozen.FrozenTarget> targets() {
            Set<String> skipped = runs.stream().filter(run -> run.skipped() != null).map(Rollout.RunRow::target)
                    .collect(Collectors.toSet());
            return rollout.frozen().targets().stream().filter(target -> !skipped.contains(target.name())).toList();
        }

        private Policy policyNow() {
            return shared.policy(rollout.environment());
        }
    }

    Standing standing(Rollout rollout) {
        return standings(List.of(rollout)).getFirst();
    }

    /** Each of them, in this order, in as many statements for many as for one. */
    List<Standing> standings(List<Rollout> rollouts) {
        List<Long> ids = rollouts.stream().map(Rollout::id).toList();
        ReadOnce shared = new ReadOnce(sources, rollouts);
        Map<Long, List<Rollout.PhaseRow>> phases = rows.phases(ids);
        Map<Long, List<Rollout.RunRow>> runs = rows.runs(ids);
        Map<Long, List<Gates.Approval>> decisions = gates.decisions(ids);
        return rollouts.stream().map(rollout -> new Standing(rollout, shared.revision(rollout),
                phases.getOrDefault(rollout.id(), List.of()), runs.getOrDefault(rollout.id(), List.of()),
                decisions.getOrDefault(rollout.id(), List.of()), shared)).toList();
    }

    /** The phase before its gates. */
    Gates.Passage passage(Standing standing, int index) {
        Rollout rollout = standing.rollout();
        Phase phase = standing.revision().document().phases().get(index);
        Map<String, Map<String, String>> labels = standing.targets().stream()
                .collect(Collectors.toMap(Frozen.FrozenTarget::name, Frozen.FrozenTarget::labels));
        return new Gates.Passage(rollout.id(), rollout.plan(), rollout.revision(), rollout.environment(),
                standing.policyNow(), phase, rollout.digest(), rollout.submittedBy(), rollout.openedBy(),
                rollout.frozen().approvals().get(index), standing.revision().overTheRiver(index), labels,
                index == 0 ? null : standing.phases().get(index - 1).doneAt());
    }

    /** A phase of a rollout that waits, by its index. */
    record Waiting(Standing standing, int index) {}

    /** Everything that keeps the phase from starting now; empty when nothing does. */
    List<Blocker> blockers(Standing standing, int index) {
        return blockers(List.of(new Waiting(standing, index))).getFirst();
    }

    /** The same of each of them, in this order. */
    List<List<Blocker>> blockers(List<Waiting> phases) {
        List<List<Blocker>> atGates = gates.blockers(phases.stream().map(this::asks).toList());
        return IntStream.range(0, phases.size())
                .mapToObj(i -> blockers(phases.get(i).standing, phases.get(i).index, atGates.get(i))).toList();
    }

    private Gates.Waiting asks(Waiting phase) {
        Standing standing = phase.standing;
        return new Gates.Waiting(passage(standing, phase.index), standing.decisions(),
                standing.shared().freezes(standing.rollout().environment()));
    }

    private List<Blocker> blockers(Standing standing, int index, List<Blocker> atGates) {
        Rollout rollout = standing.rollout();
        PlanRevision revision = standing.revision();
        List<Blocker> found = new ArrayList<>();
        previousPhase(revision, standing.phases(), index).ifPresent(found::add);
        findings(standing).ifPresent(found::add);
        changesRequested(standing).ifPresent(found::add);
        found.addAll(atGates);
        policy(standing, index).ifPresent(found::add);
        rehearsal(standing, index).ifPresent(found::add);
        changedTargets(standing).ifPresent(found::add);
        needs(standing, revision.document().phases().get(index)).ifPresent(found::add);
        byHand(rollout, standing.phases().get(index)).ifPresent(found::add);
        return found;
    }

    private static Optional<Blocker> previousPhase(PlanRevision revision, List<Rollout.PhaseRow> phases, int index) {
        if (index == 0 || phases.get(index - 1).state() == PhaseState.DONE) {
            return Optional.empty();
        }
        String title = revision.document().phases().get(index - 1).title();
        return Optional.of(new Blocker("previous-phase", title + " is not done yet",
                "clears itself when that phase is done", null, Map.of("phase", index - 1)));
    }

    private static Optional<Blocker> findings(Standing standing) {
        List<Finding> open = standing.shared().openFindings(standing.revision());
        return open.isEmpty()
                ? Optional.empty()
                : Optional.of(new Blocker("finding",
                        count(open.size(), "finding") + " against the plan: " + open.getFirst().message(),
                        "the author by a new revision; a reviewer by accepting what may be accepted", null,
                        Map.of("findings", open.stream().map(Finding::id).toList())));
    }

    private static Optional<Blocker> changesRequested(Standing standing) {
        List<Comment> threads = standing.shared().changesRequested(standing.rollout());
        return threads.isEmpty()
                ? Optional.empty()
                : Optional.of(new Blocker("changes-requested",
                        threads.getFirst().author() + " asks for changes: " + threads.getFirst().text(),
                        "a reviewer by resolving the thread", null,
                        Map.of("comments", threads.stream().map(Comment::id).toList())));
    }

    private static Optional<Blocker> policy(Standing standing, int index) {
        Rollout rollout = standing.rollout();
        Policy now = standing.policyNow();
        Policy then = rollout.frozen().policy();
        boolean stricter = now.approvals().normal() > then.approvals().normal()
                || now.approvals().highRisk() > then.approvals().highRisk()
                || now.approvals().river() > then.approvals().river();
        return stricter
                ? Optional.of(new Blocker("policy",
                        rollout.environment() + " asks for more approvals than when this rollout was opened",
                        "anybody who may open rollouts, by cancelling this one and opening it anew", null,
                        Map.of("phase", index)))
                : Optional.empty();
    }

    /**
     * What an approval of a phase says yes to.
     *
     * @param digest what the approval has to name: the rollout's, and where evidence is demanded that of both
     * @param evidence what it rests on, or null
     * @param shortage why the evidence that is demanded is not there, or null
     */
    record Ground(String digest, @Nullable Evidence evidence, Rehearsals.@Nullable Shortage shortage) {}

    Ground ground(Standing standing) {
        Rollout rollout = standing.rollout();
        Policy.Rehearsed demand = standing.policyNow().rehearsal();
        Rehearsals.Crossing crossing = crossing(standing);
        Evidence evidence = rehearsals.evidence(demand, crossing).orElse(null);
        return demand == null || evidence == null
                ? new Ground(rollout.digest(), evidence, demand == null || crossing.begun()
                        ? null
                        : rehearsals.missing(demand, crossing).orElse(null))
                : new Ground(evidence.covers(rollout.digest()), evidence, null);
    }

    private static Rehearsals.Crossing crossing(Standing standing) {
        return new Rehearsals.Crossing(standing.revision(),
                standing.targets().stream().map(Frozen.FrozenTarget::name).toList(),
                standing.phases().getFirst().state() != PhaseState.WAITING);
    }

    /** Before the first phase alone: behind it no target is any more what a rehearsal begins with. */
    private Optional<Blocker> rehearsal(Standing standing, int index) {
        PlanRevision revision = standing.revision();
        Policy.Rehearsed demand = standing.policyNow().rehearsal();
        if (demand == null || index > 0) {
            return Optional.empty();
        }
        Rehearsals.Crossing crossing = crossing(standing);
        return rehearsals.missing(demand, crossing)
                .map(shortage -> new Blocker("rehearsal", shortage.message(),
                        "an author or operator by rehearsing revision %d of %s on one of its targets, on the page Rehearsals or "
                                .formatted(revision.revision(), revision.plan())
                                + "by POST /api/v1/plans/%s/revisions/%d/rehearsals".formatted(revision.plan(),
                                        revision.revision()),
                        null, facts(demand, crossing, shortage)));
    }

    private static Map<String, Object> facts(Policy.Rehearsed demand, Rehearsals.Crossing crossing,
            Rehearsals.Shortage shortage) {
        Map<String, Object> facts = new HashMap<>(Map.of("class", demand.evidence(), "targets", crossing.targets(),
                "moved", shortage.moved()));
        if (shortage.rehearsal() != null) {
            facts.put("rehearsal", shortage.rehearsal());
        }
        return facts;
    }

    private static Optional<Blocker> changedTargets(Standing standing) {
        List<String> changed = standing.targets().stream().filter(frozen -> isOther(frozen, standing.shared()))
                .map(Frozen.FrozenTarget::name).toList();
        return changed.isEmpty()
                ? Optional.empty()
                : Optional.of(new Blocker("target-changed",
                        String.join(", ", changed) + (changed.size() == 1 ? " is" : " are")
                                + " not the database that was approved: the registry's URL leads elsewhere now",
                        "an administrator by putting the URL right; or cancel and open the rollout anew", null,
                        Map.of("targets", changed)));
    }

    private static boolean isOther(Frozen.FrozenTarget approved, ReadOnce shared) {
        return Optional.ofNullable(shared.target(approved.name())).map(Target::identity)
                .filter(identity -> Objects.equals(identity, approved.identity())).isEmpty();
    }

    private Optional<Blocker> needs(Standing standing, Phase phase) {
        List<String> targets = standing.targets().stream().map(Frozen.FrozenTarget::name).toList();
        return phase.needs().stream().flatMap(need -> {
            Set<String> done = phaseRuns.done(need.plan(), need.phase(), targets);
            return targets.stream().filter(target -> !done.contains(target))
                    .map(target -> new Blocker("needs",
                            "Phase %d of plan %s is not done on %s".formatted(need.phase(), need.plan(), target),
                            "clears itself when that phase is done there", null,
                            Map.of("plan", need.plan(), "phase", need.phase(), "target", target)));
        }).findFirst();
    }

    private static Optional<Blocker> byHand(Rollout rollout, Rollout.PhaseRow phase) {
        return rollout.frozen().startPhases().equals("manual") && phase.startedBy() == null
                ? Optional
                        .of(new Blocker("start", "Phases of this rollout start by hand", "an operator, by starting it",
                                null, Map.of()))
                : Optional.empty();
    }

    private static String count(int number, String what) {
        return number == 1 ? "1 " + what + " stands" : number + " " + what + "s stand";
    }
}
