package dev.rubicon.analysis.recipes;

import dev.rubicon.engine.facts.Identifiers;
import dev.rubicon.engine.facts.QualifiedName;

/** The last phase of recipes that take a column away. */
final class Contract {

    private Contract() {}

    static void drop(PlanWriter plan, Answers answers, QualifiedName table, String column, String version) {
        String name = Identifiers.quote(column);
        plan.phase("contract", "Drop " + name,
                "Beyond the river: the old values are gone. Three days of the new version alone come before, and a "
                        + "backup.")
                .after().onlyFrom(answers, version, "it neither reads nor writes " + name).soak("72h").backup()
                .steps().step("drop-" + Names.slug(column), "")
                .sql(Sql.alter(table, "DROP COLUMN " + name)).pointOfNoReturn()
                .rollback("total").impossible(name + " is gone. Restore " + table.sql()
                        + " from the backup into a new database and copy the column back.");
    }

    /** Told at the beginning, when everything can still be changed, and not when the column is to go. */
    static void alone(PlanWriter plan, QualifiedName table, String column) {
        plan.query("no index, constraint, view, trigger or generated column uses " + Identifiers.quote(column),
                Sql.hanging(table, column), "0");
    }
}
