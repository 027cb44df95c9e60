package dev.rubicon.bench;

import dev.rubicon.testing.TestPostgres.Database;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Collections;

/** Sessions that compute, each as fast as one processor lets it, and touch no row, no page and no log. */
final class Computing {

    private static final Duration TIME = Duration.ofSeconds(8);
    private static final String COMPUTE = """
            DO $$
            DECLARE until timestamptz := clock_timestamp() + interval '%d s';
            BEGIN
                WHILE clock_timestamp() < until LOOP
                    FOR i IN 1 .. 1000 LOOP
                        PERFORM md5(i::text);
                    END LOOP;
                END LOOP;
            END $$""".formatted(TIME.toSeconds());

    private Computing() {}

    /** How long they computed, in seconds. */
    static double on(Database database, int sessions) {
        long began = System.nanoTime();
        AtOnce.all(Collections.nCopies(sessions, () -> compute(database)));
        return Moments.secondsSince(began);
    }

    private static void compute(Database database) throws SQLException {
        try (Connection connection = DriverManager.getConnection(database.url(), database.user(),
                database.password()); Statement statement = connection.createStatement()) {
            statement.execute(COMPUTE);
        }
    }
}
