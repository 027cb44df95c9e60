package dev.rubicon.plan;

import dev.rubicon.plan.RollbackPlan.Action;
import dev.rubicon.plan.RollbackPlan.Row;
import dev.rubicon.plan.RollbackPlan.Scenario;
import dev.rubicon.plan.RollbackPlan.Side;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The four things that can go wrong, each with what to do about it in this plan. */
final class Scenarios {

    private final PlanDocument document;
    private final List<Row> rows;
    private final Verdict.@Nullable PointOfNoReturn river;

    Scenarios(PlanDocument document, List<Row> rows, Verdict.@Nullable PointOfNoReturn river) {
        this.document = document;
        this.rows = rows;
        this.river = river;
    }

    List<Scenario> all() {
        return List.of(failedPartWay(), applicationBroken(), dataWrong(), pastTheRiver());
    }

    private Scenario failedPartWay() {
        return new Scenario("failed-part-way", "A step failed part-way",
                "The rollout stands still; the target's ledger says which steps took effect. Roll those back, newest "
                        + "first, mend the cause, and retry or submit a new revision.",
                undo("If it took effect: "));
    }

    private Scenario applicationBroken() {
        List<Action> actions = new ArrayList<>();
        for (Phase phase : document.phases().reversed()) {
            Phase.Versions gate = phase.after().deployment();
            if (gate != null && (river == null || phase.index() <= river.phase())) {
                actions.add(new Action(null, "Roll " + gate.application() + " back to a version outside "
                        + gate.version() + ", which phase " + (phase.index() + 1) + " (" + phase.title()
                        + ") needed, and report the newer version gone", null));
            }
        }
        actions.addAll(undo(""));
        return new Scenario("application-broken", "The steps succeeded, but the application is broken",
                "The application goes back first, the schema after it: the old version runs on both schemas, the new "
                        + "one may not.",
                actions);
    }

    /** The way back over every step before the river, newest first. */
    private List<Action> undo(String condition) {
        return rows.reversed().stream().filter(row -> row.side() == Side.BEFORE)
                .map(row -> new Action(row.step(), sentence(condition, row), row.runnable() ? row.rollback() : null))
                .toList();
    }

    private static String sentence(String condition, Row row) {
        String text = switch (row.way()) {
            case "sql" -> "undo it; this loses " + loss(row);
            case "forward" -> "correct it, the schema stays; this loses " + loss(row);
            default -> "nothing to undo: " + row.rollback();
        };
        String window = row.window() == null ? "" : " (holds: " + row.window() + ")";
        return capital(condition + text) + window;
    }

    private static String loss(Row row) {
        return switch (row.dataLoss()) {
            case "none" -> "nothing";
            case "derived" -> "only what can be computed again";
            case "new-writes" -> "what was written since";
            default -> "data that existed before";
        };
    }

    private Scenario dataWrong() {
        Map<String, Step> steps = document.steps().collect(Collectors.toMap(Step::name, step -> step));
        List<Action> actions = rows.stream().filter(row -> row.kind().equals("backfill"))
                .flatMap(row -> correction(row, steps.get(row.step())).stream()).toList();
        return new Scenario("data-wrong", "Backfilled data is wrong",
                actions.isEmpty()
                        ? "This plan copies no data."
                        : "Correct the data; do not roll the schema back, which would not bring the right data.",
                actions);
    }

    private List<Action> correction(Row row, @Nullable Step step) {
        if (row.way().equals("forward")) {
            return List.of(new Action(row.step(), "Run its corrective, as the plan has it", row.rollback()));
        }
        if (!(step != null && step.work() instanceof Work.Backfill backfill)) {
            return List.of();
        }
        if (backfill.set().isEmpty()) {
            return List.of(new Action(row.step(), "Submit a corrective revision for " + backfill.table()
                    + " with a backfill that selects the wrong rows", null));
        }
        if (backfill.record() != null) {
            return List.of(fromRecord(row, backfill));
        }
        String columns = String.join(", ", backfill.set().keySet());
        String wrong = backfill.set().entrySet().stream()
                .map(set -> set.getKey() + " IS DISTINCT FROM (" + set.getValue() + ")")
                .collect(Collectors.joining(" OR "));
        return List.of(new Action(row.step(), "Submit a corrective revision: the same backfill over " + columns
                + " with the right expression, where the value is wrong. How many rows differ from the plan's own "
                + "expression",
                "SELECT count(*) FROM " + backfill.table()
                        + (backfill.from() == null ? "" : ", " + backfill.from()) + " WHERE " + wrong + ";"));
    }

    /** The record names the rows, what they were, and what became of them: whoever changed one since is left alone. */
    private Action fromRecord(Row row, Work.Backfill backfill) {
        String relation = BackfillRecord.relation(document.plan(), row.step());
        String since = backfill.set().keySet().stream().map(column -> column + " IS NOT DISTINCT FROM r.new_" + column)
                .collect(Collectors.joining(" AND "));
        return new Action(row.step(), "Submit a corrective revision with a backfill of " + backfill.table() + " from "
                + relation + " r, where the key is r's and " + since
                + ", which leaves rows alone that somebody changed "
                + "since; set each column to its r.old_ value, or to the right expression. How many rows the record holds",
                "SELECT count(*) FROM " + relation + ";");
    }

    private Scenario pastTheRiver() {
        if (river == null) {
            return new Scenario("past-the-point-of-no-return", "Past the point of no return",
                    "This plan never gets there: every step has a way back.", List.of());
        }
        List<Action> actions = new ArrayList<>();
        for (Row row : rows.reversed()) {
            if (row.side() != Side.BEFORE) {
                String text = beyond(row);
                actions.add(new Action(row.step(), capital(text), row.runnable() ? row.rollback() : null));
            }
        }
        backup().ifPresent(actions::add);
        return new Scenario("past-the-point-of-no-return", "Past the point of no return",
                "Once " + river.step() + " has taken effect on a target there is no rollback there: " + river.reason()
                        + ".",
                actions);
    }

    private static String beyond(Row row) {
        return switch (row.way()) {
            case "impossible" -> row.rollback();
            case "nothing" -> "nothing to undo: " + row.rollback();
            default -> row.dataLoss().equals("total")
                    ? "this gives back the structure, not the data"
                    : "still undone by itself, by hand; this loses " + loss(row);
        };
    }

    private java.util.Optional<Action> backup() {
        return document.phases().stream().filter(phase -> river != null && phase.index() == river.phase())
                .map(phase -> phase.after().backup()).filter(java.util.Objects::nonNull)
                .map(backup -> new Action(null, "The backup on record was at most " + Durations.format(backup.maxAge())
                        + " old when the phase began: restore it into a new database and copy back what is missed",
                        null))
                .findFirst();
    }

    private static String capital(String text) {
        return text.isEmpty() ? text : text.substring(0, 1).toUpperCase(Locale.ROOT) + text.substring(1);
    }
}
