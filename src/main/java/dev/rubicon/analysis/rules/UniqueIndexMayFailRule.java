package dev.rubicon.analysis.rules;

import dev.rubicon.analysis.RulePage;
import dev.rubicon.engine.facts.Action;
import dev.rubicon.engine.facts.Constraint;
import dev.rubicon.engine.facts.QualifiedName;
import dev.rubicon.plan.Severity;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Uniqueness that the rows may not meet. */
final class UniqueIndexMayFailRule implements Rule.OfStatement {

    private static final RulePage PAGE = new RulePage("unique-index-may-fail",
            "Uniqueness that the rows may not meet", Severity.WARNING,
            "If two rows are alike the build fails at its end, and a concurrent one leaves an invalid index. Count the "
                    + "duplicates first, as a precondition of the step.",
            """
            CREATE UNIQUE INDEX CONCURRENTLY users_email_key ON users (email);
            """, """
            CREATE INDEX CONCURRENTLY users_email_idx ON users (email);
            """);

    @Override
    public RulePage page() {
        return PAGE;
    }

    /** What is to be unique where; {@code where} begins with a space, or is empty. */
    private record Demand(QualifiedName table, List<String> columns, String where) {}

    @Override
    public Set<Class<? extends Action>> about() {
        return Set.of(Action.CreateIndex.class, Action.AddConstraint.class);
    }

    @Override
    public void judge(Judged judged, Findings findings) {
        judged.actions().stream().flatMap(UniqueIndexMayFailRule::demands)
                .filter(each -> !Ground.quiet(judged, each.table()) && !unique(judged, each))
                .forEach(each -> findings.add(PAGE, indexed(judged, each) ? Severity.WARNING : Severity.INFO, judged,
                        "Rows of " + Ground.named(judged, each.table()) + " may be alike in "
                                + Sentences.list(each.columns()) + (indexed(judged, each)
                                        ? ", which an index that allows it has been serving: the build would fail"
                                        : ": the build would fail"),
                        safeForm(each)));
    }

    private static Stream<Demand> demands(Action action) {
        return switch (action) {
            case Action.CreateIndex index when index.unique() -> Stream.of(new Demand(index.table(), index.columns(),
                    index.where() == null ? "" : " WHERE " + index.where().sql()));
            case Action.AddConstraint add when add.constraint().kind() == Constraint.Kind.UNIQUE
                    || add.constraint().kind() == Constraint.Kind.PRIMARY_KEY ->
                Stream.of(new Demand(add.table(), add.constraint().columns(), ""));
            default -> Stream.<Demand>empty();
        };
    }

    /** Whether the rows are known to differ already, in these columns or in fewer. */
    private static boolean unique(Judged judged, Demand demand) {
        return demand.columns().isEmpty() || judged.schema().indexesOf(demand.table()).stream()
                .anyMatch(each -> each.unique() && !Boolean.FALSE.equals(each.valid()) && each.where() == null
                        && demand.columns().containsAll(each.columns()));
    }

    private static boolean indexed(Judged judged, Demand demand) {
        return judged.schema().indexesOf(demand.table()).stream()
                .anyMatch(each -> !each.unique() && each.columns().equals(demand.columns()));
    }

    private static String safeForm(Demand demand) {
        String columns = demand.columns().stream().map(SafeForms::element).collect(Collectors.joining(", "));
        return "SELECT " + columns + ", count(*) FROM " + demand.table().sql() + demand.where() + " GROUP BY " + columns
                + " HAVING count(*) > 1;";
    }
}
