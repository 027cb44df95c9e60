package dev.rubicon.chaos;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;

/**
 * The application on one target: it inserts rows, changes and deletes its own, counts on all, and now and then keeps a
 * transaction open for a while. When its connection breaks, it comes back.
 */
final class Application implements AutoCloseable {

    private static final int OWN = 1_000_000;

    private final Place place;
    private final Random random;
    private final int rows;
    private final Thread thread;
    private volatile boolean closing;
    private int inserted;

    Application(Place place, long seed, int rows) {
        this.place = place;
        this.random = new Random(seed);
        this.rows = rows;
        this.thread = Thread.ofVirtual().name("application").start(this::run);
    }

    private void run() {
        while (!closing) {
            try (Connection connection = place.connect("app")) {
                while (!closing) {
                    work(connection);
                    pause(30 + random.nextInt(200));
                }
            } catch (SQLException broken) {
                pause(200);
            }
        }
    }

    private static void pause(int milliseconds) {
        LockSupport.parkNanos(milliseconds * 1_000_000L);
    }

    private void work(Connection connection) throws SQLException {
        Grounds ground = Grounds.values()[random.nextInt(Grounds.values().length)];
        switch (random.nextInt(20)) {
            case 0, 1, 2, 3, 4, 5 -> insert(connection, ground);
            case 6, 7, 8 -> Place.run(connection, "UPDATE %s SET a = 'again %d' WHERE %s AND app".formatted(
                    ground.table(), random.nextInt(100), one(ground, OWN + random.nextInt(inserted + 1))));
            case 9, 10 -> Place.run(connection, "DELETE FROM %s WHERE %s AND app".formatted(ground.table(),
                    one(ground, OWN + random.nextInt(inserted + 1))));
            case 11 -> slowly(connection, ground);
            default -> count(connection, ground);
        }
    }

    /** Each row is inserted once: the number is used up even when the statement fails. */
    private void insert(Connection connection, Grounds ground) throws SQLException {
        int number = OWN + inserted++;
        Place.run(connection, "INSERT INTO %s (%s, a, app) SELECT %s, 'own ' || i, true FROM (VALUES (%d)) v (i)"
                .formatted(ground.table(), ground.keys(), ground.keyOf(), number));
    }

    private void count(Connection connection, Grounds ground) throws SQLException {
        Place.run(connection, "UPDATE %s SET n = n + 1 WHERE %s".formatted(ground.table(),
                one(ground, 1 + random.nextInt(rows))));
    }

    private void slowly(Connection connection, Grounds ground) throws SQLException {
        connection.setAutoCommit(false);
        try {
            count(connection, ground);
            insert(connection, ground);
            pause(100 + random.nextInt(1000));
            connection.commit();
        } finally {
            connection.rollback();
            connection.setAutoCommit(true);
        }
    }

    private static String one(Grounds ground, int row) {
        return "(%s) = (SELECT %s FROM (VALUES (%d)) v (i))".formatted(ground.keys(), ground.keyOf(), row);
    }

    @Override
    public void close() {
        closing = true;
        LockSupport.unpark(thread);
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
