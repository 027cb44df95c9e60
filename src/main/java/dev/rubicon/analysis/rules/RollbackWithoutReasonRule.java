package dev.rubicon.analysis.rules;

import dev.rubicon.analysis.RulePage;
import dev.rubicon.plan.Rollback;
import dev.rubicon.plan.Severity;
import java.util.Locale;
import java.util.Set;

/** No way back, and no word why. */
final class RollbackWithoutReasonRule implements Rule.OfPlan {

    private static final RulePage PAGE = new RulePage("rollback-without-reason",
            "No rollback, and no word why", Severity.WARNING,
            "The reason is read by reviewers, and at night by whoever looks for a way back. A word like none tells neither "
                    + "why there is nothing to undo nor what to do instead.",
            """
            - step: add
              sql: ALTER TABLE users ADD COLUMN region text;
              rollback: { nothing: n/a, dataLoss: none }
            """, """
            - step: add
              sql: ALTER TABLE users ADD COLUMN region text;
              rollback: { nothing: nobody reads the column before the next release, dataLoss: none }
            """);
    private static final Set<String> EMPTY = Set.of("", "na", "none", "nothing", "no", "todo", "tbd", "later", "null",
            "impossible", "irreversible", "notneeded", "notapplicable", "norollback", "noop", "ok", "x", "cannot",
            "notpossible", "nothingtodo", "nothingtoundo", "fixme", "wontdo", "norollbackneeded");

    @Override
    public RulePage page() {
        return PAGE;
    }

    @Override
    public void judge(JudgedPlan plan, Findings findings) {
        plan.document().steps().forEach(step -> {
            String why = switch (step.rollback().way()) {
                case Rollback.Nothing nothing -> nothing.why();
                case Rollback.Impossible impossible -> impossible.why();
                case Rollback.Reverse reverse -> null;
                case Rollback.Forward forward -> null;
            };
            if (why != null && EMPTY.contains(why.toLowerCase(Locale.ROOT).replaceAll("[^a-z]", ""))) {
                findings.add(PAGE, step, "rollback",
                        plan.text().place(step.pointer() + "/rollback/" + step.rollback().word()),
                        "The rollback of " + step.name() + " is \"" + why.strip() + "\" and does not say why",
                        step.rollback().word() + ": <why, and what to do instead>");
            }
        });
    }
}
