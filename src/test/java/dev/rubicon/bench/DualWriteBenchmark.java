package dev.rubicon.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rubicon.plan.PlanReader;
import dev.rubicon.plan.WorkText;
import dev.rubicon.testing.BenchmarkReport;
import dev.rubicon.testing.TestPostgres;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Runs by {@code mvn -Pbench verify}: what the generated trigger of a dual write costs those who write. Two tables of the
 * same rows, one with it, which take turns write by write.
 */
@Tag("bench")
class DualWriteBenchmark {

    private static final int ROWS = 100_000;
    private static final int ROUNDS = Integer.getInteger("bench.rounds", 5);
    private static final int TRANSACTIONS = Integer.getInteger("bench.transactions", 300);
    private static final int CHUNK = 10_000;
    private static final int WARM = 200;

    private enum Side {
        PLAIN, DUAL;

        String table() {
            return "users_" + name().toLowerCase(Locale.ROOT);
        }
    }

    /** @param sql over one row, whose number is its parameter; the table stands for %s */
    private enum Write {
        INSERT("INSERT of one column", "INSERT INTO %s (id, username) VALUES (?, 'somebody new')"), UPDATE_OLD(
                "UPDATE of the old column",
                "UPDATE %s SET username = username || '+' WHERE id = ?"), UPDATE_NEW("UPDATE of the new column",
                        "UPDATE %s SET display_name = display_name || '+' WHERE id = ?"), UPDATE_OTHER(
                                "UPDATE of another column", "UPDATE %s SET touched = touched + 1 WHERE id = ?");

        private final String words;
        private final String sql;

        Write(String words, String sql) {
            this.words = words;
            this.sql = sql;
        }

        String of(Side side) {
            return sql.formatted(side.table());
        }
    }

    private final Map<Write, Timings<Side>> single = new EnumMap<>(Write.class);
    private final Map<Write, Timings<Side>> bulk = new EnumMap<>(Write.class);
    private long next = 1_000_000;

    @Test
    void costsWritersLittle() throws SQLException {
        TestPostgres.Database database = TestPostgres.syncedDatabase();
        for (Side side : Side.values()) {
            database.run("CREATE TABLE " + side.table() + " (id bigint PRIMARY KEY, username text NOT NULL, "
                    + "display_name text, touched int NOT NULL DEFAULT 0) WITH (fillfactor = 70)",
                    "INSERT INTO " + side.table() + " SELECT i, 'user ' || i, 'user ' || i FROM generate_series(1, "
                            + ROWS + ") i");
        }
        try (Connection connection = DriverManager.getConnection(database.url(), database.user(),
                database.password())) {
            install(connection);
            measure(connection);
        }
        assertThat(database.value("SELECT count(*) FROM users_dual WHERE username <> display_name")).isEqualTo("0");
        BenchmarkReport.ofThisBuild().replace(getClass(), "Dual writes", text());
    }

    private static void install(Connection connection) throws SQLException {
        String plan = """
                plan: dual
                title: Two columns in step
                engine: postgresql
                phases:
                  - phase: migrate
                    steps:
                      - step: copy
                        backfill: { table: users_dual, dualWrite: { from: username, to: display_name } }
                        rollback: { nothing: derived, dataLoss: none }
                """;
        execute(connection, WorkText.of(PlanReader.standalone().read(plan, "application/yaml").document().steps()
                .findFirst().orElseThrow().work()));
    }

    private void measure(Connection connection) throws SQLException {
        for (int round = -1; round < ROUNDS; round++) {
            for (Write write : Write.values()) {
                double[] one = single(connection, write, round < 0 ? WARM : TRANSACTIONS);
                double[] all = bulk(connection, write);
                for (Side side : Side.values()) {
                    if (round >= 0) {
                        single.computeIfAbsent(write, none -> new Timings<>()).add(side, one[side.ordinal()]);
                        bulk.computeIfAbsent(write, none -> new Timings<>()).add(side, all[side.ordinal()] / CHUNK);
                    }
                    execute(connection, "DELETE FROM " + side.table() + " WHERE id > " + ROWS);
                    execute(connection, "VACUUM " + side.table());
                }
            }
        }
    }

    /** The median seconds of a transaction on each side; the sides take turns, so that both meet the same machine. */
    private double[] single(Connection connection, Write write, int times) throws SQLException {
        double[][] seconds = new double[Side.values().length][times];
        try (PreparedStatement plain = connection.prepareStatement(write.of(Side.PLAIN));
                PreparedStatement dual = connection.prepareStatement(write.of(Side.DUAL))) {
            for (int i = 0; i < times; i++) {
                for (Side side : turns(i)) {
                    PreparedStatement statement = side == Side.PLAIN ? plain : dual;
                    statement.setLong(1, write == Write.INSERT ? next++ : (long) i * 7919 % ROWS + 1);
                    seconds[side.ordinal()][i] = seconds(statement::executeUpdate);
                }
            }
        }
        return medians(seconds);
    }

    /** The median seconds of a statement over a chunk of the rows. */
    private double[] bulk(Connection connection, Write write) throws SQLException {
        double[][] seconds = new double[Side.values().length][ROWS / CHUNK];
        for (int chunk = 0; chunk < ROWS / CHUNK; chunk++) {
            for (Side side : turns(chunk)) {
                String sql = write == Write.INSERT
                        ? "INSERT INTO %s (id, username) SELECT %d + i, 'somebody new' FROM generate_series(1, %d) i"
                                .formatted(side.table(), next, CHUNK)
                        : write.of(side).replace("id = ?", "id > %d AND id <= %d".formatted(chunk * CHUNK,
                                (chunk + 1) * CHUNK));
                next += CHUNK;
                seconds[side.ordinal()][chunk] = seconds(() -> execute(connection, sql));
            }
        }
        return medians(seconds);
    }

    private static List<Side> turns(int number) {
        return number % 2 == 0 ? List.of(Side.values()) : List.of(Side.values()).reversed();
    }

    private static double[] medians(double[][] seconds) {
        return java.util.Arrays.stream(seconds).mapToDouble(Goal::median).toArray();
    }

    private interface Act {
        void run() throws SQLException;
    }

    private static double seconds(Act act) throws SQLException {
        long began = System.nanoTime();
        act.run();
        return (System.nanoTime() - began) / 1e9;
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private String text() {
        StringBuilder text = new StringBuilder("""
                What the generated trigger costs those who write: two tables of %,d rows, one with it, which take turns
                write by write. Single rows, each its own transaction, over one connection to a server on the same
                machine that syncs its commits; and 10,000 rows in one statement, where nothing hides it. Medians of %d
                rounds; ratios are those of a round.

                | | one row: µs | times without | many rows: µs a row | times without |
                |---|---|---|---|---|
                """.formatted(ROWS, ROUNDS));
        for (Write write : Write.values()) {
            text.append(row(write));
        }
        return text.toString();
    }

    private String row(Write write) {
        Timings<Side> one = java.util.Objects.requireNonNull(single.get(write));
        Timings<Side> all = java.util.Objects.requireNonNull(bulk.get(write));
        return String.format(Locale.ROOT, "| %s | %.0f | %.2f | %.1f | %.2f |%n", write.words,
                one.median(Side.DUAL) * 1e6, one.times(Side.DUAL, Side.PLAIN), all.median(Side.DUAL) * 1e6,
                all.times(Side.DUAL, Side.PLAIN));
    }
}
