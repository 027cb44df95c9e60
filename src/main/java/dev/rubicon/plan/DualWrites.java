package dev.rubicon.plan;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Puts beside each backfill with {@code dualWrite} the two steps that stand for it: one directly before it that installs
 * the trigger, and one at the start of the first contract phase behind it that removes it. They are ordinary steps of
 * statements, derived whenever the document is read; the digest is that of the document as it was submitted.
 */
final class DualWrites {

    /** What a step's name is followed by. */
    static final String INSTALLING = "-dual-write";
    static final String REMOVING = "-dual-write-end";

    private DualWrites() {}

    /**
     * @param phases as the author wrote them
     * @param lineOf the line of a step's {@code dualWrite}
     */
    static List<Phase> derived(List<Phase> phases, ToIntFunction<Step> lineOf) {
        List<List<Step>> steps = new ArrayList<>();
        phases.forEach(phase -> steps.add(new ArrayList<>(phase.steps())));
        for (Phase phase : phases) {
            Phase contract = contractBehind(phases, phase);
            for (Step step : phase.steps()) {
                DualWriteTrigger trigger = trigger(step);
                if (trigger != null) {
                    List<Step> own = steps.get(phase.index());
                    own.add(own.indexOf(step), installing(step, trigger, lineOf.applyAsInt(step)));
                    if (contract != null) {
                        List<Step> there = steps.get(contract.index());
                        there.add(derivedAtStart(there), removing(step, trigger, lineOf.applyAsInt(step)));
                    }
                }
            }
        }
        return phases.stream().map(phase -> new Phase(phase.index(), phase.kind(), phase.title(), phase.after(),
                phase.needs(), List.copyOf(steps.get(phase.index())))).toList();
    }

    private static int derivedAtStart(List<Step> steps) {
        int at = 0;
        while (at < steps.size() && steps.get(at).name().endsWith(REMOVING) && steps.get(at).generatedFor() != null) {
            at++;
        }
        return at;
    }

    private static @Nullable Phase contractBehind(List<Phase> phases, Phase phase) {
        return phases.stream().filter(each -> each.index() > phase.index() && each.kind() == PhaseKind.CONTRACT)
                .findFirst().orElse(null);
    }

    private static @Nullable DualWriteTrigger trigger(Step step) {
        return step.work() instanceof Work.Backfill backfill
                ? DualWriteTrigger.of(backfill).orElse(null)
                : null;
    }

    private static Step installing(Step step, DualWriteTrigger trigger, int line) {
        return generated(step, INSTALLING, line, trigger.install(),
                new Rollback(new Rollback.Reverse(new Work.Sql(List.of(trigger.remove()))), DataLoss.NONE,
                        "as long as both columns are there", null),
                trigger.preconditions(), List.of(trigger.installed()));
    }

    /** Back again, the columns are in step only from the next write of each row on: that is counted, not lost. */
    private static Step removing(Step step, DualWriteTrigger trigger, int line) {
        return generated(step, REMOVING, line, trigger.remove(),
                new Rollback(new Rollback.Reverse(new Work.Sql(List.of(trigger.install()))), DataLoss.DERIVED,
                        "until " + trigger.from().written() + " is dropped; what was written in between to one column "
                                + "alone is copied over by hand",
                        trigger.apart()),
                List.of(), List.of(trigger.gone()));
    }

    private static Step generated(Step step, String ending, int line, String sql, Rollback rollback,
            List<Verification> before, List<Verification> verify) {
        return new Step(step.name() + ending, step.pointer() + "/backfill/dualWrite", line,
                new Work.Sql(List.of(sql)), rollback, false, before, verify, null, step.patience(), step.name());
    }

    /**
     * The backfill with what {@code dualWrite} leaves to Rubicon: the new column takes the old one's value, in the rows
     * where it has none yet if nothing else is set and no {@code where} says otherwise.
     */
    static Work.Backfill completed(Work.Backfill backfill) {
        DualWriteTrigger trigger = DualWriteTrigger.of(backfill).orElse(null);
        if (trigger == null) {
            return backfill;
        }
        SqlName to = trigger.to();
        Map<String, String> set = new LinkedHashMap<>();
        backfill.set().forEach((key, value) -> set.put(DualWriteTrigger.isColumn(key, to) ? to.name() : key, value));
        set.putIfAbsent(to.name(), trigger.from().written());
        String where = backfill.where() == null && set.size() == 1
                ? to.written() + " IS NULL AND " + trigger.from().written() + " IS NOT NULL"
                : backfill.where();
        return new Work.Backfill(backfill.table(), set, where, null, false, null, backfill.onConflict(),
                backfill.verify(), backfill.dualWrite(), backfill.lanes(), backfill.record());
    }
}
