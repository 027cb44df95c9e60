package dev.rubicon.analysis.rules;

import static dev.rubicon.engine.facts.Identifiers.quote;

import dev.rubicon.analysis.RulePage;
import dev.rubicon.engine.facts.Action;
import dev.rubicon.engine.facts.Action.CreateTable;
import dev.rubicon.engine.facts.Column;
import dev.rubicon.engine.facts.Constraint;
import dev.rubicon.engine.facts.Schema.ColumnState;
import dev.rubicon.plan.Severity;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** A foreign key that may be null. */
final class ForbidNullableFkRule implements Rule.OfStatement {

    private static final RulePage PAGE = new RulePage("forbid-nullable-fk",
            "A foreign key that may be null", Severity.WARNING, RulePage.Group.STYLE,
            "A row may then reference nothing at all, and of a key of several columns a single null turns the check off.",
            """
            CREATE TABLE orders (id bigint PRIMARY KEY, user_id bigint REFERENCES users (id));
            """, """
            CREATE TABLE orders (id bigint PRIMARY KEY, user_id bigint NOT NULL REFERENCES users (id));
            """);

    @Override
    public RulePage page() {
        return PAGE;
    }

    @Override
    public Set<Class<? extends Action>> about() {
        return Set.of(CreateTable.class, Action.AddColumn.class, Action.AddConstraint.class);
    }

    @Override
    public void judge(Judged judged, Findings findings) {
        ForeignKeys.of(judged).forEach(key -> key.constraint().columns().stream()
                .filter(column -> nullable(judged, key, column))
                .forEach(column -> findings.add(PAGE, judged, key.table() + "." + quote(column)
                        + " may be null, so a row need not reference " + key.references(),
                        key.by() instanceof CreateTable
                                ? Sql.alter(key.table(), "ALTER COLUMN " + quote(column) + " SET NOT NULL")
                                : SafeForms.notNull(judged, key.table(), column))));
    }

    private static boolean nullable(Judged judged, ForeignKeys.Key key, String column) {
        Column own = key.column();
        if (own != null) {
            return !own.notNull();
        }
        if (key.by() instanceof CreateTable create) {
            boolean primary = create.constraints().stream()
                    .anyMatch(each -> each.kind() == Constraint.Kind.PRIMARY_KEY && each.columns().contains(column));
            return !primary
                    && create.columns().stream().anyMatch(each -> each.name().equals(column) && !each.notNull());
        }
        return state(judged, key, column).anyMatch(each -> Boolean.FALSE.equals(each.notNull()));
    }

    private static Stream<ColumnState> state(Judged judged, ForeignKeys.Key key, String column) {
        return judged.schema().relation(key.table()).stream()
                .flatMap(each -> Optional.ofNullable(each.columns().get(column)).stream());
    }
}
