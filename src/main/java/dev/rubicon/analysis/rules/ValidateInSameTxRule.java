package dev.rubicon.analysis.rules;

import dev.rubicon.analysis.RulePage;
import dev.rubicon.engine.facts.Action;
import dev.rubicon.engine.facts.Action.ValidateConstraint;
import dev.rubicon.engine.facts.Identifiers;
import dev.rubicon.engine.facts.QualifiedName;
import dev.rubicon.plan.Severity;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** A validation under a lock that is still held. */
final class ValidateInSameTxRule implements Rule.OfStatement {

    private static final RulePage PAGE = new RulePage("validate-in-same-tx",
            "A validation under a lock that is still held", Severity.ERROR,
            "A lock is held to the end of its transaction. VALIDATE in the transaction that added the constraint, or changed the "
                    + "table otherwise, reads the whole table while reads or writes still wait for it: NOT VALID has "
                    + "won nothing.",
            """
            BEGIN;
            ALTER TABLE orders ADD CONSTRAINT orders_amount_check CHECK (amount > 0) NOT VALID;
            ALTER TABLE orders VALIDATE CONSTRAINT orders_amount_check;
            COMMIT;
            """, """
            BEGIN;
            ALTER TABLE orders ADD CONSTRAINT orders_amount_check CHECK (amount > 0) NOT VALID;
            COMMIT;
            BEGIN;
            ALTER TABLE orders VALIDATE CONSTRAINT orders_amount_check;
            COMMIT;
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
        judged.actions(ValidateConstraint.class).filter(validate -> !Ground.quiet(judged, validate.table()))
                .forEach(validate -> locker(judged, validate.table()).ifPresent(locking -> findings.add(PAGE,
                        Ground.weigh(judged, validate.table(), Severity.ERROR), judged,
                        "VALIDATE CONSTRAINT " + validate.constraint() + " reads "
                                + Ground.named(judged, validate.table())
                                + " while the transaction still holds the lock that " + word(locking) + " took: "
                                + blocked(locking)
                                + " wait until it is through",
                        safeForm(judged, validate))));
    }

    /** The action before it in the transaction that took a lock on the table which keeps others out. */
    static Optional<Action.OnTable> locker(Judged judged, QualifiedName table) {
        return judged.passage().transaction().reversed().stream()
                .flatMap(each -> Held.actions(each.actions())).filter(Action.OnTable.class::isInstance)
                .map(Action.OnTable.class::cast).filter(each -> each.table().same(table) && keepsOthersOut(each))
                .findFirst();
    }

    static boolean keepsOthersOut(Action.OnTable action) {
        return switch (action) {
            case ValidateConstraint validate -> false;
            case Action.ColumnSetting setting -> !setting.setting().toUpperCase(Locale.ROOT).contains("STATISTICS");
            case Action.StorageParameters parameters -> false;
            case Action.Insert insert -> false;
            case Action.Update update -> false;
            case Action.Delete delete -> false;
            case Action.Merge merge -> false;
            case Action.CopyInto copy -> false;
            case Action.AttachPartition attach -> false;
            case Action.AttachIndex attach -> false;
            case Action.CreateIndex index -> !index.concurrently();
            default -> true;
        };
    }

    private static String word(Action.OnTable action) {
        return switch (action) {
            case Action.AddConstraint add -> "ADD CONSTRAINT";
            case Action.CreateIndex index -> "CREATE INDEX";
            case Action.CreateTrigger trigger -> "CREATE TRIGGER";
            default -> "ALTER TABLE";
        };
    }

    private static String blocked(Action.OnTable action) {
        boolean writes = action instanceof Action.CreateIndex || action instanceof Action.CreateTrigger
                || (action instanceof Action.AddConstraint add && add.constraint().references() != null);
        return writes ? "writes" : "reads and writes";
    }

    private static String safeForm(Judged judged, ValidateConstraint validate) {
        String alone = Sql.alter(validate.table(), "VALIDATE CONSTRAINT "
                + Identifiers.quote(validate.constraint()));
        return judged.passage().inPlan() ? alone : Sql.lines("COMMIT;", alone);
    }
}
