package dev.rubicon.analysis.rules;

import dev.rubicon.analysis.RulePage;
import dev.rubicon.engine.facts.Action;
import dev.rubicon.engine.facts.Expression;
import dev.rubicon.engine.facts.Schema;
import dev.rubicon.engine.facts.TypeName;
import dev.rubicon.plan.Severity;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.stream.Stream;

/** A new column of a domain that demands something. */
final class AddConstrainedDomainColumnRule implements Rule.OfStatement {

    private static final RulePage PAGE = new RulePage("add-constrained-domain-column",
            "A new column of a domain that demands something", Severity.ERROR,
            "A domain with a CHECK or NOT NULL is checked for every row of the table, even where the "
                    + "column may be null and has no default: PostgreSQL writes the whole table anew under ACCESS "
                    + "EXCLUSIVE to do so.",
            """
            CREATE DOMAIN positive AS integer CHECK (VALUE > 0);
            ALTER TABLE stocks ADD COLUMN amount positive;
            """, """
            ALTER TABLE stocks ADD COLUMN amount integer;
            ALTER TABLE stocks ADD CONSTRAINT stocks_amount_check CHECK (amount > 0) NOT VALID;
            """);

    @Override
    public RulePage page() {
        return PAGE;
    }

    @Override
    public Set<Class<? extends Action>> about() {
        return Set.of(Action.AddColumn.class);
    }

    @Override
    public void judge(Judged judged, Findings findings) {
        judged.actions(Action.AddColumn.class).filter(add -> Weighing.shared(judged, add.table())).forEach(add -> {
            TypeName type = add.column().type();
            if (type != null && !type.array()) {
                Domains.constrained(judged.schema(), type).ifPresent(domain -> findings.add(PAGE,
                        Weighing.bySize(judged, add.table(), PAGE.severity()), judged,
                        "ADD COLUMN " + Sql.quote(add.column().name()) + " " + type.sql() + " "
                                + Weighing.rewrites(judged, add.table()) + ": domain " + domain.name()
                                + " has constraints that each row is checked against",
                        safeForm(judged, add, domain)));
            }
        });
    }

    private static String safeForm(Judged judged, Action.AddColumn add, Schema.Domain domain) {
        String name = add.column().name();
        SafeColumn safe = new SafeColumn(judged, add.table(), name).add(domain.base().sql());
        Expression value = add.column().defaultValue();
        if (value != null) {
            safe.defaultTo(value.sql());
        }
        domain.checks().stream().flatMap(check -> Stream.ofNullable(check.check())).forEach(check -> {
            String called = Sql.quote(Sql.name(add.table().name(), name, "check"));
            String condition = check.sql().replaceAll("(?i)\\bvalue\\b", Matcher.quoteReplacement(Sql.quote(name)));
            safe.alter("ADD CONSTRAINT " + called + " CHECK (" + condition + ") NOT VALID")
                    .alter("VALIDATE CONSTRAINT " + called);
        });
        return (domain.notNull() ? safe.notNull() : safe).sql();
    }
}
