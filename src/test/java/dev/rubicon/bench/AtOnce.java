package dev.rubicon.bench;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Several sessions of a database at work at the same time, each on a thread of its own. */
final class AtOnce {

    private AtOnce() {}

    /** What one of them does. */
    interface Work {
        void perform() throws SQLException;
    }

    /**
     * Returns when all have ended.
     *
     * @throws IllegalStateException when one of them fails
     */
    static void all(List<Work> works) {
        try (ExecutorService threads = Executors.newFixedThreadPool(works.size())) {
            List<Future<?>> ends = new ArrayList<>();
            for (Work work : works) {
                ends.add(threads.submit(() -> {
                    work.perform();
                    return true;
                }));
            }
            for (Future<?> end : ends) {
                end.get();
            }
        } catch (ExecutionException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
