package dev.rubicon.plan;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What changed from one revision of a plan to another.
 *
 * @param steps the steps that are not the same in both, in the order of the newer one; removed ones at the end
 * @param phases the phases whose gates or place differ, by index
 * @param text the submitted texts in the unified diff format, empty when they have the same lines
 */
public record RevisionDiff(String plan, int from, int to, List<StepChange> steps, List<PhaseChange> phases,
        String text) {

    /** What became of a step or phase. */
    public enum Kind {
        ADDED, REMOVED, CHANGED, MOVED;

        public String word() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    /** Two texts that differ; null where there was nothing. */
    public record Change(@Nullable String from, @Nullable String to) {}

    /**
     * One step.
     *
     * @param forward the work, or null when it is the same
     * @param rollback the way back with what it loses, or null when it is the same
     * @param checks preconditions, verifications, limits and the declared river, or null when they are the same
     */
    public record StepChange(String step, Kind kind, @Nullable Change forward, @Nullable Change rollback,
            @Nullable Change checks) {}

    /** One phase: its kind, title and gates. */
    public record PhaseChange(int phase, Kind kind, Change gates) {}

    /** Compares two revisions of one plan. */
    public static RevisionDiff between(PlanRevision from, PlanRevision to) {
        return new RevisionDiff(to.plan(), from.revision(), to.revision(), steps(from.document(), to.document()),
                phases(from.document(), to.document()),
                UnifiedDiff.of(from.source(), to.source(), from.plan() + " revision " + from.revision(),
                        to.plan() + " revision " + to.revision()));
    }

    private static List<StepChange> steps(PlanDocument from, PlanDocument to) {
        Map<String, Step> old = from.steps().collect(Collectors.toMap(Step::name, step -> step, (a, b) -> a,
                LinkedHashMap::new));
        List<String> kept = to.steps().map(Step::name).filter(old::containsKey).toList();
        List<String> before = old.keySet().stream().filter(kept::contains).toList();
        List<StepChange> changes = new ArrayList<>();
        to.steps().forEach(step -> {
            Step earlier = old.remove(step.name());
            boolean moved = earlier != null && (before.indexOf(step.name()) != kept.indexOf(step.name())
                    || !phaseKind(from, step.name()).equals(phaseKind(to, step.name())));
            StepChange change = change(earlier, step, moved);
            if (change != null) {
                changes.add(change);
            }
        });
        old.values().forEach(step -> changes.add(new StepChange(step.name(), Kind.REMOVED,
                new Change(WorkText.of(step.work()), null), new Change(rollback(step), null),
                difference(checks(step), null))));
        return changes;
    }

    private static PhaseKind phaseKind(PlanDocument document, String step) {
        return document.phases().stream().filter(phase -> phase.step(step).isPresent()).map(Phase::kind).findFirst()
                .orElseThrow();
    }

    private static @Nullable StepChange change(@Nullable Step from, Step to, boolean moved) {
        if (from == null) {
            return new StepChange(to.name(), Kind.ADDED, new Change(null, WorkText.of(to.work())),
                    new Change(null, rollback(to)), difference(null, checks(to)));
        }
        boolean sameWork = from.work().equals(to.work());
        Change forward = sameWork ? null : new Change(forward(from), forward(to));
        Change rollback = difference(rollback(from), rollback(to));
        Change checks = difference(checks(from), checks(to));
        boolean same = forward == null && rollback == null && checks == null;
        return same && !moved
                ? null
                : new StepChange(to.name(), same ? Kind.MOVED : Kind.CHANGED, forward, rollback, checks);
    }

    private static String forward(Step step) {
        return step.work() instanceof Work.Backfill backfill
                ? WorkText.of(backfill) + "\n-- compared: "
                        + backfill.verify().name().toLowerCase(java.util.Locale.ROOT)
                        + ", lanes: " + backfill.lanes()
                        + (backfill.record() == null
                                ? ""
                                : ", record kept for " + Durations.format(backfill.record()))
                        + (backfill.dualWrite() == null
                                ? ""
                                : ", dual write: " + backfill.dualWrite().from() + " to " + backfill.dualWrite().to())
                : WorkText.of(step.work());
    }

    private static String rollback(Step step) {
        Rollback rollback = step.rollback();
        return rollback.word() + ": " + rollback.text() + "\ndataLoss: " + rollback.loss().word()
                + (rollback.window() == null ? "" : "\nwindow: " + rollback.window())
                + (rollback.lossQuery() == null ? "" : "\nlossQuery: " + rollback.lossQuery());
    }

    private static @Nullable String checks(Step step) {
        List<String> lines = new ArrayList<>();
        step.before().forEach(check -> lines.add("before: " + check(check)));
        step.verify().forEach(check -> lines.add("verify: " + check(check)));
        if (step.deadline() != null) {
            lines.add("deadline: " + Durations.format(step.deadline()));
        }
        if (step.patience() != null) {
            lines.add("patience: " + Durations.format(step.patience()));
        }
        if (step.pointOfNoReturn()) {
            lines.add("pointOfNoReturn: true");
        }
        return lines.isEmpty() ? null : String.join("\n", lines);
    }

    private static String check(Verification verification) {
        return verification.name() + ": " + switch (verification) {
            case Verification.RowCountUnchanged unchanged -> "the row count is unchanged";
            case Verification.Same same -> same.sql() + " gives the same as " + same.as();
            case Verification.Query query -> query.sql() + " gives " + switch (query.expected()) {
                case Verification.Value value -> String.valueOf(value.text());
                case Verification.Between between -> between.min() + " to " + between.max();
            };
        };
    }

    private static List<PhaseChange> phases(PlanDocument from, PlanDocument to) {
        List<PhaseChange> changes = new ArrayList<>();
        for (int i = 0; i < Math.max(from.phases().size(), to.phases().size()); i++) {
            Change gates = difference(i < from.phases().size() ? gates(from.phases().get(i)) : null,
                    i < to.phases().size() ? gates(to.phases().get(i)) : null);
            if (gates != null) {
                changes.add(new PhaseChange(i,
                        gates.from() == null ? Kind.ADDED : gates.to() == null ? Kind.REMOVED : Kind.CHANGED, gates));
            }
        }
        return changes;
    }

    private static String gates(Phase phase) {
        List<String> lines = new ArrayList<>(List.of(phase.kind().word() + ": " + phase.title()));
        Phase.After after = phase.after();
        addVersions(lines, "deployment: ", after.deployment());
        addVersions(lines, "absent: ", after.absent());
        if (after.soak() != null) {
            lines.add("soak: " + Durations.format(after.soak()));
        }
        if (after.backup() != null) {
            lines.add("backup: at most " + Durations.format(after.backup().maxAge()) + " old"
                    + (after.backup().keepFor() == null
                            ? ""
                            : ", kept for " + Durations.format(after.backup().keepFor())));
        }
        after.manual().forEach(go -> lines.add("manual: " + go.name() + (go.by() == null ? "" : " by " + go.by())));
        phase.needs().forEach(need -> lines.add("needs: phase " + need.phase() + " of " + need.plan()));
        return String.join("\n", lines);
    }

    private static void addVersions(List<String> lines, String key, Phase.@Nullable Versions versions) {
        if (versions != null) {
            lines.add(key + versions.application() + " " + versions.version());
        }
    }

    private static @Nullable Change difference(@Nullable String from, @Nullable String to) {
        return Objects.equals(from, to) ? null : new Change(from, to);
    }
}
