package dev.rubicon.web.pages;

import dev.rubicon.analysis.Judgement.ReadStatement;
import dev.rubicon.plan.Comment;
import dev.rubicon.plan.Finding;
import dev.rubicon.plan.Phase;
import dev.rubicon.plan.PlanRevision;
import dev.rubicon.plan.Severity;
import dev.rubicon.plan.Step;
import dev.rubicon.plan.Verdict;
import dev.rubicon.rehearsal.Rehearsal;
import dev.rubicon.rollout.RolloutView;
import dev.rubicon.security.Actor;
import dev.rubicon.security.Permission;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One revision of a plan.
 *
 * @param newest number of the newest revision, so that an older one says so
 * @param until what the way back holds until
 * @param rehearsed the newest rehearsal that passed, or null
 * @param undo how long the whole way back took in it, or an empty text
 * @param obstacles why it could not be approved yet
 * @param changes against another revision, where that is what is shown
 * @param rolledOut how many rollouts of the plan there are; the newest of them are shown
 * @param document the rollback plan, where that is what is shown
 */
record PlanPage(String plan, int revision, int newest, String title, List<String> description, String digest,
        String shortDigest, String submittedBy, Moment submittedAt, Map<String, String> labels, @Nullable Sign risk,
        List<String> riskReasons, String until, @Nullable Rehearsed rehearsed, String undo, Rail rail,
        List<PhaseText> phases, List<StepText.Found> planFindings,
        String findings, PlanAct act, List<PlanObstacle> obstacles, boolean mayOpen, boolean mayReview,
        boolean mayAccept, String tab, List<Remark> remarks, List<Revision> revisions, List<RolloutList.Row> rollouts,
        int rolledOut, CatalogText catalog, @Nullable RevisionChanges changes, @Nullable RollbackDocument document,
        String tabTitle, String tone) {

    /** @param gates in words */
    record PhaseText(int index, String kind, String title, boolean beyond, boolean riverBefore, List<String> gates,
            @Nullable Sign risk, List<StepBlock> steps) {}

    record StepBlock(StepText text, List<Remark> remarks) {}

    /** @param about the step and direction, or an empty text for the whole plan */
    record Remark(String id, String step, String about, String author, Moment at, String text, boolean asksForChanges,
            @Nullable String resolvedBy) {}

    record Revision(int number, String shortDigest, String submittedBy, Moment at, @Nullable Sign risk, int steps,
            boolean shown) {}

    /**
     * What the page is made of; what the tab does not show is empty.
     *
     * @param underWay the newest rollout of the revision that has not ended, or null
     * @param rollouts of the plan
     * @param statements those of all steps, both ways
     */
    record Parts(PlanRevision revision, List<PlanRevision> revisions, List<Finding> open, List<Comment> comments,
            List<Comment> changesRequested, @Nullable RolloutView underWay, List<RolloutView> rollouts, int rolledOut,
            boolean reviews, String tab,
            List<ReadStatement> statements, CatalogText catalog, List<Rehearsal> rehearsals,
            @Nullable RevisionChanges changes, @Nullable RollbackDocument document) {}

    static PlanPage of(Parts parts, Actor actor, Instant now) {
        PlanRevision revision = parts.revision;
        List<String> openIds = parts.open.stream().map(Finding::id).toList();
        List<Remark> remarks = parts.comments.stream().map(comment -> remark(comment, now)).toList();
        Verdict verdict = revision.verdict();
        Rehearsed rehearsed = Rehearsed.of(parts.rehearsals, now);
        boolean mayAccept = parts.reviews && actor.mayAnywhere(Permission.ACCEPT_FINDING);
        List<PlanObstacle> obstacles = PlanObstacle.of(parts, mayAccept, underWay(parts.rehearsals));
        boolean hindered = obstacles.stream().anyMatch(each -> each.kind().equals("fix"));
        return new PlanPage(revision.plan(), revision.revision(),
                parts.revisions.isEmpty() ? revision.revision() : parts.revisions.getFirst().revision(),
                revision.document().title(), paragraphs(revision.document().description()), revision.digest(),
                Amounts.shortDigest(revision.digest()), revision.submittedBy(),
                Moment.of(revision.submittedAt(), now), revision.document().labels(),
                verdict == null ? null : Sign.of(verdict.level()), reasons(verdict), until(revision),
                rehearsed, rehearsed == null ? "" : rehearsed.took(0), Rail.of(revision, rehearsed),
                phases(parts, openIds, remarks, rehearsed),
                StepText.findings(null, revision, openIds), summary(verdict), PlanAct.of(parts, hindered, actor),
                obstacles, actor.mayAnywhere(Permission.OPEN_ROLLOUT),
                parts.reviews && actor.mayAnywhere(Permission.REVIEW),
                mayAccept, parts.tab,
                remarks.stream().filter(remark -> remark.step.isEmpty()).toList(),
                parts.revisions.stream().map(one -> revision(one, revision.revision(), now)).toList(),
                parts.rollouts.stream().map(rollout -> RolloutList.Row.of(rollout, actor, now)).toList(),
                parts.rolledOut,
                parts.catalog, parts.changes, parts.document, tabTitle(parts, obstacles), hindered ? "hold" : "soft");
    }

    private static String tabTitle(Parts parts, List<PlanObstacle> obstacles) {
        long fixes = obstacles.stream().filter(each -> each.kind().equals("fix")).count();
        return (fixes == 0 ? "plan" : "● " + fixes + " to fix") + ": " + parts.revision.plan();
    }

    private static @Nullable String underWay(List<Rehearsal> rehearsals) {
        return rehearsals.stream().filter(one -> !one.state().ended()).findFirst()
                .map(one -> "Rehearsal #%d on %s is under way%s".formatted(one.id(), one.target(),
                        one.message().isEmpty() ? "" : ": " + one.message()))
                .orElse(null);
    }

    private static List<String> paragraphs(String description) {
        return description.isBlank() ? List.of() : List.of(description.strip().split("\\R\\s*\\R"));
    }

    private static List<String> reasons(@Nullable Verdict verdict) {
        return verdict == null
                ? List.of()
                : verdict.phaseRisks().values().stream().filter(risk -> risk.level() == verdict.level())
                        .flatMap(risk -> risk.reasons().stream()).distinct().toList();
    }

    static String until(PlanRevision revision) {
        Verdict verdict = revision.verdict();
        if (verdict == null) {
            return "Not judged yet";
        }
        return verdict.pointOfNoReturn() == null
                ? "Reversible to the end: every step has a way back"
                : "Reversible until "
                        + revision.document().phases().get(verdict.pointOfNoReturn().phase()).title();
    }

    private static List<PhaseText> phases(Parts parts, List<String> open, List<Remark> remarks,
            @Nullable Rehearsed rehearsed) {
        PlanRevision revision = parts.revision;
        Verdict verdict = revision.verdict();
        Verdict.PointOfNoReturn river = verdict == null ? null : verdict.pointOfNoReturn();
        return revision.document().phases().stream().map(phase -> new PhaseText(phase.index(), phase.kind().word(),
                phase.title(), revision.overTheRiver(phase.index()),
                river != null && river.phase() == phase.index(), GateWords.of(phase.after()),
                risk(verdict, phase), phase.steps().stream().map(step -> block(step, parts, open, remarks, rehearsed))
                        .toList()))
                .toList();
    }

    private static @Nullable Sign risk(@Nullable Verdict verdict, Phase phase) {
        Verdict.Risk risk = verdict == null ? null : verdict.phaseRisks().get(phase.index());
        return risk == null ? null : Sign.of(risk.level());
    }

    private static StepBlock block(Step step, Parts parts, List<String> open, List<Remark> remarks,
            @Nullable Rehearsed rehearsed) {
        List<ReadStatement> read = parts.statements.stream().filter(each -> step.name().equals(each.step())).toList();
        return new StepBlock(StepText.of(step, parts.revision, open, read, rehearsed),
                remarks.stream().filter(remark -> remark.step.equals(step.name())).toList());
    }

    private static Remark remark(Comment comment, Instant now) {
        String step = Objects.requireNonNullElse(comment.step(), "");
        String about = comment.direction() == null ? step : step + ", " + comment.direction();
        return new Remark(comment.id().toString(), step, about, comment.author(), Moment.of(comment.at(), now),
                comment.text(), comment.changesRequested(), comment.resolvedBy());
    }

    private static String summary(@Nullable Verdict verdict) {
        if (verdict == null) {
            return "";
        }
        List<Severity> severities = verdict.findings().stream().map(Finding::severity).toList();
        return severities.isEmpty()
                ? "no findings"
                : severities.stream().distinct().sorted((one, other) -> other.compareTo(one))
                        .map(severity -> severities.stream().filter(severity::equals).count() + " "
                                + severity.word())
                        .reduce((one, other) -> one + ", " + other).orElse("");
    }

    private static Revision revision(PlanRevision one, int shown, Instant now) {
        return new Revision(one.revision(), Amounts.shortDigest(one.digest()), one.submittedBy(),
                Moment.of(one.submittedAt(), now), one.verdict() == null ? null : Sign.of(one.verdict().level()),
                (int) one.document().steps().count(), one.revision() == shown);
    }
}
