package dev.rubicon.analysis.rules;

import dev.rubicon.analysis.RulePage;
import dev.rubicon.engine.facts.Action;
import dev.rubicon.engine.facts.Action.ObjectKind;
import dev.rubicon.engine.facts.QualifiedName;
import dev.rubicon.engine.facts.Schema;
import dev.rubicon.plan.Severity;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** CASCADE that reaches what nobody named. */
final class DropCascadeEscalationRule implements Rule.OfStatement {

    private static final RulePage PAGE = new RulePage("drop-cascade-escalation",
            "CASCADE that reaches what nobody named", Severity.ERROR,
            "CASCADE drops whatever depends on the object, found out at run time on each target: for a "
                    + "type every column of it with its data, for a sequence the defaults that use it, for a "
                    + "function triggers and indexes, for a view the views on top. Each table concerned is locked "
                    + "with ACCESS EXCLUSIVE.",
            """
            DROP TYPE mood CASCADE;
            """, """
            DROP TYPE mood;
            """);

    @Override
    public RulePage page() {
        return PAGE;
    }

    @Override
    public Set<Class<? extends Action>> about() {
        return Set.of(Action.Drop.class);
    }

    @Override
    public void judge(Judged judged, Findings findings) {
        judged.actions(Action.Drop.class).filter(drop -> drop.cascade() && WHAT.containsKey(drop.kind()))
                .forEach(drop -> drop.names().stream().filter(name -> !mine(judged, drop, name))
                        .forEach(name -> judge(judged, drop, name, findings)));
    }

    private static final Map<ObjectKind, String> WHAT = Map.of(ObjectKind.TYPE, "every column of the type and its data",
            ObjectKind.DOMAIN, "every column of the domain and its data", ObjectKind.SEQUENCE,
            "every default that takes numbers from it, so that inserts fail", ObjectKind.FUNCTION,
            "every trigger, index, default and view that calls it", ObjectKind.VIEW, "every view on top of it",
            ObjectKind.MATERIALIZED_VIEW, "every view on top of it", ObjectKind.EXTENSION,
            "every column of its types and every index and function that uses it", ObjectKind.TABLE,
            "every foreign key that refers to it and every view that reads it");
    private static final Set<ObjectKind> WITH_ROWS = Set.of(ObjectKind.TYPE, ObjectKind.DOMAIN, ObjectKind.EXTENSION,
            ObjectKind.SEQUENCE);

    private static boolean mine(Judged judged, Action.Drop drop, QualifiedName name) {
        return Weighing.made(judged, name) || ((drop.kind() == ObjectKind.TYPE || drop.kind() == ObjectKind.DOMAIN)
                && judged.schema().type(name).filter(Schema.Type::made).isPresent());
    }

    private static void judge(Judged judged, Action.Drop drop, QualifiedName name, Findings findings) {
        List<String> dependents = dependents(judged, drop.kind(), name);
        boolean listed = switch (drop.kind()) {
            case TYPE, DOMAIN, VIEW, MATERIALIZED_VIEW, TABLE -> true;
            default -> false;
        };
        if (dependents.isEmpty() && listed && judged.schema().isComplete()) {
            return;
        }
        Severity severity = WITH_ROWS.contains(drop.kind()) ? Severity.ERROR : Severity.WARNING;
        findings.add(PAGE, severity, judged, "DROP " + drop.kind().word() + " " + name + " CASCADE takes "
                + (dependents.isEmpty() ? WHAT.get(drop.kind()) : String.join(", ", dependents))
                + ", with ACCESS EXCLUSIVE on each table concerned", safeForm(drop, name, dependents));
    }

    private static List<String> dependents(Judged judged, ObjectKind kind, QualifiedName name) {
        return switch (kind) {
            case TYPE, DOMAIN -> judged.schema().columnsOf(name).stream()
                    .map(column -> "column " + column.table() + "." + Sql.quote(column.column())).toList();
            case TABLE, VIEW, MATERIALIZED_VIEW -> judged.schema().dependents(name).stream()
                    .map(Schema.Dependent::words).toList();
            default -> List.of();
        };
    }

    private static String safeForm(Action.Drop drop, QualifiedName name, List<String> dependents) {
        return "-- after what depends on it was dropped by name"
                + (dependents.isEmpty() ? "" : " (" + String.join(", ", dependents) + ")") + ":\nDROP "
                + drop.kind().word() + " " + name.sql() + ";";
    }
}
