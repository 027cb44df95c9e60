package dev.rubicon.analysis.recipes;

import dev.rubicon.engine.facts.Identifiers;
import dev.rubicon.engine.facts.QualifiedName;
import dev.rubicon.problem.Violations;
import java.util.List;

/** An index for the queries of an application. */
final class AddIndex implements Recipe {

    @Override
    public String id() {
        return "add-index";
    }

    @Override
    public String title() {
        return "Add an index";
    }

    @Override
    public String says() {
        return "Built concurrently, while everybody reads and writes, and checked to be valid.";
    }

    @Override
    public List<Field> fields() {
        return List.of(Field.table("orders"),
                Field.of("elements", Field.Kind.ELEMENTS, "Columns",
                        "As between the brackets of CREATE INDEX: columns, orders, (expressions).",
                        "customer_id, placed_at DESC"),
                Field.of("where", Field.Kind.EXPRESSION, "Only rows where", "For a partial index.",
                        "state <> 'archived'").optional(),
                Field.of("name", Field.Kind.NAME, "Name of the index", "It lies in the table's schema.",
                        "orders_customer_idx"));
    }

    @Override
    public void look(Answers answers, Violations violations) {
        violations.unless(!answers.table("table").name().equals(answers.name("name")), "/name",
                "Name of the index is another than the table has");
    }

    @Override
    public String write(Answers answers) {
        QualifiedName table = answers.table("table");
        QualifiedName index = table.sibling(answers.name("name"));
        PlanWriter plan = new PlanWriter(Names.plan("index", index.name()), "Index " + table.sql() + " as "
                + Identifiers.quote(index.name()),
                "Built concurrently, so that nobody waits. For a partitioned table write the step as "
                        + "partitionedIndex.");
        plan.phase("expand", "Build the index", "").steps();
        build(plan, table, index, answers.text("elements"),
                answers.has("where") ? "\n    WHERE " + answers.text("where") : "", false);
        return plan.text();
    }

    /** The step, which a concurrent build has for itself. */
    static void build(PlanWriter plan, QualifiedName table, QualifiedName index, String elements, String where,
            boolean unique) {
        plan.step("build-" + Names.slug(index.name()), "Alone in its step: it cannot run in a transaction.")
                .sql("CREATE " + (unique ? "UNIQUE " : "") + "INDEX CONCURRENTLY " + Identifiers.quote(index.name())
                        + "\n    ON " + table.sql() + " (" + elements + ")" + where + ";")
                .ask("verify").query("the index is valid",
                        "SELECT count(*) FROM pg_index WHERE indexrelid = " + Sql.regclass(index) + " AND "
                                + "indisvalid", "1")
                .rollback("none").undo("DROP INDEX CONCURRENTLY " + index.sql() + ";");
    }
}
