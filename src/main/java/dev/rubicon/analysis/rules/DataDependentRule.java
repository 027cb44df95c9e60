package dev.rubicon.analysis.rules;

import dev.rubicon.analysis.RulePage;
import dev.rubicon.engine.facts.Action;
import dev.rubicon.engine.facts.Constraint;
import dev.rubicon.engine.facts.Expression;
import dev.rubicon.engine.facts.Identifiers;
import dev.rubicon.engine.facts.QualifiedName;
import dev.rubicon.plan.Severity;
import dev.rubicon.plan.Step;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A change that existing rows can make fail, and no question asked before. */
final class DataDependentRule implements Rule.OfPlan {

    private static final RulePage PAGE = new RulePage("data-dependent-change",
            "A change that existing rows can make fail", Severity.INFO,
            "NOT NULL, UNIQUE, CHECK and foreign keys fail where a row does not meet them, on some target of the fleet and "
                    + "not on others. A precondition asks first, without a lock, and says which rows.",
            """
            - step: demand-email
              sql: ALTER TABLE users ALTER COLUMN email SET NOT NULL;
              rollback: { sql: ALTER TABLE users ALTER COLUMN email DROP NOT NULL;, dataLoss: none }
            """, """
            - step: demand-email
              before:
                - { name: every user has an address, sql: SELECT count(*) FROM users WHERE email IS NULL, expect: 0 }
              sql: ALTER TABLE users ALTER COLUMN email SET NOT NULL;
              rollback: { sql: ALTER TABLE users ALTER COLUMN email DROP NOT NULL;, dataLoss: none }
            """);

    @Override
    public RulePage page() {
        return PAGE;
    }

    @Override
    public void judge(JudgedPlan plan, Findings findings) {
        List<Step> unasked = plan.document().steps().filter(step -> step.before().isEmpty()).toList();
        plan.judged().stream().filter(each -> !each.rollback() && !each.nested())
                .filter(each -> unasked.stream().anyMatch(step -> step.name().equals(each.at().step())))
                .forEach(each -> each.actions().stream().map(action -> demand(plan, each, action))
                        .filter(java.util.Objects::nonNull).limit(1)
                        .forEach(demand -> findings.add(PAGE, each,
                                "Rows of " + demand.table() + " that do not meet " + demand.what()
                                        + " make this fail, and nothing asks for them before",
                                demand.query() == null ? null : before(demand.query()))));
    }

    /** @param query counts the rows that do not meet it, or null where that takes more than the statement says */
    private record Demand(QualifiedName table, String what, @Nullable String query) {}

    private static String before(String query) {
        return "before: [{ name: no row is in the way, sql: " + query + ", expect: 0 }]";
    }

    private static @Nullable Demand demand(JudgedPlan plan, Judged judged, Action action) {
        return switch (action) {
            case Action.SetNotNull set when existed(plan, judged, set.table()) -> new Demand(set.table(),
                    "NOT NULL of " + Identifiers.quote(set.column()), "SELECT count(*) FROM " + set.table().sql()
                            + " WHERE " + Identifiers.quote(set.column()) + " IS NULL");
            case Action.AddConstraint add when existed(plan, judged, add.table()) && !add.constraint().notValid()
                    && add.constraint().usingIndex() == null && add.constraint().enforced() ->
                new Demand(add.table(), "the new " + add.constraint().kind().word(),
                        query(add.table(), add.constraint()));
            case Action.ValidateConstraint validate when existed(plan, judged, validate.table()) ->
                new Demand(validate.table(), Identifiers.quote(validate.constraint()), null);
            default -> null;
        };
    }

    /** A table that the step itself or one before it made and that is still empty has no rows to fail for. */
    private static boolean existed(JudgedPlan plan, Judged judged, QualifiedName table) {
        Simulation simulation = plan.simulations().get(judged.at().step());
        return simulation == null || !simulation.before().fresh(table) && !simulation.after().fresh(table);
    }

    private static @Nullable String query(QualifiedName table, Constraint constraint) {
        Expression check = constraint.check();
        String columns = constraint.columns().stream().map(Identifiers::quote).collect(Collectors.joining(", "));
        return switch (constraint.kind()) {
            case CHECK -> check == null
                    ? null
                    : "SELECT count(*) FROM " + table.sql() + " WHERE NOT (" + check.sql() + ")";
            case UNIQUE, PRIMARY_KEY -> columns.isEmpty()
                    ? null
                    : "SELECT count(*) FROM (SELECT 1 FROM " + table.sql() + " GROUP BY " + columns
                            + " HAVING count(*) > 1) twice";
            case NOT_NULL -> "SELECT count(*) FROM " + table.sql() + " WHERE " + columns + " IS NULL";
            case FOREIGN_KEY, EXCLUDE -> null;
        };
    }
}
