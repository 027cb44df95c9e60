package dev.rubicon.analysis.recipes;

import dev.rubicon.engine.facts.Identifiers;
import dev.rubicon.engine.facts.QualifiedName;
import java.util.List;

/** A column that nothing needs any more. */
final class DropColumn implements Recipe {

    @Override
    public String id() {
        return "drop-column";
    }

    @Override
    public String title() {
        return "Drop a column";
    }

    @Override
    public String says() {
        return "Looks first what else is made of the column, lets new code leave it out, waits until no version "
                + "knows it, and then for a backup: there is no way back from the drop.";
    }

    @Override
    public List<Field> fields() {
        return List.of(Field.table("users"), Field.of("column", Field.Kind.NAME, "Column", "", "fax_number"),
                Field.application(),
                Field.version("version", "First version without it", "It neither reads nor writes the "
                        + "column.", "2.5.0"),
                Field.flag("notNull", "The column is NOT NULL and has no default",
                        "Then the new version could not insert before it is dropped; the plan allows NULL first."));
    }

    @Override
    public String write(Answers answers) {
        QualifiedName table = answers.table("table");
        String column = answers.name("column");
        PlanWriter plan = new PlanWriter(Names.plan("drop", table.name(), column),
                "Drop " + table.sql() + "." + answers.quoted("column"),
                "The drop itself takes a moment. What matters comes before: nothing else is made of the column, no "
                        + "version of the application knows it, and there is a backup.");
        plan.phase("expand", "Let new code leave it out", "").steps().step("look-what-uses-it",
                "Drop such things first: some would go silently with the column, others make the drop "
                        + "fail.").ask("check");
        Contract.alone(plan, table, column);
        plan.rollback("none").nothing("it only looks");
        if (answers.yes("notNull")) {
            release(plan, table, answers.quoted("column"), column);
        }
        Contract.drop(plan, answers, table, column, "version");
        return plan.text();
    }

    static void release(PlanWriter plan, QualifiedName table, String quoted, String column) {
        String guard = Identifiers.quote(Sql.guard(table, column));
        plan.step("allow-null", "Deploy the new version after this. Going back keeps new NULLs out without reading "
                + "the table under a lock.")
                .sql(Sql.alter(table, "DROP CONSTRAINT IF EXISTS " + guard + ", ALTER COLUMN " + quoted
                        + " DROP NOT NULL"))
                .rollback("none").forward(Sql.alter(table,
                        "ADD CONSTRAINT " + guard + " CHECK (" + quoted + " IS NOT NULL) NOT VALID"))
                .window("until the new version inserts rows without the column");
    }
}
