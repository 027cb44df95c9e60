package dev.rubicon.analysis.recipes;

import dev.rubicon.engine.facts.QualifiedName;
import java.util.List;

/** Values that may stand in one row only. */
final class AddUnique implements Recipe {

    @Override
    public String id() {
        return "add-unique";
    }

    @Override
    public String title() {
        return "Make columns unique";
    }

    @Override
    public String says() {
        return "A unique index, built while everybody writes, after a look for rows that are alike. It does all "
                + "that a UNIQUE constraint does (ON CONFLICT, foreign keys), and can be taken back without a lock.";
    }

    @Override
    public List<Field> fields() {
        return List.of(Field.table("users"),
                Field.of("columns", Field.Kind.NAMES, "Columns", "One, or several with commas between.", "email"),
                Field.of("name", Field.Kind.NAME, "Name of the index", "Empty: made of the table and the columns.", "")
                        .optional());
    }

    @Override
    public String write(Answers answers) {
        QualifiedName table = answers.table("table");
        List<String> columns = answers.names("columns");
        String quoted = Names.quoted(columns);
        QualifiedName index = table.sibling(answers.has("name")
                ? answers.name("name")
                : Names.made(table.name(), String.join("_", columns), "key"));
        PlanWriter plan = new PlanWriter(Names.plan("unique", table.name(), String.join("-", columns)),
                "Make " + table.sql() + " (" + quoted + ") unique",
                "ADD UNIQUE would build its index while writes wait. A unique index that is built concurrently does "
                        + "the same for ON CONFLICT and for foreign keys, and goes again without a lock. From here "
                        + "on a second row with the same values is refused.");
        plan.phase("expand", "Build the unique index", "").steps()
                .step("look-for-duplicates", "Rows that are alike would break the build at its very end: better to "
                        + "know it now.")
                .ask("check").query("no two rows are alike", """
                        SELECT count(*)
                          FROM (SELECT FROM %s WHERE %s GROUP BY %s HAVING count(*) > 1) AS alike""".formatted(
                        table.sql(), Sql.anyNotNull(columns, " AND "), quoted), "0")
                .rollback("none").nothing("it only looks");
        AddIndex.build(plan, table, index, quoted, "", true);
        return plan.text();
    }
}
