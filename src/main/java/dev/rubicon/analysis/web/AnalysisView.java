package dev.rubicon.analysis.web;

import dev.rubicon.analysis.Judgement;
import dev.rubicon.plan.Finding;
import dev.rubicon.plan.Verdict;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A judgement as the API shows it. */
record AnalysisView(List<FindingView> findings, List<StatementView> statements, List<RiskView> phaseRisks,
        String risk, Verdict.@Nullable PointOfNoReturn pointOfNoReturn) {

    record FindingView(String id, String rule, String severity, @Nullable String step, String direction, int line,
            int column, String message, String why, @Nullable String safeForm, String docs,
            @Nullable String accepted) {

        static FindingView of(Finding finding) {
            return new FindingView(finding.id(), finding.rule(), finding.severity().word(), finding.step(),
                    finding.direction(), finding.line(), finding.column(), finding.message(), finding.why(),
                    finding.safeForm(), finding.docs(), finding.accepted());
        }
    }

    record RiskView(int phase, String risk, List<String> reasons) {}

    static AnalysisView of(Verdict verdict, List<Judgement.ReadStatement> statements) {
        return new AnalysisView(verdict.findings().stream().map(FindingView::of).toList(),
                statements.stream().map(StatementView::of).toList(),
                verdict.phaseRisks().entrySet().stream().sorted(java.util.Map.Entry.comparingByKey())
                        .map(each -> new RiskView(each.getKey(), each.getValue().level().word(),
                                each.getValue().reasons()))
                        .toList(),
                verdict.level().word(), verdict.pointOfNoReturn());
    }
}
