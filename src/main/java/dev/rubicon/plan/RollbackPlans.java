package dev.rubicon.plan;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Component;

/** Composes the rollback plan of a revision. */
@Component
public class RollbackPlans {

    private final ReviewRows reviews;
    private final ObjectProvider<MeasuredRollbacks> measured;

    RollbackPlans(ReviewRows reviews, ObjectProvider<MeasuredRollbacks> measured) {
        this.reviews = reviews;
        this.measured = measured;
    }

    /**
     * The document.
     *
     * @param approvals who decided in rooms above this one; commenters and those who accepted findings are added here
     */
    public RollbackPlan of(PlanRevision revision, List<RollbackPlan.Reviewer> approvals) {
        PlanDocument document = revision.document();
        Verdict.PointOfNoReturn river = river(revision);
        List<RollbackPlan.Row> rows = rows(revision, river);
        return new RollbackPlan(revision.plan(), document.title(), revision.revision(), revision.digest(),
                document.engine().wireName(), revision.submittedBy(), revision.submittedAt(), rows, river,
                measured.stream().flatMap(each -> each.of(revision).stream()).findFirst().orElse(null),
                new Scenarios(document, rows, river).all(),
                Stream.concat(reviewers(revision), approvals.stream())
                        .sorted(Comparator.comparing(RollbackPlan.Reviewer::at)).toList());
    }

    /** The judged one; before the judgement, the declared one. */
    private static Verdict.@Nullable PointOfNoReturn river(PlanRevision revision) {
        if (revision.verdict() != null) {
            return revision.verdict().pointOfNoReturn();
        }
        return revision.document().phases().stream()
                .flatMap(phase -> phase.steps().stream().filter(Step::pointOfNoReturn)
                        .map(step -> new Verdict.PointOfNoReturn(phase.index(), step.name(), "declared by the author")))
                .findFirst().orElse(null);
    }

    private Stream<RollbackPlan.Reviewer> reviewers(PlanRevision revision) {
        Stream<RollbackPlan.Reviewer> commented = reviews.comments(revision.plan(), revision.revision()).stream()
                .map(comment -> new RollbackPlan.Reviewer(comment.author(),
                        !comment.changesRequested()
                                ? "commented"
                                : comment.resolvedAt() == null
                                        ? "requested changes"
                                        : "requested changes, since resolved",
                        comment.at()));
        Stream<RollbackPlan.Reviewer> accepted = reviews.acceptances(revision.plan(), revision.revision()).stream()
                .map(each -> new RollbackPlan.Reviewer(each.by(), "accepted a finding: " + each.reason(), each.at()));
        return Stream.concat(commented, accepted);
    }

    private static List<RollbackPlan.Row> rows(PlanRevision revision, Verdict.@Nullable PointOfNoReturn river) {
        List<RollbackPlan.Row> rows = new ArrayList<>();
        boolean behind = false;
        for (Phase phase : revision.document().phases()) {
            for (Step step : phase.steps()) {
                boolean crossing = river != null && river.step().equals(step.name());
                rows.add(row(revision, phase, step, crossing
                        ? RollbackPlan.Side.RIVER
                        : behind ? RollbackPlan.Side.BEHIND : RollbackPlan.Side.BEFORE));
                behind |= crossing;
            }
        }
        return rows;
    }

    private static RollbackPlan.Row row(PlanRevision revision, Phase phase, Step step, RollbackPlan.Side side) {
        Rollback rollback = step.rollback();
        return new RollbackPlan.Row(phase.index(), phase.kind().word(), phase.title(), step.name(),
                revision.migrations().get(step.name()), step.work().kind(), WorkText.of(step.work()),
                rollback.word(), rollback.text(), rollback.loss().word(), rollback.window(), rollback.lossQuery(),
                side, step.generatedFor());
    }
}
