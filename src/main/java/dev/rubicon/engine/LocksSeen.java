package dev.rubicon.engine;

import dev.rubicon.engine.facts.LockMode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The locks of a step on a target that others use, as far as they were seen: what it took, what it waited for, and who waited
 * behind it.
 *
 * @param locks on what was there before the step, one for each relation, the strongest first; none on system catalogs
 * @param more relations beyond those
 * @param waitedMillis from the first try to when it had its locks or gave up for a while, all of it together; 0 where it never
 *     waited
 * @param holders who held what it waited for, their statements without constants
 */
public record LocksSeen(List<Taken> locks, int more, long waitedMillis, List<Holder> holders) {

    public static final LocksSeen NOTHING = new LocksSeen(List.of(), 0, 0, List.of());

    private static final int MOST_LOCKS = 40;
    private static final int MOST_HOLDERS = 10;

    public LocksSeen {
        locks = List.copyOf(locks);
        holders = List.copyOf(holders);
    }

    /**
     * @param relation with its schema
     * @param kind what it is, like {@code table}
     * @param mode the strongest that was taken, or the one that was asked for
     * @param exact whether it was read in the transaction that held it, just before the commit; else it was sampled, and one
     *     that was held for less than the time between two looks may be missing
     * @param heldMillis the longest that it was seen held: at most, for an exact one; -1 where it was only waited for
     * @param waitedMillis how long the step was seen to wait for just this; a short wait may not be seen
     * @param waiters the most sessions that were seen to wait behind it at once
     * @param waiterMillis the longest that one of them was seen to have waited
     */
    public record Taken(String relation, String kind, LockMode mode, boolean exact, long heldMillis, long waitedMillis,
            int waiters, long waiterMillis) {

        /** Whether it was had, and not only waited for. */
        public boolean taken() {
            return heldMillis >= 0;
        }

        private Taken and(Taken later) {
            boolean mine = taken() == later.taken() ? mode.compareTo(later.mode) >= 0 : taken();
            Taken stronger = mine ? this : later;
            boolean alike = mode == later.mode && taken() == later.taken();
            return new Taken(relation, kind, stronger.mode, alike ? exact || later.exact : stronger.exact,
                    alike ? Math.max(heldMillis, later.heldMillis) : stronger.heldMillis,
                    waitedMillis + later.waitedMillis, Math.max(waiters, later.waiters),
                    Math.max(waiterMillis, later.waiterMillis));
        }
    }

    /** The strongest first, and no more than is kept. */
    public static LocksSeen of(List<Taken> all, long waitedMillis, List<Holder> holders) {
        List<Taken> sorted = all.stream().sorted(Comparator.comparing(Taken::taken).thenComparing(Taken::mode)
                .reversed().thenComparing(Taken::relation)).toList();
        return new LocksSeen(sorted.stream().limit(MOST_LOCKS).toList(), Math.max(0, sorted.size() - MOST_LOCKS),
                waitedMillis, holders.stream().limit(MOST_HOLDERS).toList());
    }

    /** What was seen of the same step before, and what was seen since. */
    public LocksSeen and(LocksSeen later) {
        Map<String, Taken> all = new LinkedHashMap<>();
        locks.forEach(lock -> all.put(lock.relation, lock));
        later.locks.forEach(lock -> all.merge(lock.relation, lock, Taken::and));
        Map<String, Holder> who = new LinkedHashMap<>();
        holders.forEach(holder -> who.put(key(holder), holder));
        later.holders.forEach(holder -> who.put(key(holder), holder));
        LocksSeen both = of(new ArrayList<>(all.values()), waitedMillis + later.waitedMillis,
                List.copyOf(who.values()));
        return new LocksSeen(both.locks, both.more + Math.max(more, later.more), both.waitedMillis, both.holders);
    }

    /** A session is another one for each relation that it stands in the way on. */
    public static String key(Holder holder) {
        return holder.pid() + " " + holder.backendStart() + " " + holder.relation();
    }

    /** Whether there is nothing worth keeping. */
    public boolean nothing() {
        return locks.isEmpty() && holders.isEmpty() && waitedMillis == 0;
    }
}
