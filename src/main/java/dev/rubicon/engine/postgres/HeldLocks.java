package dev.rubicon.engine.postgres;

import dev.rubicon.engine.facts.LockMode;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;

/** What was seen to be held, look by look. */
final class HeldLocks {

    /** A lock, whoever held it. */
    record Held(long relation, LockMode mode) {}

    /** @param from by {@link System#nanoTime()} */
    record Seen(boolean exact, long from, long heldMillis) {}

    private final Map<Held, Seen> seen = new HashMap<>();

    /** By the transaction that holds it, just before its commit. */
    void exactly(LockLook look) {
        seen.merge(held(look), new Seen(true, System.nanoTime(), look.transactionMillis()), (known, now) -> new Seen(
                true, known.from, Math.max(known.exact ? known.heldMillis : 0, now.heldMillis)));
    }

    /** From outside, of what is held from the first look to the last. */
    void sampled(LockLook look) {
        seen.merge(held(look), new Seen(false, System.nanoTime(), 0), (known, now) -> known.exact
                ? known
                : new Seen(false, known.from, TimeUnit.NANOSECONDS.toMillis(now.from - known.from)));
    }

    /** From outside, of one in a row of transactions. */
    void inTransaction(LockLook look) {
        seen.merge(held(look), new Seen(false, System.nanoTime(), look.transactionMillis()), (known, now) -> known.exact
                ? known
                : new Seen(false, known.from, Math.max(known.heldMillis, now.heldMillis)));
    }

    private static Held held(LockLook look) {
        return new Held(look.relation(), look.mode());
    }

    void forEach(BiConsumer<Held, Seen> what) {
        seen.forEach(what);
    }
}
