package dev.rubicon.plan;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a JSON Schema cannot say of a plan: the order of its phases, names that are unique, version ranges that can be
 * read, the number of steps over all phases, step kinds that the engine knows, and dual writes that can be carried out.
 * Says nothing of values whose type is wrong; that the schema does.
 */
final class StructureCheck {

    private static final int MAX_STEPS = 500;
    private static final int LONGEST_QUOTED = 60;
    private static final List<String> ORDER = List.of("expand", "migrate", "contract");
    private static final List<String> POSTGRES_KINDS = List.of("sql", "backfill", "partitionedIndex");

    private final SourceText source;
    private final List<Violation> violations = new ArrayList<>();
    private final Map<String, Integer> stepStarts = new HashMap<>();
    private int steps;

    private StructureCheck(SourceText source) {
        this.source = source;
    }

    static List<Violation> violations(Node root, SourceText source) {
        StructureCheck check = new StructureCheck(source);
        if (root instanceof Node.Mapping plan) {
            check.plan(plan);
            check.violations.addAll(DualWriteCheck.violations(plan, source));
        }
        return check.violations;
    }

    private void plan(Node.Mapping plan) {
        String engine = word(plan.get("engine"));
        String last = ORDER.getFirst();
        int index = 0;
        for (Node item : items(plan.get("phases"))) {
            if (item instanceof Node.Mapping phase) {
                last = order(phase, "/phases/" + index, last);
                phase(phase, "/phases/" + index, engine);
            }
            index++;
        }
    }

    private String order(Node.Mapping phase, String pointer, String last) {
        Node kind = phase.get("phase");
        String word = word(kind);
        if (kind == null || word == null || !ORDER.contains(word)) {
            return last;
        }
        if (ORDER.indexOf(word) < ORDER.indexOf(last)) {
            violation(pointer + "/phase", kind.start(), "a phase '" + word + "' cannot follow a phase '" + last
                    + "': the order is expand, migrate, contract, each any number of times", "order");
            return last;
        }
        return word;
    }

    private void phase(Node.Mapping phase, String pointer, @Nullable String engine) {
        manualNames(phase, pointer + "/after/manual");
        if (phase.get("after") instanceof Node.Mapping after) {
            versionRange(after.get("deployment"), pointer + "/after/deployment");
            versionRange(after.get("absent"), pointer + "/after/absent");
        }
        int index = 0;
        for (Node item : items(phase.get("steps"))) {
            if (item instanceof Node.Mapping step) {
                step(step, pointer + "/steps/" + index, engine);
            }
            index++;
        }
    }

    private void step(Node.Mapping step, String pointer, @Nullable String engine) {
        if (++steps == MAX_STEPS + 1) {
            violation(pointer, step.start(), "a plan has at most 500 steps; this is the 501st", "limit");
        }
        Node name = step.get("step");
        String word = word(name);
        if (name != null && word != null) {
            Integer earlier = stepStarts.putIfAbsent(word, name.start());
            if (earlier != null) {
                violation(pointer + "/step", name.start(), "the step name '" + word
                        + "' stands twice in the plan; the first is in line " + source.place(earlier).line(), "unique");
            }
        }
        engineKnows(step, pointer, engine);
        records(step, pointer);
        for (String list : List.of("before", "check", "verify")) {
            bounds(step.get(list), pointer + "/" + list);
        }
    }

    /** There is no old value in a row that is deleted, or copied into another table. */
    private void records(Node.Mapping step, String pointer) {
        if (step.get("backfill") instanceof Node.Mapping backfill
                && (backfill.get("delete") != null || backfill.get("into") != null)) {
            noRecord(backfill, pointer + "/backfill",
                    "'record' keeps what changed rows were before, so it goes with 'set' "
                            + "alone");
        }
        if (step.get("rollback") instanceof Node.Mapping rollback
                && rollback.get("forward") instanceof Node.Mapping forward
                && forward.get("backfill") instanceof Node.Mapping backfill) {
            noRecord(backfill, pointer + "/rollback/forward/backfill",
                    "a corrective backfill keeps no record: it would "
                            + "take the place of that of the step which it corrects");
        }
    }

    private void noRecord(Node.Mapping backfill, String pointer, String why) {
        Node.Entry record = backfill.entries().get("record");
        if (record != null) {
            violation(pointer + "/record", record.keyStart(), why, "record");
        }
    }

    private void engineKnows(Node.Mapping step, String pointer, @Nullable String engine) {
        List<String> foreign = "dynamodb".equals(engine)
                ? POSTGRES_KINDS
                : "postgresql".equals(engine) ? List.of("dynamodb") : List.of();
        for (String kind : foreign) {
            Node.Entry entry = step.entries().get(kind);
            if (entry != null) {
                violation(pointer + "/" + kind, entry.keyStart(), "a step of kind " + kind
                        + " cannot run on the plan's engine, " + engine, "engine");
            }
        }
    }

    private void bounds(@Nullable Node verifications, String pointer) {
        int index = 0;
        for (Node item : items(verifications)) {
            if (item instanceof Node.Mapping verification && verification.get("expect") instanceof Node.Mapping expect
                    && expect.get("min") instanceof Node.Scalar low && expect.get("max") instanceof Node.Scalar high
                    && low.value() instanceof BigDecimal min && high.value() instanceof BigDecimal max
                    && min.compareTo(max) > 0) {
                violation(pointer + "/" + index + "/expect", expect.start(),
                        "nothing lies between min " + low.raw() + " and max " + high.raw(), "order");
            }
            index++;
        }
    }

    private void manualNames(Node.Mapping phase, String pointer) {
        Node manual = phase.get("after") instanceof Node.Mapping after ? after.get("manual") : null;
        Map<String, Integer> seen = new HashMap<>();
        int index = 0;
        for (Node item : items(manual)) {
            Node name = item instanceof Node.Mapping go ? go.get("name") : null;
            String word = word(name);
            if (name != null && word != null && seen.putIfAbsent(word, name.start()) != null) {
                violation(pointer + "/" + index + "/name", name.start(), "the go '" + word
                        + "' stands twice before this phase", "unique");
            }
            index++;
        }
    }

    /** A range that cannot be read would hold its phase for ever. */
    private void versionRange(@Nullable Node gate, String pointer) {
        Node version = gate instanceof Node.Mapping versions ? versions.get("version") : null;
        String range = word(version);
        if (version == null || range == null) {
            return;
        }
        try {
            VersionRange.parse(range);
        } catch (IllegalArgumentException e) {
            violation(pointer + "/version", version.start(), "'" + shortened(range) + "' is not a version range: "
                    + e.getMessage(), "range");
        }
    }

    private static String shortened(String text) {
        return text.length() <= LONGEST_QUOTED ? text : text.substring(0, LONGEST_QUOTED) + "…";
    }

    private void violation(String pointer, int start, String message, String keyword) {
        violations.add(new Violation(pointer, source.place(start), message, keyword));
    }

    private static List<Node> items(@Nullable Node node) {
        return node instanceof Node.Sequence sequence ? sequence.items() : List.of();
    }

    private static @Nullable String word(@Nullable Node node) {
        return node instanceof Node.Scalar scalar && scalar.value() instanceof String word ? word : null;
    }
}
