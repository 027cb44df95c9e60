package dev.rubicon.analysis.rules;

import dev.rubicon.analysis.RulePage;
import dev.rubicon.engine.facts.Action;
import dev.rubicon.engine.facts.QualifiedName;
import dev.rubicon.plan.Severity;
import java.util.Set;

/** A partition made within an existing table. */
final class PartitionOfExistingParentRule implements Rule.OfStatement {

    private static final RulePage PAGE = new RulePage("partition-of-existing-parent",
            "A partition made within an existing table", Severity.WARNING,
            "CREATE TABLE … PARTITION OF takes ACCESS EXCLUSIVE on the parent, although the new table "
                    + "is empty: for milliseconds, but behind every running query, and all reads and writes of "
                    + "the parent wait behind it. Made by itself and attached, the new table needs SHARE UPDATE "
                    + "EXCLUSIVE on the parent only.",
            """
            CREATE TABLE events_2025 PARTITION OF events FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
            """, """
            CREATE TABLE events_2025 (LIKE events INCLUDING DEFAULTS INCLUDING CONSTRAINTS);
            ALTER TABLE events ATTACH PARTITION events_2025 FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
            """);

    @Override
    public RulePage page() {
        return PAGE;
    }

    @Override
    public Set<Class<? extends Action>> about() {
        return Set.of(Action.CreateTable.class);
    }

    @Override
    public void judge(Judged judged, Findings findings) {
        judged.actions(Action.CreateTable.class).forEach(create -> {
            QualifiedName parent = create.partitionOf();
            if (parent != null && Weighing.shared(judged, parent)) {
                findings.add(PAGE, judged, "CREATE TABLE " + create.table() + " PARTITION OF "
                        + Weighing.moment(parent), safeForm(judged, create, parent));
            }
        });
    }

    private static String safeForm(Judged judged, Action.CreateTable create, QualifiedName parent) {
        return Sql.lines(
                "CREATE TABLE " + create.table().sql() + " (LIKE " + parent.sql()
                        + " INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING STORAGE);",
                Sql.alter(parent,
                        "ATTACH PARTITION " + create.table().sql() + " " + Bounds.of(judged.statement().sql())));
    }
}
