package dev.rubicon.analysis.rules;

import dev.rubicon.analysis.RulePage;
import dev.rubicon.engine.facts.Action;
import dev.rubicon.engine.facts.Action.ObjectKind;
import dev.rubicon.engine.facts.QualifiedName;
import dev.rubicon.engine.facts.Schema;
import dev.rubicon.plan.Severity;
import java.util.List;
import java.util.Locale;
import java.util.Set;
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
    public Set<Class<? extends Action>> about() {
        return Set.of(Action.DropColumn.class);
    }

    @Override
    public void judge(Judged judged, Findings findings) {
        judged.actions(Action.DropColumn.class).filter(drop -> Weighing.inUse(judged, drop.table(), drop.column()))
                .forEach(drop -> {
                    indexes(judged, drop, findings);
                    foreignKeys(judged, drop, findings);
                    others(judged, drop, findings);
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
        judged.schema().foreignKeysFrom(drop.table()).stream().map(Schema.ForeignKey::constraint)
                .filter(each -> each.definition().columns().contains(drop.column()))
                .forEach(each -> Stream.ofNullable(each.definition().references())
                        .filter(parent -> Weighing.shared(judged, parent))
                        .forEach(parent -> findings.add(PAGE, Severity.WARNING, judged,
                                "Foreign key " + Sql.quote(each.name()) + " goes with " + column(drop)
                                        + ", so ACCESS EXCLUSIVE is taken on " + parent
                                        + " too, which blocks its reads and writes",
                                Sql.lines(Sql.alter(drop.table(), "DROP CONSTRAINT " + Sql.quote(each.name())),
                                        dropSql(drop)))));
    }

    /** What is not a part of the column and does not go with it silently. */
    private static void others(Judged judged, Action.DropColumn drop, Findings findings) {
        List<QualifiedName> maybe = judged.schema().viewsOn(drop.table(), Schema.Details.EVERY_COLUMN).stream()
                .map(Schema.Relation::name).toList();
        List<Schema.Dependent> all = dependents(judged, drop).distinct().toList();
        all.stream().filter(each -> !maybe.contains(each.name())).forEach(each -> findings.add(PAGE, judged,
                sentence(each.words()) + " uses " + column(drop)
                        + (drop.cascade() ? ": CASCADE drops it" : ": DROP COLUMN fails then"),
                Sql.lines("-- first without the column, or away: " + each.words(), dropSql(drop))));
        List<String> unsure = all.stream().filter(each -> maybe.contains(each.name())).map(Schema.Dependent::words)
                .toList();
        if (!unsure.isEmpty()) {
            findings.add(PAGE, judged.rollback() && !judged.passage().inPlan() ? Severity.INFO : Severity.WARNING,
                    judged, sentence(Sentences.list(unsure)) + " may use " + column(drop) + ": DROP COLUMN then "
                            + (drop.cascade() ? "takes it away" : "fails"),
                    Sql.lines("-- first without the column, or away: " + String.join(", ", unsure), dropSql(drop)));
        }
    }

    private static Stream<Schema.Dependent> dependents(Judged judged, Action.DropColumn drop) {
        Stream<Schema.Dependent> referring = judged.schema().foreignKeysTo(drop.table()).stream()
                .filter(each -> each.constraint().definition().referencedColumns().contains(drop.column()))
                .map(each -> new Schema.Dependent(ObjectKind.CONSTRAINT, each.table(), each.constraint().name(),
                        false));
        return Stream.concat(referring, judged.schema().dependents(drop.table(), drop.column()).stream()
                .filter(each -> !each.part()));
    }

    private static String sentence(String words) {
        return words.substring(0, 1).toUpperCase(Locale.ROOT) + words.substring(1);
    }

    private static String column(Action.DropColumn drop) {
        return drop.table().sql() + "." + Sql.quote(drop.column());
    }

    private static String dropSql(Action.DropColumn drop) {
        return Sql.alter(drop.table(), "DROP COLUMN " + Sql.quote(drop.column()));
    }
}
