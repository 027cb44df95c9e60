package dev.rubicon.analysis.recipes;

import dev.rubicon.engine.facts.Identifiers;
import dev.rubicon.engine.facts.QualifiedName;
import dev.rubicon.problem.Violations;
import java.util.List;
import java.util.stream.Collectors;

/** One column becomes several. */
final class SplitColumn implements Recipe {

    @Override
    public String id() {
        return "split-column";
    }

    @Override
    public String title() {
        return "Split a column";
    }

    @Override
    public String says() {
        return "The parts come beside the old column. A version that writes both is deployed, the old rows are "
                + "filled in batches, a version that knows only the parts follows, and the old column goes.";
    }

    @Override
    public List<Field> fields() {
        return List.of(Field.table("customers"), Field.of("column", Field.Kind.NAME, "Column", "", "name"),
                Field.of("parts", Field.Kind.PARTS, "Parts",
                        "A line for each new column: name, type, =, expression over the row.",
                        "first_name text = split_part(name, ' ', 1)\nlast_name text = split_part(name, ' ', 2)"),
                Field.application(),
                Field.version("bothVersion", "First version that writes both", "It writes the old column and the "
                        + "parts.",
                        "2.4.0"),
                Field.version("version", "First version without the old one", "It reads and writes the parts alone.",
                        "2.5.0"),
                Field.flag("notNull", "The old column is NOT NULL and has no default",
                        "Then the last version could not insert before it is dropped; the plan allows NULL first."));
    }

    @Override
    public void look(Answers answers, Violations violations) {
        List<String> names = answers.parts("parts").stream().map(Answers.Part::column).toList();
        violations.unless(names.size() > 1, "/parts", "Parts are two or more")
                .unless(names.stream().distinct().count() == names.size(), "/parts", "Parts have names of their own")
                .unless(!names.contains(answers.name("column")), "/parts", "Parts are others than the column itself");
    }

    @Override
    public String write(Answers answers) {
        QualifiedName table = answers.table("table");
        String column = answers.name("column");
        List<Answers.Part> parts = answers.parts("parts");
        String names = parts.stream().map(each -> Identifiers.quote(each.column())).collect(Collectors.joining(", "));
        PlanWriter plan = new PlanWriter(Names.plan("split", table.name(), column),
                "Split " + table.sql() + "." + answers.quoted("column") + " into " + names,
                "The parts come beside the old column and are filled while one version of the application writes both. "
                        + "The old column goes when nothing uses it any more.");
        expand(plan, table, column, parts);
        copy(plan, answers, table, parts);
        if (answers.yes("notNull")) {
            plan.phase("migrate", "Let new code leave the old column out", "").steps();
            DropColumn.release(plan, table, answers.quoted("column"), column);
        }
        Contract.drop(plan, answers, table, column, "version");
        return plan.text();
    }

    private static void expand(PlanWriter plan, QualifiedName table, String column, List<Answers.Part> parts) {
        plan.phase("expand", "Add the parts", "").steps()
                .step("add-parts", "One statement, a moment's lock. They have no default, so no row is written.")
                .ask("before");
        Contract.alone(plan, table, column);
        plan.sql(Sql.alter(table, parts.stream().map(each -> "ADD COLUMN " + Identifiers.quote(each.column()) + " "
                + each.type()).collect(Collectors.joining(",\n    "))))
                .rollback("derived").undo(Sql.alter(table, parts.stream().map(each -> "DROP COLUMN "
                        + Identifiers.quote(each.column())).collect(Collectors.joining(",\n    "))))
                .window("until a version writes the parts alone");
    }

    private static void copy(PlanWriter plan, Answers answers, QualifiedName table, List<Answers.Part> parts) {
        List<String> columns = parts.stream().map(Answers.Part::column).toList();
        String empty = columns.stream().map(each -> Identifiers.quote(each) + " IS NULL")
                .collect(Collectors.joining(" AND "));
        String some = parts.stream().map(each -> "(" + each.expression() + ") IS NOT NULL")
                .collect(Collectors.joining(" OR "));
        String left = empty + " AND (" + some + ")";
        plan.phase("migrate", "Fill the parts", "A version that wrote the old column alone would leave rows "
                + "behind.").after()
                .onlyFrom(answers, "bothVersion", "it writes the old column and the parts").steps()
                .step("fill-parts", "").backfill(table.sql()).set();
        parts.forEach(each -> plan.set(each.column(), each.expression()));
        plan.where(left).ask("verify").query("no part is missing", Sql.count(table, left), "0").rowCount()
                .rollback("none").nothing("derived data; the columns go when the first phase is rolled back");
    }
}
