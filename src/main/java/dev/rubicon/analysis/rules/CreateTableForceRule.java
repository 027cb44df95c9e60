package dev.rubicon.analysis.rules;

import dev.rubicon.analysis.RulePage;
import dev.rubicon.engine.facts.Action;
import dev.rubicon.engine.facts.Action.ObjectKind;
import dev.rubicon.engine.facts.QualifiedName;
import dev.rubicon.plan.Severity;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** A table dropped and made again. */
final class CreateTableForceRule implements Rule.OfScript {

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

    /** In one pass over the script: one that makes thousands of tables would be looked through for each of them. */
    @Override
    public void judge(Statements statements, List<Judged> judged, Findings findings) {
        Set<QualifiedName> made = new HashSet<>();
        Set<QualifiedName> dropped = new HashSet<>();
        for (Judged each : judged) {
            each.actions(Action.CreateTable.class).forEach(create -> {
                QualifiedName table = create.table().resolved();
                if (made.add(table) && dropped.contains(table)
                        && create.persistence() != Action.Persistence.TEMPORARY) {
                    found(each, create, findings);
                }
            });
            each.actions(Action.Drop.class).filter(drop -> drop.kind() == ObjectKind.TABLE)
                    .flatMap(drop -> drop.names().stream()).map(QualifiedName::resolved)
                    .filter(table -> !made.contains(table)).forEach(dropped::add);
        }
    }

    private static void found(Judged judged, Action.CreateTable create, Findings findings) {
        findings.add(PAGE, judged,
                "Table " + create.table() + " was dropped above and is made again without its rows, rights, indexes "
                        + "and the foreign keys to it",
                safeForm(judged, create));
    }

    private static final Pattern CREATE = Pattern.compile("^CREATE\\s+(UNLOGGED\\s+)?TABLE",
            Pattern.CASE_INSENSITIVE);

    private static String safeForm(Judged judged, Action.CreateTable create) {
        return "-- without the DROP TABLE; change what differs with ALTER TABLE:\n"
                + (create.ifNotExists()
                        ? judged.statement().sql()
                        : CREATE.matcher(judged.statement().sql())
                                .replaceFirst("$0 IF NOT EXISTS"))
                + ";";
    }
}
