package dev.rubicon.chaos;

import dev.rubicon.chaos.PlannedStep.Fill;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Reads a target after a crossing, with SQL of its own, and says what is wrong with it: its ledger, its schema, and what
 * was left behind. What the schema must be follows from the plan and the ledger.
 */
final class TargetCheck {

    private final Connection target;
    private final RandomPlan plan;
    private final Map<String, String> before;
    private final List<String> wrong = new ArrayList<>();
    private final List<String> inEffect = new ArrayList<>();
    private final List<String> skipped = new ArrayList<>();
    private final List<String> unfinished = new ArrayList<>();

    private TargetCheck(Connection target, RandomPlan plan, Map<String, String> before) {
        this.target = target;
        this.plan = plan;
        this.before = before;
    }

    /**
     * Everything that is wrong, a sentence each.
     *
     * @param before the inventory before the crossing
     */
    static List<String> wrong(Connection target, RandomPlan plan, Map<String, String> before, Expected expected)
            throws SQLException {
        TargetCheck check = new TargetCheck(target, plan, before);
        List<LedgerLine> ledger = LedgerLine.of(target, plan.name());
        check.ledger(ledger, expected);
        check.mayBeUnfinished(expected);
        check.schema(ledger);
        check.leftovers(expected);
        check.wrong.addAll(RowCheck.wrong(target, plan, ledger, check.inEffect));
        return check.wrong;
    }

    /** Steps take effect in the order written, one upon the other, and are undone from the top. */
    private void ledger(List<LedgerLine> ledger, Expected expected) {
        List<String> order = plan.steps().stream().map(PlannedStep::name).toList();
        List<String> standing = new ArrayList<>();
        long fence = 0;
        for (LedgerLine line : ledger) {
            if (line.fence() < fence) {
                wrong.add("ledger row %d has fence %d, one before it had %d".formatted(line.id(), line.fence(), fence));
            }
            fence = Math.max(fence, line.fence());
            switch (line.direction()) {
                case "rollback" -> undo(line, standing);
                case "skip" -> {
                    if (!expected.skipped().contains(line.step())) {
                        wrong.add("the ledger says that %s was skipped, which nobody asked for".formatted(line.step()));
                    }
                    skipped.add(line.step());
                    effect(line, order, standing);
                }
                default -> effect(line, order, standing);
            }
        }
        inEffect.addAll(standing);
        inEffect.removeAll(skipped);
        compare(order, standing, expected);
    }

    private void effect(LedgerLine line, List<String> order, List<String> standing) {
        if (standing.contains(line.step())) {
            wrong.add("%s took effect twice in the ledger".formatted(line.step()));
        } else if (standing.size() >= order.size() || !order.get(standing.size()).equals(line.step())) {
            wrong.add("%s took effect when %s were in effect".formatted(line.step(), standing));
            standing.add(line.step());
        } else {
            standing.add(line.step());
        }
    }

    private void undo(LedgerLine line, List<String> standing) {
        List<String> ours = new ArrayList<>(standing);
        ours.removeAll(skipped);
        if (ours.isEmpty() || !ours.getLast().equals(line.step())) {
            wrong.add("%s was undone when %s were in effect".formatted(line.step(), standing));
        }
        standing.remove(line.step());
    }

    private void compare(List<String> order, List<String> standing, Expected expected) {
        List<String> most = plan.phases().stream().limit(expected.phases()).flatMap(List::stream)
                .map(PlannedStep::name).toList();
        // a way back leaves alone what was skipped: it was there before
        List<String> ours = standing.stream().filter(step -> most.contains(step) || !skipped.contains(step)).toList();
        if (expected.whole() && !ours.equals(most)) {
            wrong.add("the ledger says that %s are in effect, and it should be %s".formatted(standing, most));
        }
        standing.stream().filter(step -> !most.contains(step) && !skipped.contains(step))
                .forEach(step -> wrong.add("%s is in effect and should not be".formatted(step)));
    }

    private void schema(List<LedgerLine> ledger) throws SQLException {
        Map<String, String> model = new TreeMap<>(before);
        for (LedgerLine line : ledger) {
            if (!line.direction().equals("skip")) {
                PlannedStep step = plan.step(line.step());
                PlannedStep.apply(line.back() ? step.back() : step.forward(), model);
            }
        }
        Map<String, String> found = Inventory.of(target);
        model.forEach((object, definition) -> {
            String is = found.get(object);
            if (is == null) {
                wrong.add("%s is missing".formatted(object));
            } else if (!is.equals(definition)) {
                wrong.add("%s is '%s' and should be '%s'".formatted(object, is, definition));
            }
        });
        found.keySet().stream().filter(object -> !model.containsKey(object) && !unfinished.contains(object))
                .forEach(object -> wrong.add("%s is there and should not be: %s".formatted(object, found.get(object))));
    }

    /** An index over partitions keeps what is built of it when it is broken off, until a retry or a rollback. */
    private void mayBeUnfinished(Expected expected) {
        List<String> begun = plan.phases().stream().limit(expected.phases()).flatMap(List::stream)
                .filter(step -> step.kind().equals(PlannedStep.OVER_PARTITIONS) && !inEffect.contains(step.name()))
                .flatMap(step -> step.forward().stream()).map(PlannedStep.Change::object).toList();
        if (!expected.whole()) {
            unfinished.addAll(begun);
        }
    }

    private void leftovers(Expected expected) throws SQLException {
        String known = unfinished.stream().map(object -> "'" + object.substring("index ".length()) + "'")
                .collect(Collectors.joining(", ", "(", ")"));
        none("invalid indexes", """
                SELECT c.relname FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
                WHERE NOT (indisvalid AND indisready AND indislive)"""
                + (unfinished.isEmpty() ? "" : " AND c.relname NOT IN " + known));
        none("leftovers of a rebuild", "SELECT oid::regclass FROM pg_class WHERE relname ~ '_cc(new|old)[0-9]*$'");
        none("sessions", """
                SELECT pid || ' ' || application_name FROM pg_stat_activity
                WHERE application_name LIKE 'rubicon%' AND datname = current_database()""");
        none("advisory locks", """
                SELECT pid FROM pg_locks WHERE locktype = 'advisory'
                    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())""");
        none("prepared transactions", "SELECT gid FROM pg_prepared_xacts WHERE database = current_database()");
        none("temporary objects", "SELECT oid::regclass FROM pg_class WHERE relpersistence = 't'");
        if (expected.whole()) {
            notes();
        }
    }

    /** Whatever else Rubicon notes on the target is about work that has not ended, or that the ledger tells of. */
    private void notes() throws SQLException {
        none("evidence of backfills that the ledger does not know", """
                SELECT plan, step, direction FROM rubicon.backfill_evidence evidence
                WHERE NOT EXISTS (SELECT FROM rubicon.ledger l WHERE l.plan = evidence.plan AND l.step = evidence.step
                                  AND l.direction IN (evidence.direction, 'skip'))""");
        List<List<String>> tables = Place.rows(target, """
                SELECT table_name FROM information_schema.columns
                WHERE table_schema = 'rubicon' AND column_name = 'plan'
                  AND table_name NOT IN ('ledger', 'backfill_evidence')""");
        for (List<String> table : tables) {
            if (Place.count(target, "SELECT count(*) FROM rubicon." + table.getFirst() + " WHERE plan = ?",
                    plan.name()) > 0) {
                wrong.add("left behind: rows of rubicon." + table.getFirst());
            }
        }
    }

    private void none(String what, String sql) throws SQLException {
        List<List<String>> found = Place.rows(target, sql);
        if (!found.isEmpty()) {
            wrong.add("left behind: " + what + " " + found);
        }
    }

    /** The fills of steps in effect. */
    static List<Fill> fills(RandomPlan plan, List<String> steps) {
        return steps.stream().map(plan::step).map(PlannedStep::fill).filter(java.util.Objects::nonNull)
                .map(Fill.class::cast).toList();
    }
}
