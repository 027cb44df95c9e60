package dev.rubicon.analysis.rules;

import dev.rubicon.analysis.RulePage;
import dev.rubicon.engine.facts.Action;
import dev.rubicon.engine.facts.Constraint;
import dev.rubicon.engine.facts.QualifiedName;
import dev.rubicon.plan.Severity;
import java.util.Set;

/** A partition attached that is read as a whole. */
final class AttachPartitionScanRule implements Rule.OfStatement {

    private static final RulePage PAGE = new RulePage("attach-partition-scan",
            "A partition attached that is read as a whole", Severity.WARNING,
            "ATTACH PARTITION reads every row of the new partition under ACCESS EXCLUSIVE on it, and of "
                    + "the default partition too, unless a valid CHECK proves that the rows belong there. The "
                    + "parent itself is locked with SHARE UPDATE EXCLUSIVE only, which lets reads and writes go "
                    + "on.",
            """
            ALTER TABLE events ATTACH PARTITION events_2024 FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
            """, """
            ALTER TABLE events_2024 ADD CONSTRAINT events_2024_bound
                CHECK (day IS NOT NULL AND day >= '2024-01-01' AND day < '2025-01-01') NOT VALID;
            ALTER TABLE events_2024 VALIDATE CONSTRAINT events_2024_bound;
            ALTER TABLE events ATTACH PARTITION events_2024 FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
            """);

    @Override
    public RulePage page() {
        return PAGE;
    }

    @Override
    public Set<Class<? extends Action>> about() {
        return Set.of(Action.AttachPartition.class);
    }

    @Override
    public void judge(Judged judged, Findings findings) {
        judged.actions(Action.AttachPartition.class)
                .filter(attach -> Weighing.shared(judged, attach.partition()) && !proved(judged, attach.partition()))
                .forEach(attach -> findings.add(PAGE, judged,
                        "ATTACH PARTITION reads all of " + attach.partition()
                                + Weighing.size(judged, attach.partition())
                                + " under ACCESS EXCLUSIVE on it, which blocks its reads and writes: no valid CHECK is "
                                + "known that proves its rows to belong to " + attach.table(),
                        safeForm(judged, attach)));
    }

    private static boolean proved(Judged judged, QualifiedName partition) {
        return judged.schema().relation(partition).stream().flatMap(each -> each.constraints().values().stream())
                .anyMatch(each -> each.valid() && each.definition().kind() == Constraint.Kind.CHECK);
    }

    private static String safeForm(Judged judged, Action.AttachPartition attach) {
        String bound = Sql.quote(Sql.name(attach.partition().name(), "bound"));
        String values = Bounds.of(judged.statement().sql());
        return Sql.lines(
                Sql.alter(attach.partition(),
                        "ADD CONSTRAINT " + bound + " CHECK (true /* the partition key IS NOT NULL, and what "
                                + values.replace("*/", "* /") + " says */) NOT VALID",
                        "VALIDATE CONSTRAINT " + bound),
                Sql.alter(attach.table(), "ATTACH PARTITION " + attach.partition().sql() + " " + values),
                Sql.alter(attach.partition(), "DROP CONSTRAINT " + bound));
    }
}
