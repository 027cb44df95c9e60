package dev.rubicon.web.pages;

import dev.rubicon.gate.Blocker;
import dev.rubicon.analysis.Judgement.ReadStatement;
import dev.rubicon.plan.Finding;
import dev.rubicon.plan.Phase;
import dev.rubicon.plan.PlanDocument;
import dev.rubicon.plan.PlanRevision;
import dev.rubicon.plan.Verdict;
import dev.rubicon.rehearsal.Evidence;
import dev.rubicon.rollout.PhaseState;
import dev.rubicon.rollout.RolloutView;
import dev.rubicon.security.Actor;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Exactly what an approval of one phase says yes to.
 *
 * @param digest what an approval names, with the evidence in it where that is demanded
 * @param rollout the rollout's own digest, which a rejection names
 * @param lost what nobody brings back behind the river, or null before it
 * @param refusal why this reader cannot decide, or null
 * @param mayTakeBack whether this reader approved and may still reject
 * @param evidence the rehearsal that the decision rests on, or null
 * @param shortage what the evidence that is demanded is short of, or null
 * @param open findings that refuse the approval
 * @param accepted findings that the author accepted, with the reason
 * @param otherwise what the phase waits for besides approvals
 */
record ApprovePage(long id, String plan, int revision, String title, String environment, String digest, String rollout,
        int phase,
        String kind, String phaseTitle, @Nullable String refusal, boolean mayTakeBack, boolean crossing,
        @Nullable String lost, Rail rail,
        List<StepText> steps, Sign risk, List<String> riskReasons, List<WaveTargets> waves, int targets,
        @Nullable Backup backup, @Nullable Evident evidence, @Nullable String shortage,
        List<StepText.Found> open, List<Accepted> accepted,
        String approvals,
        List<RolloutPage.Vote> votes, List<Obstacle> otherwise) {

    record WaveTargets(int number, List<String> targets) {}

    /**
     * @param missing what is still missing, one line each; empty when every target has one
     */
    record Backup(String asked, List<String> missing) {}

    record Accepted(String rule, String because) {}

    /**
     * @param proves what its class shows and what it does not
     * @param moved what has moved on its target since, as last looked at
     */
    record Evident(String words, String href, String proves, Moment ended, List<String> moved) {

        static @Nullable Evident of(@Nullable Evidence evidence, RolloutView rollout, Instant now) {
            return evidence == null
                    ? null
                    : new Evident(evidence.words(),
                            Rehearsed.href(rollout.plan(), rollout.revision(),
                                    evidence.rehearsal()),
                            evidence.evidenceClass().proves(), Moment.of(evidence.endedAt(), now),
                            evidence.standing() == null ? List.of() : evidence.standing().moved());
        }
    }

    static ApprovePage of(RolloutView rollout, PlanRevision revision, int index, List<Finding> open,
            List<ReadStatement> statements, @Nullable Rehearsed rehearsed, Actor actor, Instant now) {
        RolloutView.PhaseView phase = rollout.phases().get(index);
        Phase planned = revision.document().phases().get(index);
        List<String> openIds = open.stream().map(Finding::id).toList();
        return new ApprovePage(rollout.id(), rollout.plan(), rollout.revision(), rollout.title(),
                rollout.environment(), phase.digest(), rollout.digest(), index, phase.phase(), phase.title(),
                refusal(rollout, phase, actor),
                PrimaryAct.mayTakeBack(rollout, phase, actor), phase.overTheRiver(), lost(rollout, phase),
                Rail.of(rollout, revision, rehearsed),
                planned.steps().stream().map(step -> StepText.of(step, revision, openIds,
                        statements.stream().filter(each -> step.name().equals(each.step())).toList(), rehearsed))
                        .toList(),
                Sign.of(phase.risk()), phase.riskReasons(), waves(rollout), rollout.targets().size(),
                backup(planned, phase), Evident.of(phase.evidence(), rollout, now), shortage(rollout),
                open.stream().map(finding -> StepText.found(finding, true)).toList(),
                accepted(revision), approvals(rollout, phase),
                votes(rollout, phase, now),
                phase.blockers().stream().filter(blocker -> !blocker.type().equals("approval"))
                        .map(blocker -> Obstacle.of(blocker, rollout, index, actor, now)).toList());
    }

    private static @Nullable String refusal(RolloutView rollout, RolloutView.PhaseView phase, Actor actor) {
        if (!rollout.state().goesForward()) {
            return "The rollout is %s: no phase of it begins any more.".formatted(Sign.of(rollout.state()).word());
        }
        if (phase.state() != PhaseState.WAITING) {
            return phase.title() + " " + Late.began(phase) + ".";
        }
        if (phase.blockers().stream().noneMatch(blocker -> blocker.type().equals("approval"))) {
            return phase.approvalsNeeded() == 0
                    ? "This environment asks for no approval of this phase."
                    : "This phase has all the approvals it needs.";
        }
        return rollout.mayDecide(phase, actor) ? null : PrimaryAct.whyNot(rollout, phase, actor);
    }

    /** It keeps the first phase from starting, and every approval until then. */
    private static @Nullable String shortage(RolloutView rollout) {
        return rollout.phases().getFirst().blockers().stream().filter(blocker -> blocker.type().equals("rehearsal"))
                .map(Blocker::message).findFirst().orElse(null);
    }

    private static @Nullable String lost(RolloutView rollout, RolloutView.PhaseView phase) {
        var river = rollout.pointOfNoReturn();
        return phase.overTheRiver() && river != null ? river.reason() : null;
    }

    private static List<WaveTargets> waves(RolloutView rollout) {
        return rollout.targets().stream().map(RolloutView.TargetView::wave).distinct().sorted()
                .map(wave -> new WaveTargets(wave + 1, rollout.targets().stream()
                        .filter(target -> target.wave() == wave).map(RolloutView.TargetView::target).toList()))
                .toList();
    }

    private static @Nullable Backup backup(Phase planned, RolloutView.PhaseView phase) {
        Phase.Backup asked = planned.after().backup();
        if (asked == null) {
            return null;
        }
        String keep = asked.keepFor() == null ? "" : ", restorable for " + Amounts.round(asked.keepFor());
        return new Backup("At most " + Amounts.round(asked.maxAge()) + " old when the phase starts on its target"
                + keep,
                phase.blockers().stream().filter(blocker -> blocker.type().equals("backup"))
                        .map(Blocker::message).toList());
    }

    /** What the document accepts, and what comments beside its statements do. */
    private static List<Accepted> accepted(PlanRevision revision) {
        Verdict verdict = revision.verdict();
        Stream<PlanDocument.AcceptedRule> inline = verdict == null
                ? Stream.empty()
                : verdict.findings().stream().filter(finding -> finding.accepted() != null)
                        .flatMap(finding -> revision.document().accepts(finding).stream());
        return Stream.concat(revision.document().accept().stream(), inline).map(ApprovePage::accepted).toList();
    }

    private static Accepted accepted(PlanDocument.AcceptedRule rule) {
        return new Accepted(rule.step() == null ? rule.rule() : rule.rule() + " at " + rule.step(), rule.because());
    }

    private static String approvals(RolloutView rollout, RolloutView.PhaseView phase) {
        return "%d of %s".formatted(rollout.approvers(phase).size(),
                Amounts.count(phase.approvalsNeeded(), "approval"));
    }

    private static List<RolloutPage.Vote> votes(RolloutView rollout, RolloutView.PhaseView phase, Instant now) {
        return phase.approvals().stream().map(vote -> RolloutPage.Vote.of(rollout, phase, vote, null, now)).toList();
    }
}
