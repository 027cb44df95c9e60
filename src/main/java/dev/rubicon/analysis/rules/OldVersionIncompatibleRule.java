package dev.rubicon.analysis.rules;

import dev.rubicon.analysis.RulePage;
import dev.rubicon.engine.facts.Action;
import dev.rubicon.engine.facts.Compatibility;
import dev.rubicon.plan.Severity;

/** A statement that the running application cannot live with. */
final class OldVersionIncompatibleRule implements Rule.OfPlan {

    private static final RulePage PAGE = new RulePage("old-version-incompatible",
            "A statement that the running application cannot live with", Severity.WARNING,
            "While a phase runs, the versions of the application that its gates allow run too. A statement that they cannot "
                    + "live with breaks them at once, and the deployment of a fix takes longer than the statement.",
            """
            - step: rename
              sql: ALTER TABLE users RENAME COLUMN username TO display_name;
              rollback: { sql: ALTER TABLE users RENAME COLUMN display_name TO username;, dataLoss: none }
            """, """
            - step: add-display-name
              sql: ALTER TABLE users ADD COLUMN display_name text;
              rollback: { sql: ALTER TABLE users DROP COLUMN display_name;, dataLoss: new-writes }
            """);

    @Override
    public RulePage page() {
        return PAGE;
    }

    @Override
    public void judge(JudgedPlan plan, Findings findings) {
        plan.judged().stream().filter(each -> !each.rollback() && !each.nested() && !drops(each))
                .filter(each -> plan.document().phases().stream().limit(each.at().phase() + 1L)
                        .allMatch(phase -> phase.after().absent() == null))
                .forEach(each -> {
                    if (each.facts().oldCode() instanceof Compatibility.Broken broken) {
                        findings.add(PAGE, each, "The application that runs now cannot live with this, because "
                                + broken.because() + ", and no gate says that it runs no more",
                                "after: { absent: { application: <application>, version: \"<…\" } }");
                    }
                });
    }

    /** Drops are another rule's. */
    private static boolean drops(Judged judged) {
        return judged.actions().stream()
                .anyMatch(action -> action instanceof Action.DropColumn || action instanceof Action.Drop);
    }
}
