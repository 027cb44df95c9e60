package dev.rubicon.engine;

import dev.rubicon.registry.BackfillLimits;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** A watch that keeps what it hears and answers what the test set. */
public final class RecordingWatch implements StepWatch {

    public final List<Progress> progress = new CopyOnWriteArrayList<>();
    public final List<List<Holder>> waits = new CopyOnWriteArrayList<>();
    public final List<String> standstills = new CopyOnWriteArrayList<>();
    public final AtomicInteger goneOn = new AtomicInteger();
    public volatile LocksSeen locks = LocksSeen.NOTHING;
    public volatile int pid;
    public volatile double speed = 1;
    public volatile Supplier<Signal> signal = () -> Signal.GO_ON;
    public volatile Map<String, String> limits = Map.of();
    public volatile Runnable beforeBatch = () -> {};
    public volatile Consumer<Progress> onProgress = seen -> {};

    @Override
    public void started(int backendPid) {
        pid = backendPid;
    }

    @Override
    public void progress(Progress seen) {
        progress.add(seen);
        onProgress.accept(seen);
    }

    @Override
    public void waiting(String message, List<Holder> holders) {
        waits.add(holders);
    }

    @Override
    public void standsStill(String message) {
        standstills.add(message);
    }

    @Override
    public void locked(LocksSeen seen) {
        locks = locks.and(seen);
    }

    @Override
    public BackfillLimits limits() {
        return BackfillLimits.of(limits);
    }

    @Override
    public void goesOn() {
        goneOn.incrementAndGet();
    }

    @Override
    public Signal signal() {
        return signal.get();
    }

    @Override
    public double speed() {
        beforeBatch.run();
        return speed;
    }
}
