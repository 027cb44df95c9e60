package dev.rubicon.analysis.rules;

import dev.rubicon.analysis.RulePage;
import dev.rubicon.engine.facts.Action;
import dev.rubicon.engine.facts.QualifiedName;
import dev.rubicon.plan.Severity;
import java.util.List;
import java.util.Set;

/** A change of type that loses the statistics of the column. */
final class ChangeTypeStatsLostRule implements Rule.OfStatement {

    private static final RulePage PAGE = new RulePage("change-type-stats-lost",
            "A change of type that loses the statistics of the column", Severity.INFO,
            "ALTER COLUMN TYPE drops what the planner knows about the column's values. Until autovacuum "
                    + "comes along, queries that filter by it may choose bad plans.",
            """
            ALTER TABLE users ALTER COLUMN code TYPE varchar(20);
            """, """
            ALTER TABLE users ALTER COLUMN code TYPE varchar(20);
            ANALYZE users (code);
            """);

    @Override
    public RulePage page() {
        return PAGE;
    }

    @Override
    public Set<Class<? extends Action>> about() {
        return Set.of(Action.AlterType.class);
    }

    @Override
    public void judge(Judged judged, Findings findings) {
        judged.actions(Action.AlterType.class).filter(change -> Weighing.inUse(judged, change.table()))
                .filter(change -> Later.actions(judged).noneMatch(action -> analyzes(action, change.table())))
                .forEach(change -> findings.add(PAGE, judged,
                        "The planner's statistics of " + change.table().sql() + "." + Sql.quote(change.column())
                                + " are gone after its type changed",
                        "ANALYZE " + change.table().sql() + " (" + Sql.quote(change.column()) + ");"));
    }

    private static boolean analyzes(Action action, QualifiedName table) {
        return switch (action) {
            case Action.Analyze analyze -> meets(analyze.tables(), table);
            case Action.Vacuum vacuum -> vacuum.analyze() && meets(vacuum.tables(), table);
            default -> false;
        };
    }

    private static boolean meets(List<QualifiedName> tables, QualifiedName table) {
        return tables.isEmpty() || tables.stream().anyMatch(table::same);
    }
}
