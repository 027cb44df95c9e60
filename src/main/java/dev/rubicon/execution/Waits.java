package dev.rubicon.execution;

import dev.rubicon.engine.Holder;
import dev.rubicon.gate.Blocker;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The blockers of a run that waits on or for its target. */
final class Waits {

    /** The type of the blocker while a step waits for locks. */
    static final String LOCK = "lock";

    /** The type of the blocker while a backfill stands still because the target would suffer. */
    static final String THROTTLE = "throttle";
    /** The type of the blocker while a target is not what was rehearsed. */
    static final String REHEARSAL = "rehearsal";
    private static final String SINCE = "since";
    private static final String UNTIL = "until";

    private Waits() {}

    static boolean isForRehearsal(@Nullable Blocker blocker) {
        return blocker != null && blocker.type().equals(REHEARSAL);
    }

    /** Since when and how long a step waits for locks; null for every other blocker. */
    static PhaseRunView.@Nullable Patience patience(@Nullable Blocker blocker) {
        Object since = blocker == null ? null : blocker.facts().get(SINCE);
        Object until = blocker == null ? null : blocker.facts().get(UNTIL);
        return since == null || until == null
                ? null
                : new PhaseRunView.Patience(Instant.parse(since.toString()), Instant.parse(until.toString()));
    }

    static Blocker forTarget(TargetHolds.Ahead ahead) {
        return new Blocker("target-busy",
                "The target is held by rollout #%d of %s (%s)".formatted(ahead.rollout(), ahead.plan(),
                        ahead.state().toLowerCase(java.util.Locale.ROOT)),
                "clears itself when that run ends, or is cancelled or released by an operator", null,
                Map.of("rollout", ahead.rollout(), "run", ahead.run(), "plan", ahead.plan()));
    }

    static Blocker forSession(String holder) {
        return new Blocker("target-busy", holder, "clears itself when that session ends", null, Map.of());
    }

    static Blocker forServer(String server, int atWork, int budget) {
        return new Blocker("server-busy",
                "%d runs work on %s already; together they may hold %d connections".formatted(atWork, server, budget),
                "clears itself when one of them ends", null,
                Map.of("server", server, "runs", atWork, "connections", budget));
    }

    static Blocker forConnection(String message) {
        return new Blocker("target-unreachable", message, "clears itself when the target answers again", null,
                Map.of());
    }

    /** @param times how often the session of this step was lost, one after the other */
    static Blocker forLostSessions(String step, int times, String message) {
        return new Blocker("target-unreachable",
                "The session of step %s was lost %d times in a row: %s".formatted(step, times, message),
                "tried again every half minute; where the step itself ends its session (it sets client_encoding or "
                        + "DateStyle, it terminates its own backend), cancel the run and mend the plan",
                null, Map.of("step", step, "times", times));
    }

    static Blocker forSchema(String message) {
        return new Blocker(REHEARSAL, "Whether the schema is the rehearsed one cannot be seen now: " + message,
                "clears itself when the schema can be read", null, Map.of());
    }

    static Blocker forNextNode(String node) {
        return new Blocker("handed-over", "Handed over by node " + node + " at its shutdown",
                "clears itself when another node takes it up, which takes no longer than a second while there is one",
                null, Map.of("node", node));
    }

    /**
     * @param since when it was first in vain
     * @param until when the step's patience is over
     */
    static Blocker forLocks(String step, String message, List<Holder> holders, Instant since, Instant until) {
        return new Blocker(LOCK, message,
                holders.isEmpty()
                        ? "clears itself when the locks are free"
                        : "clears itself when " + pids(holders) + " end" + (holders.size() == 1 ? "s" : ""),
                null, Map.of("step", step, "holders", holders, SINCE, since.toString(), UNTIL, until.toString()));
    }

    static Blocker forTheTargetsSake(String step, String message) {
        return new Blocker(THROTTLE, message,
                "clears itself when the target bears it again; an administrator may change the target's limits", null,
                Map.of("step", step));
    }

    private static String pids(List<Holder> holders) {
        return holders.size() == 1
                ? "session " + holders.getFirst().pid()
                : "sessions " + holders.stream().map(holder -> String.valueOf(holder.pid()))
                        .collect(java.util.stream.Collectors.joining(", "));
    }
}
