package dev.rubicon.analysis.rules;

import dev.rubicon.analysis.RulePage;
import dev.rubicon.engine.facts.Action;
import dev.rubicon.engine.facts.Action.CreateIndex;
import dev.rubicon.plan.Severity;
import java.util.Set;

/** An index built while writers wait. */
final class IndexNotConcurrentRule implements Rule.OfStatement {

    private static final RulePage PAGE = new RulePage("index-not-concurrent",
            "An index built while writers wait", Severity.ERROR,
            "CREATE INDEX takes SHARE on its table: reads go on, but every insert, update and delete waits until the "
                    + "whole table is read and the index is built. CONCURRENTLY lets them go on, takes longer, and "
                    + "cannot run in a transaction. A partitioned table has no concurrent build of its own: there each "
                    + "partition gets one, which the step kind partitionedIndex does.",
            """
            CREATE INDEX users_email_idx ON users (email);
            """, """
            CREATE INDEX CONCURRENTLY users_email_idx ON users (email);
            """);

    @Override
    public RulePage page() {
        return PAGE;
    }

    @Override
    public Set<Class<? extends Action>> about() {
        return Set.of(CreateIndex.class);
    }

    @Override
    public void judge(Judged judged, Findings findings) {
        judged.actions(CreateIndex.class).filter(index -> !index.concurrently() && !Ground.quiet(judged, index.table()))
                .filter(index -> !index.only() || Ground.plain(judged, index.table()))
                .forEach(index -> findings.add(PAGE, Ground.weigh(judged, index.table(), Severity.ERROR), judged,
                        message(judged, index), safeForm(judged, index)));
    }

    private static String message(Judged judged, CreateIndex index) {
        String name = index.name() == null ? "An index" : "Index " + index.name();
        boolean partitioned = Ground.partitioned(judged, index.table());
        return name + " is built under SHARE on " + Ground.named(judged, index.table())
                + (partitioned ? " and on each of its partitions" : "")
                + ": inserts, updates and deletes wait until the whole table is read";
    }

    private static String safeForm(Judged judged, CreateIndex index) {
        IndexText text = new IndexText(index, judged.statement().sql());
        return Ground.partitioned(judged, index.table())
                ? text.partitioned(judged)
                : text.concurrently();
    }
}
