package dev.rubicon.bench;

import dev.rubicon.bench.Foreground.Use;
import dev.rubicon.engine.RecordingWatch;
import dev.rubicon.engine.StepOrder;
import dev.rubicon.plan.Work;
import dev.rubicon.testing.TestPostgres.Database;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;

/** The table that is backfilled: a primary key, two more indexes, about 190 bytes a row, {@code display_name} empty. */
final class Users {

    static final String SET = "UPDATE users SET display_name = lower(username)";
    private static final String NEXT = " WHERE id IN (SELECT id FROM users WHERE display_name IS NULL LIMIT 1000";

    private Users() {}

    /** What the rows are found by. */
    enum Key {
        /** In the order in which the rows lie. */
        NUMBER("bigint", "i"),
        /** Random. */
        UUID("uuid", "gen_random_uuid()");

        private final String type;
        private final String value;

        Key(String type, String value) {
            this.type = type;
            this.value = value;
        }
    }

    /** A way to fill the column of all rows. */
    enum Side {
        UPDATE("one UPDATE of the whole table"), LOOP(
                "loop `id IN (SELECT … WHERE … IS NULL LIMIT 1000)`"), LOOP_SKIPPING(
                        "the same with SKIP LOCKED"), ONE_LANE("Rubicon, one lane"), TWO_LANES(
                                "Rubicon, two lanes"), BARE(
                                        "bare SQL over two connections, nothing else");

        private final String text;

        Side(String text) {
            this.text = text;
        }

        @Override
        public String toString() {
            return text;
        }

        /** Fills the column, and says how many seconds that took; connecting is not counted. */
        double fill(Database database, RecordingWatch watch) {
            return switch (this) {
                case UPDATE -> statements(database, SET, false);
                case LOOP -> statements(database, SET + NEXT + ")", true);
                case LOOP_SKIPPING -> statements(database, SET + NEXT + " FOR UPDATE SKIP LOCKED)", true);
                case ONE_LANE -> byRubicon(database, order(1), watch);
                case TWO_LANES -> byRubicon(database, order(2), watch);
                case BARE -> BareLanes.fill(database, 2);
            };
        }
    }

    static Database filled(int rows, Key key) {
        Database database = Copies.empty();
        database.run("CREATE TABLE users (id " + key.type + " NOT NULL, username text NOT NULL, email text NOT NULL, "
                + "about text NOT NULL, created_at timestamptz NOT NULL, seen int NOT NULL, display_name text)", """
                        INSERT INTO users SELECT %s, 'User_' || i, 'user_' || i || '@example.com',
                            md5(i::text) || md5((i + 1)::text) || left(md5((i + 2)::text), 16),
                            timestamptz '2020-01-01' + i * interval '1 second', 0
                        FROM generate_series(1, %d) i""".formatted(key.value, rows),
                "ALTER TABLE users ADD PRIMARY KEY (id)", "CREATE INDEX users_username ON users (username)",
                "CREATE INDEX users_created_at ON users (created_at)", "VACUUM ANALYZE users");
        return database;
    }

    static StepOrder order(int lanes) {
        return Rubicon.order(new Work.Backfill("users", Map.of("display_name", "lower(username)"),
                "display_name IS NULL", null, false, null, null, Work.BackfillVerify.NONE, null, lanes));
    }

    static List<Use> application(String table, int rows) {
        return List.of(new Use("SELECT seen FROM " + table + " WHERE id = ?",
                "UPDATE " + table + " SET seen = seen + 1 WHERE id = ?", rows));
    }

    /** Another table with the same rows, for an application that shares the server with a backfill, but no row. */
    static String apart(Database database) {
        database.run("CREATE TABLE users_apart (LIKE users INCLUDING ALL)",
                "INSERT INTO users_apart SELECT * FROM users", "VACUUM ANALYZE users_apart", "CHECKPOINT");
        return "users_apart";
    }

    static boolean complete(Database database) {
        return "0".equals(database.value("SELECT count(*) FROM users WHERE display_name IS DISTINCT FROM "
                + "lower(username)"));
    }

    private static double byRubicon(Database database, StepOrder order, RecordingWatch watch) {
        try (Rubicon rubicon = Rubicon.on(database)) {
            long began = System.nanoTime();
            rubicon.carryOut(order, watch);
            return Moments.secondsSince(began);
        }
    }

    /** Each time a transaction of its own; where told so, until no row is left. */
    private static double statements(Database database, String sql, boolean again) {
        try (Connection connection = DriverManager.getConnection(database.url(), database.user(),
                database.password()); Statement statement = connection.createStatement()) {
            long began = System.nanoTime();
            int changed;
            do {
                changed = statement.executeUpdate(sql);
            } while (again && changed > 0);
            return Moments.secondsSince(began);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
