package dev.rubicon.analysis.recipes;

import dev.rubicon.engine.facts.Identifiers;
import dev.rubicon.engine.facts.QualifiedName;
import dev.rubicon.problem.Violations;
import java.util.ArrayList;
import java.util.List;

/** A column that another takes the place of, while a trigger keeps both in step. */
final class Replacement {

    private final Answers answers;
    private final QualifiedName table;
    private final String from;
    private final String to;
    private final String type;
    private final String old;
    private final String fresh;

    Replacement(Answers answers, QualifiedName table, String from, String to, String type) {
        this.answers = answers;
        this.table = table;
        this.from = from;
        this.to = to;
        this.type = type;
        this.old = Identifiers.quote(from);
        this.fresh = Identifiers.quote(to);
    }

    /**
     * @param what the new version has, in the form's words
     * @param own the recipe's own fields, before those that every replacement asks for
     */
    static List<Field> fields(String what, Field... own) {
        List<Field> fields = new ArrayList<>(List.of(own));
        fields.add(Field.application());
        fields.add(Field.version("version", "First version with the new " + what,
                "It reads and writes the new column, and no longer knows the old one.", "2.5.0"));
        fields.add(Field.flag("notNull", "The column is NOT NULL", "The new one becomes so too."));
        return List.copyOf(fields);
    }

    static void look(Answers answers, Violations violations, String unlessSame) {
        violations.unless(!answers.name("column").equals(answers.name("newColumn")), "/newColumn", unlessSame);
    }

    void write(PlanWriter plan) {
        expand(plan);
        copy(plan);
        if (answers.yes("notNull")) {
            promise(plan);
        }
        Contract.drop(plan, answers, table, from, "version");
    }

    private void expand(PlanWriter plan) {
        plan.phase("expand", "Add " + fresh, "The new column comes beside the old one. Without a default: the "
                + "trigger has to see which of the two a statement wrote.").steps()
                .step("add-" + Names.slug(to), "If the first check fails, build for " + fresh + " what " + old
                        + " has, in steps behind copy-" + Names.slug(from) + ", and take the check away. If the "
                        + "second fails, give " + fresh + " the same default in a step just before drop-"
                        + Names.slug(from) + ", or it is lost with " + old + ", and take that check away.")
                .ask("before");
        Contract.alone(plan, table, from);
        plan.query("old column has no default", Sql.defaults(table, from), "0");
        plan.sql(Sql.alter(table, "ADD COLUMN " + fresh + " " + type))
                .rollback("none").undo(Sql.alter(table, "DROP COLUMN " + fresh))
                .window("until " + old + " is dropped: the trigger writes all values of " + fresh + " to " + old
                        + " too");
    }

    private void copy(PlanWriter plan) {
        plan.phase("migrate", "Copy the values", "dualWrite installs a trigger that gives each written row both "
                + "values, so that versions of the application that know one column alone can run side by "
                + "side.").steps()
                .step("copy-" + Names.slug(from), "").backfill(table.sql()).dualWrite(old, fresh)
                .ask("verify").query("no value is missing",
                        Sql.count(table, fresh + " IS NULL AND " + old + " IS NOT NULL"), "0")
                .rowCount()
                .rollback("none").nothing("copied data; the column goes when the first phase is rolled back");
    }

    private void promise(PlanWriter plan) {
        plan.phase("migrate", "Require " + fresh + " instead of " + old,
                "Once the version runs that writes " + fresh + ". Deploy it when the copying is done.").after()
                .onlyFrom(answers, "version", "it reads and writes " + fresh + " alone").steps();
        NotNull demanded = new NotNull(table, to);
        demanded.refuse(plan);
        demanded.prove(plan);
        String guard = Identifiers.quote(Sql.guard(table, from));
        plan.step("release-" + Names.slug(from), "The trigger is gone a moment before the column is; inserts must "
                + "not fail in between. Going back keeps new NULLs out without reading the table under a lock.")
                .sql(Sql.alter(table, "DROP CONSTRAINT IF EXISTS " + guard + ", ALTER COLUMN " + old + " DROP NOT "
                        + "NULL"))
                .rollback("none").forward(Sql.alter(table,
                        "ADD CONSTRAINT " + guard + " CHECK (" + old + " IS NOT NULL) NOT VALID"));
    }
}
