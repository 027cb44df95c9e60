package dev.rubicon.analysis.rules;

import dev.rubicon.analysis.RulePage;
import dev.rubicon.engine.facts.Action;
import dev.rubicon.engine.facts.Action.ObjectKind;
import dev.rubicon.engine.facts.QualifiedName;
import dev.rubicon.engine.facts.Schema;
import dev.rubicon.plan.Severity;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** A database or schema dropped. */
final class DropDatabaseOrSchemaRule implements Rule.OfStatement {

    private static final RulePage PAGE = new RulePage("drop-database-or-schema",
            "A database or schema dropped", Severity.ERROR,
            "DROP DATABASE takes everything. DROP SCHEMA … CASCADE takes every object in the schema, "
                    + "with ACCESS EXCLUSIVE on all tables at once, and what depends on them elsewhere. Without "
                    + "CASCADE only an empty schema can be dropped, which is worth a look.",
            """
            DROP SCHEMA archive CASCADE;
            """, """
            COMMENT ON SCHEMA archive IS 'Not used since 2.5.0.';
            """);

    @Override
    public RulePage page() {
        return PAGE;
    }

    @Override
    public Set<Class<? extends Action>> about() {
        return Set.of(Action.Drop.class, Action.Other.class);
    }

    @Override
    public void judge(Judged judged, Findings findings) {
        judged.actions(Action.Drop.class)
                .filter(drop -> drop.kind() == ObjectKind.SCHEMA || drop.kind() == ObjectKind.DATABASE)
                .forEach(drop -> drop.names().stream().filter(name -> !made(judged, drop.kind(), name))
                        .forEach(name -> findings.add(PAGE, severity(judged, drop), judged, message(judged, drop, name),
                                drop.kind() == ObjectKind.SCHEMA ? safeForm(judged, name) : null)));
        owned(judged, findings);
    }

    /** What the role owns in the database, and the rights that it was given; nothing in the text says what that is. */
    private static void owned(Judged judged, Findings findings) {
        judged.actions(Action.Other.class).filter(each -> each.node().equals("DropOwnedStmt"))
                .forEach(each -> findings.add(PAGE, Severity.ERROR, judged,
                        "DROP OWNED takes every table, view and function that the role owns, with their data, under "
                                + "ACCESS EXCLUSIVE on all of them at once",
                        "REASSIGN OWNED BY … TO …;\n-- then only its rights are left to go:\n"
                                + judged.statement().sql() + ";"));
    }

    private static boolean made(Judged judged, ObjectKind kind, QualifiedName name) {
        return kind == ObjectKind.SCHEMA && judged.passage().script().stream()
                .flatMap(each -> each.actions(Action.CreateSchema.class))
                .anyMatch(create -> create.schema().equals(name.name()) && !create.ifNotExists());
    }

    private static Severity severity(Judged judged, Action.Drop drop) {
        boolean empty = drop.kind() == ObjectKind.SCHEMA && !drop.cascade();
        return empty
                ? Severity.WARNING
                : Weighing.removal(judged, false) == Severity.WARNING
                        ? Severity.WARNING
                        : Severity.ERROR;
    }

    private static String message(Judged judged, Action.Drop drop, QualifiedName name) {
        if (drop.kind() == ObjectKind.DATABASE) {
            return "DROP DATABASE " + name + " takes all of its data";
        }
        List<String> tables = tables(judged, name);
        return drop.cascade()
                ? "DROP SCHEMA " + name + " CASCADE takes "
                        + (tables.isEmpty() ? "every table in it" : String.join(", ", tables))
                        + ", with ACCESS EXCLUSIVE on all of them at once, and what depends on them elsewhere"
                : "DROP SCHEMA " + name + " fails unless the schema is empty";
    }

    private static List<String> tables(Judged judged, QualifiedName schema) {
        return judged.schema().relations().stream().map(Schema.Relation::name)
                .filter(table -> schema.name().equals(table.schema())).map(QualifiedName::sql).toList();
    }

    private static String safeForm(Judged judged, QualifiedName name) {
        List<String> tables = tables(judged, name);
        String first = tables.isEmpty()
                ? ""
                : tables.stream().map(table -> "DROP TABLE " + table + ";\n").collect(Collectors.joining());
        return "-- each table by itself, in a contract phase with a backup; then the empty schema:\n" + first
                + "DROP SCHEMA " + name.sql() + ";";
    }
}
