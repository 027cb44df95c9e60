package dev.rubicon.analysis.rules;

import dev.rubicon.engine.facts.Action;
import dev.rubicon.engine.facts.Action.ObjectKind;
import dev.rubicon.engine.facts.Expression;
import dev.rubicon.engine.facts.Identifiers;
import dev.rubicon.engine.facts.QualifiedName;
import dev.rubicon.plan.DataLoss;
import dev.rubicon.plan.PlanDocument;
import dev.rubicon.plan.Rollback;
import dev.rubicon.plan.Step;
import dev.rubicon.plan.Work;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Finds the steps that take away rows or values which existed before the plan and which their rollback does not bring
 * back: what is dropped, emptied, deleted or overwritten. A rollback that inserts into the same table, or updates it,
 * is taken to bring the rows or values back; only its author can know.
 */
public final class Destruction {

    private final Made made = new Made();
    private final Map<String, String> reasons = new LinkedHashMap<>();

    private Destruction() {}

    /**
     * By step, in running order: what is lost for good, in words that begin a sentence.
     *
     * @param judged the statements of all steps in both directions
     */
    public static Map<String, String> of(PlanDocument document, List<Judged> judged) {
        Destruction destruction = new Destruction();
        document.steps().forEach(step -> destruction.step(step, judged.stream()
                .filter(each -> step.name().equals(each.at().step()) && !each.nested()).toList()));
        return destruction.reasons;
    }

    private void step(Step step, List<Judged> judged) {
        List<Action> back = judged.stream().filter(Judged::rollback).flatMap(each -> Held.actions(each.actions()))
                .toList();
        List<String> found = new ArrayList<>();
        if (step.work() instanceof Work.Backfill backfill && backfill.delete()) {
            deleted(PlanNames.of(backfill.table()), step, back).ifPresent(found::add);
        }
        judged.stream().filter(each -> !each.rollback()).forEach(each -> Held.actions(each.actions())
                .forEach(action -> {
                    lost(each, action, step, back).ifPresent(found::add);
                    made.take(action);
                }));
        if (!found.isEmpty()) {
            reasons.put(step.name(), found.getFirst());
        }
    }

    private Optional<String> lost(Judged judged, Action action, Step step, List<Action> back) {
        return switch (action) {
            case Action.DropColumn drop when !made.column(drop.table(), drop.column()) ->
                Optional.of(drop.table() + "." + Identifiers.quote(drop.column())
                        + " is dropped with its values, which no statement brings back");
            case Action.Drop drop -> dropped(drop);
            case Action.Truncate truncate -> truncate.tables().stream().map(table -> deleted(table, step, back))
                    .flatMap(Optional::stream).findFirst();
            case Action.Delete delete -> deleted(delete.table(), step, back);
            case Action.Update update -> overwritten(update, step, back);
            case Action.AlterType change when !made.column(change.table(), change.column())
                    && judged.draft().loss() == DataLoss.TOTAL ->
                Optional.of("the old values of " + change.table() + "." + Identifiers.quote(change.column())
                        + " cannot be computed from what " + change.type().sql() + " keeps of them");
            default -> Optional.empty();
        };
    }

    private Optional<String> dropped(Action.Drop drop) {
        boolean holdsRows = switch (drop.kind()) {
            case TABLE, DATABASE -> true;
            case SCHEMA, TYPE, DOMAIN, EXTENSION -> drop.cascade();
            default -> false;
        };
        return drop.names().stream().filter(name -> holdsRows && !made.relation(name)).findFirst()
                .map(name -> (drop.kind() == ObjectKind.TABLE
                        ? ""
                        : drop.kind().word().toLowerCase(java.util.Locale.ROOT)
                                + " ")
                        + name + " is dropped with "
                        + (drop.kind() == ObjectKind.TABLE ? "its rows" : "the data that hang on it")
                        + ", which no statement brings back");
    }

    private Optional<String> deleted(QualifiedName table, Step step, List<Action> back) {
        if (made.relation(table) || rebuilds(step, back, table, action -> action instanceof Action.Insert
                || action instanceof Action.CopyInto || action instanceof Action.Merge)) {
            return Optional.empty();
        }
        return Optional.of("rows of " + table + " are deleted, and the rollback does not bring them back");
    }

    private Optional<String> overwritten(Action.Update update, Step step, List<Action> back) {
        List<String> columns = update.assignments().stream().map(Action.Assignment::column)
                .filter(column -> !made.column(update.table(), column)).filter(column -> !fills(update, column))
                .toList();
        if (columns.isEmpty() || rebuilds(step, back, update.table(), action -> action instanceof Action.Update
                || action instanceof Action.Insert || action instanceof Action.Merge)) {
            return Optional.empty();
        }
        return Optional.of("values of " + update.table() + "." + columns.getFirst()
                + " are overwritten, and the rollback does not bring them back");
    }

    /** Whether only rows are met where the column says nothing yet, or is being brought in step with others. */
    private static boolean fills(Action.Update update, String column) {
        Expression where = update.where();
        return where != null && Pattern.compile("\\b" + Pattern.quote(column)
                + "\"?\\s+IS\\s+(NULL|DISTINCT\\s+FROM)\\b", Pattern.CASE_INSENSITIVE).matcher(where.sql()).find();
    }

    private static boolean rebuilds(Step step, List<Action> back, QualifiedName table, Predicate<Action> kind) {
        boolean filled = step.rollback().way() instanceof Rollback.Forward forward
                && forward.work() instanceof Work.Backfill backfill && target(backfill).same(table);
        return filled || back.stream().filter(kind).flatMap(Destruction::table).anyMatch(table::same);
    }

    private static QualifiedName target(Work.Backfill backfill) {
        @Nullable
        String into = backfill.into();
        return PlanNames.of(into == null ? backfill.table() : into);
    }

    private static Stream<QualifiedName> table(Action action) {
        return action instanceof Action.OnTable on ? Stream.of(on.table()) : Stream.empty();
    }
}
