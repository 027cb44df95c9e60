package dev.rubicon.analysis.rules;

import dev.rubicon.analysis.RulePage;
import dev.rubicon.engine.facts.Action;
import dev.rubicon.engine.facts.Action.CreateDomain;
import dev.rubicon.engine.facts.Constraint;
import dev.rubicon.plan.Severity;
import java.util.Set;
import java.util.stream.Collectors;

/** A domain that demands something. */
final class DomainWithConstraintRule implements Rule.OfStatement {

    private static final RulePage PAGE = new RulePage("domain-with-constraint",
            "A domain that demands something", Severity.WARNING,
            "A column of such a domain costs later: adding one rewrites its table under ACCESS EXCLUSIVE, even without a "
                    + "default, and another demand on the domain reads every table that uses it while writes wait. A CHECK "
                    + "at the column can be added NOT VALID and validated by itself.",
            """
            CREATE DOMAIN price AS numeric(15, 5) CHECK (value > 0);
            """, """
            CREATE DOMAIN price AS numeric(15, 5);
            ALTER TABLE orders ADD CONSTRAINT orders_price_check CHECK (price > 0) NOT VALID;
            ALTER TABLE orders VALIDATE CONSTRAINT orders_price_check;
            """);

    @Override
    public RulePage page() {
        return PAGE;
    }

    @Override
    public Set<Class<? extends Action>> about() {
        return Set.of(CreateDomain.class);
    }

    @Override
    public void judge(Judged judged, Findings findings) {
        judged.actions(CreateDomain.class).filter(domain -> domain.notNull() || !domain.checks().isEmpty())
                .forEach(domain -> findings.add(PAGE, judged,
                        "Domain " + domain.domain() + " demands " + demands(domain)
                                + ": each column of it that is added later rewrites its table under ACCESS EXCLUSIVE",
                        "CREATE DOMAIN " + domain.domain().sql() + " AS " + domain.base().sql() + ";"));
    }

    private static String demands(CreateDomain domain) {
        String checks = domain.checks().stream().map(Constraint::sql).collect(Collectors.joining(", "));
        return domain.notNull() ? checks.isEmpty() ? "NOT NULL" : "NOT NULL, " + checks : checks;
    }
}
