package dev.rubicon.rehearsal;

import dev.rubicon.engine.TriggerCost;
import dev.rubicon.rehearsal.RehearsalReport.Difference;
import dev.rubicon.rehearsal.RehearsalReport.Leg;
import dev.rubicon.rehearsal.RehearsalReport.Played;
import dev.rubicon.rehearsal.RehearsalReport.StepSeen;
import dev.rubicon.rehearsal.RehearsalReport.WayBack;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is kept of a rehearsal on a copy of data. A statement can have the server quote values in an error, a check's result
 * or a comment: so texts that the server wrote stay out of the report.
 */
final class Discretion {

    private static final String UNKEPT = "; what the server said is not kept, for it may hold data";

    private Discretion() {}

    /** @param cause a stable word, with a code at most */
    static String instead(String cause) {
        return cause + UNKEPT;
    }

    /** The report without texts of the server; one that is without them already comes back equal. */
    static RehearsalReport of(RehearsalReport seen) {
        WayBack back = seen.wayBack();
        Played played = seen.played();
        return new RehearsalReport(seen.serverVersion(), seen.notes(),
                seen.legs().stream().map(Discretion::of).toList(),
                back == null ? null : of(back), seen.failure(), played == null
                        ? null
                        : new Played(played.written(), played.losses(),
                                played.untested().stream().map(Discretion::cut).toList()));
    }

    private static Leg of(Leg leg) {
        List<StepSeen> steps = leg.steps().stream()
                .map(step -> new StepSeen(step.step(), step.kind(), step.state(), step.rows(), "", step.seen(),
                        of(step.trigger())))
                .toList();
        return new Leg(leg.way(), leg.phase(), leg.title(), leg.run(), leg.state(), leg.millis(), leg.fingerprint(),
                leg.changed(), steps);
    }

    private static @Nullable TriggerCost of(@Nullable TriggerCost cost) {
        return cost == null || cost.unmeasured() == null
                ? cost
                : TriggerCost.unmeasured(cost.table(), cut(cost.unmeasured()));
    }

    private static WayBack of(WayBack back) {
        List<Difference> schema = back.schema().stream()
                .map(one -> new Difference(one.object(), one.way(), "")).toList();
        return new WayBack(back.millis(), back.tables(), back.rows(), schema, back.data(), back.declared());
    }

    /** Reasons stand behind a colon, and may be the server's. */
    private static String cut(String sentence) {
        int reason = sentence.indexOf(": ");
        return reason < 0 ? sentence : instead(sentence.substring(0, reason));
    }
}
