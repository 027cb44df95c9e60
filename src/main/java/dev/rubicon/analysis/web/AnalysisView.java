package dev.rubicon.analysis.web;

import dev.rubicon.analysis.Judgement;
import dev.rubicon.analysis.Learned;
import dev.rubicon.plan.Finding;
import dev.rubicon.plan.Severity;
import dev.rubicon.plan.Verdict;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A judgement as the API shows it. */
record AnalysisView(List<FindingView> findings, List<StatementView> statements, List<RiskView> phaseRisks,
        String risk, Verdict.@Nullable PointOfNoReturn pointOfNoReturn, @Nullable SeenView target) {

    /** The target whose catalog was looked at, and what that changed. */
    record SeenView(String name, int serverVersion, List<LearnedView> learned) {

        static SeenView of(Judged.Seen seen) {
            return new SeenView(seen.target(), seen.serverVersion(),
                    seen.learned().stream().map(LearnedView::of).toList());
        }
    }

    /**
     * @param was the severity by the text alone, or {@code none}
     * @param is the severity with the catalog, or {@code none}
     */
    record LearnedView(String rule, @Nullable String step, String direction, int line, String was, String is,
            String because) {

        static LearnedView of(Learned learned) {
            return new LearnedView(learned.rule(), learned.step(), learned.direction(), learned.line(),
                    word(learned.was()), word(learned.is()), learned.because());
        }

        private static String word(@Nullable Severity severity) {
            return severity == null ? "none" : severity.word();
        }
    }

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

    static AnalysisView of(Verdict verdict, List<Judgement.ReadStatement> statements,
            Judged.@Nullable Seen seen) {
        return new AnalysisView(verdict.findings().stream().map(FindingView::of).toList(),
                statements.stream().map(StatementView::of).toList(),
                verdict.phaseRisks().entrySet().stream().sorted(java.util.Map.Entry.comparingByKey())
                        .map(each -> new RiskView(each.getKey(), each.getValue().level().word(),
                                each.getValue().reasons()))
                        .toList(),
                verdict.level().word(), verdict.pointOfNoReturn(), seen == null ? null : SeenView.of(seen));
    }
}
