package dev.rubicon.web.pages;

import dev.rubicon.gate.Gates;
import dev.rubicon.plan.PlanRevision;
import dev.rubicon.plan.RollbackPlan;
import dev.rubicon.rollout.Rollouts;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The rollback plan as one document, to be read in the review and, printed, by whoever is on call.
 *
 * @param measured how long the whole way back took in rehearsal, in a sentence
 * @param river where the point of no return is, in a sentence
 * @param printed when this very text was made
 */
record RollbackDocument(String plan, String title, int revision, String digest, String engine, String submittedBy,
        Moment submittedAt, String river, boolean reversible, String measured, @Nullable String rehearsal,
        List<Row> rows, List<Scenario> scenarios, List<Reviewer> reviewers, Moment printed) {

    /**
     * One step.
     *
     * @param phase its phase's name at the first step of it, else empty
     * @param reason said instead of SQL, or an empty text
     * @param took in rehearsal, or an empty text
     */
    record Row(String phase, String step, String migration, List<SqlToken> forward, List<SqlToken> rollback,
            String reason, String dataLoss, String window, @Nullable List<SqlToken> lossQuery, String took,
            boolean river, boolean behind) {}

    record Scenario(String id, String title, String summary, List<Action> actions) {}

    record Action(String step, String text, List<SqlToken> sql) {}

    record Reviewer(String name, String did, Moment at) {}

    /** Who approved which phase of which rollout of the revision, as the document names its reviewers. */
    static List<RollbackPlan.Reviewer> approvals(PlanRevision revision, List<Rollouts.Vote> votes) {
        return votes.stream().map(vote -> approval(revision, vote.environment(), vote.decision())).toList();
    }

    private static RollbackPlan.Reviewer approval(PlanRevision revision, String environment, Gates.Approval vote) {
        return new RollbackPlan.Reviewer(vote.by(), "%s phase %d, %s, in rollout #%d on %s%s".formatted(
                RolloutPage.Vote.word(vote), vote.phase() + 1, revision.document().phases().get(vote.phase()).title(),
                vote.rollout(), environment, RolloutPage.Vote.on(vote)), vote.at());
    }

    static RollbackDocument of(RollbackPlan plan, Instant now) {
        RollbackPlan.Measured measured = plan.measured();
        return new RollbackDocument(plan.plan(), plan.title(), plan.revision(), plan.digest(), plan.engine(),
                plan.submittedBy(), Moment.of(plan.submittedAt(), now), river(plan), plan.pointOfNoReturn() == null,
                measured == null
                        ? "Not measured: no rehearsal of this revision has passed."
                        : "The whole way back took %s in rehearsal #%d, with %s.".formatted(
                                Amounts.duration(Duration.ofMillis(measured.millis())), measured.rehearsal(),
                                measured.evidenceClass()),
                measured == null ? null : Rehearsed.href(plan.plan(), plan.revision(), measured.rehearsal()),
                rows(plan), plan.scenarios().stream().map(RollbackDocument::scenario).toList(),
                plan.reviewers().stream().map(each -> new Reviewer(each.name(), each.did(), Moment.of(each.at(), now)))
                        .toList(),
                Moment.of(now, now));
    }

    private static String river(RollbackPlan plan) {
        var river = plan.pointOfNoReturn();
        return river == null
                ? "No point of no return: every step has a way back."
                : "Point of no return: step %s in phase %d. %s Up to there every step has a way back."
                        .formatted(river.step(), river.phase() + 1,
                                river.reason().endsWith(".") ? river.reason() : river.reason() + ".");
    }

    private static List<Row> rows(RollbackPlan plan) {
        List<RollbackPlan.Row> all = plan.rows();
        return IntStream.range(0, all.size()).mapToObj(i -> row(plan, all.get(i),
                i == 0 || all.get(i - 1).phase() != all.get(i).phase())).toList();
    }

    private static Row row(RollbackPlan plan, RollbackPlan.Row row, boolean first) {
        String took = Optional.ofNullable(plan.measured()).flatMap(measured -> measured.of(row.step()))
                .map(millis -> Amounts.duration(Duration.ofMillis(millis))).orElse("");
        return new Row(first ? "Phase %d: %s".formatted(row.phase() + 1, row.phaseTitle()) : "", row.step(),
                Objects.requireNonNullElse(row.migration(), ""), SqlToken.of(row.forward()),
                row.runnable() ? SqlToken.of(row.rollback()) : List.of(), row.runnable() ? "" : row.rollback(),
                row.dataLoss(), Objects.requireNonNullElse(row.window(), ""),
                row.lossQuery() == null ? null : SqlToken.of(row.lossQuery()), took,
                row.side() == RollbackPlan.Side.RIVER, row.side() != RollbackPlan.Side.BEFORE);
    }

    private static Scenario scenario(RollbackPlan.Scenario one) {
        return new Scenario(one.id(), one.title(), one.summary(), one.actions().stream()
                .map(action -> new Action(Objects.requireNonNullElse(action.step(), ""), action.text(),
                        action.sql() == null ? List.of() : SqlToken.of(action.sql())))
                .toList());
    }
}
