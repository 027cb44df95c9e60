package dev.rubicon.analysis.rules;

import dev.rubicon.analysis.RulePage;
import dev.rubicon.analysis.RulePage.Group;
import dev.rubicon.engine.facts.Action;
import dev.rubicon.engine.facts.Constraint;
import dev.rubicon.engine.facts.QualifiedName;
import dev.rubicon.plan.Severity;
import java.util.Set;
import java.util.stream.Stream;

/** A table without a primary key. */
final class TableWithoutPrimaryKeyRule implements Rule.OfStatement {

    private static final RulePage PAGE = new RulePage("table-without-primary-key",
            "A table without a primary key", Severity.WARNING, Group.STYLE,
            "Without a primary key a row cannot be named: logical replication refuses updates, "
                    + "backfills have nothing to go along, and duplicates cannot be told apart.",
            """
            CREATE TABLE events (kind text);
            """, """
            CREATE TABLE events (id bigint PRIMARY KEY, kind text);
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
        judged.actions(Action.CreateTable.class)
                .filter(create -> create.persistence() != Action.Persistence.TEMPORARY && create.partitionOf() == null)
                .filter(create -> create.like().isEmpty() && create.inherits().isEmpty() && !create.populated())
                .filter(create -> !keyed(create)
                        && Later.actions(judged).noneMatch(action -> keys(action, create.table())))
                .forEach(create -> findings.add(PAGE, judged, "Table " + create.table() + " has no primary key",
                        Sql.alter(create.table(), "ADD COLUMN "
                                + (create.columns().stream().anyMatch(each -> each.name().equals("id"))
                                        ? "row_id"
                                        : "id")
                                + " bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY")));
    }

    private static boolean keyed(Action.CreateTable create) {
        return Stream.concat(create.constraints().stream(),
                create.columns().stream().flatMap(column -> column.constraints().stream()))
                .anyMatch(each -> each.kind() == Constraint.Kind.PRIMARY_KEY);
    }

    private static boolean keys(Action action, QualifiedName table) {
        return switch (action) {
            case Action.AddConstraint add -> add.table().same(table)
                    && add.constraint().kind() == Constraint.Kind.PRIMARY_KEY;
            case Action.AddColumn add -> add.table().same(table) && add.column().constraints().stream()
                    .anyMatch(each -> each.kind() == Constraint.Kind.PRIMARY_KEY);
            default -> false;
        };
    }
}
