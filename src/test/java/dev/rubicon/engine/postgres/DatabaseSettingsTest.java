package dev.rubicon.engine.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rubicon.testing.TestPostgres;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a database says for all of its sessions, said for another one. */
class DatabaseSettingsTest {

    private static final List<String> SET = List.of("DateStyle = 'German'", "client_encoding = 'LATIN1'",
            "search_path = \"Odd, one\", \"$user\", public", "work_mem = '5MB'", "lock_timeout = '9s'");

    private final TestPostgres.Database database = TestPostgres.database();
    private final TestPostgres.Database other = TestPostgres.database();

    private static Connection connect(TestPostgres.Database database) throws SQLException {
        return DriverManager.getConnection(database.url(), database.user(), database.password());
    }

    private static String name(Connection connection) throws SQLException {
        return Rows.first(connection, "SELECT current_database()", row -> row.getString(1)).orElseThrow();
    }

    @Test
    void saysTheSameForAnotherDatabaseEvenWhatTheDriverWouldNotBear() throws SQLException {
        Map<String, String> settings;
        try (Connection connection = connect(database)) {
            for (String each : SET) {
                Rows.execute(connection, "ALTER DATABASE %s SET %s".formatted(name(connection), each));
            }
            settings = DatabaseSettings.read(connection);
        }
        assertThat(settings).containsOnlyKeys("DateStyle", "client_encoding", "search_path", "work_mem");

        try (Connection connection = connect(other)) {
            assertThat(DatabaseSettings.set(connection, name(connection), settings)).isEmpty();
            assertThat(DatabaseSettings.read(connection)).isEqualTo(settings);
        }
    }

    @Test
    void saysWhatCannotBeSetAndSetsTheRest() throws SQLException {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("no_such_setting", "on");
        settings.put("work_mem", "5MB");

        try (Connection connection = connect(other)) {
            assertThat(DatabaseSettings.set(connection, name(connection), settings)).singleElement().asString()
                    .startsWith("The shadow is without the target's setting no_such_setting: ERROR");
            assertThat(DatabaseSettings.read(connection)).containsOnly(Map.entry("work_mem", "5MB"));
        }
    }
}
