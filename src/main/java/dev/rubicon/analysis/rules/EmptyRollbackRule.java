package dev.rubicon.analysis.rules;

import dev.rubicon.analysis.RulePage;
import dev.rubicon.engine.Script.StatementKind;
import dev.rubicon.engine.facts.Action;
import dev.rubicon.plan.Rollback;
import dev.rubicon.plan.Severity;
import dev.rubicon.plan.Step;
import dev.rubicon.plan.Work;
import java.util.List;

/** A rollback whose statements do nothing. */
final class EmptyRollbackRule implements Rule.OfPlan {

    private static final RulePage PAGE = new RulePage("empty-rollback",
            "A rollback whose statements do nothing", Severity.ERROR,
            "A SELECT in place of a rollback satisfies the format and undoes nothing. Whoever presses the button at night "
                    + "believes that it did. Where there is nothing to undo, say why with nothing; where there is no way "
                    + "back, say so with impossible.",
            """
            - step: add
              sql: ALTER TABLE users ADD COLUMN region text;
              rollback: { sql: SELECT 1, dataLoss: none }
            """, """
            - step: add
              sql: ALTER TABLE users ADD COLUMN region text;
              rollback: { sql: ALTER TABLE users DROP COLUMN region;, dataLoss: new-writes }
            """);

    @Override
    public RulePage page() {
        return PAGE;
    }

    @Override
    public void judge(JudgedPlan plan, Findings findings) {
        plan.document().steps().filter(EmptyRollbackRule::says).forEach(step -> {
            List<Judged> back = plan.judged().stream()
                    .filter(each -> each.rollback() && step.name().equals(each.at().step())).toList();
            if (!back.isEmpty() && back.stream().allMatch(EmptyRollbackRule::idle)) {
                findings.add(PAGE, back.getFirst(), "The rollback of " + step.name() + " changes nothing: "
                        + Sentences.brief(back.getFirst().statement().sql()), plan.drafted(step));
            }
        });
    }

    private static boolean says(Step step) {
        return step.rollback().way() instanceof Rollback.Reverse && !(step.work() instanceof Work.Check);
    }

    private static boolean idle(Judged judged) {
        return judged.statement().kind() == StatementKind.OTHER
                && judged.actions().stream().allMatch(action -> switch (action) {
                    case Action.Query query -> query.functions().isEmpty();
                    case Action.Setting setting -> true;
                    case Action.Analyze analyze -> true;
                    default -> false;
                });
    }
}
