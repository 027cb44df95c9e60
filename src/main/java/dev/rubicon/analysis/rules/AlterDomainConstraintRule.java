package dev.rubicon.analysis.rules;

import static dev.rubicon.engine.facts.Identifiers.quote;

import dev.rubicon.analysis.RulePage;
import dev.rubicon.engine.facts.Action;
import dev.rubicon.engine.facts.Action.AlterDomain;
import dev.rubicon.engine.facts.Constraint;
import dev.rubicon.engine.facts.QualifiedName;
import dev.rubicon.engine.facts.Schema.Relation;
import dev.rubicon.engine.facts.Schema.Type;
import dev.rubicon.engine.facts.TypeName;
import dev.rubicon.plan.Severity;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A demand on a domain that reads every table which uses it. */
final class AlterDomainConstraintRule implements Rule.OfStatement {

    private static final RulePage PAGE = new RulePage("alter-domain-constraint",
            "A demand on a domain that reads every table which uses it", Severity.ERROR,
            "ADD CONSTRAINT and SET NOT NULL on a domain take SHARE on every table that has a column of it, and read each as "
                    + "a whole: writes wait, and all tables stay locked until the last is read. A CHECK can be NOT VALID; "
                    + "NOT NULL cannot.",
            """
            ALTER DOMAIN price ADD CONSTRAINT price_positive CHECK (value > 0);
            """, """
            ALTER DOMAIN price ADD CONSTRAINT price_positive CHECK (value > 0) NOT VALID;
            """);

    @Override
    public RulePage page() {
        return PAGE;
    }

    @Override
    public Set<Class<? extends Action>> about() {
        return Set.of(AlterDomain.class);
    }

    @Override
    public void judge(Judged judged, Findings findings) {
        judged.actions(AlterDomain.class).filter(alter -> reads(alter) && !unused(judged, alter))
                .forEach(alter -> findings.add(PAGE, judged, (alter.setNotNull() ? "SET NOT NULL" : "The constraint")
                        + " on domain " + alter.domain() + " takes SHARE on " + tables(judged, alter)
                        + " and reads it as a whole: inserts, updates and deletes wait until the last row is read",
                        safeForm(judged, alter)));
    }

    private static boolean reads(AlterDomain alter) {
        Constraint constraint = alter.constraint();
        return alter.setNotNull() || (constraint != null && !constraint.notValid());
    }

    /** A domain that the same script made, or that a catalog says no table uses. */
    private static boolean unused(Judged judged, AlterDomain alter) {
        return judged.schema().type(alter.domain()).filter(Type::made).isPresent()
                || (judged.schema().isComplete() && users(judged, alter.domain()).isEmpty());
    }

    private static List<QualifiedName> users(Judged judged, QualifiedName domain) {
        return judged.schema().relations().stream().filter(relation -> relation.columns().values().stream()
                .anyMatch(column -> of(column.type(), domain))).map(Relation::name).toList();
    }

    private static boolean of(@Nullable TypeName type, QualifiedName domain) {
        return type != null && new QualifiedName(type.schema(), type.name()).same(domain);
    }

    private static String tables(Judged judged, AlterDomain alter) {
        List<QualifiedName> users = users(judged, alter.domain());
        return users.isEmpty() ? "every table that uses it" : Sentences.list(users);
    }

    private static @Nullable String safeForm(Judged judged, AlterDomain alter) {
        Constraint constraint = alter.constraint();
        if (constraint == null || constraint.kind() != Constraint.Kind.CHECK) {
            List<QualifiedName> users = users(judged, alter.domain());
            return users.isEmpty()
                    ? null
                    : String.join("\n", users.stream().map(table -> columns(judged, table, alter)).toList());
        }
        String given = constraint.name();
        String name = quote(given == null ? Sql.name(alter.domain().name(), "check") : given);
        String domain = "ALTER DOMAIN " + alter.domain().sql();
        return Sql.lines(domain + " ADD CONSTRAINT " + name + " " + SafeForms.body(constraint) + " NOT VALID;",
                domain + " VALIDATE CONSTRAINT " + name + ";");
    }

    /** NOT NULL at the columns instead. */
    private static String columns(Judged judged, QualifiedName table, AlterDomain alter) {
        return String.join("\n",
                judged.schema().relation(table).stream().flatMap(each -> each.columns().values().stream())
                        .filter(column -> of(column.type(), alter.domain()))
                        .map(column -> SafeForms.notNull(judged, table, column.name())).toList());
    }
}
