package dev.rubicon.analysis.rules;

import static dev.rubicon.engine.facts.Identifiers.quote;

import dev.rubicon.analysis.RulePage;
import dev.rubicon.engine.facts.Action;
import dev.rubicon.engine.facts.Constraint;
import dev.rubicon.engine.facts.QualifiedName;
import dev.rubicon.plan.Severity;
import java.util.Set;
import java.util.stream.Stream;

/** NOT NULL that reads the table while everybody waits. */
final class SetNotNullRule implements Rule.OfStatement {

    private static final RulePage PAGE = new RulePage("set-not-null",
            "NOT NULL that reads the table while everybody waits", Severity.ERROR,
            "SET NOT NULL takes ACCESS EXCLUSIVE and reads the whole table under it, unless a valid CHECK proves that the "
                    + "column holds no null. From 18 on NOT NULL itself can be added NOT VALID and validated later.",
            """
            ALTER TABLE users ALTER COLUMN email SET NOT NULL;
            """, """
            ALTER TABLE users ADD CONSTRAINT users_email_not_null CHECK (email IS NOT NULL) NOT VALID;
            ALTER TABLE users VALIDATE CONSTRAINT users_email_not_null;
            ALTER TABLE users ALTER COLUMN email SET NOT NULL;
            ALTER TABLE users DROP CONSTRAINT users_email_not_null;
            """);

    @Override
    public RulePage page() {
        return PAGE;
    }

    @Override
    public Set<Class<? extends Action>> about() {
        return Set.of(Action.SetNotNull.class, Action.AddConstraint.class);
    }

    @Override
    public void judge(Judged judged, Findings findings) {
        judged.actions().stream().flatMap(SetNotNullRule::demands)
                .filter(each -> !Ground.quiet(judged, each.table())
                        && !NotNullProof.proved(judged, each.table(), each.column())
                        && NotNullProof.merged(judged, each.table(), each.column()).isEmpty())
                .forEach(each -> findings.add(PAGE, Ground.weigh(judged, each.table(), Severity.ERROR), judged,
                        message(judged, each), SafeForms.notNull(judged, each.table(), each.column())));
    }

    private record Demand(QualifiedName table, String column) {}

    private static Stream<Demand> demands(Action action) {
        return switch (action) {
            case Action.SetNotNull set -> Stream.of(new Demand(set.table(), set.column()));
            case Action.AddConstraint add when add.constraint().kind() == Constraint.Kind.NOT_NULL
                    && !add.constraint().notValid() ->
                add.constraint().columns().stream().map(column -> new Demand(add.table(), column));
            default -> Stream.<Demand>empty();
        };
    }

    private static String message(Judged judged, Demand demand) {
        return "SET NOT NULL on " + quote(demand.column()) + " reads " + Ground.named(judged, demand.table())
                + " as a whole under ACCESS EXCLUSIVE, since no valid CHECK is known that proves it: reads and writes wait"
                + NotNullProof.waiting(judged, demand.table(), demand.column())
                        .map(each -> "; " + quote(each.name()) + " would prove it once it is validated").orElse("");
    }
}
