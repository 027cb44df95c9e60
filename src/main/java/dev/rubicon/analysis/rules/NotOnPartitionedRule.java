package dev.rubicon.analysis.rules;

import static dev.rubicon.engine.facts.Identifiers.quote;

import dev.rubicon.analysis.RulePage;
import dev.rubicon.engine.facts.Action;
import dev.rubicon.engine.facts.Constraint;
import dev.rubicon.engine.facts.QualifiedName;
import dev.rubicon.engine.facts.Schema.Index;
import dev.rubicon.plan.Severity;

/** What PostgreSQL refuses on a partitioned table. */
final class NotOnPartitionedRule implements Rule.OfStatement {

    private static final RulePage PAGE = new RulePage("not-on-partitioned",
            "What the server refuses on a partitioned table", Severity.BLOCKING,
            "The safe forms of ordinary tables are refused on partitioned ones: no index of theirs is built or dropped "
                    + "concurrently, no constraint is taken from an index, and before 18 no foreign key is NOT VALID. Each "
                    + "partition gets it by itself, and the table takes it over.",
            """
            CREATE TABLE events (at date NOT NULL) PARTITION BY RANGE (at);
            CREATE INDEX CONCURRENTLY events_at_idx ON events (at);
            """, """
            CREATE TABLE events (at date NOT NULL) PARTITION BY RANGE (at);
            CREATE INDEX events_at_idx ON ONLY events (at);
            """);

    @Override
    public RulePage page() {
        return PAGE;
    }

    @Override
    public void judge(Judged judged, Findings findings) {
        judged.actions().forEach(action -> {
            switch (action) {
                case Action.CreateIndex index when judged.at().use() == Statements.Use.DECLARED -> {
                    if (Ground.plain(judged, index.table())) {
                        findings.add(PAGE, judged, index.table() + " has no partitions: the step kind partitionedIndex "
                                + "is refused there", new IndexText(index, judged.statement().sql()).concurrently());
                    }
                }
                case Action.CreateIndex index when index.concurrently() && !index.only()
                        && Ground.partitioned(judged, index.table()) ->
                    findings.add(PAGE, judged, "The server builds no index concurrently on " + index.table()
                            + ", which is partitioned",
                            new IndexText(index, judged.statement().sql()).partitioned(judged));
                case Action.Drop drop when drop.concurrently() -> drop.names().stream()
                        .filter(each -> onPartitioned(judged, each))
                        .forEach(each -> findings.add(PAGE, judged, "The server does not drop " + each
                                + " concurrently: it is the index of a partitioned table",
                                "SET lock_timeout = '2s';\nDROP INDEX " + each.sql() + ";"));
                case Action.AddConstraint add when Ground.partitioned(judged, add.table()) ->
                    constraint(judged, add, findings);
                default -> {}
            }
        });
    }

    private static boolean onPartitioned(Judged judged, QualifiedName index) {
        return judged.schema().index(index).map(Index::table).filter(each -> Ground.partitioned(judged, each))
                .isPresent();
    }

    private static void constraint(Judged judged, Action.AddConstraint add, Findings findings) {
        Constraint constraint = add.constraint();
        String name = quote(SafeForms.name(add.table(), constraint));
        if (constraint.usingIndex() != null) {
            findings.add(PAGE, judged, "The server takes no constraint from an index on " + add.table()
                    + ", which is partitioned", null);
        } else if (constraint.kind() == Constraint.Kind.FOREIGN_KEY && constraint.notValid()
                && judged.serverVersion() < SafeForms.NOT_VALID_EVERYWHERE) {
            findings.add(PAGE, judged, "Before 18 the server refuses NOT VALID for the foreign key " + name + " of "
                    + add.table() + ", which is partitioned", SafeForms.later(judged, add.table(), constraint));
        }
    }
}
