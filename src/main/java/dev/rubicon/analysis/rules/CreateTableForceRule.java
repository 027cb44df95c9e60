package dev.rubicon.analysis.rules;

import dev.rubicon.analysis.RulePage;
import dev.rubicon.engine.facts.Action;
import dev.rubicon.engine.facts.Action.ObjectKind;
import dev.rubicon.engine.facts.QualifiedName;
import dev.rubicon.plan.Severity;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** A table dropped and made again. */
final class CreateTableForceRule implements Rule.OfStatement {

    private static final RulePage PAGE = new RulePage("create-table-force",
            "A table dropped and made again", Severity.ERROR,
            "DROP TABLE followed by CREATE TABLE of the same name empties the table, on every run, and "
                    + "takes its indexes, rights, triggers and the foreign keys to it along. Nobody can read it "
                    + "in between.",
            """
            DROP TABLE IF EXISTS settings;
            CREATE TABLE settings (id bigint PRIMARY KEY, value text);
            """, """
            CREATE TABLE IF NOT EXISTS settings (id bigint PRIMARY KEY, value text);
            """);

    @Override
    public RulePage page() {
        return PAGE;
    }

    @Override
    public Set<Class<? extends Action>> about() {
        return Set.of(Action.CreateTable.class);
    }

    @Override
    public void judge(Judged judged, Findings findings) {
        judged.actions(Action.CreateTable.class).filter(create -> create.persistence() != Action.Persistence.TEMPORARY)
                .filter(create -> dropped(judged.passage().script(), create.table()))
                .forEach(create -> findings.add(PAGE, judged,
                        "Table " + create.table() + " was dropped above and is made again without its rows, rights, "
                                + "indexes and the foreign keys to it",
                        safeForm(judged, create)));
    }

    private static final Pattern CREATE = Pattern.compile("^CREATE\\s+(UNLOGGED\\s+)?TABLE",
            Pattern.CASE_INSENSITIVE);

    private static boolean dropped(List<Judged> before, QualifiedName table) {
        boolean made = false;
        boolean dropped = false;
        for (Judged each : before) {
            made |= each.actions(Action.CreateTable.class).anyMatch(create -> create.table().same(table));
            dropped |= !made && each.actions(Action.Drop.class).anyMatch(drop -> drop.kind() == ObjectKind.TABLE
                    && drop.names().stream().anyMatch(table::same));
        }
        return dropped && !made;
    }

    private static String safeForm(Judged judged, Action.CreateTable create) {
        return "-- without the DROP TABLE; change what differs with ALTER TABLE:\n"
                + (create.ifNotExists()
                        ? judged.statement().sql()
                        : CREATE.matcher(judged.statement().sql())
                                .replaceFirst("$0 IF NOT EXISTS"))
                + ";";
    }
}
