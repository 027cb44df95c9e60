package dev.rubicon.analysis.rules;

import dev.rubicon.analysis.RulePage;
import dev.rubicon.engine.facts.Action;
import dev.rubicon.engine.facts.Identifiers;
import dev.rubicon.engine.facts.QualifiedName;
import dev.rubicon.plan.DataLoss;
import dev.rubicon.plan.Rollback;
import dev.rubicon.plan.Severity;
import dev.rubicon.plan.Step;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A rollback that loses more than it says. */
final class DataLossUnderstatedRule implements Rule.OfPlan {

    private static final RulePage PAGE = new RulePage("data-loss-understated",
            "A rollback that loses more than it says", Severity.ERROR,
            "Whoever confirms a rollback at night goes by what it says to lose. What the same plan filled from other data "
                    + "can be computed again (derived); what was written into it since is gone (new-writes); what existed "
                    + "before the plan only a backup brings back (total). A column that dualWrite keeps in step before any "
                    + "code knows it loses nothing: the old column has it all.",
            """
            - step: add-region
              sql: ALTER TABLE users ADD COLUMN region text;
              rollback: { sql: ALTER TABLE users DROP COLUMN region;, dataLoss: none }
            """, """
            - step: add-region
              sql: ALTER TABLE users ADD COLUMN region text;
              rollback:
                sql: ALTER TABLE users DROP COLUMN region;
                dataLoss: new-writes
                lossQuery: SELECT count(*) FROM users WHERE region IS NOT NULL
            """);

    /** What is lost, and why. */
    private record Loss(DataLoss loss, String because) {}

    @Override
    public RulePage page() {
        return PAGE;
    }

    @Override
    public void judge(JudgedPlan plan, Findings findings) {
        Made made = new Made();
        plan.document().steps().forEach(step -> {
            List<Judged> own = plan.judged().stream()
                    .filter(each -> step.name().equals(each.at().step()) && !each.nested()).toList();
            own.stream().filter(each -> !each.rollback())
                    .forEach(each -> Held.actions(each.actions()).forEach(made::take));
            Loss derived = derive(plan, step, own, made);
            if (derived.loss().compareTo(step.rollback().loss()) > 0) {
                Severity severity = derived.loss() == DataLoss.TOTAL ? Severity.ERROR : Severity.WARNING;
                findings.add(PAGE, severity, step, "rollback", plan.text().place(step.pointer() + "/rollback/dataLoss"),
                        "The rollback of " + step.name() + " is said to lose " + step.rollback().loss().word()
                                + ", but " + derived.because(),
                        "dataLoss: " + derived.loss().word());
            }
        });
    }

    private static Loss derive(JudgedPlan plan, Step step, List<Judged> own, Made made) {
        List<Loss> losses = new ArrayList<>();
        losses.add(new Loss(DataLoss.NONE, ""));
        @Nullable
        String destroyed = plan.destroyed().get(step.name());
        if (destroyed != null) {
            losses.add(new Loss(DataLoss.TOTAL, destroyed));
        }
        if (step.rollback().way() instanceof Rollback.Reverse) {
            own.stream().filter(Judged::rollback).flatMap(each -> Held.actions(each.actions()))
                    .forEach(action -> lost(plan, step, action, own, made).forEach(losses::add));
            own.stream().filter(each -> !each.rollback() && each.actions(Action.AlterType.class).findAny().isPresent())
                    .filter(each -> each.draft().loss() != DataLoss.TOTAL)
                    .forEach(each -> losses.add(new Loss(each.draft().loss(), each.draft().why())));
        }
        return losses.stream().max(Comparator.comparing(Loss::loss)).orElseThrow();
    }

    private static Stream<Loss> lost(JudgedPlan plan, Step step, Action action, List<Judged> own, Made made) {
        return switch (action) {
            case Action.DropColumn drop when made.column(drop.table(), drop.column())
                    && DualWritten.fromTheBeginning(plan, step, drop.table(), drop.column()) ->
                Stream.empty();
            case Action.DropColumn drop -> Stream.of(dropped(made.column(drop.table(), drop.column()),
                    Fillings.column(plan, step, drop.table(), drop.column()),
                    drop.table() + "." + Identifiers.quote(drop.column())));
            case Action.Drop drop when drop.kind() == Action.ObjectKind.TABLE -> drop.names().stream()
                    .map(name -> dropped(made.relation(name), Fillings.table(plan, step, name), name.toString()));
            case Action.Truncate truncate -> truncate.tables().stream().filter(table -> !inserts(own, table))
                    .map(table -> dropped(made.relation(table), Fillings.table(plan, step, table), table.toString()));
            case Action.Delete delete when !inserts(own, delete.table()) -> Stream.of(dropped(
                    made.relation(delete.table()), Fillings.table(plan, step, delete.table()),
                    "rows of " + delete.table()));
            default -> Stream.empty();
        };
    }

    /** What the step put in, its rollback may take out. */
    private static boolean inserts(List<Judged> own, QualifiedName table) {
        return own.stream().filter(each -> !each.rollback()).flatMap(each -> Held.actions(each.actions()))
                .anyMatch(action -> switch (action) {
                    case Action.Insert insert -> insert.table().same(table);
                    case Action.CopyInto copy -> copy.table().same(table);
                    case Action.Merge merge -> merge.table().same(table);
                    default -> false;
                }) || own.isEmpty();
    }

    private static Loss dropped(boolean made, boolean filled, String what) {
        if (!made) {
            return new Loss(DataLoss.TOTAL, "it takes " + what + " away, which was there before the plan");
        }
        return filled
                ? new Loss(DataLoss.DERIVED, "it takes " + what + " away with what the plan has filled in by then")
                : new Loss(DataLoss.NEW_WRITES, "it takes " + what + " away with what was written there since");
    }
}
