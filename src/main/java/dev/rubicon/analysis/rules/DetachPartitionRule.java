package dev.rubicon.analysis.rules;

import dev.rubicon.analysis.RulePage;
import dev.rubicon.engine.facts.Action;
import dev.rubicon.plan.Severity;
import java.util.Set;

/** A partition detached without CONCURRENTLY. */
final class DetachPartitionRule implements Rule.OfStatement {

    private static final RulePage PAGE = new RulePage("detach-partition",
            "A partition detached without CONCURRENTLY", Severity.ERROR,
            "DETACH PARTITION takes ACCESS EXCLUSIVE on the parent, so that reads and writes of every "
                    + "partition wait for it, and it waits for every query of the whole table. CONCURRENTLY takes "
                    + "SHARE UPDATE EXCLUSIVE; it runs alone, outside of a transaction, and not where there is a "
                    + "default partition.",
            """
            ALTER TABLE events DETACH PARTITION events_2019;
            """, """
            ALTER TABLE events DETACH PARTITION events_2019 CONCURRENTLY;
            """);

    @Override
    public RulePage page() {
        return PAGE;
    }

    @Override
    public Set<Class<? extends Action>> about() {
        return Set.of(Action.DetachPartition.class);
    }

    @Override
    public void judge(Judged judged, Findings findings) {
        judged.actions(Action.DetachPartition.class).filter(detach -> !detach.concurrently() && !detach.finish())
                .filter(detach -> Weighing.shared(judged, detach.table()))
                .forEach(detach -> findings.add(PAGE, severity(judged, detach), judged,
                        "DETACH PARTITION takes ACCESS EXCLUSIVE on " + detach.table() + " and " + detach.partition()
                                + ", which blocks reads and writes of all partitions of " + detach.table(),
                        Sql.alter(detach.table(), "DETACH PARTITION " + detach.partition().sql() + " CONCURRENTLY")));
    }

    /** The way back of an attachment cannot always run outside of a transaction, and is seldom gone. */
    private static Severity severity(Judged judged, Action.DetachPartition detach) {
        return judged.rollback() && Weighing.made(judged, detach.partition()) ? Severity.WARNING : Severity.ERROR;
    }
}
