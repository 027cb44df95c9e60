package dev.rubicon.analysis.rules;

import dev.rubicon.analysis.RulePage;
import dev.rubicon.engine.facts.Action;
import dev.rubicon.engine.facts.QualifiedName;
import dev.rubicon.plan.Severity;
import java.util.List;
import java.util.Set;

/** VACUUM FULL or CLUSTER. */
final class VacuumFullOrClusterRule implements Rule.OfStatement {

    private static final RulePage PAGE = new RulePage("vacuum-full-or-cluster",
            "VACUUM FULL or CLUSTER", Severity.ERROR,
            "Both write the table and all of its indexes anew under ACCESS EXCLUSIVE, and need the "
                    + "space twice. Plain VACUUM makes the space free for new rows while everybody works; the "
                    + "extension pg_repack gives it back to the system with a lock of milliseconds.",
            """
            VACUUM FULL users;
            """, """
            VACUUM (ANALYZE) users;
            """);

    @Override
    public RulePage page() {
        return PAGE;
    }

    @Override
    public Set<Class<? extends Action>> about() {
        return Set.of(Action.Vacuum.class, Action.Cluster.class);
    }

    @Override
    public void judge(Judged judged, Findings findings) {
        judged.actions().forEach(action -> {
            switch (action) {
                case Action.Vacuum vacuum when vacuum.full() -> judge(judged, "VACUUM FULL", vacuum.tables(), findings);
                case Action.Cluster cluster -> judge(judged, "CLUSTER",
                        cluster.table() == null ? List.of() : List.of(cluster.table()), findings);
                default -> {}
            }
        });
    }

    private static void judge(Judged judged, String command, List<QualifiedName> tables, Findings findings) {
        if (tables.isEmpty()) {
            findings.add(PAGE, judged, command + " without a table rewrites one table after the other under "
                    + "ACCESS EXCLUSIVE, which blocks their reads and writes", "VACUUM (ANALYZE);");
        }
        tables.stream().filter(table -> Weighing.shared(judged, table))
                .forEach(table -> findings.add(PAGE, Weighing.bySize(judged, table, PAGE.severity()), judged,
                        command + " " + Weighing.rewrites(judged, table),
                        "-- or, to give space back to the system: pg_repack --table=" + table.sql()
                                + "\nVACUUM (ANALYZE) " + table.sql() + ";"));
    }
}
