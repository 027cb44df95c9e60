package dev.rubicon.analysis.rules;

import dev.rubicon.analysis.RulePage;
import dev.rubicon.engine.facts.Action;
import dev.rubicon.engine.facts.Action.ObjectKind;
import dev.rubicon.engine.facts.QualifiedName;
import dev.rubicon.plan.Severity;
import java.util.Set;

/** A table dropped that running code may still use. */
final class DropTableRule implements Rule.OfStatement {

    private static final RulePage PAGE = new RulePage("drop-table",
            "A table dropped that running code may still use", Severity.ERROR,
            "The drop takes ACCESS EXCLUSIVE for milliseconds, on the tables that its foreign keys "
                    + "refer to as well, but every query that names the table fails from then on and its rows are "
                    + "gone. It belongs into a contract phase, gated on application versions that no longer know "
                    + "it, with a backup before it.",
            """
            DROP TABLE sessions;
            """, """
            COMMENT ON TABLE sessions IS 'Not used since 2.5.0, to be dropped in the contract phase.';
            """);

    @Override
    public RulePage page() {
        return PAGE;
    }

    @Override
    public Set<Class<? extends Action>> about() {
        return Set.of(Action.Drop.class);
    }

    @Override
    public void judge(Judged judged, Findings findings) {
        judged.actions(Action.Drop.class).filter(drop -> drop.kind() == ObjectKind.TABLE)
                .forEach(drop -> drop.names().stream()
                        .filter(table -> judged.rollback() || Weighing.inUse(judged, table))
                        .forEach(table -> {
                            boolean made = !Weighing.inUse(judged, table);
                            findings.add(PAGE, Weighing.removal(judged, made), judged, message(judged, table, made),
                                    made ? null : safeForm(table));
                        }));
    }

    private static String message(Judged judged, QualifiedName table, boolean made) {
        return made
                ? "Takes table " + table + " away again, with the rows that came into it since"
                : "DROP TABLE takes ACCESS EXCLUSIVE on " + table + Weighing.size(judged, table)
                        + " and on the tables that it refers to; its rows are gone, and code that still names it fails";
    }

    private static String safeForm(QualifiedName table) {
        return Sql.lines("-- first out of the way, in a contract phase, once no running version uses it:",
                Sql.alter(table, "RENAME TO " + Sql.quote(Sql.name(table.name(), "unused"))),
                "-- later, with a backup, once nobody missed it:",
                "DROP TABLE " + table.sibling(Sql.name(table.name(), "unused")).sql() + ";");
    }
}
