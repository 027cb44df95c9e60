package dev.rubicon.analysis.rules;

import dev.rubicon.analysis.RulePage;
import dev.rubicon.engine.facts.Difference;
import dev.rubicon.plan.Rollback;
import dev.rubicon.plan.Severity;
import dev.rubicon.plan.Step;
import java.util.List;

/** A rollback after which the schema is not what it was. */
final class RollbackDoesNotUndoRule implements Rule.OfPlan {

    private static final RulePage PAGE = new RulePage("rollback-does-not-undo",
            "A rollback after which the schema is not what it was", Severity.ERROR,
            "The step and its rollback were tried on a model of the schema, one after the other, and what came out is not "
                    + "what was there. Whoever goes back relies on it being the same.",
            """
            - step: add-region
              sql: ALTER TABLE users ADD COLUMN region text;
              rollback: { sql: ALTER TABLE users DROP COLUMN language;, dataLoss: total }
            """, """
            - step: add-region
              sql: ALTER TABLE users ADD COLUMN region text;
              rollback: { sql: ALTER TABLE users DROP COLUMN region;, dataLoss: new-writes }
            """);

    @Override
    public RulePage page() {
        return PAGE;
    }

    @Override
    public void judge(JudgedPlan plan, Findings findings) {
        plan.document().steps().filter(step -> tried(plan, step)).forEach(step -> {
            Simulation simulation = plan.simulations().get(step.name());
            if (simulation != null) {
                List<Difference> all = simulation.before().notUndone(simulation.after(), simulation.back());
                judge(plan, step, all, findings);
            }
        });
    }

    private static boolean tried(JudgedPlan plan, Step step) {
        boolean statements = step.rollback().way() instanceof Rollback.Reverse
                || step.rollback().way() instanceof Rollback.Forward;
        return statements && plan.statements().stream().filter(each -> step.name().equals(each.step()))
                .allMatch(Statements::readable);
    }

    private static void judge(JudgedPlan plan, Step step, List<Difference> all, Findings findings) {
        boolean onwards = step.rollback().way() instanceof Rollback.Forward;
        List<Difference> lost = all.stream().filter(each -> each.kind() == Difference.Kind.GONE).toList();
        List<Difference> other = all.stream().filter(each -> each.kind() != Difference.Kind.GONE).toList();
        if (!lost.isEmpty()) {
            add(plan, step, Severity.ERROR, "After the rollback of " + step.name() + " something is missing: "
                    + Sentences.list(lost), findings);
        }
        if (!other.isEmpty()) {
            add(plan, step, onwards ? Severity.INFO : Severity.WARNING, "The rollback of " + step.name()
                    + (onwards ? " goes forward and leaves the schema changed: " : " does not undo all: ")
                    + Sentences.list(other), findings);
        }
    }

    private static void add(JudgedPlan plan, Step step, Severity severity, String message, Findings findings) {
        findings.add(PAGE, severity, step, "rollback",
                plan.text().place(step.pointer() + "/rollback/" + step.rollback().word()), message,
                step.rollback().way() instanceof Rollback.Reverse ? plan.drafted(step) : null);
    }
}
