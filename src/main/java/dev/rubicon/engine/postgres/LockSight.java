package dev.rubicon.engine.postgres;

import dev.rubicon.engine.Holder;
import dev.rubicon.engine.LocksSeen;
import dev.rubicon.engine.LocksSeen.Taken;
import dev.rubicon.engine.facts.LockMode;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is seen of the locks of a step on a target that others use, from the lock connection: of a transaction once just
 * before its commit, which waits for that one look, and of what takes long now and then. A look that fails or takes too long
 * is none. No step fails for it, unless it has its own session ended when that is idle for a moment.
 */
final class LockSight {

    private static final Logger log = LoggerFactory.getLogger(LockSight.class);

    private final Connection lookout;
    private final Duration longest;
    private final HeldLocks held = new HeldLocks();
    private final Map<Long, Optional<NamedRelation>> names = new HashMap<>();
    private final Map<Long, Wait> waits = new HashMap<>();
    private final Map<Long, Behind> behind = new HashMap<>();
    private final Map<String, Holder> holders = new LinkedHashMap<>();
    private int more;
    private long waitedMillis;

    /**
     * @param lookout the lock connection
     * @param longest that a look may take
     */
    LockSight(Connection lookout, Duration longest) {
        this.lookout = lookout;
        this.longest = longest;
    }

    /**
     * @param last how long the wait that goes on was when it was last seen
     * @param millis of all waits that are not yet told
     */
    private record Wait(LockMode mode, long last, long millis) {}

    private record Behind(int waiters, long longestMillis) {

        static Behind of(LockLook lock) {
            int waiters = lock.heldOff();
            return new Behind(waiters, waiters == 0 ? 0 : lock.waiterMillis());
        }

        Behind together(Behind other) {
            return new Behind(waiters + other.waiters, Math.max(longestMillis, other.longestMillis));
        }

        Behind most(Behind other) {
            return new Behind(Math.max(waiters, other.waiters), Math.max(longestMillis, other.longestMillis));
        }
    }

    /**
     * When the step has done all in its transaction but the commit: what it holds now it has until then. Its own connection
     * is left alone: a look there would obey what the step has set, and its fault would be one of the transaction.
     */
    void beforeCommit(int pid) {
        FutureTask<LockGlance> look = new FutureTask<>(() -> LockGlance.of(lookout, List.of(pid), longest));
        // a virtual thread might have to wait for the others
        Thread.ofPlatform().daemon().name("looks-" + pid).start(look);
        try {
            note(look.get(longest.toNanos(), TimeUnit.NANOSECONDS), held::exactly);
        } catch (ExecutionException e) {
            log.warn("The locks of {} were not seen before its commit: {}", pid, e.getMessage());
        } catch (TimeoutException e) {
            log.warn("The locks of {} were not seen before its commit within {}", pid, longest);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** While a statement runs. */
    void look(int pid) {
        look(List.of(pid), held::sampled);
    }

    /** While one short transaction follows the other on each of these. */
    void lookAtBatches(List<Integer> pids) {
        look(pids, held::inTransaction);
    }

    private void look(List<Integer> pids, Consumer<LockLook> keep) {
        try {
            note(LockGlance.of(lookout, pids, longest), keep);
        } catch (SQLException e) {
            log.debug("The locks of {} were not seen: {}", pids, e.getMessage());
        }
    }

    private synchronized void note(LockGlance seen, Consumer<LockLook> keep) {
        seen.names().forEach(names::putIfAbsent);
        more = Math.max(more, seen.more());
        Map<HeldLocks.Held, Behind> now = new HashMap<>();
        for (LockLook lock : seen.locks()) {
            if (lock.granted()) {
                keep.accept(lock);
                now.merge(new HeldLocks.Held(lock.relation(), lock.mode()), Behind.of(lock), Behind::together);
            } else {
                waits(lock.relation(), lock.mode(), lock.waitedMillis());
            }
        }
        now.forEach((lock, waiting) -> behind.merge(lock.relation(), waiting, Behind::most));
    }

    /**
     * It waits for this; what goes on since it was last told counts once.
     *
     * @param millis since it began to wait
     */
    synchronized void waits(long relation, LockMode mode, long millis) {
        waits.merge(relation, new Wait(mode, millis, millis), (known, now) -> new Wait(mode, millis,
                known.millis + (millis >= known.last ? millis - known.last : millis)));
    }

    /** So long it did not go on for want of a lock, whichever. */
    synchronized void waited(long nanos) {
        waitedMillis += TimeUnit.NANOSECONDS.toMillis(nanos);
    }

    synchronized void waitsFor(List<Holder> who) {
        who.forEach(holder -> holders.put(LocksSeen.key(holder), holder.withoutConstants()));
    }

    /** What was seen since the last call. */
    synchronized LocksSeen tell() {
        nameWaits();
        Map<Long, Taken> all = new HashMap<>();
        held.forEach((lock, seen) -> all.merge(lock.relation(), taken(lock, seen),
                (one, other) -> one.mode().compareTo(other.mode()) >= 0 ? one : other));
        waits.forEach((relation, wait) -> all.putIfAbsent(relation, taken(relation, wait)));
        waits.replaceAll((relation, wait) -> new Wait(wait.mode, wait.last, 0));
        long waited = waitedMillis;
        waitedMillis = 0;
        LocksSeen seen = LocksSeen.of(all.entrySet().stream()
                .filter(each -> names.getOrDefault(each.getKey(), Optional.empty()).isPresent())
                .map(Map.Entry::getValue).toList(), waited, List.copyOf(holders.values()));
        return new LocksSeen(seen.locks(), seen.more() + more, seen.waitedMillis(), seen.holders());
    }

    /** What was waited for, and not seen at a look, is there. */
    private void nameWaits() {
        Set<Long> unknown = new HashSet<>(waits.keySet());
        unknown.removeAll(names.keySet());
        if (!unknown.isEmpty()) {
            try {
                NamedRelation.of(lookout, unknown, longest)
                        .forEach((oid, relation) -> names.put(oid, Optional.of(relation)));
            } catch (SQLException e) {
                log.debug("What was waited for could not be named: {}", e.getMessage());
            }
        }
    }

    private Taken taken(HeldLocks.Held lock, HeldLocks.Seen seen) {
        NamedRelation name = named(lock.relation());
        Wait wait = waits.get(lock.relation());
        Behind off = behind.getOrDefault(lock.relation(), new Behind(0, 0));
        return new Taken(name.name(), name.kind(), lock.mode(), seen.exact(), seen.heldMillis(),
                wait == null ? 0 : wait.millis, off.waiters, off.longestMillis);
    }

    private Taken taken(long relation, Wait wait) {
        NamedRelation name = named(relation);
        return new Taken(name.name(), name.kind(), wait.mode, false, -1, wait.millis, 0, 0);
    }

    private NamedRelation named(long relation) {
        return names.getOrDefault(relation, Optional.empty())
                .orElseGet(() -> new NamedRelation(relation, "", "", 0));
    }
}
