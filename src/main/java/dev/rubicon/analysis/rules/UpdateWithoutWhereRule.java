package dev.rubicon.analysis.rules;

import dev.rubicon.analysis.RulePage;
import dev.rubicon.engine.facts.Action;
import dev.rubicon.engine.facts.Expression;
import dev.rubicon.plan.Severity;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** All rows of a table written anew. */
final class UpdateWithoutWhereRule implements Rule.OfStatement {

    private static final RulePage PAGE = new RulePage("update-without-where",
            "All rows of a table written anew", Severity.WARNING,
            "UPDATE without WHERE writes every row anew and keeps each of them locked to the end; run again it does all "
                    + "of it once more.",
            """
            UPDATE users SET display_name = username;
            """, """
            UPDATE users SET display_name = username WHERE display_name IS NULL AND id BETWEEN 1 AND 10000;
            """);

    @Override
    public RulePage page() {
        return PAGE;
    }

    @Override
    public Set<Class<? extends Action>> about() {
        return Set.of(Action.Update.class);
    }

    @Override
    public void judge(Judged judged, Findings findings) {
        judged.actions(Action.Update.class).filter(each -> FewRows.all(each.where()) && each.reads().isEmpty())
                .filter(each -> !each.assignments().isEmpty())
                .forEach(each -> findings.add(PAGE,
                        Held.existing(judged, each.table()) ? Severity.WARNING : Severity.INFO, judged,
                        "Every row of " + each.table() + " is written anew: there is no WHERE" + says(each.where()),
                        safeForm(each)));
    }

    private static String says(@Nullable Expression where) {
        return where == null ? "" : " but one that is always true";
    }

    private static String safeForm(Action.Update update) {
        Action.Assignment first = update.assignments().getFirst();
        return "UPDATE " + update.table().sql() + " SET " + first.column() + " = " + first.value().sql() + " WHERE "
                + first.column() + " IS DISTINCT FROM (" + first.value().sql() + ") AND …;";
    }
}
