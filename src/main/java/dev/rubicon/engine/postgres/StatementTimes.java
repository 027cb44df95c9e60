package dev.rubicon.engine.postgres;

import java.util.Map;

/**
 * What statements take of their usual time. Each is compared with its own history, so that it does not matter when others
 * than usual are asked. A statement of microseconds may take some more without anybody's notice.
 */
final class StatementTimes {

    private static final long ENOUGH = 20;
    private static final double UNNOTICED_MILLIS = 1;

    private final Map<String, Total> usual;
    private Map<String, Total> last;

    /** Of one statement since the server counts: how often, and milliseconds in all. */
    record Total(long calls, double millis) {}

    /** @param before from before the backfill began */
    StatementTimes(Map<String, Total> before) {
        this.usual = before;
        this.last = before;
    }

    /** How many times longer than usual statements took since the last call; 1 where too few were asked. */
    double slower(Map<String, Total> now) {
        long calls = 0;
        double took = 0;
        double expected = 0;
        for (Map.Entry<String, Total> each : now.entrySet()) {
            Total before = last.get(each.getKey());
            Total known = usual.get(each.getKey());
            long more = before == null ? 0 : each.getValue().calls - before.calls;
            if (before != null && known != null && known.calls > 0 && more > 0) {
                calls += more;
                took += Math.max(0, each.getValue().millis - before.millis);
                expected += more * known.millis / known.calls;
            }
        }
        last = now;
        return calls < ENOUGH ? 1 : slower(took / calls, expected / calls);
    }

    /** How many times longer than usual something takes, in milliseconds. */
    static double slower(double took, double usual) {
        return (took + UNNOTICED_MILLIS) / (usual + UNNOTICED_MILLIS);
    }
}
