package dev.rubicon.analysis.rules;

import static dev.rubicon.engine.facts.Identifiers.quote;

import dev.rubicon.analysis.RulePage;
import dev.rubicon.engine.facts.Action;
import dev.rubicon.engine.facts.Action.ValidateConstraint;
import dev.rubicon.plan.Severity;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** A validation in one ALTER TABLE with what locks more. */
final class ValidateMergedRule implements Rule.OfStatement {

    private static final RulePage PAGE = new RulePage("validate-merged-with-ael-subcommand",
            "A validation in one ALTER TABLE with what locks more", Severity.ERROR,
            "An ALTER TABLE takes the strongest lock that any of its parts needs, and holds it for all of them. VALIDATE "
                    + "alone lets others read and write; beside another change it reads the whole table under ACCESS "
                    + "EXCLUSIVE.",
            """
            ALTER TABLE orders VALIDATE CONSTRAINT orders_amount_check, DROP COLUMN old_amount;
            """, """
            ALTER TABLE orders VALIDATE CONSTRAINT orders_amount_check;
            ALTER TABLE orders DROP COLUMN old_amount;
            """);

    @Override
    public RulePage page() {
        return PAGE;
    }

    @Override
    public Set<Class<? extends Action>> about() {
        return Set.of(ValidateConstraint.class);
    }

    @Override
    public void judge(Judged judged, Findings findings) {
        List<ValidateConstraint> validations = judged.actions(ValidateConstraint.class).toList();
        if (validations.isEmpty() || Ground.quiet(judged, validations.getFirst().table())
                || judged.actions(Action.OnTable.class).noneMatch(each -> stronger(judged, each))) {
            return;
        }
        ValidateConstraint first = validations.getFirst();
        findings.add(PAGE, Ground.weigh(judged, first.table(), Severity.ERROR), judged,
                "VALIDATE CONSTRAINT " + quote(first.constraint()) + " reads " + Ground.named(judged, first.table())
                        + " under the lock that the other parts of this ALTER TABLE take: reads or writes wait until it is through",
                safeForm(validations, judged));
    }

    /** SET NOT NULL beside its own proof is told by the rule for it. */
    private static boolean stronger(Judged judged, Action.OnTable action) {
        return ValidateInSameTxRule.keepsOthersOut(action) && !(action instanceof Action.SetNotNull set
                && NotNullProof.merged(judged, set.table(), set.column()).isPresent());
    }

    private static String safeForm(List<ValidateConstraint> validations, Judged judged) {
        String table = validations.getFirst().table().sql();
        String rest = judged.statement().sql();
        StringBuilder alone = new StringBuilder();
        for (ValidateConstraint each : validations) {
            String name = "(?:" + Pattern.quote(quote(each.constraint())) + "|\\S+?)";
            rest = rest.replaceFirst("(?is)\\s*VALIDATE\\s+CONSTRAINT\\s+" + name + "\\s*(,|$)", "");
            alone.append("\nALTER TABLE ").append(table).append(" VALIDATE CONSTRAINT ")
                    .append(quote(each.constraint())).append(';');
        }
        return rest.strip().replaceFirst(",$", "") + ";" + alone;
    }
}
