package dev.rubicon.analysis.rules;

import dev.rubicon.analysis.RulePage;
import dev.rubicon.engine.facts.Action;
import dev.rubicon.engine.facts.Identifiers;
import dev.rubicon.engine.facts.QualifiedName;
import dev.rubicon.plan.Severity;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** A new table whose foreign key locks an existing one. */
final class NewTableFkRule implements Rule.OfStatement {

    private static final RulePage PAGE = new RulePage("new-table-fk-locks-referenced",
            "A new table whose foreign key locks an existing one", Severity.INFO,
            "A foreign key takes SHARE ROW EXCLUSIVE on the table that it references, also from a table that nobody uses "
                    + "yet. It is held for a moment, but while the statement waits for running writes, all later writes of "
                    + "that table wait behind it. A lock_timeout and another try keep that short.",
            """
            CREATE TABLE orders (id bigint PRIMARY KEY, user_id bigint NOT NULL REFERENCES users (id));
            """, """
            CREATE TABLE orders (id bigint PRIMARY KEY, user_id bigint NOT NULL);
            SET lock_timeout = '2s';
            ALTER TABLE orders ADD CONSTRAINT orders_user_id_fkey FOREIGN KEY (user_id) REFERENCES users (id);
            """);

    @Override
    public RulePage page() {
        return PAGE;
    }

    @Override
    public Set<Class<? extends Action>> about() {
        return Set.of(Action.CreateTable.class, Action.AddColumn.class, Action.AddConstraint.class);
    }

    @Override
    public void judge(Judged judged, Findings findings) {
        List<ForeignKeys.Key> keys = ForeignKeys.toOthers(judged).stream().filter(key -> isNew(judged, key)).toList();
        if (keys.isEmpty() || Ground.patienceLimited(judged)) {
            return;
        }
        List<String> tables = keys.stream().map(key -> Ground.named(judged, key.references())).distinct().toList();
        findings.add(PAGE, judged,
                "The new table " + keys.getFirst().table() + " takes SHARE ROW EXCLUSIVE on " + Sentences.list(tables)
                        + ": while it waits for running writes, all later ones wait behind it",
                safeForm(judged, keys));
    }

    private static boolean isNew(Judged judged, ForeignKeys.Key key) {
        boolean temporary = key.by() instanceof Action.CreateTable create
                && create.persistence() == Action.Persistence.TEMPORARY;
        return !temporary && (key.by() instanceof Action.CreateTable || Ground.quiet(judged, key.table()));
    }

    private static String safeForm(Judged judged, List<ForeignKeys.Key> keys) {
        String added = keys.stream().map(NewTableFkRule::added).collect(Collectors.joining("\n"));
        boolean created = keys.getFirst().by() instanceof Action.CreateTable;
        return created
                ? Sql.lines(without(judged.statement().sql(), keys) + ";", "SET lock_timeout = '2s';", added)
                : Sql.lines("SET lock_timeout = '2s';", judged.statement().sql() + ";");
    }

    /** The table is empty: there is nothing that would have to be validated later. */
    private static String added(ForeignKeys.Key key) {
        QualifiedName table = key.table();
        return Sql.alter(table,
                "ADD CONSTRAINT " + Identifiers.quote(SafeForms.name(table, key.constraint())) + " "
                        + SafeForms.body(key.constraint()));
    }

    /** The statement without the foreign keys: one at a column goes alone, one of the table with its comma. */
    private static String without(String sql, List<ForeignKeys.Key> keys) {
        String left = sql;
        for (ForeignKeys.Key key : keys) {
            String written = Pattern.quote(key.constraint().sql());
            left = key.column() != null
                    ? left.replaceFirst("\\s*" + written, "")
                    : left.replaceFirst(",\\s*" + written + "|" + written + "\\s*,\\s*", "");
        }
        return left;
    }
}
