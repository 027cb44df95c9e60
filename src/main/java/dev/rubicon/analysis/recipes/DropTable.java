package dev.rubicon.analysis.recipes;

import dev.rubicon.engine.facts.Identifiers;
import dev.rubicon.engine.facts.QualifiedName;
import java.util.List;

/** A table that nothing needs any more, renamed for a while before it goes. */
final class DropTable implements Recipe {

    @Override
    public String id() {
        return "drop-table";
    }

    @Override
    public String title() {
        return "Drop a table, renamed first";
    }

    @Override
    public String says() {
        return "The table is renamed first: whatever still uses it fails then, and one statement brings it back. A "
                + "week later it is dropped.";
    }

    @Override
    public List<Field> fields() {
        return List.of(Field.table("legacy_orders"), Field.application(),
                Field.version("version", "First version without it", "It neither reads nor writes the "
                        + "table.", "2.5.0"));
    }

    @Override
    public String write(Answers answers) {
        QualifiedName table = answers.table("table");
        QualifiedName waiting = table.sibling(Names.made("to_be_dropped", table.name()));
        String renamed = Identifiers.quote(waiting.name());
        PlanWriter plan = new PlanWriter(Names.plan("drop", table.name()), "Drop " + table.sql(),
                "A drop has no way back, so the table is only renamed first. Reports and jobs that nobody thought "
                        + "of fail then, and the rollback is one statement. When a week has passed without any, it "
                        + "goes.");
        plan.phase("contract", "Take " + table.sql() + " out of use", "").after()
                .onlyFrom(answers, "version", "it neither reads nor writes " + table.sql()).steps()
                .step("rename", "").ask("before").query("no foreign key refers to it", """
                        SELECT count(*) FROM pg_constraint
                         WHERE confrelid = %1$s AND contype = 'f' AND conrelid <> %1$s""".formatted(
                        Sql.regclass(table)), "0")
                .query("no view reads it", Sql.views(table), "0")
                .sql(Sql.alter(table, "RENAME TO " + renamed))
                .rollback("none").undo(Sql.alter(waiting, "RENAME TO " + Identifiers.quote(table.name())));
        plan.phase("contract", "Drop it", "Beyond the river: the rows are gone.").after()
                .gone(answers, "version", "it still uses " + table.sql()).soak("7d").backup().steps()
                .step("drop", "").sql("DROP TABLE " + waiting.sql() + ";").pointOfNoReturn()
                .rollback("total").impossible(table.sql() + " is gone with its rows. Restore it from the backup "
                        + "into a new database and copy it back.");
        return plan.text();
    }
}
