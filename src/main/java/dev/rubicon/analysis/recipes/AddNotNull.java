package dev.rubicon.analysis.recipes;

import dev.rubicon.engine.facts.Identifiers;
import dev.rubicon.engine.facts.QualifiedName;
import java.util.List;

/** A column that may no longer be NULL. */
final class AddNotNull implements Recipe {

    @Override
    public String id() {
        return "add-not-null";
    }

    @Override
    public String title() {
        return "Make a column NOT NULL";
    }

    @Override
    public String says() {
        return "SET NOT NULL alone reads the table while everybody waits. A constraint that is not validated yet "
                + "keeps new NULLs out, the old ones are filled in batches, and the proof makes SET NOT NULL quick.";
    }

    @Override
    public List<Field> fields() {
        return List.of(Field.table("users"), Field.of("column", Field.Kind.NAME, "Column", "", "email"),
                Field.of("fill", Field.Kind.EXPRESSION, "Value for rows that have NULL",
                        "An expression over the row. Empty: there must be none, which is checked.",
                        "'unknown@example.org'").optional(),
                Field.application(),
                Field.version("version", "First version that always gives a value",
                        "Older ones may insert NULL and would fail.", "2.5.0"));
    }

    @Override
    public String write(Answers answers) {
        QualifiedName table = answers.table("table");
        String column = answers.name("column");
        String name = Identifiers.quote(column);
        PlanWriter plan = new PlanWriter(Names.plan("require", table.name(), column),
                "Make " + table.sql() + "." + name + " NOT NULL",
                "SET NOT NULL alone would read the whole table under a lock that keeps everybody waiting. So a "
                        + "constraint keeps new NULLs out first, the table is read without such a lock, and the "
                        + "proof makes the last step quick.");
        NotNull required = new NotNull(table, column);
        plan.phase("expand", "Refuse new NULLs", "Versions that may insert NULL would fail from here on: they must "
                + "be gone.")
                .after().onlyFrom(answers, "version", "it always gives " + name + " a value").steps();
        required.refuse(plan);
        plan.phase("migrate", "Prove it", "").steps();
        if (answers.has("fill")) {
            plan.step("fill-" + Names.slug(column), "").backfill(table.sql()).set().set(column, answers.text("fill"))
                    .where(name + " IS NULL")
                    .ask("verify").query("no row has NULL", Sql.count(table, name + " IS NULL"), "0").rowCount()
                    .rollback("none").nothing("rows that said nothing say " + answers.text("fill")
                            + " now; every version reads that");
        }
        required.prove(plan);
        return plan.text();
    }
}
