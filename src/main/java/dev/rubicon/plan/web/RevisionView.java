package dev.rubicon.plan.web;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.rubicon.plan.Acceptance;
import dev.rubicon.plan.Durations;
import dev.rubicon.plan.Finding;
import dev.rubicon.plan.Phase;
import dev.rubicon.plan.PlanDocument;
import dev.rubicon.plan.PlanRevision;
import dev.rubicon.plan.Rollback;
import dev.rubicon.plan.Step;
import dev.rubicon.plan.Verdict;
import dev.rubicon.plan.WorkText;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A revision as the API shows it. */
record RevisionView(String plan, int revision, String digest, String title, String description, String engine,
        Map<String, String> labels, List<PhaseView> phases, Verdict.@Nullable PointOfNoReturn pointOfNoReturn,
        List<FindingView> findings, @Nullable String risk, String submittedBy, Instant submittedAt,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String source) {

    record PhaseView(int index, String phase, String title, @Nullable String risk, List<String> riskReasons,
            AfterView after, List<Phase.Need> needs, List<StepView> steps) {}

    @JsonInclude(JsonInclude.Include.NON_NULL)
    record AfterView(Phase.@Nullable Versions deployment, Phase.@Nullable Versions absent, @Nullable String soak,
            @Nullable BackupView backup, List<Phase.Manual> manual) {}

    record BackupView(String maxAge, @Nullable String keepFor) {}

    /** @param generatedFor the step for whose {@code dualWrite} Rubicon added this one; absent for the author's own */
    record StepView(String step, String kind, String forward, boolean pointOfNoReturn, RollbackView rollback,
            @Nullable String migration, int line,
            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String generatedFor) {}

    /**
     * @param sql statements, where the way back is statements
     * @param why the author's reason, where it is not
     */
    record RollbackView(String way, @Nullable String sql, @Nullable String why, String dataLoss,
            @Nullable String window, @Nullable String lossQuery) {}

    record FindingView(String id, String rule, String severity, @Nullable String step, String direction, int line,
            int column, String message, String why, @Nullable String safeForm, String docs,
            @Nullable AcceptedView accepted) {}

    /** @param by the account, or {@code author} when the document itself accepts the finding */
    record AcceptedView(String by, String reason, @Nullable Instant at) {}

    static RevisionView of(PlanRevision revision, List<Acceptance> acceptances, boolean withSource) {
        PlanDocument document = revision.document();
        Verdict verdict = revision.verdict();
        return new RevisionView(revision.plan(), revision.revision(), revision.digest(), document.title(),
                document.description(), document.engine().wireName(), document.labels(),
                document.phases().stream().map(phase -> phase(phase, revision)).toList(),
                verdict == null ? null : verdict.pointOfNoReturn(),
                verdict == null
                        ? List.of()
                        : verdict.findings().stream().map(each -> finding(each, document, acceptances)).toList(),
                verdict == null ? null : verdict.level().word(), revision.submittedBy(), revision.submittedAt(),
                withSource ? revision.source() : null);
    }

    private static PhaseView phase(Phase phase, PlanRevision revision) {
        Verdict.Risk risk = revision.verdict() == null ? null : revision.verdict().phaseRisks().get(phase.index());
        return new PhaseView(phase.index(), phase.kind().word(), phase.title(),
                risk == null ? null : risk.level().word(), risk == null ? List.of() : risk.reasons(),
                after(phase.after()), phase.needs(),
                phase.steps().stream().map(step -> step(step, revision.migrations())).toList());
    }

    private static AfterView after(Phase.After after) {
        Phase.Backup backup = after.backup();
        return new AfterView(after.deployment(), after.absent(),
                after.soak() == null ? null : Durations.format(after.soak()),
                backup == null
                        ? null
                        : new BackupView(Durations.format(backup.maxAge()),
                                backup.keepFor() == null ? null : Durations.format(backup.keepFor())),
                after.manual());
    }

    private static StepView step(Step step, Map<String, String> migrations) {
        Rollback rollback = step.rollback();
        boolean runnable = rollback.way() instanceof Rollback.Reverse || rollback.way() instanceof Rollback.Forward;
        return new StepView(step.name(), step.work().kind(), WorkText.of(step.work()), step.pointOfNoReturn(),
                new RollbackView(rollback.word(), runnable ? rollback.text() : null, runnable ? null : rollback.text(),
                        rollback.loss().word(), rollback.window(), rollback.lossQuery()),
                migrations.get(step.name()), step.line(), step.generatedFor());
    }

    private static FindingView finding(Finding finding, PlanDocument document, List<Acceptance> acceptances) {
        AcceptedView accepted = acceptances.stream().filter(each -> each.finding().equals(finding.id())).findFirst()
                .map(each -> new AcceptedView(each.by(), each.reason(), each.at()))
                .or(() -> document.accepts(finding).map(each -> new AcceptedView("author", each.because(), null)))
                .orElse(null);
        return new FindingView(finding.id(), finding.rule(), finding.severity().word(), finding.step(),
                finding.direction(), finding.line(), finding.column(), finding.message(), finding.why(),
                finding.safeForm(), finding.docs(), accepted);
    }
}
