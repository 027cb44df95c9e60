package dev.rubicon.analysis.rules;

import dev.rubicon.analysis.RulePage;
import dev.rubicon.engine.facts.Action;
import dev.rubicon.engine.facts.Constraint;
import dev.rubicon.engine.facts.QualifiedName;
import dev.rubicon.engine.facts.Schema;
import dev.rubicon.plan.Severity;
import java.util.stream.Stream;

/** A column dropped that other objects are made of. */
final class DropColumnDependentsRule implements Rule.OfStatement {

    private static final RulePage PAGE = new RulePage("drop-column-dependents",
            "A column dropped that other objects are made of", Severity.ERROR,
            "Indexes over several columns go silently when one of them is dropped, and the queries that "
                    + "they served become slow. A foreign key on the column makes DROP COLUMN take ACCESS "
                    + "EXCLUSIVE on the referenced table too. A foreign key that refers to it, or a view, makes "
                    + "it fail, or is dropped by CASCADE.",
            """
            CREATE INDEX CONCURRENTLY users_team_username ON users (team, username);
            ALTER TABLE users DROP COLUMN username;
            """, """
            CREATE INDEX CONCURRENTLY users_team_username ON users (team, username);
            DROP INDEX CONCURRENTLY users_team_username;
            ALTER TABLE users DROP COLUMN username;
            """);

    @Override
    public RulePage page() {
        return PAGE;
    }

    @Override
    public void judge(Judged judged, Findings findings) {
        judged.actions(Action.DropColumn.class).filter(drop -> Weighing.inUse(judged, drop.table(), drop.column()))
                .forEach(drop -> {
                    indexes(judged, drop, findings);
                    foreignKeys(judged, drop, findings);
                    referring(judged, drop, findings);
                    views(judged, drop, findings);
                });
    }

    private static void indexes(Judged judged, Action.DropColumn drop, Findings findings) {
        judged.schema().indexesOf(drop.table()).stream()
                .filter(index -> index.columns().size() > 1 && index.columns().contains(drop.column()))
                .forEach(index -> findings.add(PAGE, Severity.WARNING, judged,
                        "Index " + index.name() + " on (" + String.join(", ", index.columns()) + ") goes with "
                                + column(drop) + ", and queries that it served become slow",
                        Sql.lines("-- alone, outside of a transaction; create its successor first where one is needed:",
                                "DROP INDEX CONCURRENTLY " + index.name().sql() + ";", dropSql(drop))));
    }

    private static void foreignKeys(Judged judged, Action.DropColumn drop, Findings findings) {
        constraints(judged, drop.table()).filter(each -> each.definition().columns().contains(drop.column()))
                .forEach(each -> Stream.ofNullable(each.definition().references())
                        .filter(parent -> Weighing.shared(judged, parent))
                        .forEach(parent -> findings.add(PAGE, Severity.WARNING, judged,
                                "Foreign key " + Sql.quote(each.name()) + " goes with " + column(drop)
                                        + ", so ACCESS EXCLUSIVE is taken on " + parent
                                        + " too, which blocks its reads and writes",
                                Sql.lines(Sql.alter(drop.table(), "DROP CONSTRAINT " + Sql.quote(each.name())),
                                        dropSql(drop)))));
    }

    private static void referring(Judged judged, Action.DropColumn drop, Findings findings) {
        judged.schema().relations().stream().filter(child -> !child.name().same(drop.table()))
                .forEach(child -> child.constraints().values().stream().filter(each -> refers(each.definition(), drop))
                        .forEach(each -> findings.add(PAGE, Severity.ERROR, judged,
                                "Foreign key " + Sql.quote(each.name()) + " of " + child.name() + " refers to "
                                        + column(drop) + (drop.cascade()
                                                ? ": CASCADE drops it"
                                                : ": DROP COLUMN fails"),
                                Sql.lines(Sql.alter(child.name(), "DROP CONSTRAINT " + Sql.quote(each.name())),
                                        dropSql(drop)))));
    }

    private static boolean refers(Constraint constraint, Action.DropColumn drop) {
        QualifiedName parent = constraint.references();
        return parent != null && parent.same(drop.table()) && constraint.referencedColumns().contains(drop.column());
    }

    private static void views(Judged judged, Action.DropColumn drop, Findings findings) {
        judged.schema().relations().stream()
                .filter(view -> view.reads().stream().anyMatch(read -> read.same(drop.table())))
                .forEach(view -> findings.add(PAGE, Severity.WARNING, judged,
                        "View " + view.name() + " reads " + drop.table() + ": if it uses " + column(drop)
                                + (drop.cascade() ? ", CASCADE drops it" : ", DROP COLUMN fails"),
                        null));
    }

    private static Stream<Schema.ConstraintState> constraints(Judged judged, QualifiedName table) {
        return judged.schema().relation(table).stream().flatMap(each -> each.constraints().values().stream());
    }

    private static String column(Action.DropColumn drop) {
        return drop.table().sql() + "." + Sql.quote(drop.column());
    }

    private static String dropSql(Action.DropColumn drop) {
        return Sql.alter(drop.table(), "DROP COLUMN " + Sql.quote(drop.column()));
    }
}
