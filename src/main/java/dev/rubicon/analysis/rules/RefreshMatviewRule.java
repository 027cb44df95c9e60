package dev.rubicon.analysis.rules;

import dev.rubicon.analysis.RulePage;
import dev.rubicon.engine.facts.Action;
import dev.rubicon.plan.Severity;
import java.util.Set;

/** A materialized view refreshed under readers. */
final class RefreshMatviewRule implements Rule.OfStatement {

    private static final RulePage PAGE = new RulePage("refresh-matview",
            "A materialized view refreshed under readers", Severity.ERROR,
            "REFRESH MATERIALIZED VIEW takes ACCESS EXCLUSIVE on the view while its query runs, so that "
                    + "nobody reads it. CONCURRENTLY takes EXCLUSIVE, which lets readers go on; it needs a unique "
                    + "index over all rows, and may run inside a transaction.",
            """
            REFRESH MATERIALIZED VIEW totals;
            """, """
            REFRESH MATERIALIZED VIEW CONCURRENTLY totals;
            """);

    @Override
    public RulePage page() {
        return PAGE;
    }

    @Override
    public Set<Class<? extends Action>> about() {
        return Set.of(Action.RefreshView.class);
    }

    @Override
    public void judge(Judged judged, Findings findings) {
        judged.actions(Action.RefreshView.class).filter(refresh -> !refresh.concurrently())
                .filter(refresh -> Weighing.inUse(judged, refresh.view()))
                .forEach(refresh -> findings.add(PAGE, Weighing.bySize(judged, refresh.view(), PAGE.severity()), judged,
                        "REFRESH MATERIALIZED VIEW takes ACCESS EXCLUSIVE on " + refresh.view()
                                + Weighing.size(judged, refresh.view())
                                + ", which blocks its readers until the query is done",
                        "-- needs a unique index on " + refresh.view() + "\nREFRESH MATERIALIZED VIEW CONCURRENTLY "
                                + refresh.view().sql() + ";"));
    }
}
