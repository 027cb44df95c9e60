package dev.rubicon.bench;

import dev.rubicon.testing.TestPostgres.Database;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * An application at a steady rate. Transaction n is due at start + n / rate, whatever became of those before it, and its
 * latency counts from then: a stall is felt by every transaction that falls into it, as it is by users, and not only by
 * the few that were under way (coordinated omission).
 */
final class Foreground implements AutoCloseable {

    private static final Duration CATCH_UP = Duration.ofMinutes(2);

    /**
     * One transaction: a row read by its key, and the same row written.
     *
     * @param read with one parameter, a key
     * @param write with one parameter, a key
     * @param keys keys are 1 to this
     */
    record Use(String read, String write, long keys) {}

    private record Sample(long due, long nanoseconds, @Nullable String error) {}

    private final Database on;
    private final List<Use> uses;
    private final long begin = System.nanoTime();
    private final long interval;
    private final AtomicLong next = new AtomicLong();
    private final AtomicLongArray current;
    private final Queue<Sample> samples = new ConcurrentLinkedQueue<>();
    private final List<Thread> clients = new ArrayList<>();
    private volatile boolean ended;

    private Foreground(Database on, int perSecond, int connections, List<Use> uses) {
        this.on = on;
        this.uses = uses;
        this.interval = Duration.ofSeconds(1).toNanos() / perSecond;
        this.current = new AtomicLongArray(connections);
    }

    static Foreground start(Database on, int perSecond, int connections, List<Use> uses) {
        Foreground started = new Foreground(on, perSecond, connections, uses);
        for (int i = 0; i < connections; i++) {
            int client = i;
            started.clients.add(Thread.ofPlatform().daemon().name("foreground-" + i)
                    .start(() -> started.serve(client)));
        }
        return started;
    }

    private void serve(int client) {
        while (!ended) {
            try (Connection connection = DriverManager.getConnection(on.url() + "?ApplicationName=the-shop", on.user(),
                    on.password())) {
                connection.setAutoCommit(false);
                serve(client, connection);
            } catch (SQLException e) {
                samples.add(new Sample(System.nanoTime(), 0, message(e)));
                LockSupport.parkNanos(interval);
            }
        }
    }

    private void serve(int client, Connection connection) throws SQLException {
        List<PreparedStatement> statements = new ArrayList<>();
        for (Use use : uses) {
            statements.add(connection.prepareStatement(use.read));
            statements.add(connection.prepareStatement(use.write));
        }
        while (!ended && !connection.isClosed()) {
            long number = next.getAndIncrement();
            current.set(client, number);
            long due = begin + number * interval;
            sleepUntil(due);
            int use = (int) (number % uses.size());
            String error = transact(connection, statements.get(2 * use), statements.get(2 * use + 1), uses.get(use));
            samples.add(new Sample(due, System.nanoTime() - due, error));
        }
    }

    private static @Nullable String transact(Connection connection, PreparedStatement read, PreparedStatement write,
            Use use) throws SQLException {
        long key = ThreadLocalRandom.current().nextLong(use.keys) + 1;
        try {
            read.setLong(1, key);
            read.execute();
            write.setLong(1, key);
            write.executeUpdate();
            connection.commit();
            return null;
        } catch (SQLException e) {
            if (!connection.isClosed()) {
                connection.rollback();
            }
            return message(e);
        }
    }

    private static String message(SQLException e) {
        return e.getSQLState() + " " + String.valueOf(e.getMessage()).lines().findFirst().orElse("");
    }

    private void sleepUntil(long due) {
        for (long left = due - System.nanoTime(); left > 0 && !ended; left = due - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }

    /**
     * The transactions that were due between two values of {@link System#nanoTime()}; waits until all of them have ended.
     */
    Latencies between(long from, long to) {
        long last = (to - begin) / interval;
        long giveUp = System.nanoTime() + CATCH_UP.toNanos();
        while (!past(last)) {
            if (System.nanoTime() > giveUp) {
                throw new IllegalStateException("The application does not catch up");
            }
            LockSupport.parkNanos(Duration.ofMillis(5).toNanos());
        }
        List<Sample> seen = samples.stream().filter(sample -> sample.due >= from && sample.due < to).toList();
        TreeMap<String, Integer> errors = new TreeMap<>();
        seen.stream().map(Sample::error).filter(Objects::nonNull)
                .forEach(error -> errors.merge(String.valueOf(error), 1, Integer::sum));
        return Latencies.of(seen.stream().mapToLong(Sample::nanoseconds), errors);
    }

    private boolean past(long number) {
        for (int i = 0; i < current.length(); i++) {
            if (current.get(i) <= number) {
                return false;
            }
        }
        return true;
    }

    /** Lets time pass, and tells how the transactions due in it fared. */
    Latencies during(Duration time) {
        long from = System.nanoTime();
        Moments.pass(time);
        return between(from, System.nanoTime());
    }

    @Override
    public void close() {
        ended = true;
        clients.forEach(Moments::await);
    }
}
