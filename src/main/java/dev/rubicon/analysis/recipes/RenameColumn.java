package dev.rubicon.analysis.recipes;

import dev.rubicon.engine.facts.QualifiedName;
import dev.rubicon.problem.Violations;
import java.util.List;

/** A column gets another name, by way of a second column. */
final class RenameColumn implements Recipe {

    @Override
    public String id() {
        return "rename-column";
    }

    @Override
    public String title() {
        return "Rename a column";
    }

    @Override
    public String says() {
        return "A rename in one statement breaks the version that runs. A second column takes the new name, a "
                + "trigger keeps both in step while you deploy, and the old one goes when nothing uses it.";
    }

    @Override
    public List<Field> fields() {
        return Replacement.fields("name", Field.table("users"),
                Field.of("column", Field.Kind.NAME, "Column", "The name that it has.", "username"),
                Field.of("newColumn", Field.Kind.NAME, "New name", "", "display_name"),
                Field.of("type", Field.Kind.TYPE, "Type", "The type that it has, which the new one gets too.", "text"));
    }

    @Override
    public void look(Answers answers, Violations violations) {
        Replacement.look(answers, violations, "New name is another than the column has");
    }

    @Override
    public String write(Answers answers) {
        QualifiedName table = answers.table("table");
        String from = answers.name("column");
        String to = answers.name("newColumn");
        PlanWriter plan = new PlanWriter(Names.plan("rename", table.name(), from, "to", to),
                "Rename " + table.sql() + "." + answers.quoted("column") + " to " + answers.quoted("newColumn"),
                "A rename in one statement would break the version of the application that still runs. So the new "
                        + "column comes beside the old one, a trigger keeps both in step while the new version is "
                        + "deployed, and the old one goes when nothing uses it any more.");
        new Replacement(answers, table, from, to, answers.text("type")).write(plan);
        return plan.text();
    }
}
