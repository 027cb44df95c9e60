package dev.rubicon.analysis.recipes;

import dev.rubicon.engine.facts.QualifiedName;
import dev.rubicon.problem.Violations;
import java.util.List;

/** A column gets another type, by way of a second column. */
final class ChangeType implements Recipe {

    @Override
    public String id() {
        return "change-type";
    }

    @Override
    public String title() {
        return "Change a column's type";
    }

    @Override
    public String says() {
        return "ALTER COLUMN TYPE writes the whole table anew while everybody waits. A second column of the new "
                + "type is kept in step by a trigger while you deploy; the types have to be ones that PostgreSQL "
                + "assigns to each other.";
    }

    @Override
    public List<Field> fields() {
        return Replacement.fields("column", Field.table("orders"),
                Field.of("column", Field.Kind.NAME, "Column", "", "customer_number"),
                Field.of("newColumn", Field.Kind.NAME, "Name of the new column",
                        "Another name: two columns of one name cannot stand side by side.", "customer_ref"),
                Field.of("type", Field.Kind.TYPE, "New type", "", "bigint"));
    }

    @Override
    public void look(Answers answers, Violations violations) {
        Replacement.look(answers, violations, "Name of the new column is another than the old one has");
    }

    @Override
    public String write(Answers answers) {
        QualifiedName table = answers.table("table");
        String from = answers.name("column");
        String to = answers.name("newColumn");
        PlanWriter plan = new PlanWriter(Names.plan("change-type", table.name(), from),
                "Change " + table.sql() + "." + answers.quoted("column") + " to " + answers.text("type"),
                "ALTER COLUMN TYPE would write the whole table anew while everybody waits. So a column of the new type "
                        + "comes beside the old one, a trigger keeps both in step while the new version is "
                        + "deployed, and the old one goes when nothing uses it any more. A value that one of the "
                        + "types cannot hold makes the write fail that brings it, never cuts it.");
        new Replacement(answers, table, from, to, answers.text("type")).write(plan);
        return plan.text();
    }
}
