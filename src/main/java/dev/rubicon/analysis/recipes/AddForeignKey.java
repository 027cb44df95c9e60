package dev.rubicon.analysis.recipes;

import dev.rubicon.engine.facts.Identifiers;
import dev.rubicon.engine.facts.QualifiedName;
import dev.rubicon.problem.Violations;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Rows that have to refer to rows of another table. */
final class AddForeignKey implements Recipe {

    @Override
    public String id() {
        return "add-foreign-key";
    }

    @Override
    public String title() {
        return "Add a foreign key";
    }

    @Override
    public String says() {
        return "First an index, without which each delete in the other table reads this one as a whole; then the "
                + "key for new rows, at once; then the proof for old rows, while everybody reads and writes.";
    }

    @Override
    public List<Field> fields() {
        return List.of(Field.table("orders"),
                Field.of("columns", Field.Kind.NAMES, "Columns", "One, or several with commas between.", "customer_id"),
                Field.of("toTable", Field.Kind.TABLE, "Refers to the table", "", "customers"),
                Field.of("toColumns", Field.Kind.NAMES, "Its columns", "Its primary key, or columns that are unique.",
                        "id"),
                Field.of("name", Field.Kind.NAME, "Name of the key", "Empty: made of the table and its columns.", "")
                        .optional(),
                Field.flag("indexed", "An index on the columns is there", "Then none is built."));
    }

    @Override
    public void look(Answers answers, Violations violations) {
        violations.unless(answers.names("columns").size() == answers.names("toColumns").size(), "/toColumns",
                "Its columns are as many as refer to them");
    }

    @Override
    public String write(Answers answers) {
        QualifiedName table = answers.table("table");
        QualifiedName parent = answers.table("toTable");
        List<String> columns = answers.names("columns");
        String key = answers.has("name")
                ? answers.name("name")
                : Names.made(table.name(), String.join("_", columns), "fkey");
        PlanWriter plan = new PlanWriter(Names.plan("reference", table.name(), String.join("-", columns)),
                "Let " + table.sql() + " (" + Names.quoted(columns) + ") refer to " + parent.sql(),
                "Added in one statement, a foreign key would read the whole table while writes of both wait. So it "
                        + "is added for new rows first, and proved for the others without such a lock.");
        plan.phase("expand", "Add the key for new rows",
                "From here on a row that refers to nothing is refused: the application must not write any.").steps();
        if (!answers.yes("indexed")) {
            index(plan, table, columns);
        }
        String added = "ADD CONSTRAINT " + Identifiers.quote(key) + " FOREIGN KEY (" + Names.quoted(columns)
                + ") REFERENCES " + parent.sql() + " (" + Names.quoted(answers.names("toColumns")) + ") NOT VALID";
        plan.step("add-key", "A moment's lock on both tables; no row is read.").sql(Sql.alter(table, added))
                .rollback("none").undo(Sql.alter(table, "DROP CONSTRAINT " + Identifiers.quote(key)));
        plan.phase("migrate", "Prove it for all rows", "").steps()
                .step("validate-key", "Mend or delete the rows that the check counts before this phase starts.")
                .ask("before").query("no row refers to nothing", orphans(answers), "0")
                .sql(Sql.alter(table, "VALIDATE CONSTRAINT " + Identifiers.quote(key)))
                .rollback("none").nothing("a key that was proved keeps out no more than before");
        return plan.text();
    }

    private static void index(PlanWriter plan, QualifiedName table, List<String> columns) {
        QualifiedName index = table.sibling(Names.made(table.name(), String.join("_", columns), "idx"));
        AddIndex.build(plan, table, index, Names.quoted(columns), "", false);
    }

    private static String orphans(Answers answers) {
        List<String> columns = answers.names("columns");
        List<String> to = answers.names("toColumns");
        List<String> equal = new ArrayList<>();
        for (int i = 0; i < columns.size(); i++) {
            equal.add("p." + Identifiers.quote(to.get(i)) + " = c." + Identifiers.quote(columns.get(i)));
        }
        String given = columns.stream().map(each -> "c." + Identifiers.quote(each) + " IS NOT NULL")
                .collect(Collectors.joining(" AND "));
        return "SELECT count(*) FROM %s c\n WHERE %s\n   AND NOT EXISTS (SELECT FROM %s p WHERE %s)".formatted(
                answers.table("table").sql(), given, answers.table("toTable").sql(), String.join(" AND ", equal));
    }
}
