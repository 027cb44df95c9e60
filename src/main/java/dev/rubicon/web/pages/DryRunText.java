package dev.rubicon.web.pages;

import dev.rubicon.engine.DryRun;
import dev.rubicon.execution.DryRunView;
import dev.rubicon.plan.PlanRevision;
import dev.rubicon.plan.Work;
import dev.rubicon.registry.Target;
import dev.rubicon.security.Actor;
import dev.rubicon.security.Permission;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The dry runs of a revision, newest first.
 *
 * @param offered whether the revision has a backfill at all
 * @param targets on which the reader may try them
 */
record DryRunText(boolean offered, List<String> targets, List<Row> rows) {

    private static final int MOST = 12;

    /** @param facts lines of what it met */
    record Row(String step, String target, String by, Moment at, Sign sign, List<String> facts,
            List<String> warnings) {}

    static DryRunText of(PlanRevision revision, List<Target> targets, List<DryRunView> runs, Actor actor, Instant now) {
        return new DryRunText(revision.document().steps().anyMatch(step -> step.work() instanceof Work.Backfill),
                targets.stream().filter(target -> target.engine() == revision.document().engine()
                        && actor.may(Permission.OPERATE, target.environment())).map(Target::name).toList(),
                runs.stream().limit(MOST).map(run -> row(run, now)).toList());
    }

    private static Row row(DryRunView run, Instant now) {
        DryRun result = run.result();
        Sign sign = result == null
                ? new Sign("cross", "bad", "refused")
                : result.warnings().isEmpty()
                        ? new Sign("check", "good", "tried")
                        : new Sign("warn", "hold", "tried, with warnings");
        return new Row(run.step(), run.target(), run.by(), Moment.of(run.at(), now), sign,
                result == null ? List.of(String.valueOf(run.refusal())) : facts(result),
                result == null ? List.of() : result.warnings());
    }

    private static List<String> facts(DryRun result) {
        Long matching = result.matching();
        return List.of(
                "%s%s of %s%s to be done, %s, in %s".formatted(result.matchingExact() ? "" : "≈ ",
                        matching == null ? "?" : Amounts.count(matching), result.rowsExact() ? "" : "≈ ",
                        Amounts.count(result.rows(), "row"), result.why(), Amounts.count(result.ranges(), "range")),
                batch(result.batch()), expected(result));
    }

    private static String batch(DryRun.@Nullable Tried batch) {
        if (batch == null) {
            return "no batch was done";
        }
        Long wal = batch.walBytes();
        return "tried at the beginning, in the middle and at the end, rolled back: %s looked at, %s changed (%s without touching an index) in %d ms%s".formatted(
                Amounts.count(batch.looked(), "row"), Amounts.count(batch.changed()), Amounts.count(batch.hot()),
                batch.millis(), wal == null ? "" : ", " + Amounts.count(wal >> 10) + " KiB of log");
    }

    private static String expected(DryRun result) {
        Long low = result.secondsLow();
        Long high = result.secondsHigh();
        return low == null || high == null
                ? "how long the whole takes cannot be said"
                : "the whole may take " + Amounts.between(low, high).replace(" left", "");
    }
}
