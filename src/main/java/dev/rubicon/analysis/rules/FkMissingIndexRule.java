package dev.rubicon.analysis.rules;

import static dev.rubicon.engine.facts.Identifiers.quote;

import dev.rubicon.analysis.RulePage;
import dev.rubicon.engine.facts.Action;
import dev.rubicon.engine.facts.Constraint;
import dev.rubicon.engine.facts.QualifiedName;
import dev.rubicon.engine.facts.Schema;
import dev.rubicon.engine.facts.Schema.ConstraintState;
import dev.rubicon.plan.Severity;
import dev.rubicon.plan.Work;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A foreign key over columns that no index begins with. */
final class FkMissingIndexRule implements Rule.OfScript, Rule.OfPlan {

    private static final RulePage PAGE = new RulePage("fk-missing-index",
            "A foreign key over columns that no index begins with", Severity.WARNING,
            "For each row that is deleted from the referenced table, or gets another key, PostgreSQL looks for rows that "
                    + "reference it. Without an index it reads the whole referencing table, once for each.",
            """
            ALTER TABLE orders ADD COLUMN user_id bigint;
            ALTER TABLE orders ADD CONSTRAINT orders_user_id_fkey FOREIGN KEY (user_id) REFERENCES users (id) NOT VALID;
            """, """
            ALTER TABLE orders ADD COLUMN user_id bigint;
            CREATE INDEX CONCURRENTLY orders_user_id_idx ON orders (user_id);
            ALTER TABLE orders ADD CONSTRAINT orders_user_id_fkey FOREIGN KEY (user_id) REFERENCES users (id) NOT VALID;
            """);

    @Override
    public RulePage page() {
        return PAGE;
    }

    /** The index may come behind the foreign key: what counts is the end of the script. */
    @Override
    public void judge(Statements statements, List<Judged> judged, Findings findings) {
        if (statements.step() == null && !statements.direction().equals("rollback")) {
            judged.forEach(each -> keys(each).filter(key -> !covered(each.schema(), key))
                    .forEach(key -> report(each, key, findings)));
        }
    }

    @Override
    public void judge(JudgedPlan plan, Findings findings) {
        List<Work.PartitionedIndex> built = plan.document().steps().map(step -> step.work())
                .filter(Work.PartitionedIndex.class::isInstance).map(Work.PartitionedIndex.class::cast).toList();
        plan.judged().stream().filter(each -> !each.rollback())
                .forEach(each -> keys(each).filter(key -> !covered(each.schema(), key))
                        .filter(key -> built.stream().noneMatch(index -> covers(index, key)))
                        .forEach(key -> report(each, key, findings)));
    }

    private static Stream<ForeignKeys.Key> keys(Judged judged) {
        return ForeignKeys.of(Held.actions(judged.actions()).toList()).stream()
                .filter(key -> judged.schema().relation(key.table()).isPresent() || !judged.schema().isComplete());
    }

    private static void report(Judged judged, ForeignKeys.Key key, Findings findings) {
        boolean sure = sure(judged, key);
        boolean empty = key.by() instanceof Action.CreateTable || Weighing.made(judged, key.table());
        findings.add(PAGE, sure && !empty ? Severity.WARNING : Severity.INFO, judged,
                (sure ? "No index" : "No index that is known here")
                        + " begins with " + key.columns() + ", which references " + key.references()
                        + ": each delete in "
                        + key.references() + " reads all of " + Ground.named(judged, key.table()),
                safeForm(judged, key));
    }

    /** Where all of the table is known, or its column is new, no index can have been there before. */
    private static boolean sure(Judged judged, ForeignKeys.Key key) {
        return judged.schema().isComplete() || key.by() instanceof Action.AddColumn
                || judged.schema().relation(key.table()).filter(table -> table.known()
                        || key.constraint().columns().stream().map(table.columns()::get)
                                .anyMatch(column -> column != null && column.made()))
                        .isPresent();
    }

    private static String safeForm(Judged judged, ForeignKeys.Key key) {
        String index = Sql.name(key.table().name(), String.join("_", key.constraint().columns()), "idx");
        String columns = SafeForms.columns(key.constraint().columns());
        if (Ground.partitioned(judged, key.table())) {
            return new PartitionedBuild(judged, "", " " + columns).all(key.table(), key.table().sibling(index));
        }
        return "CREATE INDEX " + (Ground.quiet(judged, key.table()) ? "" : "CONCURRENTLY ") + quote(index) + " ON "
                + key.table().sql() + " " + columns + ";";
    }

    private static boolean covered(Schema schema, ForeignKeys.Key key) {
        List<String> columns = key.constraint().columns();
        QualifiedName table = key.table();
        return schema.indexesOf(table).stream().filter(index -> allRows(index.where()))
                .anyMatch(index -> beginsWith(index.columns(), columns))
                || schema.relation(table).stream().flatMap(each -> each.constraints().values().stream())
                        .map(ConstraintState::definition).filter(FkMissingIndexRule::indexed)
                        .anyMatch(each -> beginsWith(each.columns(), columns));
    }

    /** A row that references nothing need not be in the index. */
    private static boolean allRows(@Nullable String where) {
        return where == null || where.toUpperCase(Locale.ROOT).contains("IS NOT NULL");
    }

    private static boolean indexed(Constraint constraint) {
        return constraint.kind() == Constraint.Kind.PRIMARY_KEY || constraint.kind() == Constraint.Kind.UNIQUE;
    }

    private static boolean covers(Work.PartitionedIndex index, ForeignKeys.Key key) {
        String table = key.table().sql();
        return (index.table().equals(table) || index.table().equals(key.table().name()))
                && beginsWith(index.columns(), key.constraint().columns());
    }

    private static boolean beginsWith(List<String> index, List<String> columns) {
        return index.size() >= columns.size() && Set.copyOf(index.subList(0, columns.size())).containsAll(columns);
    }
}
