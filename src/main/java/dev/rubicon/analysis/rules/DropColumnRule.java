package dev.rubicon.analysis.rules;

import dev.rubicon.analysis.RulePage;
import dev.rubicon.engine.facts.Action;
import dev.rubicon.plan.Severity;
import java.util.Set;

/** A column dropped that running code may still use. */
final class DropColumnRule implements Rule.OfStatement {

    private static final RulePage PAGE = new RulePage("drop-column",
            "A column dropped that running code may still use", Severity.ERROR,
            "Dropping a column takes ACCESS EXCLUSIVE for milliseconds, but every query that still "
                    + "names it fails from then on, its indexes go with it, and its data is gone. It belongs into "
                    + "a contract phase, gated on application versions that no longer know it.",
            """
            ALTER TABLE users DROP COLUMN username;
            """, """
            ALTER TABLE users ALTER COLUMN username DROP NOT NULL;
            """);

    @Override
    public RulePage page() {
        return PAGE;
    }

    @Override
    public Set<Class<? extends Action>> about() {
        return Set.of(Action.DropColumn.class);
    }

    @Override
    public void judge(Judged judged, Findings findings) {
        judged.actions(Action.DropColumn.class)
                .filter(drop -> judged.rollback() || Weighing.inUse(judged, drop.table(), drop.column()))
                .filter(drop -> !judged.fresh(drop.table()))
                .forEach(drop -> {
                    boolean made = Weighing.made(judged, drop.table(), drop.column());
                    findings.add(PAGE, Weighing.removal(judged, made), judged, message(judged, drop, made),
                            made ? null : safeForm(drop));
                });
    }

    private static String message(Judged judged, Action.DropColumn drop, boolean made) {
        String column = drop.table().sql() + "." + Sql.quote(drop.column());
        if (made) {
            return "Takes " + column + " away again, with what was written into it since";
        }
        return "DROP COLUMN takes ACCESS EXCLUSIVE on " + drop.table() + " for a moment; " + column
                + Weighing.size(judged, drop.table()) + " and its data are gone, and code that still names it fails";
    }

    private static String safeForm(Action.DropColumn drop) {
        return Sql.lines("-- first, so that code which no longer knows the column can insert:",
                Sql.alter(drop.table(), "ALTER COLUMN " + Sql.quote(drop.column()) + " DROP NOT NULL"),
                "-- in a contract phase, once no running version uses it:",
                Sql.alter(drop.table(), "DROP COLUMN " + Sql.quote(drop.column())));
    }
}
