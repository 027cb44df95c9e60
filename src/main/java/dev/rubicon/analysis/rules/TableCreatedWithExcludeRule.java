package dev.rubicon.analysis.rules;

import dev.rubicon.analysis.RulePage;
import dev.rubicon.engine.facts.Action;
import dev.rubicon.engine.facts.Action.CreateTable;
import dev.rubicon.engine.facts.Constraint.Kind;
import dev.rubicon.plan.Severity;
import java.util.Set;

/** A new table with an exclusion constraint. */
final class TableCreatedWithExcludeRule implements Rule.OfStatement {

    private static final RulePage PAGE = new RulePage("table-created-with-exclude",
            "A new table with an exclusion constraint", Severity.INFO,
            "Here it costs nothing yet. But each write looks for rows that it excludes, in a GiST index that grows slower than a "
                    + "B-tree, and writers of overlapping rows wait for one another.",
            """
            CREATE TABLE bookings (id bigint PRIMARY KEY, during tsrange, EXCLUDE USING gist (during WITH &&));
            """, """
            CREATE TABLE bookings (id bigint PRIMARY KEY, day date NOT NULL, UNIQUE (day));
            """);

    @Override
    public RulePage page() {
        return PAGE;
    }

    @Override
    public Set<Class<? extends Action>> about() {
        return Set.of(CreateTable.class);
    }

    @Override
    public void judge(Judged judged, Findings findings) {
        judged.actions(CreateTable.class)
                .forEach(table -> table.constraints().stream().filter(each -> each.kind() == Kind.EXCLUDE)
                        .forEach(each -> findings.add(PAGE, judged,
                                "Each write to " + table.table() + " will look for rows that "
                                        + SafeForms.name(table.table(), each) + " excludes",
                                null)));
    }
}
