package dev.rubicon.analysis.recipes;

import dev.rubicon.engine.facts.Identifiers;
import dev.rubicon.engine.facts.QualifiedName;

/** The four steps that make a column NOT NULL and keep nobody waiting. */
final class NotNull {

    private final QualifiedName table;
    private final String column;
    private final String constraint;
    private final String slug;

    NotNull(QualifiedName table, String column) {
        this.table = table;
        this.column = Identifiers.quote(column);
        this.constraint = Identifiers.quote(Names.made(table.name(), column, "filled"));
        this.slug = Names.slug(column);
    }

    /** From here on no new NULL comes in; the rows that are there are not read. */
    void refuse(PlanWriter plan) {
        plan.step("refuse-null-" + slug, "NOT VALID: a moment's lock, no row is read. From here on no new NULL "
                + "comes in.")
                .sql(Sql.alter(table, "ADD CONSTRAINT " + constraint + " CHECK (" + column + " IS NOT NULL) NOT VALID"))
                .rollback("none").undo(Sql.alter(table, "DROP CONSTRAINT IF EXISTS " + constraint));
    }

    /** Proves it, and lets the column say it. */
    void prove(PlanWriter plan) {
        plan.step("validate-" + slug, "Reads the table once while everybody reads and writes on.")
                .ask("before").query("no row has NULL", Sql.count(table, column + " IS NULL"), "0")
                .sql(Sql.alter(table, "VALIDATE CONSTRAINT " + constraint))
                .rollback("none").nothing("a constraint that was proved keeps out no more than before");
        plan.step("set-not-null-" + slug, "Quick: the constraint proves it, so PostgreSQL reads nothing.")
                .sql(Sql.alter(table, "ALTER COLUMN " + column + " SET NOT NULL"))
                .rollback("none").undo(Sql.alter(table, "ALTER COLUMN " + column + " DROP NOT NULL"));
        plan.step("drop-proof-" + slug, "The column says it by itself now.")
                .sql(Sql.alter(table, "DROP CONSTRAINT " + constraint))
                .rollback("none").nothing("the constraint said no more than the column does; the steps before it "
                        + "take both away");
    }
}
