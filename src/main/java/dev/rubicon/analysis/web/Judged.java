package dev.rubicon.analysis.web;

import dev.rubicon.analysis.Judgement;
import dev.rubicon.analysis.Learned;
import dev.rubicon.analysis.Rules;
import dev.rubicon.analysis.SecondPass;
import dev.rubicon.analysis.sarif.Sarif;
import dev.rubicon.plan.PlanDocument;
import dev.rubicon.plan.Verdict;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What was judged, to be told in one form or another.
 *
 * @param name of the document, where a file's path is wanted
 * @param plan the plan, whose author may accept findings; null for a script
 */
record Judged(String name, @Nullable PlanDocument plan, Verdict verdict, List<Judgement.ReadStatement> statements,
        @Nullable Seen seen) {

    /**
     * The target whose catalog was looked at.
     *
     * @param learned where the catalog changed the judgement
     */
    record Seen(String target, int serverVersion, List<Learned> learned) {

        static Seen of(SecondPass.Refined refined) {
            return new Seen(refined.target(), refined.serverVersion(), refined.learned());
        }
    }

    Judged(String name, @Nullable PlanDocument plan, Verdict verdict, List<Judgement.ReadStatement> statements) {
        this(name, plan, verdict, statements, null);
    }

    Judged with(SecondPass.Refined refined) {
        return new Judged(name, plan, verdict, statements, Seen.of(refined));
    }

    /** Puts both ways of one script together. */
    static Judged of(String name, List<Judgement.Analysis> ways) {
        Verdict.Risk risk = ways.stream().flatMap(way -> way.verdict().phaseRisks().values().stream())
                .max(java.util.Comparator.comparing(Verdict.Risk::level)).orElseThrow();
        return new Judged(name, null,
                new Verdict(ways.stream().flatMap(way -> way.verdict().findings().stream()).toList(), Map.of(0, risk),
                        null),
                ways.stream().flatMap(way -> way.statements().stream()).toList());
    }

    AnalysisView view() {
        return AnalysisView.of(verdict, statements, seen);
    }

    String sarif(String version) {
        return Sarif.log(version, new Rules().all(), verdict.findings().stream()
                .map(finding -> new Sarif.Result(name, finding, PlanDocument.reason(plan, finding)))
                .toList());
    }
}
