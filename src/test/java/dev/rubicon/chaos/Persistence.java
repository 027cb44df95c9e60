package dev.rubicon.chaos;

import java.sql.SQLException;
import java.time.Duration;

/** Does again what a fault broke. */
final class Persistence {

    private static final Duration PATIENCE = Duration.ofSeconds(90);

    private Persistence() {}

    /** Work that a fault may break. */
    interface Work<T> {
        T run() throws SQLException;
    }

    static <T> T persist(String what, Work<T> work) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            try {
                return work.run();
            } catch (SQLException | IllegalStateException e) {
                if (System.nanoTime() > end || e instanceof SQLException refused
                        && String.valueOf(refused.getSQLState()).startsWith("42")) {
                    throw new IllegalStateException(what + " did not succeed: " + e.getMessage(), e);
                }
            }
            pause(Duration.ofMillis(300));
        }
    }

    static void pause(Duration duration) {
        try {
            Thread.sleep(duration);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
