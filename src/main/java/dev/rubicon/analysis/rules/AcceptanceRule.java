package dev.rubicon.analysis.rules;

import dev.rubicon.analysis.RulePage;
import dev.rubicon.plan.Finding;
import dev.rubicon.plan.PlanDocument;
import dev.rubicon.plan.Severity;
import java.util.List;

/** An acceptance that accepts nothing. */
final class AcceptanceRule implements Rule.OfFindings, Rule.OfAcceptances {

    private static final RulePage PAGE = new RulePage("acceptance-matches-nothing",
            "An acceptance that accepts nothing", Severity.WARNING,
            "An exception that no longer meets a finding hides the next one that comes along: the plan "
                    + "changed, or the rule's name is mistyped. Blocking findings are never accepted.",
            """
            -- rubicon:accept indx-not-concurrent the table has 200 rows
            CREATE INDEX countries_name ON countries (name);
            """, """
            -- rubicon:accept index-not-concurrent the table has 200 rows
            CREATE INDEX countries_name ON countries (name);
            """);

    @Override
    public RulePage page() {
        return PAGE;
    }

    @Override
    public void judge(List<InlineAcceptance> acceptances, Findings findings) {
        List<Finding> all = acceptances.isEmpty() ? List.of() : findings.all();
        acceptances.stream().filter(each -> !each.rule().isEmpty() && !each.reason().isEmpty()).forEach(each -> {
            List<Finding> met = all.stream().filter(each::meets).toList();
            if (met.stream().allMatch(finding -> finding.severity() == Severity.BLOCKING)) {
                findings.add(PAGE, each.at(), each.place(), met.isEmpty()
                        ? "There is no finding of " + each.rule() + " here to accept"
                        : "The finding of " + each.rule() + " is blocking and cannot be accepted", null);
            }
        });
    }

    @Override
    public void judge(JudgedPlan plan, Findings findings) {
        List<PlanDocument.AcceptedRule> accepted = plan.document().accept();
        for (int i = 0; i < accepted.size(); i++) {
            PlanDocument.AcceptedRule each = accepted.get(i);
            List<Finding> met = findings.all().stream().filter(finding -> finding.rule().equals(each.rule())
                    && (each.step() == null || each.step().equals(finding.step()))).toList();
            if (met.stream().allMatch(finding -> finding.severity() == Severity.BLOCKING)) {
                String at = each.step() == null ? "" : " at step " + each.step();
                findings.addToPlan(PAGE, plan.text().place("/accept/" + i),
                        met.isEmpty()
                                ? "There is no finding of " + each.rule() + at + " to accept"
                                : "The finding of " + each.rule() + at + " is blocking and cannot be accepted",
                        null);
            }
        }
    }
}
