package dev.rubicon.gate;

import dev.rubicon.plan.VersionRange;
import dev.rubicon.plan.VersionRange.Match;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How one deployment gate stands after all reports of one application in one environment. A pure function over the
 * reports, so that what a soak counts from is the same on every node and after every restart.
 *
 * @param reported whether anything was ever reported of the application
 * @param live the live versions, each with the time of the first report since it was last gone
 * @param in the live versions in the range
 * @param incomparable the live versions of which nobody can tell whether they are in the range
 * @param heldSince since when the gate holds without interruption, or null while it does not hold
 */
record DeploymentGate(boolean reported, Map<String, Instant> live, List<String> in, List<String> incomparable,
        @Nullable Instant heldSince) {

    /** What is asked of the live versions. */
    enum Demand {
        /** At least one lies in the range. */
        PRESENT,
        /** None lies in the range; an application of which nothing is known does not fulfil it. */
        ABSENT
    }

    boolean holds() {
        return heldSince != null;
    }

    /** @param reports of one application in one environment, oldest first */
    static DeploymentGate after(List<Deployments.Report> reports, VersionRange range, Demand demand) {
        Map<String, Instant> live = new LinkedHashMap<>();
        Instant since = null;
        for (Deployments.Report report : reports) {
            apply(live, report);
            if (!holds(live, range, demand)) {
                since = null;
            } else if (since == null) {
                since = report.at();
            }
        }
        return new DeploymentGate(!reports.isEmpty(), live, matching(live, range, Match.IN),
                matching(live, range, Match.INCOMPARABLE), since);
    }

    /** The versions live after these reports, oldest first, of one application in one environment. */
    static Map<String, Instant> live(List<Deployments.Report> reports) {
        Map<String, Instant> live = new LinkedHashMap<>();
        reports.forEach(report -> apply(live, report));
        return live;
    }

    private static void apply(Map<String, Instant> live, Deployments.Report report) {
        switch (report.state()) {
            case LIVE -> live.putIfAbsent(report.version(), report.at());
            case GONE -> live.remove(report.version());
        }
    }

    private static boolean holds(Map<String, Instant> live, VersionRange range, Demand demand) {
        return switch (demand) {
            case PRESENT -> live.keySet().stream().anyMatch(version -> range.match(version) == Match.IN);
            case ABSENT -> live.keySet().stream().allMatch(version -> range.match(version) == Match.OUT);
        };
    }

    private static List<String> matching(Map<String, Instant> live, VersionRange range, Match match) {
        return live.keySet().stream().filter(version -> range.match(version) == match).toList();
    }
}
