package dev.rubicon.analysis.rules;

import dev.rubicon.analysis.RulePage;
import dev.rubicon.plan.Severity;
import java.util.regex.Pattern;

/** A name that says nothing. */
final class MeaninglessNameRule implements Rule.OfPlan {

    private static final RulePage PAGE = new RulePage("meaningless-name",
            "A name that says nothing", Severity.INFO,
            "Names of plans and steps stand in the ledger, in the audit trail and in alarms for years. A name tells there "
                    + "what was done, where step1 tells nothing.",
            """
            - step: step1
              sql: ALTER TABLE users ADD COLUMN region text;
              rollback: { sql: ALTER TABLE users DROP COLUMN region;, dataLoss: new-writes }
            """, """
            - step: add-region
              sql: ALTER TABLE users ADD COLUMN region text;
              rollback: { sql: ALTER TABLE users DROP COLUMN region;, dataLoss: new-writes }
            """);
    private static final Pattern EMPTY = Pattern.compile("(?:(?:step|steps|test|tests|migration|migrate|plan|change"
            + "|changes|update|fix|hotfix|tmp|temp|foo|bar|baz|do|sql|script|db|database|schema|data|new|todo|untitled"
            + "|phase|expand|contract|misc|stuff|v)-?)*[0-9-]*");

    @Override
    public RulePage page() {
        return PAGE;
    }

    @Override
    public void judge(JudgedPlan plan, Findings findings) {
        String name = plan.document().plan();
        if (EMPTY.matcher(name).matches()) {
            findings.addToPlan(PAGE, plan.text().place("/plan"),
                    "The plan's name, " + name + ", does not say what it is for",
                    null);
        }
        plan.document().steps().filter(step -> EMPTY.matcher(step.name()).matches())
                .forEach(step -> findings.add(PAGE, step, "forward", plan.text().place(step.pointer() + "/step"),
                        "The step's name, " + step.name() + ", does not say what it does", null));
    }
}
