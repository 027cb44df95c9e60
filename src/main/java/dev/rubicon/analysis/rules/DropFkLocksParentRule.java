package dev.rubicon.analysis.rules;

import static dev.rubicon.engine.facts.Identifiers.quote;

import dev.rubicon.analysis.RulePage;
import dev.rubicon.engine.facts.Action;
import dev.rubicon.engine.facts.Constraint;
import dev.rubicon.engine.facts.QualifiedName;
import dev.rubicon.engine.facts.Schema.ConstraintState;
import dev.rubicon.plan.Severity;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A foreign key whose end locks the table that it references. */
final class DropFkLocksParentRule implements Rule.OfStatement {

    private static final RulePage PAGE = new RulePage("drop-fk-locks-parent",
            "A foreign key whose end locks the table that it references", Severity.WARNING,
            "When a foreign key goes, by itself or with its column or table, PostgreSQL takes ACCESS EXCLUSIVE on both "
                    + "tables. While it waits for a query on the second, reads of both wait. Dropped alone, under a "
                    + "lock_timeout and tried again, it keeps nobody waiting for long.",
            """
            ALTER TABLE orders DROP CONSTRAINT orders_user_id_fkey;
            """, """
            SET lock_timeout = '2s';
            ALTER TABLE orders DROP CONSTRAINT orders_user_id_fkey;
            """);

    @Override
    public RulePage page() {
        return PAGE;
    }

    @Override
    public Set<Class<? extends Action>> about() {
        return Set.of(Action.DropConstraint.class, Action.DropColumn.class, Action.Drop.class);
    }

    @Override
    public void judge(Judged judged, Findings findings) {
        judged.actions().forEach(action -> {
            switch (action) {
                case Action.DropConstraint drop -> constraint(judged, drop, findings);
                case Action.DropColumn drop -> column(judged, drop, findings);
                case Action.Drop drop -> table(judged, drop, findings);
                default -> {}
            }
        });
    }

    private static void constraint(Judged judged, Action.DropConstraint drop, Findings findings) {
        List<QualifiedName> parents = Drops.parents(judged, drop);
        boolean known = Drops.constraint(judged, drop).isPresent();
        if (!Drops.key(judged, drop) || (known && parents.isEmpty()) || Ground.quiet(judged, drop.table())
                || (Ground.patienceLimited(judged) && judged.actions().size() == 1)) {
            return;
        }
        boolean made = judged.rollback()
                && Drops.constraint(judged, drop).filter(ConstraintState::made).isPresent();
        add(judged, made ? Severity.INFO : Ground.brief(judged), "Foreign key " + quote(drop.constraint()),
                drop.table(), parents, "SET lock_timeout = '2s';\n" + alone(drop.table(), drop.constraint()), findings);
    }

    private static void column(Judged judged, Action.DropColumn drop, Findings findings) {
        List<QualifiedName> parents = Drops.parents(judged, drop);
        if (!parents.isEmpty() && !Ground.quiet(judged, drop.table())) {
            add(judged, Ground.brief(judged), "Column " + quote(drop.column()), drop.table(), parents,
                    Sql.lines("SET lock_timeout = '2s';", keys(judged, drop.table(), drop.column()),
                            Sql.alter(drop.table(), "DROP COLUMN " + quote(drop.column()))),
                    findings);
        }
    }

    /** With two or more, another rule tells it. */
    private static void table(Judged judged, Action.Drop drop, Findings findings) {
        List<QualifiedName> parents = Drops.parents(judged, drop);
        if (parents.size() == 1) {
            QualifiedName table = drop.names().getFirst();
            boolean undone = judged.rollback() && Weighing.made(judged, table);
            add(judged, undone ? Severity.INFO : Ground.brief(judged), "Table " + table, table, parents,
                    Sql.lines("SET lock_timeout = '2s';", keys(judged, table, null),
                            judged.statement().sql() + ";"),
                    findings);
        }
    }

    private static void add(Judged judged, Severity severity, String what, QualifiedName table,
            List<QualifiedName> parents, String safeForm, Findings findings) {
        String parent = parents.isEmpty() ? "the table that it references" : Sentences.list(parents);
        findings.add(PAGE, severity, judged, what + " goes under ACCESS EXCLUSIVE on " + table + " and on " + parent
                + ": while it waits for running queries, reads and writes of both wait behind it", safeForm);
    }

    private static String alone(QualifiedName table, String constraint) {
        return Sql.alter(table, "DROP CONSTRAINT " + quote(constraint));
    }

    /** The foreign keys of a table, or of one of its columns, each dropped by itself. */
    static String keys(Judged judged, QualifiedName table, @Nullable String column) {
        return judged.schema().relation(table).stream().flatMap(each -> each.constraints().values().stream())
                .filter(each -> each.definition().kind() == Constraint.Kind.FOREIGN_KEY)
                .filter(each -> column == null || each.definition().columns().contains(column))
                .map(each -> alone(table, each.name())).collect(Collectors.joining("\n"));
    }
}
