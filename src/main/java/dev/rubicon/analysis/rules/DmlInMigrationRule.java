package dev.rubicon.analysis.rules;

import dev.rubicon.analysis.RulePage;
import dev.rubicon.engine.facts.Action;
import dev.rubicon.engine.facts.Expression;
import dev.rubicon.engine.facts.QualifiedName;
import dev.rubicon.plan.Severity;
import java.util.Set;

/** Rows of an existing table changed by one statement of a script. */
final class DmlInMigrationRule implements Rule.OfStatement {

    private static final RulePage PAGE = new RulePage("dml-in-migration",
            "Rows of an existing table changed in one go", Severity.INFO,
            "One statement over many rows keeps all of them locked to its end, writes as much WAL at once, and leaves as "
                    + "many dead rows. In batches, each its own transaction, nobody waits for long.",
            """
            UPDATE users SET display_name = username WHERE display_name IS NULL;
            """, """
            UPDATE users SET display_name = username WHERE id = 17;
            """);

    @Override
    public RulePage page() {
        return PAGE;
    }

    @Override
    public Set<Class<? extends Action>> about() {
        return Set.of(Action.Update.class, Action.Delete.class);
    }

    @Override
    public void judge(Judged judged, Findings findings) {
        if (judged.at().step() != null) {
            return;
        }
        judged.actions(Action.Update.class).filter(each -> many(judged, each.table(), each.where()))
                .forEach(each -> add(judged, "changes rows of " + each.table(), findings));
        judged.actions(Action.Delete.class).filter(each -> many(judged, each.table(), each.where()))
                .forEach(each -> add(judged, "deletes rows of " + each.table(), findings));
    }

    private static void add(Judged judged, String does, Findings findings) {
        findings.add(PAGE, judged, "The script " + does + " in one statement, however many they are",
                "A plan's backfill does the same in batches, and can be stopped and gone on with");
    }

    private static boolean many(Judged judged, QualifiedName table,
            @org.jspecify.annotations.Nullable Expression where) {
        return !FewRows.all(where) && where != null && Held.existing(judged, table) && !FewRows.few(where);
    }
}
