package dev.rubicon.plan;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Refuses a {@code dualWrite} from which no trigger can be made: one whose way back would be a guess, that shares a column
 * with another, or whose generated steps have the name of another step.
 */
final class DualWriteCheck {

    private static final int LONGEST_STEP = 80;

    private final SourceText source;
    private final List<Violation> violations = new ArrayList<>();
    private final Map<String, Integer> stepStarts = new HashMap<>();
    private final Map<String, Integer> columns = new HashMap<>();

    private DualWriteCheck(SourceText source) {
        this.source = source;
    }

    static List<Violation> violations(Node.Mapping plan, SourceText source) {
        DualWriteCheck check = new DualWriteCheck(source);
        List<Located> steps = steps(plan);
        steps.forEach(step -> check.remember(step.node));
        steps.forEach(check::step);
        return check.violations;
    }

    private record Located(Node.Mapping node, String pointer) {}

    private static List<Located> steps(Node.Mapping plan) {
        List<Located> steps = new ArrayList<>();
        List<Node> phases = items(plan.get("phases"));
        for (int i = 0; i < phases.size(); i++) {
            List<Node> own = phases.get(i) instanceof Node.Mapping phase ? items(phase.get("steps")) : List.of();
            for (int j = 0; j < own.size(); j++) {
                if (own.get(j) instanceof Node.Mapping step) {
                    steps.add(new Located(step, "/phases/" + i + "/steps/" + j));
                }
            }
        }
        return steps;
    }

    private void remember(Node.Mapping step) {
        if (step.get("step") instanceof Node name && word(name) instanceof String word) {
            stepStarts.putIfAbsent(word, name.start());
        }
    }

    private void step(Located step) {
        if (step.node.get("backfill") instanceof Node.Mapping backfill
                && backfill.get("dualWrite") instanceof Node.Mapping dual) {
            String pointer = step.pointer + "/backfill";
            forms(backfill, pointer);
            columns(backfill, dual, pointer);
            names(step, dual);
        }
        if (step.node.get("rollback") instanceof Node.Mapping rollback
                && rollback.get("forward") instanceof Node.Mapping forward
                && forward.get("backfill") instanceof Node.Mapping backfill
                && backfill.entries().get("dualWrite") instanceof Node.Entry entry) {
            violation(step.pointer + "/rollback/forward/backfill/dualWrite", entry.keyStart(),
                    "a corrective backfill keeps no columns in step: 'dualWrite' belongs to a step's own backfill");
        }
    }

    private void forms(Node.Mapping backfill, String pointer) {
        for (String key : List.of("delete", "into", "from")) {
            Node.Entry entry = backfill.entries().get(key);
            if (entry != null) {
                violation(pointer + "/" + key, entry.keyStart(), "'" + key + "' cannot stand beside 'dualWrite', which "
                        + "keeps two columns of each row of one table in step");
            }
        }
    }

    private void columns(Node.Mapping backfill, Node.Mapping dual, String pointer) {
        Optional<SqlName.Table> table = table(backfill, pointer);
        Optional<SqlName> from = column(dual, "from", pointer);
        Optional<SqlName> to = column(dual, "to", pointer);
        if (table.isEmpty() || from.isEmpty() || to.isEmpty()) {
            return;
        }
        if (from.get().name().equals(to.get().name())) {
            violation(pointer + "/dualWrite/to", start(dual, "to"),
                    "a column is always in step with itself: 'to' has to "
                            + "be another column than 'from'");
            return;
        }
        copies(backfill, table.get(), from.get(), to.get(), pointer + "/set");
        only(table.get(), from.get(), pointer + "/dualWrite/from", start(dual, "from"));
        only(table.get(), to.get(), pointer + "/dualWrite/to", start(dual, "to"));
    }

    private Optional<SqlName.Table> table(Node.Mapping backfill, String pointer) {
        String written = word(backfill.get("table"));
        Optional<SqlName.Table> table = written == null ? Optional.empty() : SqlName.table(written);
        if (written != null && table.isEmpty()) {
            violation(pointer + "/table", start(backfill, "table"), "'" + NodeReader.abbreviated(written)
                    + "' is not the name of a table, which 'dualWrite' needs: schema-qualified or not, in double quotes "
                    + "where SQL demands them");
        }
        return table;
    }

    private Optional<SqlName> column(Node.Mapping dual, String key, String pointer) {
        String written = word(dual.get(key));
        Optional<SqlName> column = written == null ? Optional.empty() : SqlName.of(written);
        if (written != null && column.isEmpty()) {
            violation(pointer + "/dualWrite/" + key, start(dual, key), "'" + NodeReader.abbreviated(written)
                    + "' is not the name of a column: write it as in SQL, in double quotes where SQL demands them");
        }
        return column;
    }

    private void copies(Node.Mapping backfill, SqlName.Table table, SqlName from, SqlName to, String pointer) {
        if (!(backfill.get("set") instanceof Node.Mapping set)) {
            return;
        }
        set.entries().forEach((key, entry) -> {
            String value = word(entry.value());
            if (value != null && DualWriteTrigger.isColumn(key, to) && !DualWriteTrigger.isCopy(value, table, from)) {
                violation(pointer + "/" + Node.escape(key), entry.value().start(), "with 'dualWrite', " + to.written()
                        + " has to be set to " + from.written()
                        + " alone, or left out of 'set': Rubicon cannot know how "
                        + "to compute " + from.written() + " back from '" + NodeReader.abbreviated(value)
                        + "'. Write a trigger of your own in a step of sql, or let the application write both columns");
            }
        });
    }

    /** Triggers that pass a value on to each other would see it or not by the order of their names. */
    private void only(SqlName.Table table, SqlName column, String pointer, int start) {
        Integer earlier = columns.putIfAbsent(table.table().name() + "." + column.name(), start);
        if (earlier != null) {
            violation(pointer, start,
                    "column " + column.written() + " is kept in step already by the 'dualWrite' in line "
                            + source.place(earlier).line() + "; a column can be in one alone");
        }
    }

    private void names(Located step, Node.Mapping dual) {
        String name = word(step.node.get("step"));
        if (name == null) {
            return;
        }
        if (name.length() + DualWrites.REMOVING.length() > LONGEST_STEP) {
            violation(step.pointer + "/step", start(step.node, "step"),
                    "the name of a step with 'dualWrite' has at most "
                            + (LONGEST_STEP - DualWrites.REMOVING.length())
                            + " characters: the steps that are generated for it are "
                            + "called by it with " + DualWrites.INSTALLING + " and " + DualWrites.REMOVING);
        }
        for (String ending : List.of(DualWrites.INSTALLING, DualWrites.REMOVING)) {
            Integer other = stepStarts.get(name + ending);
            if (other != null) {
                violation(step.pointer + "/backfill/dualWrite", dual.start(), "the step '" + name + ending
                        + "' in line " + source.place(other).line()
                        + " has the name of a step that is generated for this "
                        + "'dualWrite'; give it another");
            }
        }
    }

    private static int start(Node.Mapping mapping, String key) {
        Node node = mapping.get(key);
        return node == null ? mapping.start() : node.start();
    }

    private void violation(String pointer, int start, String message) {
        violations.add(new Violation(pointer, source.place(start), message, "dualWrite"));
    }

    private static List<Node> items(@Nullable Node node) {
        return node instanceof Node.Sequence sequence ? sequence.items() : List.of();
    }

    private static @Nullable String word(@Nullable Node node) {
        return node instanceof Node.Scalar scalar && scalar.value() instanceof String word ? word : null;
    }
}
