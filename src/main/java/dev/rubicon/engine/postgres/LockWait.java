package dev.rubicon.engine.postgres;

import dev.rubicon.engine.Holder;
import dev.rubicon.engine.StepOutcome;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What is said while a plan's locks are not to be had: who is in the way, how often it was tried, and when it ends. */
final class LockWait {

    private static final Duration LOOK_EVERY = Duration.ofMillis(250);
    private static final Duration TELL_AT_LEAST_EVERY = Duration.ofSeconds(5);
    private static final Duration LASTING = Duration.ofSeconds(1);
    private static final int NAMED = 3;

    private final Attempt attempt;
    private final LockPlan plan;
    private final long began = System.nanoTime();
    private List<Blocker> blockers = List.of();
    private List<Holder> unforeseen = List.of();
    private Set<Integer> told = Set.of();
    private long toldAt;
    private long lookedAt = began;
    private long counted = began;
    private int tries;
    private boolean queued;
    private long queuedMillis;

    LockWait(Attempt attempt, LockPlan plan) {
        this.attempt = attempt;
        this.plan = plan;
    }

    void tried() {
        tries++;
    }

    void inQueue(long millis) {
        queued = true;
        queuedMillis = millis;
    }

    int tries() {
        return tries;
    }

    /** Who held, at the last try, a lock that the plan had not foreseen. */
    void saw(List<Holder> holders) {
        unforeseen = holders;
    }

    /**
     * Tells who is in the way, when that is news.
     *
     * @throws Ending when the time of this call is over
     */
    void refused() throws SQLException {
        long now = System.nanoTime();
        boolean over = now - began >= attempt.order().burst().toNanos();
        if (!over && now - lookedAt < LOOK_EVERY.toNanos()) {
            return;
        }
        lookedAt = now;
        blockers = attempt.guard().blocking(plan, attempt.pid());
        List<Holder> holders = holders();
        attempt.sight().waitsFor(holders);
        blocked();
        if (over) {
            count();
            throw new Ending(new StepOutcome.Waiting(message(holders), holders));
        }
        Set<Integer> lasting = holders.stream().filter(each -> each.age().compareTo(LASTING) >= 0).map(Holder::pid)
                .collect(Collectors.toSet());
        if (toldAt == 0 || !lasting.equals(told) || now - toldAt >= TELL_AT_LEAST_EVERY.toNanos()) {
            attempt.watch().waiting(message(holders), holders);
            told = lasting;
            toldAt = now;
        }
    }

    /** The time since the begin goes to whatever is not to be had at this look. */
    private void blocked() {
        long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began);
        plan.wants().stream().filter(want -> blockers.stream().anyMatch(blocker -> blocker.oid() == want.oid()))
                .forEach(want -> attempt.sight().waits(want.oid(), want.mode(), millis));
    }

    /** The locks are had. */
    void over() {
        blocked();
        if (tries > 1) {
            count();
        }
    }

    private void count() {
        long now = System.nanoTime();
        attempt.sight().waited(now - counted);
        counted = now;
    }

    private List<Holder> holders() {
        Stream<Holder> others = unforeseen.stream()
                .filter(each -> blockers.stream().noneMatch(blocker -> blocker.holder().pid() == each.pid()));
        return Stream.concat(blockers.stream().map(Blocker::holder), others).toList();
    }

    private String message(List<Holder> holders) {
        Stream<String> others = holders.stream()
                .filter(each -> blockers.stream().noneMatch(blocker -> blocker.holder() == each))
                .map(each -> "pid %d (%s) on %s, which was not foreseen".formatted(each.pid(), each.words(),
                        each.relation()));
        List<String> who = Stream.concat(blockers.stream().map(Blocker::words), others).toList();
        String names = who.isEmpty()
                ? "sessions that were gone when we looked"
                : who.stream().limit(NAMED).collect(Collectors.joining(", "))
                        + (who.size() > NAMED ? " and %d more".formatted(who.size() - NAMED) : "");
        return "Waits for locks held by " + names + "; " + soFar();
    }

    /** How, not how often: a wait goes on over many calls, and this is one of them. */
    private String soFar() {
        return "tried again and again without queueing"
                + (queued ? ", and now and then queued for %d ms at most".formatted(queuedMillis) : "");
    }

    /** Tables of which only an autovacuum that gives way, and whatever is over in a moment, is in the way. */
    Set<Long> vacuumed() {
        boolean hopeless = blockers.stream()
                .anyMatch(each -> each.kind() != Blocker.Kind.AUTOVACUUM && each.olderThan(LASTING));
        return hopeless
                ? Set.of()
                : blockers.stream().filter(each -> each.kind() == Blocker.Kind.AUTOVACUUM && each.granted())
                        .map(Blocker::oid).collect(Collectors.toSet());
    }
}
