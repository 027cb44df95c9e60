package dev.rubicon.analysis.rules;

import dev.rubicon.analysis.RulePage;
import dev.rubicon.engine.facts.Action;
import dev.rubicon.engine.facts.Action.ObjectKind;
import dev.rubicon.engine.facts.Schema;
import dev.rubicon.plan.Severity;
import java.util.Set;

/** A column renamed under running code. */
final class RenameColumnRule implements Rule.OfStatement {

    private static final RulePage PAGE = new RulePage("rename-column",
            "A column renamed under running code", Severity.ERROR,
            "The rename itself takes ACCESS EXCLUSIVE for milliseconds, but there is no moment at which "
                    + "both the old and the new version of the application work: one of the two names fails. Both "
                    + "columns side by side, kept equal, let each version live.",
            """
            ALTER TABLE users RENAME COLUMN username TO display_name;
            """, """
            ALTER TABLE users ADD COLUMN display_name text;
            """);

    @Override
    public RulePage page() {
        return PAGE;
    }

    @Override
    public Set<Class<? extends Action>> about() {
        return Set.of(Action.Rename.class);
    }

    @Override
    public void judge(Judged judged, Findings findings) {
        judged.actions(Action.Rename.class).filter(rename -> rename.kind() == ObjectKind.COLUMN).forEach(rename -> {
            String old = rename.member();
            if (old != null && Weighing.inUse(judged, rename.object(), old)) {
                findings.add(PAGE, Weighing.renaming(judged), judged,
                        "RENAME COLUMN takes ACCESS EXCLUSIVE on " + rename.object() + " for a moment; code that says "
                                + Sql.quote(old) + " fails after it, code that says " + Sql.quote(rename.to())
                                + " fails before it",
                        safeForm(judged, rename, old));
            }
        });
    }

    private static String safeForm(Judged judged, Action.Rename rename, String old) {
        String type = Weighing.column(judged, rename.object(), old).map(Schema.ColumnState::type)
                .map(SafeColumn::type).orElse("text /* the type of " + old + " */");
        SafeColumn safe = new SafeColumn(judged, rename.object(), rename.to());
        return safe.add(type).keep(Sql.quote(old)).fill(Sql.quote(old))
                .line("-- in a contract phase, once no running version uses it:")
                .line("DROP TRIGGER " + safe.trigger() + " ON " + rename.object().sql() + ";")
                .alter("DROP COLUMN " + Sql.quote(old)).sql();
    }
}
