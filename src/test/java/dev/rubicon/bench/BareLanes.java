package dev.rubicon.bench;

import dev.rubicon.testing.TestPostgres.Database;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;

/**
 * What the machine bears: connections that send the changes of a batch and nothing else, and a sweep at the end. Half of
 * the rows of a block come first, as with Rubicon; but there is no fence, no cursor, no look at the target, and nothing is
 * told.
 */
final class BareLanes {

    private static final String SET = Users.SET
            + " WHERE ctid > '(%d,0)' AND ctid <= '(%d,0)' AND display_name IS NULL";
    private static final int ROWS = 4_000;
    /** Batches between the first half of a block and the second. */
    private static final int BETWEEN = 6;

    private final long step;

    private BareLanes(long step) {
        this.step = step;
    }

    /** Seconds; connecting is not counted. */
    static double fill(Database database, int lanes) {
        long blocks = number(database, "SELECT pg_relation_size('users') / current_setting('block_size')::int");
        long rows = number(database, "SELECT count(*) FROM users");
        BareLanes bare = new BareLanes(Math.max(1, ROWS * blocks / rows));
        List<Connection> connections = new ArrayList<>();
        try {
            for (int i = 0; i < lanes; i++) {
                connections.add(connected(database));
            }
            long began = System.nanoTime();
            List<AtOnce.Work> works = new ArrayList<>();
            for (int i = 0; i < lanes; i++) {
                Connection connection = connections.get(i);
                long from = blocks * i / lanes;
                long until = blocks * (i + 1) / lanes;
                works.add(() -> bare.fill(connection, from, until));
            }
            AtOnce.all(works);
            sweep(connections.getFirst());
            return Moments.secondsSince(began);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        } finally {
            connections.forEach(BareLanes::close);
        }
    }

    private static long number(Database database, String sql) {
        return Long.parseLong(Objects.requireNonNull(database.value(sql)));
    }

    private static Connection connected(Database database) throws SQLException {
        Connection connection = DriverManager.getConnection(database.url(), database.user(), database.password());
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET synchronous_commit = off; SET enable_seqscan = off; SET jit = off");
        }
        return connection;
    }

    private static void close(Connection connection) {
        try {
            connection.close();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** What the application wrote behind the lanes has moved away from them. */
    private static void sweep(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.executeUpdate(Users.SET + " WHERE display_name IS NULL");
        }
    }

    private void fill(Connection connection, long from, long until) throws SQLException {
        Deque<Long> halved = new ArrayDeque<>();
        try (Statement statement = connection.createStatement()) {
            for (long block = from; block < until; block += step) {
                statement.executeUpdate(SET.formatted(block, Math.min(until, block + step)) + " AND random() < 0.5");
                halved.addLast(block);
                if (halved.size() > BETWEEN) {
                    second(statement, halved.removeFirst(), until);
                }
            }
            while (!halved.isEmpty()) {
                second(statement, halved.removeFirst(), until);
            }
        }
    }

    private void second(Statement statement, long block, long until) throws SQLException {
        statement.executeUpdate(SET.formatted(block, Math.min(until, block + step)));
    }
}
