package dev.rubicon.execution.backfill;

import dev.rubicon.engine.Holder;
import dev.rubicon.engine.RangeWork;
import dev.rubicon.engine.Reading;
import dev.rubicon.engine.StepOutcome;
import dev.rubicon.engine.TargetUnavailable;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntFunction;

/** Ranges of a table that is not there: rows are numbers, and a test says what becomes of a batch. */
final class FakeRanges implements RangeWork {

    /** What a lane does with a batch, other than doing it. */
    interface Act {
        BatchEnd perform(int lane, Batch batch);
    }

    /** A batch as it was asked for. */
    record Asked(int lane, long after, Batch batch) {}

    final List<Asked> asked = new CopyOnWriteArrayList<>();
    final List<Integer> setAside = new CopyOnWriteArrayList<>();
    final Set<Integer> cancelled = ConcurrentHashMap.newKeySet();
    final AtomicLong rows = new AtomicLong();
    final AtomicInteger looks = new AtomicInteger();
    volatile int most = Integer.MAX_VALUE;
    volatile Act act = (lane, batch) -> did(batch);
    volatile IntFunction<List<Reading>> readings = look -> List.of();
    volatile List<Holder> holders = List.of();
    private final List<Range> ranges = new ArrayList<>();
    private int lanes;

    FakeRanges(int number, int rowsOfEach) {
        for (int i = 0; i < number; i++) {
            ranges.add(new Range(i + 1, "t", "key", List.of(String.valueOf(i * rowsOfEach)),
                    List.of(String.valueOf((i + 1) * rowsOfEach)), rowsOfEach, 0));
        }
    }

    static long after(Range range) {
        List<String> after = range.after();
        return after == null ? 0 : Long.parseLong(after.getFirst());
    }

    /** All rows of the batch are changed. */
    BatchEnd did(Batch batch) {
        return moved(batch.range(), batch.rows(), true);
    }

    private BatchEnd moved(Range range, long wanted, boolean changed) {
        long until = Long.parseLong(range.until().getFirst());
        long upTo = Math.min(until, after(range) + wanted);
        long done = upTo - after(range);
        rows.addAndGet(changed ? done : 0);
        return new BatchEnd.Done(new Range(range.number(), range.relation(), range.walk(),
                List.of(String.valueOf(upTo)), range.until(), range.expected(), range.scanned() + done), upTo == until,
                done, changed ? done : 0);
    }

    @Override
    public Pass pass(int wanted) {
        return new Pass(1, "key", "along the key (id)", null, 0, 0, true, List.copyOf(ranges), 0);
    }

    @Override
    public Optional<Pass> sweep(int wanted) {
        return Optional.empty();
    }

    @Override
    public StepOutcome finish() {
        return new StepOutcome.Done(false, rows.get(), 0, rows + " rows changed");
    }

    @Override
    public Lane lane() {
        if (lanes == most) {
            throw new TargetUnavailable("no more", null);
        }
        int number = ++lanes;
        return new Lane() {
            @Override
            public BatchEnd perform(Batch batch) {
                asked.add(new Asked(number, after(batch.range()), batch));
                return act.perform(number, batch);
            }

            @Override
            public BatchEnd quarantine(Range range, BatchEnd.Broken why) {
                setAside.add((int) after(range) + 1);
                return moved(range, 1, false);
            }

            @Override
            public List<Holder> blockers() {
                return holders;
            }

            @Override
            public void cancel() {
                cancelled.add(number);
            }
        };
    }

    @Override
    public Look look() {
        return new Look(0, readings.apply(looks.incrementAndGet()));
    }

    @Override
    public void close() {}
}
