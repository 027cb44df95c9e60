package dev.rubicon.execution.backfill;

import dev.rubicon.engine.Holder;
import dev.rubicon.engine.RangeWork.Batch;
import dev.rubicon.engine.RangeWork.Lane;
import dev.rubicon.engine.RangeWork.Manner;
import dev.rubicon.engine.RangeWork.Range;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** A lane, the range that it works on, and how that went lately. */
final class LaneAtWork {

    private static final long FIRST_BACK_OFF = Duration.ofMillis(50).toNanos();
    private static final long LONGEST_BACK_OFF = Duration.ofSeconds(2).toNanos();
    /** Batches that leave locked rows alone after a swift one met some; each further time twice as many. */
    private static final int FIRST_CARE = 16;
    private static final int MOST_CARE = 1_024;

    final Lane lane;
    final Splitting splitting = new Splitting();
    private @Nullable Range range;
    private @Nullable Batch running;
    private long began;
    private long ended;
    private long took;
    private long backsOffUntil;
    private int careful;
    private int care = FIRST_CARE;
    private int refusals;
    private long refusedSince;
    private List<Holder> holders = List.of();

    LaneAtWork(Lane lane) {
        this.lane = lane;
    }

    @Nullable
    Range range() {
        return range;
    }

    void take(@Nullable Range next) {
        range = next;
    }

    boolean busy() {
        return running != null;
    }

    /**
     * When the next batch may begin. Asked again and again, as the speed may have been changed meanwhile.
     *
     * @param speed the part of the time that is to be spent in batches, above 0
     */
    long mayBegin(double speed) {
        long rest = ended + (long) (took * (1 / speed - 1));
        return refusals == 0 ? rest : Math.max(rest, backsOffUntil);
    }

    void begin(Batch batch, long now) {
        running = batch;
        began = now;
        holders = refusals == 0 ? List.of() : holders;
    }

    /** What it was doing; idle from now on. */
    Batch end(long now) {
        Batch batch = java.util.Objects.requireNonNull(running);
        running = null;
        ended = now;
        took = now - began;
        return batch;
    }

    Duration took() {
        return Duration.ofNanos(took);
    }

    /** Whether it waits for somebody, by how long it has been at it. */
    boolean mayWait(Duration longerThan, long now) {
        return running != null && running.manner() != Manner.SWIFT && now - began > longerThan.toNanos();
    }

    Manner manner(boolean leavesLocked) {
        return !leavesLocked ? Manner.WAITING : careful > 0 ? Manner.SKIPPING : Manner.SWIFT;
    }

    void went() {
        refusals = 0;
        holders = List.of();
        if (careful > 0) {
            careful--;
        }
    }

    /** A swift batch met a locked row. */
    void beCareful() {
        careful = care;
        care = Math.min(MOST_CARE, 2 * care);
    }

    /** @return since when no batch has got its locks */
    long refused(long now) {
        if (refusals++ == 0) {
            refusedSince = now;
        }
        long longest = Math.min(LONGEST_BACK_OFF, FIRST_BACK_OFF << Math.min(refusals, 10));
        backsOffUntil = now + ThreadLocalRandom.current().nextLong(longest / 2, longest + 1);
        return refusedSince;
    }

    /** Since it was refused first, in nanoseconds; only while it is refused. */
    long waited(long now) {
        return now - refusedSince;
    }

    int refusals() {
        return refusals;
    }

    void heldBy(List<Holder> seen) {
        if (!seen.isEmpty()) {
            holders = seen;
        }
    }

    List<Holder> holders() {
        return holders;
    }
}
