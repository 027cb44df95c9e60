package dev.rubicon.registry;

import dev.rubicon.problem.Violations;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/** What the values of a policy may be. */
final class PolicyRules {

    private static final int MOST_APPROVALS = 10;

    private static final int MOST_PATTERNS = 200;

    private PolicyRules() {}

    /** @param ignore what objects a pattern may name */
    @SuppressWarnings("ConstantValue") // bodies leave out what the types say is there
    static void check(Violations violations, Policy policy, Stream<IgnoreRules> ignore) {
        Policy.Approvals approvals = policy.approvals();
        violations.unless(
                approvals != null && approval(approvals.normal()) && approval(approvals.highRisk())
                        && approval(approvals.river()),
                "/policy/approvals", "'normal', 'highRisk' and 'river' are numbers from 0 to " + MOST_APPROVALS);
        violations.unless(between(policy.stallBudget(), Duration.ofMillis(10), Duration.ofSeconds(10)),
                "/policy/stallBudget", "The stall budget is a duration from 10ms to 10s");
        violations.unless(between(policy.patience(), Duration.ofSeconds(1), Duration.ofDays(7)), "/policy/patience",
                "The patience is a duration from 1s to 7d");
        violations.unless(policy.connectionsPerServer() >= 1 && policy.connectionsPerServer() <= 1000,
                "/policy/connectionsPerServer", "Connections per server are a number from 1 to 1000");
        Policy.Rehearsed rehearsal = policy.rehearsal();
        violations.unless(
                rehearsal == null || (rehearsal.evidence() != null
                        && Policy.Rehearsed.CLASSES.contains(rehearsal.evidence())
                        && between(rehearsal.maxAge(), Duration.ofMinutes(1), Duration.ofDays(365))),
                "/policy/rehearsal",
                "A rehearsal has a 'class', 'empty schema', 'synthetic rows' or 'copy of data', and a 'maxAge' from 1m to "
                        + "365d");
        checkDrift(violations, policy, ignore);
        violations.unless(
                between(policy.drilled().orElse(Duration.ofDays(1)), Duration.ofMinutes(10), Duration.ofDays(90)),
                "/policy/drills/every", "The time between two drills of a way back is a duration from 10m to 90d");
        violations.unless(between(policy.drilledUntil(), Duration.ofDays(1), Duration.ofDays(3650)),
                "/policy/drills/until", "Ways back are drilled for 1d to 3650d after the end of a rollout");
        violations.unless(policy.windows() != null && policy.windows().stream().allMatch(PolicyRules::complete),
                "/policy/windows",
                "Each window has 'days' (like MONDAY), 'from' and 'to' (like 22:00) and 'zone' (like Europe/Berlin)");
    }

    private static void checkDrift(Violations violations, Policy policy, Stream<IgnoreRules> rules) {
        violations.unless(between(policy.watched(), Duration.ofMinutes(1), Duration.ofDays(7)),
                "/policy/drift/interval",
                "The interval between two looks at a schema is a duration from 1m to 7d");
        List<String> patterns = policy.ignored();
        violations.unless(patterns.size() <= MOST_PATTERNS, "/policy/drift/ignore",
                "At most " + MOST_PATTERNS + " patterns are ignored");
        List<IgnoreRules> all = rules.toList();
        for (int i = 0; i < Math.min(patterns.size(), MOST_PATTERNS); i++) {
            String pattern = patterns.get(i);
            String place = "/policy/drift/ignore/" + i;
            all.stream().map(one -> one.objection(pattern)).filter(Objects::nonNull).findFirst()
                    .ifPresent(why -> violations.add(place, why));
        }
    }

    private static boolean approval(int number) {
        return number >= 0 && number <= MOST_APPROVALS;
    }

    private static boolean between(Duration duration, Duration least, Duration most) {
        return duration != null && duration.compareTo(least) >= 0 && duration.compareTo(most) <= 0;
    }

    private static boolean complete(Policy.Window window) {
        return window != null && window.days() != null && !window.days().isEmpty() && window.from() != null
                && window.to() != null && window.zone() != null;
    }
}
